//! Letters, replies, and how members get them.

use super::*;

pub fn scenes(s: &mut Scenes) {
    messages(s);
    addressees(s);
    expired(s);
    requests(s);
    invitations(s);
    sequences(s);
    minutes(s);
    replies(s);
    deliveries(s);
}

fn message(s: &Story, who: &str, to: &str) -> Letter {
    s.letter(who, LetterKind::Message, to)
}

fn messages(s: &mut Scenes) {
    s.good("letter-message", "Joris writes to Femke, who writes to Mila", |s| {
        s.says("Joris", message(s, "Joris", "Femke"));
        s.says("Femke", message(s, "Femke", "Mila"));
    });
    s.good(
        "letter-to-newcomer-in-case",
        "Joris writes to Bram, who knew nothing of the case and now does",
        |s| {
            s.says("Joris", message(s, "Joris", "Bram"));
            s.contributes("Bram", "what Bram knows");
        },
    );
    s.no("letter-case-unknown", "Bram writes in a case that he does not know of", "unknown-case", |s| {
        s.signs("Bram", message(s, "Bram", "Joris"))
    });
    s.no("letter-between-partners", "Femke writes to Noor", "only-to-director", |s| {
        s.signs("Femke", message(s, "Femke", "Noor"))
    });
    s.no("letter-copy-withheld", "Femke seals the copy to her own vault only", "wrong-grants", |s| {
        let mut letter = message(s, "Femke", "Joris");
        letter.grant_copy.retain(|grant| grant.vault == s.vault("Politie"));
        s.signs("Femke", letter)
    });
    s.no("letter-copy-to-another", "Joris seals the copy to Femke's vault too", "wrong-grants", |s| {
        let letter = message(s, "Joris", "Femke");
        let grant_copy = message(s, "Femke", "Joris").grant_copy;
        s.signs("Joris", Letter { grant_copy, ..letter })
    });
    s.no("letter-case-ended", "A letter in a case that ended", "case-ended", |s| {
        s.goes_to(Phase::Ended);
        s.signs("Joris", message(s, "Joris", "Femke"))
    });
}

/// Femke's next key is of this kind, vouched for and listed.
fn femke_has(s: &mut Story, name: &str) {
    let key = s.says("Femke", s.next_key(name));
    s.vouches(name, key);
    s.publishes();
    s.key_of.insert("Femke".to_owned(), name.to_owned());
}

fn addressees(s: &mut Scenes) {
    s.no(
        "letter-not-signed",
        "Joris writes to someone of a partner that has not signed",
        "not-signed-partner",
        |s| s.signs("Joris", message(s, "Joris", "Max")),
    );
    s.no("letter-suspended", "Joris writes to someone who is suspended", "suspended", |s| {
        s.says("Ellen", house::suspension(s, "Femke"));
        s.signs("Joris", message(s, "Joris", "Femke"))
    });
    s.no("letter-excluded", "Joris writes to someone of an excluded partner", "excluded", |s| {
        s.says("authority", Exclusion { partner: partner("Politie") });
        s.signs("Joris", message(s, "Joris", "Femke"))
    });
    s.no(
        "letter-unknown-member",
        "Joris writes to someone who is not in the directory",
        "unknown-member",
        |s| s.signs("Joris", Letter { to: member("Lotte"), ..message(s, "Joris", "Femke") }),
    );
    s.no("letter-revoked", "Joris writes to Femke, whose key is revoked", "revoked", |s| {
        let key = s.key_statement("Femke");
        let reason = RevocationReason::Stolen;
        s.says("authority", Revocation { member: member("Femke"), key, reason });
        s.signs("Joris", message(s, "Joris", "Femke"))
    });
    s.no("letter-key-of-another", "The letter names Pieter's key", "key-unknown", |s| {
        let key = s.key_statement("Pieter");
        s.signs("Joris", Letter { key, ..message(s, "Joris", "Femke") })
    });
    s.no("letter-old-key", "The letter names the key that Femke had before", "key-unknown", |s| {
        let letter = message(s, "Joris", "Femke");
        femke_has(s, "Femke 2");
        s.signs("Joris", letter)
    });
    s.no("letter-sign-only", "Femke's cert has no key to encrypt for", "no-usable-cert", |s| {
        femke_has(s, "Femke sign-only");
        s.signs("Joris", message(s, "Joris", "Femke"))
    });
}

