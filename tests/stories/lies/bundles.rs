//! Who lost everything but the recovery code gets another bundle than the newest.

use zegel::client::Unattended;
use zegel::client::home::Home;
use zegel::client::verbs::enrol::{Enrol, recover};
use zegel::client::verbs::key;
use zegel::protocol::recovery::RecoveryCode;

use super::scene::Said;
use super::snapshot;
use crate::liar::Lie;
use crate::recovery::{femke_with_a_code, how};
use crate::support::liar::liar;
use crate::support::{Base, play};

pub const LIES: &[Lie] = &[Lie::OlderBundle, Lie::OthersBundle];

#[tokio::test]
async fn another_bundle_than_the_newest_brings_nothing_back() {
    let play = play(Base::Sqlite, &["joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    let (old, code) = femke_with_a_code(stage).await;
    let (remote, liar) = liar(stage).await;
    let lost = |folder: &str, code: &RecoveryCode| {
        let (folder, url, code) = (stage.folder.join(folder), Some(remote.url().clone()), code.to_text());
        async move {
            let how = Enrol { url, ..how(stage, &folder) };
            recover(how, &stage.cast.hub, &RecoveryCode::parse(&code).unwrap()).await
        }
    };
    let mut table = Vec::new();

    liar.lock().unwrap().lie = Some(Lie::OthersBundle.told());
    let refused = lost("one", &code).await.expect_err("it is nobody's");
    assert_eq!(refused.code(), "wrong reader");
    assert!(!stage.folder.join("one").exists());
    table.push((Lie::OthersBundle.name().to_owned(), Said::of(&refused)));

    liar.lock().unwrap().lie = None;
    lost("two", &code).await.unwrap();
    {
        let (home, mut out, mut ask) = (Home::open(&old).unwrap(), std::io::sink(), Unattended);
        key::rotate(&mut stage.context(&home, &remote, &mut out, &mut ask)).await.unwrap();
    }

    // It is a bundle of hers, with her statement; but what she made since is not in it.
    liar.lock().unwrap().lie = Some(Lie::OlderBundle.told());
    lost("three", &code).await.unwrap();
    let (home, mut out, mut ask) =
        (Home::open(&stage.folder.join("three")).unwrap(), std::io::sink(), Unattended);
    let refused = stage.context(&home, &remote, &mut out, &mut ask).begin().await.err().expect("it is old");
    assert_eq!(refused.code(), "bundle-number");
    table.push((Lie::OlderBundle.name().to_owned(), Said::of(&refused)));

    liar.lock().unwrap().lie = None;
    lost("four", &code).await.unwrap();
    let home = Home::open(&stage.folder.join("four")).unwrap();
    stage.context(&home, &remote, &mut out, &mut ask).begin().await.unwrap();
    assert_eq!(liar.lock().unwrap().posted, 1, "the rotation, and nothing else");
    snapshot("bundles", &table);
}
