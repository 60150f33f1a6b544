//! Names and texts from others, made safe for a folder and for a terminal.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The longest name, in bytes of UTF-8: leaves room for `.age` and a number within the 255 of file systems.
const LONGEST: usize = 200;
/// The longest ending that is kept when a name is cut, in bytes with its dot.
const LONGEST_ENDING: usize = 16;
/// What a name becomes of which nothing is left.
const NAMELESS: &str = "file";
/// Windows gives these names to devices, whatever their ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A base name that can be saved in any folder, for a name that somebody else chose. Never empty.
///
/// In order: what follows the last `/` or `\`; hidden characters dropped; NFC; blanks become spaces and
/// `< > : " | ? *` underscores; no dots or spaces before, none behind; at most 200 bytes, from which the
/// ending (up to 16) is spared; `_` before a leading `-` or `~` and before the name of a Windows device.
/// A safe name stays as it is.
pub fn safe_file_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String =
        base.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)).nfc().map(plain).collect();
    let shape = |name: &str| {
        let name = name.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
        if name.is_empty() { NAMELESS.to_owned() } else { name.to_owned() }
    };
    let shaped = shape(&clean);
    let guarded = if needs_guard(&shaped) { format!("_{shaped}") } else { shaped };
    shape(&cut(&guarded))
}

/// The text with every character that could move the cursor, turn the line around or hide as `\u{…}`.
/// Line feeds too: split a text into lines first.
pub fn for_terminal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

fn plain(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        c => c,
    }
}

/// Control, format (bidi, zero width, tags), separators of lines, private use, and what fonts leave blank.
fn is_hidden(c: char) -> bool {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator, PrivateUse};
    let category = c.general_category();
    matches!(category, Control | Format | LineSeparator | ParagraphSeparator | PrivateUse) || is_blank(c)
}

/// Characters of other categories that are shown as nothing (Default_Ignorable_Code_Point, and U+2800).
fn is_blank(c: char) -> bool {
    matches!(c,
        '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2065}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// True for what a shell takes as an option or a home, and for devices: `con`, `CON .txt`, `com1.tar.gz`.
fn needs_guard(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let port = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    let is_port = port.is_some_and(|number| {
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    });
    name.starts_with(['-', '~']) || is_port || DEVICES.contains(&stem.as_str())
}

/// At most so many bytes, without the middle: the ending says what opens it.
fn cut(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let ending = if ending.len() <= LONGEST_ENDING { ending } else { "" };
    let start = name.floor_char_boundary(LONGEST - ending.len());
    format!("{}{ending}", &name[..start])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_others_chose_stay_in_their_folder() {
        for (name, safe) in [
            ("zorgplan 2026.pdf", "zorgplan 2026.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\femke\\plan.docx", "plan.docx"),
            ("..", "file"),
            ("", "file"),
            ("map/", "file"),
            (".bashrc", "bashrc"),
            ("plan.pdf. . ", "plan.pdf"),
            ("-rf", "_-rf"),
            ("CON", "_CON"),
            ("nul .txt", "_nul .txt"),
            ("com¹.tar.gz", "_com¹.tar.gz"),
            ("COM10", "COM10"),
            ("plan\u{202e}fdp.exe", "planfdp.exe"),
            ("a\u{0}b\nc\td", "ab c d"),
            ("wat?*.txt:geheim", "wat__.txt_geheim"),
            ("\u{200b}\u{feff}", "file"),
            ("e\u{301}\u{e9}e\u{200d}\u{301}.txt", "ééé.txt"),
        ] {
            assert_eq!(safe_file_name(name), safe, "{name:?}");
        }
        let long = safe_file_name(&format!("{}.pdf", "é".repeat(300)));
        assert!(long.len() <= LONGEST && long.ends_with("é.pdf"), "{long}");
    }

    #[test]
    fn a_terminal_gets_no_orders() {
        assert_eq!(for_terminal("plan é 📄"), "plan é 📄");
        assert_eq!(for_terminal("a\u{1b}[2Jb\u{202e}c\n\u{9b}"), "a\\u{1b}[2Jb\\u{202e}c\\u{a}\\u{9b}");
    }

    proptest! {
        #[test]
        fn a_safe_name_stays_as_it_is(name in any::<String>()) {
            let safe = safe_file_name(&name);
            prop_assert!(!safe.is_empty() && safe.len() <= LONGEST && !safe.contains(['/', '\\']));
            prop_assert_eq!(safe_file_name(&safe), safe);
        }
    }
}