fn expired(s: &mut Scenes) {
    s.no("letter-expired", "Femke's cert has expired for mail programs", "no-usable-cert", |s| {
        femke_has(s, "Femke expired");
        s.signs("Joris", message(s, "Joris", "Femke"))
    });
    s.good("expired-signs", "Femke's statements count all the same", |s| {
        femke_has(s, "Femke expired");
        s.says("Femke", Delivery { way: DeliveryWay::Portal, language: LanguageWord::Dutch });
    });
}

fn requests(s: &mut Scenes) {
    s.good("letter-request", "Joris asks Bram, who answers with a contribution", |s| {
        s.asks_by_letter("Bram");
        s.contributes("Bram", "answer");
    });
    s.no("letter-request-by-another", "Femke asks Joris", "not-director", |s| {
        s.signs("Femke", s.letter("Femke", LetterKind::Request, "Joris"))
    });
    s.no("letter-request-in-screening", "A question before the triage", "wrong-phase", |s| {
        s.refers("Sanne");
        s.goes_to(Phase::Screening);
        s.signs("Joris", s.letter("Joris", LetterKind::Request, "Femke"))
    });
}

fn invitations(s: &mut Scenes) {
    use LetterKind::{Cancellation, Invitation};
    s.good("letter-invitation", "Joris invites Noor, changes the date and cancels", |s| {
        let roster = s.recall("roster");
        s.says("Joris", s.invitation(Invitation, roster, 0, "Noor"));
        let roster = s.invites(&["Noor", "Daan"]);
        s.says("Joris", s.invitation(Invitation, roster, 1, "Noor"));
        s.says("Joris", s.invitation(Cancellation, roster, 2, "Noor"));
        s.says("Joris", s.invitation(Invitation, roster, 3, "Noor"));
    });
    s.good(
        "letter-cancellation-off-roster",
        "Noor is off the roster, and is told without being shown it",
        |s| {
            let before = s.recall("roster");
            s.says("Joris", s.invitation(Invitation, before, 0, "Noor"));
            s.invites(&["Daan"]);
            s.says("Joris", s.invitation(Cancellation, before, 1, "Noor"));
        },
    );
    s.no("letter-invitation-by-another", "Femke invites Noor", "not-director", |s| {
        let letter = s.letter("Femke", Invitation, "Noor");
        let roster = Some(s.recall("roster"));
        s.signs("Femke", Letter { roster, sequence: Some(Number(0)), ..letter })
    });
    s.no(
        "letter-invitation-not-on-roster",
        "Joris invites Bram, who is not on the roster",
        "not-on-roster",
        |s| s.signs("Joris", s.invitation(Invitation, s.recall("roster"), 0, "Bram")),
    );
    s.no("letter-invitation-old-roster", "An invitation by a roster of before", "other-roster", |s| {
        s.invites(&["Noor"]);
        s.signs("Joris", s.invitation(Invitation, s.recall("roster"), 0, "Noor"))
    });
    s.no(
        "letter-invitation-no-roster",
        "An invitation by a roster that is not on record",
        "unknown-roster",
        |s| s.signs("Joris", s.invitation(Invitation, named("none"), 0, "Noor")),
    );
    s.no(
        "letter-invitation-twice",
        "Mila sends the change that Joris sent already",
        "older-invitation",
        |s| {
            let roster = s.recall("roster");
            s.says("Joris", s.invitation(Invitation, roster, 0, "Noor"));
            s.says("Joris", s.invitation(Invitation, roster, 1, "Noor"));
            s.signs("Mila", s.invitation(Invitation, roster, 1, "Noor"))
        },
    );
    s.no("letter-invitation-older", "An invitation with a lower sequence", "older-invitation", |s| {
        let roster = s.recall("roster");
        s.says("Joris", s.invitation(Invitation, roster, 0, "Noor"));
        s.says("Joris", s.invitation(Invitation, roster, 1, "Noor"));
        s.signs("Joris", s.invitation(Invitation, roster, 0, "Noor"))
    });
    s.no(
        "letter-cancellation-not-invited",
        "A cancellation to Daan, who was not invited",
        "not-invited",
        |s| {
            let roster = s.recall("roster");
            s.says("Joris", s.invitation(Invitation, roster, 0, "Noor"));
            s.signs("Joris", s.invitation(Cancellation, roster, 1, "Daan"))
        },
    );
    s.no("letter-cancellation-twice", "A cancellation of what was cancelled", "not-invited", |s| {
        let roster = s.recall("roster");
        s.says("Joris", s.invitation(Invitation, roster, 0, "Noor"));
        s.says("Joris", s.invitation(Cancellation, roster, 1, "Noor"));
        s.signs("Joris", s.invitation(Cancellation, roster, 2, "Noor"))
    });
}

