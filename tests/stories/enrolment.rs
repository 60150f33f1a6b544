//! From a paper slip to a directory in which everyone finds everyone.

use zegel::client::verbs::directory;

use crate::support::{Base, play};

on_both!(everyone_who_was_vouched_for_finds_the_others);

async fn everyone_who_was_vouched_for_finds_the_others(base: Base) {
    let play = play(base, &["sanne", "hugo", "joris", "mila", "femke"]).await;
    let stage = &play.stage;

    let (report, _) = at!(stage, "femke", |ctx| directory::directory(ctx));
    let json = serde_json::to_string(&report.expect("the directory")).expect("JSON");

    for name in ["Sanne Verhoeven", "Hugo Dijkgraaf", "Joris van der Waal", "Mila Kuipers", "Femke Oosterhof"]
    {
        assert!(json.contains(name), "{name} is not in {json}");
    }
}
