//! The scenes of `tests/vectors/history` and `tests/vectors/opening`: what is told in each, and how it must end.

use zegel::protocol::id::{Digest, MemberId, Moment};
use zegel::protocol::refusal::Refusal;
use zegel::protocol::statement::*;
use zegel::protocol::words::*;

use super::story::*;

#[path = "scenes/cases.rs"]
mod cases;
#[path = "scenes/house.rs"]
mod house;
#[path = "scenes/letters.rs"]
mod letters;
#[path = "scenes/meetings.rs"]
mod meetings;
#[path = "scenes/openings.rs"]
mod openings;

/// May this reader open this item of this release at this moment?
pub struct Question {
    pub release: Digest,
    pub item: Digest,
    pub reader: MemberId,
    pub now: Moment,
}

pub struct Scene {
    pub file: String,
    pub what: String,
    /// The scene that is told first.
    pub after: Option<String>,
    pub told: Vec<Told>,
    pub question: Option<Question>,
    pub expect: &'static str,
}

pub struct Scenes {
    pub all: Vec<Scene>,
    after: String,
    story: Story,
    folder: &'static str,
}

impl Scenes {
    fn scene(&self, name: &str, what: &str, told: Vec<Told>, expect: &'static str) -> Scene {
        let file = format!("{}/{name}", self.folder);
        Scene { file, what: what.to_owned(), after: Some(self.after.clone()), told, question: None, expect }
    }

    /// Goes on from a scene that ends well, which further ones come after.
    fn begin(&mut self, name: &str, what: &str, tell: impl FnOnce(&mut Story)) {
        let before = self.story.told.len();
        tell(&mut self.story);
        let told = self.story.told[before..].to_vec();
        let mut scene = self.scene(name, what, told, "good");
        scene.after = Some(self.after.clone()).filter(|after| !after.is_empty());
        self.after = scene.file.clone();
        self.all.push(scene);
    }

    fn good(&mut self, name: &str, what: &str, tell: impl FnOnce(&mut Story)) {
        let mut story = self.story.clone();
        tell(&mut story);
        let told = story.told[self.story.told.len()..].to_vec();
        let scene = self.scene(name, what, told, "good");
        self.all.push(scene);
    }

    /// The last statement, which is given back, is refused.
    fn no(&mut self, name: &str, what: &str, expect: &'static str, tell: impl FnOnce(&mut Story) -> Told) {
        let mut story = self.story.clone();
        let last = tell(&mut story);
        assert_eq!(code(story.clone().tries_told(last.clone())), expect, "{name}");
        let mut told = story.told[self.story.told.len()..].to_vec();
        told.push(last);
        let scene = self.scene(name, what, told, expect);
        self.all.push(scene);
    }

    /// Someone opens an item of a release.
    fn opens(
        &mut self,
        name: &str,
        what: &str,
        expect: &'static str,
        tell: impl FnOnce(&mut Story) -> (Digest, Digest, &'static str),
    ) {
        let mut story = self.story.clone();
        let (release, item, reader) = tell(&mut story);
        assert_eq!(code(story.may_open(release, item, reader)), expect, "{name}");
        let told = story.told[self.story.told.len()..].to_vec();
        let mut scene = self.scene(name, what, told, expect);
        scene.question = Some(Question { release, item, reader: member(reader), now: story.now });
        self.all.push(scene);
    }
}

pub fn code<T>(answer: Result<T, Refusal>) -> &'static str {
    answer.map_or_else(|refusal| refusal.code(), |_| "good")
}

/// All scenes, told anew.
pub fn scenes() -> Vec<Scene> {
    let mut s = Scenes { all: Vec::new(), after: String::new(), story: Story::empty(), folder: "history" };
    s.begin("house", "Partners, people, keys, a directory, and a vault for each partner", |s| {
        *s = Story::with_house();
    });
    house::scenes(&mut s);
    s.begin("case", "Sanne refers a case; it passes screening and triage, and is at the table", |s| {
        s.comes_to_the_table();
    });
    cases::scenes(&mut s);
    s.begin("asked", "Two items, an agenda, a roster, and an ask to each supplier", meetings::asked);
    meetings::scenes(&mut s);
    letters::scenes(&mut s);
    s.begin(
        "released",
        "The police approved for Noor and Daan; consulted; released to both",
        openings::released,
    );
    s.folder = "opening";
    openings::scenes(&mut s);
    s.all
}
