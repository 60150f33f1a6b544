//! The liar in front of a story's hub.

use zegel::client::remote::{Remote, Waits};
use zegel::demo::stage::Stage;
use zegel::protocol::refusal::Language;

pub use crate::liar::{Lie, Shared};

/// A hub in front of the hub.
pub async fn liar(stage: &Stage) -> (Remote, Shared) {
    liar_for(stage, Waits::default()).await
}

/// The same, for a client that waits no longer than this.
pub async fn liar_for(stage: &Stage, waits: Waits) -> (Remote, Shared) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port()).parse().unwrap();
    let journal = Some(stage.hub.state.clone());
    let liar = crate::liar::stands_before(stage.url().unwrap(), journal, listener);
    (Remote::with_waits(&url, Language::Dutch, waits).unwrap(), liar)
}

/// Somebody does something through the liar.
macro_rules! through {
    ($stage:expr, $who:expr, $remote:expr, |$ctx:ident| $act:expr) => {{
        let (home, _) = $stage.desk($who).unwrap();
        let (mut out, mut ask) = (std::io::sink(), zegel::client::Unattended);
        let mut context = $stage.context(&home, $remote, &mut out, &mut ask);
        let $ctx = &mut context;
        $act.await
    }};
}
pub(crate) use through;
