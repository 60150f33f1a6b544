//! The verbs about cases: their arguments, and which function does what.

use clap::Subcommand;

use crate::client::{Context, Result};

/// Verbs that the command line takes in among the others.
#[derive(Subcommand)]
pub enum Casework {}

impl Casework {
    /// Does it, and shows the answer: as JSON if asked for.
    pub async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        let _ = (ctx, json);
        match self {}
    }
}
