//! Templates, and what is filled into them.
//!
//! The first line of a template is the subject, then comes an empty line, then the text. Of Handlebars they use
//! `{{x}}`, `{{#if}}` and `{{#each}}` only, so that the portal fills the same files with handlebars.js.

use handlebars::{Handlebars, no_escape};
use serde::Serialize;

use crate::client::error::{ClientError, Result};
use crate::protocol::refusal::Language;

/// One kind of letter, in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    Request,
    Invitation,
    /// An invitation that takes the place of one before.
    Change,
    Cancellation,
    Minutes,
    Message,
}

/// The texts of a kind, in Dutch and in English.
macro_rules! texts {
    ($name:literal) => {
        (
            include_str!(concat!("../../../templates/letter/", $name, ".nl.hbs")),
            include_str!(concat!("../../../templates/letter/", $name, ".en.hbs")),
        )
    };
}

impl Template {
    fn text(self, language: Language) -> &'static str {
        let (nl, en) = match self {
            Self::Request => texts!("request"),
            Self::Invitation => texts!("invitation"),
            Self::Change => texts!("change"),
            Self::Cancellation => texts!("cancellation"),
            Self::Minutes => texts!("minutes"),
            Self::Message => texts!("message"),
        };
        crate::client::nl_en(language, nl, en)
    }
}

/// Subject and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    pub subject: String,
    pub text: String,
}

/// Fills a template in.
///
/// # Errors
/// Where the values don't have a field that it names.
pub fn fill(template: Template, language: Language, values: &impl Serialize) -> Result<Filled> {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    // It is plain text: nothing in it is markup.
    handlebars.register_escape_fn(no_escape);
    let filled = handlebars.render_template(template.text(language), values);
    let filled = filled.map_err(|problem| {
        ClientError::said(
            "bad-template",
            format!("Dit bericht kan niet worden gemaakt: {problem}. Werk het programma bij."),
            format!("This letter can't be made: {problem}. Update the program."),
        )
    })?;
    let (subject, text) = filled.split_once("\n\n").unwrap_or((&filled, ""));
    // What was filled in may end with blanks that would be lost on the way.
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    Ok(Filled { subject: subject.trim().to_owned(), text: lines.join("\n") + "\n" })
}
