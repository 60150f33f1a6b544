//! Rules of the protocol that are not for one statement alone.

#[path = "support/story.rs"]
mod story;

use story::*;

#[test]
fn a_pack_opens_for_its_reader() {
    let mut story = Story::with_case();
    let report = story.contributes("Femke", "report");
    let roster = story.invites(&["Noor", "Daan"]);
    let approval = story.approves("Femke", report, roster, "Noor");
    story.consults(roster);
    let release = story.releases(roster, "Noor", &[(report, approval)], &[]);
    assert_eq!(story.may_open(release, report, "Noor"), Ok(()));
    assert!(story.may_open(release, report, "Daan").is_err());
}
