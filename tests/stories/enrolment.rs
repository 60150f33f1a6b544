//! From a paper slip to a directory in which everyone finds everyone.

use zegel::client::ask::Unattended;
use zegel::client::verbs::directory;

use crate::support::play;

#[tokio::test]
async fn everyone_who_was_vouched_for_finds_the_others() {
    let play = play(&["sanne", "hugo", "joris", "mila", "femke"]).await;
    let stage = &play.stage;
    let (home, remote) = stage.desk("femke").expect("Femke's desk");
    let (mut out, mut ask) = (std::io::sink(), Unattended);
    let mut context = stage.context(&home, &remote, &mut out, &mut ask);

    let report = directory::directory(&mut context).await.expect("the directory");

    let json = serde_json::to_string(&report).expect("JSON");
    for name in ["Sanne Verhoeven", "Hugo Dijkgraaf", "Joris van der Waal", "Mila Kuipers", "Femke Oosterhof"]
    {
        assert!(json.contains(name), "{name} is not in {json}");
    }
}