/// The numbers of a meeting's letters are shared by all who are invited.
fn sequences(s: &mut Scenes) {
    use LetterKind::{Cancellation, Invitation};
    s.good(
        "letter-sequence-shared",
        "Noor's date changes, Daan is invited with the number that she has, and both are told that it is off",
        |s| {
            let roster = s.invites(&["Noor", "Daan"]);
            s.says("Joris", s.invitation(Invitation, roster, 0, "Noor"));
            s.says("Joris", s.invitation(Invitation, roster, 1, "Noor"));
            s.says("Joris", s.invitation(Invitation, roster, 1, "Daan"));
            s.says("Joris", s.invitation(Cancellation, roster, 2, "Noor"));
            s.says("Joris", s.invitation(Cancellation, roster, 2, "Daan"));
        },
    );
    s.good("letter-sequence-of-meeting", "Each meeting has numbers of its own", |s| {
        let roster = s.recall("roster");
        s.says("Joris", s.invitation(Invitation, roster, 0, "Noor"));
        s.says("Joris", s.invitation(Invitation, roster, 1, "Noor"));
        let other = s.says("Joris", s.roster_of("another", &["Noor"]));
        s.says("Joris", s.invitation(Invitation, other, 0, "Noor"));
    });
    s.no("letter-sequence-first", "A first invitation that is not number 0", "sequence-too-high", |s| {
        s.signs("Joris", s.invitation(Invitation, s.recall("roster"), 1, "Noor"))
    });
    s.no("letter-sequence-skips", "A change that skips a number", "sequence-too-high", |s| {
        let roster = s.recall("roster");
        s.says("Joris", s.invitation(Invitation, roster, 0, "Noor"));
        s.signs("Joris", s.invitation(Invitation, roster, 2, "Noor"))
    });
    s.no(
        "letter-sequence-of-other-meeting",
        "A number that follows on that of another meeting",
        "sequence-too-high",
        |s| {
            let other = s.says("Joris", s.roster_of("another", &["Noor"]));
            s.says("Joris", s.invitation(Invitation, other, 0, "Noor"));
            s.signs("Joris", s.invitation(Invitation, s.recall("roster"), 1, "Noor"))
        },
    );
    s.no(
        "letter-sequence-cancellation",
        "A cancellation with so high a number that no letter could follow",
        "sequence-too-high",
        |s| {
            let roster = s.recall("roster");
            s.says("Joris", s.invitation(Invitation, roster, 0, "Noor"));
            s.signs("Joris", s.invitation(Cancellation, roster, (1 << 53) - 1, "Noor"))
        },
    );
    s.no("letter-sequence-largest", "A number that no calendar can hold", "sequence-too-high", |s| {
        s.signs("Joris", s.invitation(Invitation, s.recall("roster"), 1 << 31, "Noor"))
    });
}

