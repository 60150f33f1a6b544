//! The letters that people sign, right in every respect unless a test changes it. No mail is made: its digest is that
//! of its name.

use zegel::protocol::letter::kept_by;
use zegel::protocol::statement::*;

use super::*;

/// A payload with the length that all answers have.
fn answer(name: &str) -> Payload {
    Payload { length: REPLY_PART, ..payload(name) }
}

impl Story {
    /// A letter of this kind, about no meeting.
    pub fn letter(&self, who: &str, kind: LetterKind, to: &str) -> Letter {
        let copy = format!("{kind} of {who} to {to}, {}", self.now);
        Letter {
            case: self.number(),
            kind,
            to: member(to),
            key: self.key_statement(to),
            roster: None,
            sequence: None,
            item: None,
            message: named(&format!("mail with the {copy}")),
            copy: payload(&copy),
            grant_copy: self.kept_by(&copy, &[works_for(who)]),
        }
    }

    fn kept_by(&self, name: &str, partners: &[&str]) -> Vec<VaultGrant> {
        let partners: Vec<PartnerId> = partners.iter().map(|name| partner(name)).collect();
        let vaults = kept_by(&self.history.house, self.state(), &partners).unwrap();
        let mut grants: Vec<VaultGrant> = vaults.iter().map(|vault| grant(name, vault.now())).collect();
        grants.sort_by_key(VaultGrant::to_string);
        grants.dedup();
        grants
    }

    pub fn asks_by_letter(&mut self, to: &str) -> Digest {
        self.says("Joris", self.letter("Joris", LetterKind::Request, to))
    }

    /// An invitation or a cancellation by Joris, with this sequence.
    pub fn invitation(&self, kind: LetterKind, roster: Digest, sequence: u64, to: &str) -> Letter {
        let letter = self.letter("Joris", kind, to);
        Letter { roster: Some(roster), sequence: Some(Number(sequence)), ..letter }
    }

    pub fn reply(&self, who: &str, letter: Digest) -> Reply {
        let (said, why) = (format!("answer of {who} to {letter}"), format!("reason of {who} for {letter}"));
        let author = self.state().letters.get(&letter).map(|state| state.by);
        let author = author.and_then(|by| PEOPLE.iter().find(|(name, ..)| member(name) == by));
        let own = works_for(who);
        let told: Vec<&str> = author.map(|(_, _, partner, _)| *partner).into_iter().chain([own]).collect();
        Reply {
            case: self.number(),
            letter,
            answer: answer(&said),
            grant_answer: self.kept_by(&said, &told),
            reason: answer(&why),
            grant_reason: vec![grant(&why, self.kept_in(own))],
        }
    }
}