fn minutes(s: &mut Scenes) {
    fn item(s: &mut Story, kind: ItemKind) -> Digest {
        s.says("Joris", Item { kind, ..s.item("Joris", "minutes") })
    }
    fn letter(s: &Story, item: Digest, to: &str) -> Letter {
        let roster = Some(s.recall("roster"));
        Letter { roster, item: Some(item), ..s.letter("Joris", LetterKind::Minutes, to) }
    }
    s.good("letter-minutes", "Noor gets the minutes", |s| {
        let minutes = item(s, ItemKind::Minutes);
        s.says("Joris", letter(s, minutes, "Noor"));
    });
    s.no("letter-minutes-not-there", "Minutes to Bram, who was not on the roster", "not-on-roster", |s| {
        let minutes = item(s, ItemKind::Minutes);
        s.signs("Joris", letter(s, minutes, "Bram"))
    });
    s.no("letter-minutes-of-plan", "A plan is no minutes", "unknown-item", |s| {
        let plan = item(s, ItemKind::Plan);
        s.signs("Joris", letter(s, plan, "Noor"))
    });
    s.no("letter-minutes-retracted", "Minutes that were taken out", "retracted", |s| {
        let minutes = item(s, ItemKind::Minutes);
        s.says("Joris", Retraction { case: s.number(), item: minutes });
        s.signs("Joris", letter(s, minutes, "Noor"))
    });
}

fn replies(s: &mut Scenes) {
    s.good("reply", "Bram answers, and answers again", |s| {
        let letter = s.asks_by_letter("Bram");
        s.says("Bram", s.reply("Bram", letter));
        s.says("Bram", s.reply("Bram", letter));
    });
    s.good("reply-by-director", "Mila answers Femke", |s| {
        let letter = s.says("Femke", message(s, "Femke", "Mila"));
        s.says("Mila", s.reply("Mila", letter));
    });
    s.no("reply-for-another", "Pieter answers what Femke was asked", "unknown-letter", |s| {
        let letter = s.asks_by_letter("Femke");
        s.signs("Pieter", s.reply("Pieter", letter))
    });
    s.no("reply-to-nothing", "An answer to a letter that is not on record", "unknown-letter", |s| {
        let letter = s.asks_by_letter("Femke");
        s.signs("Femke", Reply { letter: named("none"), ..s.reply("Femke", letter) })
    });
    s.no(
        "reply-reason-told",
        "Why Dr. Amrani has no contribution is sealed to the procesregisseurs too",
        "wrong-grants",
        |s| {
            let letter = s.asks_by_letter("Amrani");
            let reply = s.reply("Amrani", letter);
            let mut grant_reason = reply.grant_reason.clone();
            grant_reason.push(grant("reason", s.case_vault()));
            grant_reason.sort_by_key(VaultGrant::to_string);
            s.signs("Amrani", Reply { grant_reason, ..reply })
        },
    );
    s.no("reply-answer-kept", "The answer is sealed to Dr. Amrani's own vault only", "wrong-grants", |s| {
        let letter = s.asks_by_letter("Amrani");
        let mut reply = s.reply("Amrani", letter);
        reply.grant_answer.retain(|grant| grant.vault == s.vault("GGZ"));
        s.signs("Amrani", reply)
    });
}

fn deliveries(s: &mut Scenes) {
    let delivery = Delivery { way: DeliveryWay::Mail, language: LanguageWord::English };
    s.good("delivery", "Noor wants her letters by mail, in English", |s| {
        s.says("Noor", delivery.clone());
    });
    s.no("delivery-suspended", "Someone who is suspended chooses", "suspended", |s| {
        s.says("Ellen", house::suspension(s, "Femke"));
        s.signs("Femke", delivery)
    });
}
