//! Signatures, who is who, and vaults.

use super::*;

pub fn scenes(s: &mut Scenes) {
    signatures(s);
    enrolment(s);
    directories(s);
    in_force(s);
    vaults(s);
}

fn case(s: &Story) -> Case {
    let number = s.history.house.next_case(s.now);
    Case { case: number, kind: CaseKind::Complex, partner: partner("Gemeente") }
}

fn signatures(s: &mut Scenes) {
    s.good("clock-five-minutes", "Sanne's clock is exactly five minutes behind the hub's", |s| {
        let told = s.signs("Sanne", case(s));
        s.tries_told(Told { at: s.now.plus(300), ..told }).unwrap();
    });
    s.no("clock-behind", "Sanne's clock is 301 seconds behind the hub's", "clock-off", |s| {
        let told = s.signs("Sanne", case(s));
        Told { at: s.now.plus(301), ..told }
    });
    s.no("clock-ahead", "Sanne's clock is 301 seconds ahead of the hub's", "clock-off", |s| {
        let mut statement = s.statement("Sanne", case(s));
        statement.signed_at = s.now.plus(301);
        s.tells(statement, "Sanne")
    });
    s.good("authority-clock-behind", "The authority signed a month ago, offline", |s| {
        let told = s.signs("authority", s.slip("Lotte"));
        s.tries_told(Told { at: s.now.plus(30 * DAY), ..told }).unwrap();
    });
    s.no("authority-clock-ahead", "The authority signed 301 seconds from now", "clock-off", |s| {
        let mut statement = s.statement("authority", s.slip("Lotte"));
        statement.signed_at = s.now.plus(301);
        s.tells(statement, "authority")
    });
    s.no("wrong-hub", "A statement for another hub", "wrong-hub", |s| {
        let mut statement = s.statement("Sanne", case(s));
        statement.hub = "zvh-zl.example".parse().unwrap();
        s.tells(statement, "Sanne")
    });
    s.no("signed-by-another", "Hugo signs as Sanne", "bad-signature", |s| {
        s.tells(s.statement("Sanne", case(s)), "Hugo")
    });
    s.no("authority-signed-by-member", "Sanne signs as the authority", "bad-signature", |s| {
        s.tells(s.statement("authority", s.slip("Lotte")), "Sanne")
    });
    s.no("signature-of-another-statement", "The signature is over another statement", "bad-signature", |s| {
        let other = s.signs("Sanne", Case { kind: CaseKind::Aftercare, ..case(s) });
        Told { signature: other.signature, ..s.signs("Sanne", case(s)) }
    });
    s.no("recorded-twice", "An admission that is on record already, at a new leaf", "recorded-twice", |s| {
        Told { leaf: s.told.len() as u64, at: s.now, ..s.told[0].clone() }
    });
    s.no("leaf-taken", "A statement at the leaf of one before", "out-of-order", |s| {
        let told = s.signs("Sanne", case(s));
        Told { leaf: told.leaf - 1, ..told }
    });
    s.no("journal-goes-back", "A statement recorded before the one before it", "out-of-order", |s| {
        let told = s.signs("Sanne", case(s));
        Told { at: s.now.plus(-61), ..told }
    });
    s.no("member-does-authority", "Sanne signs an exclusion", "wrong-signer", |s| {
        s.signs("Sanne", Exclusion { partner: partner("Politie") })
    });
    s.no("authority-does-member", "The authority refers a case", "wrong-signer", |s| {
        s.signs("authority", case(s))
    });
    s.no("hub-does-member", "The hub refers a case", "wrong-signer", |s| s.signs("hub", case(s)));
    s.no("hub-does-authority", "The hub publishes a directory", "wrong-signer", |s| {
        s.signs("hub", s.directory())
    });
    s.no("login-recorded", "A login is no statement for the journal", "wrong-signer", |s| {
        s.signs("Sanne", Login { nonce: Nonce([7; 32]) })
    });
}

fn enrolment(s: &mut Scenes) {
    s.good("enrolment", "Lotte gets a slip, makes keys and a bundle, is vouched for and listed", |s| {
        s.enrols("Lotte");
        s.publishes();
        s.says("Lotte", bundle(1));
    });
    s.good("bundle-before-vouched", "Lotte keeps a bundle before the house vouches for her", |s| {
        let slip = s.says("authority", s.slip("Lotte"));
        s.says("Lotte", s.first_key("Lotte", slip));
        s.says("Lotte", bundle(1));
    });
    s.no("not-vouched", "Lotte's key is on record, but no membership is", "not-vouched", |s| {
        let slip = s.says("authority", s.slip("Lotte"));
        s.says("Lotte", s.first_key("Lotte", slip));
        s.signs("Lotte", Case { partner: partner("Politie"), ..case(s) })
    });
    s.no("not-listed", "Lotte's membership is on record, but in no directory", "not-vouched", |s| {
        s.enrols("Lotte");
        s.signs("Lotte", Case { partner: partner("Politie"), ..case(s) })
    });
    s.no("unknown-member", "Lotte has no key on record", "bad-signature", |s| {
        s.signs("Lotte", Case { partner: partner("Politie"), ..case(s) })
    });
    s.no(
        "slip-for-unknown-partner",
        "A slip for a partner that was never admitted",
        "unknown-partner",
        |s| s.signs("authority", Slip { partner: partner("nobody"), ..s.slip("Lotte") }),
    );
    s.no("slip-moves", "A slip for Femke at another partner", "unknown-member", |s| {
        s.signs("authority", Slip { partner: partner("GGZ"), ..s.slip("Femke") })
    });
    s.no("slip-unknown", "A key for a slip that is not on record", "slip-unknown", |s| {
        s.signs("Lotte", s.first_key("Lotte", named("no slip")))
    });
    s.no("slip-of-another", "Lotte's slip, used for Femke", "slip-unknown", |s| {
        let slip = s.says("authority", s.slip("Lotte"));
        let key = Key { ticket: s.first_key("Lotte", slip).ticket, ..s.first_key("Femke 2", slip) };
        s.tells(s.statement("Femke", key), "Femke 2")
    });
    s.no("slip-wrong-ticket", "A slip with another ticket", "slip-unknown", |s| {
        let slip = s.says("authority", s.slip("Lotte"));
        s.signs("Lotte", Key { ticket: Some(Nonce([9; 32])), ..s.first_key("Lotte", slip) })
    });
    s.no("slip-late", "A key at the very end of its slip", "slip-unknown", |s| {
        let slip = s.slip("Lotte");
        let until = slip.until;
        let slip = s.says("authority", slip);
        s.now = until;
        s.signs("Lotte", s.first_key("Lotte", slip))
    });
    s.no("slip-used", "A second key for one slip", "slip-used", |s| {
        let slip = s.says("authority", s.slip("Lotte"));
        s.says("Lotte", s.first_key("Lotte", slip));
        let second = Key { ticket: s.first_key("Lotte", slip).ticket, ..s.first_key("Lotte 2", slip) };
        s.tells(s.statement("Lotte", second), "Lotte 2")
    });
    s.no("key-signed-by-another", "Lotte's first key, not signed by itself", "bad-signature", |s| {
        let slip = s.says("authority", s.slip("Lotte"));
        s.tells(s.statement("Lotte", s.first_key("Lotte", slip)), "Femke")
    });
    s.no("key-without-cert", "A key whose cert is not attached", "missing-attachment", |s| {
        let slip = s.says("authority", s.slip("Lotte"));
        Told { certs: Default::default(), ..s.signs("Lotte", s.first_key("Lotte", slip)) }
    });
    s.no(
        "key-other-cert-in-its-place",
        "The hub puts another cert in the place of Lotte's",
        "missing-attachment",
        |s| {
            let slip = s.says("authority", s.slip("Lotte"));
            let mut told = s.signs("Lotte", s.first_key("Lotte", slip));
            told.certs.values_mut().for_each(|cert| *cert = keys("Max").cert.public().bytes().to_vec());
            told
        },
    );
    s.no("key-with-anothers-recipient", "Lotte's key names Femke's recipient", "key-differs", |s| {
        let slip = s.says("authority", s.slip("Lotte"));
        let recipient = keys("Femke").age.recipient();
        s.signs("Lotte", Key { recipient, ..s.first_key("Lotte", slip) })
    });
    s.no(
        "key-with-anothers-cert",
        "Femke's next key names Pieter's cert, differently written",
        "key-differs",
        |s| {
            let cert = keys("Pieter").certified.clone();
            let mut told = s.signs("Femke", Key { cert: cert.digest(), ..s.next_key("Femke 2") });
            told.certs.insert(cert.digest(), cert.bytes().to_vec());
            told
        },
    );
    s.good(
        "key-rotation",
        "Femke's next key, vouched for and listed, signs; the vault goes on without it",
        |s| {
            let key = s.says("Femke", s.next_key("Femke 2"));
            s.vouches("Femke 2", key);
            s.publishes();
            s.key_of.insert("Femke".to_owned(), "Femke 2".to_owned());
            s.says("Femke", Case { partner: partner("Politie"), ..case(s) });
        },
    );
    s.no(
        "key-rotation-not-vouched",
        "Femke's next key signs before the house vouches for it",
        "bad-signature",
        |s| {
            s.says("Femke", s.next_key("Femke 2"));
            s.tells(s.statement("Femke", Case { partner: partner("Politie"), ..case(s) }), "Femke 2")
        },
    );
    s.no("key-rotated-out", "Femke's old key signs after its successor is in force", "bad-signature", |s| {
        let key = s.says("Femke", s.next_key("Femke 2"));
        s.vouches("Femke 2", key);
        s.publishes();
        s.signs("Femke", Case { partner: partner("Politie"), ..case(s) })
    });
    s.no(
        "key-rotated-out-bundle",
        "Femke is suspended; her rotated key can't replace her bundle",
        "bad-signature",
        |s| {
            let key = s.says("Femke", s.next_key("Femke 2"));
            s.vouches("Femke 2", key);
            s.publishes();
            s.says("Ellen", suspension(s, "Femke"));
            s.signs("Femke", bundle(1))
        },
    );
    s.no("key-after-another", "Femke's next key names Pieter's as the previous one", "key-unknown", |s| {
        let previous = Some(s.key_statement("Pieter"));
        s.signs("Femke", Key { previous, ..s.next_key("Femke 2") })
    });
    rotations(s);
    s.no("bundle-same-number", "A bundle with the number of the last", "bundle-number", |s| {
        s.says("Femke", bundle(1));
        s.signs("Femke", Bundle { digest: named("other"), ..bundle(1) })
    });
    s.good("bundle-next", "A bundle with the number that follows", |s| {
        s.says("Femke", bundle(1));
        s.says("Femke", bundle(2));
    });
    s.no("bundle-number-skipped", "A bundle that leaves a number out", "bundle-number", |s| {
        s.says("Femke", bundle(1));
        s.signs("Femke", bundle(3))
    });
    s.no("bundle-last-number", "A bundle after which no number could follow", "bundle-number", |s| {
        s.signs("Femke", bundle((1 << 53) - 1))
    });
    let lotte = |s: &mut Story| {
        let slip = s.says("authority", s.slip("Lotte"));
        let key = s.says("Lotte", s.first_key("Lotte", slip));
        s.membership("Lotte", key)
    };
    s.no("membership-unknown-key", "A membership for a key that is not on record", "key-unknown", |s| {
        s.signs("authority", s.membership("Lotte", named("no key")))
    });
    s.no("membership-anothers-key", "Lotte's membership names Femke's key", "key-unknown", move |s| {
        let key = s.key_statement("Femke");
        let membership = lotte(s);
        s.signs("authority", Membership { key, ..membership })
    });
    s.no(
        "membership-other-recipient",
        "The membership's recipient is not the key's",
        "key-differs",
        move |s| {
            let membership = lotte(s);
            s.signs("authority", Membership { recipient: keys("Max").age.recipient(), ..membership })
        },
    );
    s.no("membership-other-cert", "The certified cert is someone else's", "key-differs", move |s| {
        let membership = lotte(s);
        s.signs("authority", Membership { certified: keys("Femke").certified.digest(), ..membership })
    });
    s.no(
        "membership-not-certified",
        "The cert has no certification by the authority",
        "key-differs",
        move |s| {
            let membership = lotte(s);
            s.signs("authority", Membership { certified: keys("Lotte").cert.public().digest(), ..membership })
        },
    );
    s.no(
        "membership-other-name",
        "The cert's user id is not the membership's name",
        "key-differs",
        move |s| {
            let membership = lotte(s);
            s.signs("authority", Membership { name: "Femke de Vries".parse().unwrap(), ..membership })
        },
    );
    s.no(
        "membership-other-mail",
        "The cert's user id is not the membership's address",
        "key-differs",
        move |s| {
            let membership = lotte(s);
            s.signs("authority", Membership { mail: "femke@example.org".parse().unwrap(), ..membership })
        },
    );
    s.no("membership-moves", "Femke's membership moves to another partner", "key-differs", |s| {
        let key = s.key_statement("Femke");
        s.signs("authority", Membership { partner: partner("GGZ"), ..s.membership("Femke", key) })
    });
    s.no("membership-revoked-key", "A membership for a revoked key", "revoked", |s| {
        s.says("authority", revocation(s, "Femke"));
        let until = moment(BEGIN).plus(300 * DAY);
        s.signs("authority", Membership { until, ..s.membership("Femke", s.key_statement("Femke")) })
    });
    s.no("second-house", "A second partner is admitted as the house", "not-allowed", |s| {
        let name = "Tweede huis".parse().unwrap();
        let (kind, standing) = (PartnerKind::House, Standing::Signed);
        s.signs("authority", Admission { partner: partner("second"), name, kind, standing })
    });
}

fn rotations(s: &mut Scenes) {
    s.no(
        "key-rotation-of-thief",
        "Who stole Femke's key has it sign another; the revocation reaches both",
        "revoked",
        |s| {
            s.says("Femke", s.next_key("Femke 2"));
            s.says("authority", revocation(s, "Femke"));
            s.tells(s.statement("Femke", bundle(1)), "Femke 2")
        },
    );
    s.no(
        "membership-rotation-of-thief",
        "The house vouches for a key that a revoked one signed",
        "revoked",
        |s| {
            let key = s.says("Femke", s.next_key("Femke 2"));
            s.says("authority", revocation(s, "Femke"));
            s.signs("authority", s.membership("Femke 2", key))
        },
    );
    s.good(
        "key-rotation-vouched-for",
        "Femke's old key is revoked once its successor, vouched for, is in force",
        |s| {
            let revocation = Revocation { reason: RevocationReason::Rotated, ..revocation(s, "Femke") };
            let key = s.says("Femke", s.next_key("Femke 2"));
            s.vouches("Femke 2", key);
            s.publishes();
            s.says("authority", revocation);
            s.key_of.insert("Femke".to_owned(), "Femke 2".to_owned());
            s.says("Femke", Case { partner: partner("Politie"), ..case(s) });
        },
    );
    s.good(
        "key-rotation-again",
        "Femke's first try was lost before the house vouched for it; the second is as good",
        |s| {
            s.says("Femke", s.next_key("Femke 2"));
            let key = s.says("Femke", s.next_key("Femke 3"));
            s.vouches("Femke 3", key);
            s.publishes();
            s.key_of.insert("Femke".to_owned(), "Femke 3".to_owned());
            s.says("Femke", Case { partner: partner("Politie"), ..case(s) });
        },
    );
    s.good(
        "membership-rotation-followed",
        "The house vouches for a key which another followed meanwhile; a file that it signed must not block the next",
        |s| {
            let key = s.says("Femke", s.next_key("Femke 2"));
            s.says("Femke", s.next_key("Femke 3"));
            s.vouches("Femke 2", key);
            s.publishes();
            s.key_of.insert("Femke".to_owned(), "Femke 2".to_owned());
            s.says("Femke", Case { partner: partner("Politie"), ..case(s) });
        },
    );
    s.no(
        "key-taken-without-slip",
        "Who has no slip does not learn whose key there is",
        "slip-unknown",
        |s| {
            let recipient = keys("Femke").age.recipient();
            s.signs("Lotte", Key { recipient, ..s.first_key("Lotte", named("no slip")) })
        },
    );
}

fn directories(s: &mut Scenes) {
    s.no("directory-older", "A directory with the number of the last", "older-directory", |s| {
        s.signs("authority", Directory { number: Number(1), ..s.directory() })
    });
    s.no("directory-too-long", "A directory for 92 days and a second", "directory-too-long", |s| {
        s.signs("authority", Directory { until: s.now.plus(92 * DAY + 1), ..s.directory() })
    });
    s.no(
        "directory-unknown-membership",
        "A directory lists what is not on record",
        "directory-dangling",
        |s| {
            let mut directory = s.directory();
            directory.membership.push(named("no membership"));
            s.signs("authority", directory)
        },
    );
    s.no(
        "directory-member-twice",
        "A directory lists two memberships of one member",
        "directory-dangling",
        |s| {
            let key = s.key_statement("Femke");
            let longer = Membership { until: s.now.plus(900 * DAY), ..s.membership("Femke", key) };
            let again = s.says("authority", longer);
            let mut directory = s.directory();
            directory.membership.push(again);
            s.signs("authority", directory)
        },
    );
    s.no(
        "directory-without-partner",
        "A directory lists a member but not its partner",
        "directory-dangling",
        |s| {
            let mut directory = s.directory();
            directory.admission.remove(0);
            s.signs("authority", directory)
        },
    );
    s.no("directory-expired", "The directory expired this second", "stale-directory", |s| {
        s.now = s.history.house.directory.as_ref().unwrap().until;
        s.signs("Sanne", case(s))
    });
    s.good("directory-expired-suspension", "A suspension counts also under an expired directory", |s| {
        s.passes(40 * DAY);
        s.says("Ellen", suspension(s, "Femke"));
    });
    s.no(
        "directory-kept-back",
        "A directory signed before an exclusion, recorded after it, does not end it",
        "excluded",
        |s| {
            let kept_back = s.signs("authority", s.directory());
            s.passes(600);
            s.says("authority", Exclusion { partner: partner("Politie") });
            s.tries_told(Told { leaf: s.told.len() as u64, at: s.now, ..kept_back }).unwrap();
            s.signs("Femke", Case { partner: partner("Politie"), ..case(s) })
        },
    );
    s.good(
        "exclusion-kept-back",
        "An exclusion recorded after a directory that was signed later, without it, is over",
        |s| {
            let kept_back = s.signs("authority", Exclusion { partner: partner("Politie") });
            s.passes(600);
            s.publishes();
            s.tries_told(Told { leaf: s.told.len() as u64, at: s.now, ..kept_back }).unwrap();
            s.says("Femke", Case { partner: partner("Politie"), ..case(s) });
        },
    );
    s.good("exclusion-ended", "A later directory that no longer lists an exclusion ends it", |s| {
        s.says("authority", Exclusion { partner: partner("Politie") });
        s.passes(1);
        s.says("authority", Directory { exclusion: vec![], ..s.directory() });
        s.says("Femke", Case { partner: partner("Politie"), ..case(s) });
    });
    s.no(
        "exclusion-same-second",
        "The police are excluded in the second in which a directory was signed: that goes on",
        "excluded",
        |s| {
            let directory = s.signs("authority", s.directory());
            let exclusion = s.signs("authority", Exclusion { partner: partner("Politie") });
            s.tries_told(directory).unwrap();
            s.tries_told(next(s, exclusion)).unwrap();
            s.signs("Femke", Case { partner: partner("Politie"), ..case(s) })
        },
    );
    s.no(
        "exclusion-same-second-before",
        "The police are excluded, and the directory that comes after was signed in that second: it does not end it",
        "excluded",
        |s| {
            let directory = s.signs("authority", s.directory());
            let exclusion = s.signs("authority", Exclusion { partner: partner("Politie") });
            s.tries_told(exclusion).unwrap();
            s.tries_told(next(s, directory)).unwrap();
            s.signs("Femke", Case { partner: partner("Politie"), ..case(s) })
        },
    );
    s.good(
        "exclusion-a-second-before",
        "An exclusion that was signed a second before the last directory, without it, is over",
        |s| {
            let exclusion = s.signs("authority", Exclusion { partner: partner("Politie") });
            s.passes(1);
            s.publishes();
            s.tries_told(next(s, exclusion)).unwrap();
            s.says("Femke", Case { partner: partner("Politie"), ..case(s) });
        },
    );
}

/// What was signed before, to be recorded now.
fn next(s: &Story, told: Told) -> Told {
    Told { leaf: s.told.len() as u64, at: s.now, ..told }
}

fn in_force(s: &mut Scenes) {
    s.no("revoked", "Femke's key is revoked", "revoked", |s| {
        s.says("authority", revocation(s, "Femke"));
        s.signs("Femke", Case { partner: partner("Politie"), ..case(s) })
    });
    s.no(
        "revoked-backdated",
        "Max has Femke's revoked key and sets his clock back by two minutes",
        "revoked",
        |s| {
            let before = s.now;
            s.says("authority", revocation(s, "Femke"));
            let mut statement = s.statement("Femke", Case { partner: partner("Politie"), ..case(s) });
            statement.signed_at = before.plus(-60);
            s.tells(statement, "Femke")
        },
    );
    s.no("revoked-backdated-far", "Max sets his clock back by a day", "clock-off", |s| {
        s.says("authority", revocation(s, "Femke"));
        let mut statement = s.statement("Femke", Case { partner: partner("Politie"), ..case(s) });
        statement.signed_at = s.now.plus(-DAY);
        s.tells(statement, "Femke")
    });
    s.no("membership-expired", "Femke's membership ended this second", "not-in-force", |s| {
        s.now = moment(BEGIN).plus(365 * DAY - 60);
        s.publishes();
        s.signs("Femke", Case { partner: partner("Politie"), ..case(s) })
    });
    s.no(
        "suspended-signed-by-another",
        "Hugo signs as Femke, who is suspended, and is not told that",
        "bad-signature",
        |s| {
            s.says("Ellen", suspension(s, "Femke"));
            s.tells(s.statement("Femke", Case { partner: partner("Politie"), ..case(s) }), "Hugo")
        },
    );
    s.no(
        "revoked-signed-by-another",
        "Hugo signs as Femke, whose key is revoked, and is not told that",
        "bad-signature",
        |s| {
            s.says("authority", revocation(s, "Femke"));
            s.tells(s.statement("Femke", Case { partner: partner("Politie"), ..case(s) }), "Hugo")
        },
    );
    s.no(
        "not-vouched-signed-by-another",
        "Hugo signs as Lotte, who waits to be vouched for, and is not told that",
        "bad-signature",
        |s| {
            s.enrols("Lotte");
            s.tells(s.statement("Lotte", Case { partner: partner("Politie"), ..case(s) }), "Hugo")
        },
    );
    s.no(
        "not-signed-partner-by-another",
        "Hugo signs as Max, whose partner has not signed, and is not told that",
        "bad-signature",
        |s| s.tells(s.statement("Max", Case { partner: partner("Vijf"), ..case(s) }), "Hugo"),
    );
    s.no("suspended", "Femke is suspended", "suspended", |s| {
        s.says("Ellen", suspension(s, "Femke"));
        s.signs("Femke", Case { partner: partner("Politie"), ..case(s) })
    });
    s.good("suspension-over", "Femke's suspension ended this second", |s| {
        let suspension = suspension(s, "Femke");
        let until = suspension.until;
        s.says("Ellen", suspension);
        s.now = until;
        s.says("Femke", Case { partner: partner("Politie"), ..case(s) });
    });
    s.no("suspension-by-another", "Joris, who is no manager, suspends Femke", "not-manager", |s| {
        s.signs("Joris", suspension(s, "Femke"))
    });
    s.no("suspension-of-nobody", "A suspension of who is not in the directory", "unknown-member", |s| {
        s.signs("Ellen", suspension(s, "Lotte"))
    });
    s.no("excluded", "The police are excluded", "excluded", |s| {
        s.says("authority", Exclusion { partner: partner("Politie") });
        s.signs("Femke", Case { partner: partner("Politie"), ..case(s) })
    });
    s.no("exclusion-of-nobody", "An exclusion of who was never admitted", "unknown-partner", |s| {
        s.signs("authority", Exclusion { partner: partner("nobody") })
    });
    s.no(
        "partner-not-signed",
        "Max, whose partner has not signed, refers a case",
        "not-signed-partner",
        |s| s.signs("Max", Case { partner: partner("Vijf"), ..case(s) }),
    );
    s.no("revocation-of-nothing", "A revocation of a key that is not this member's", "key-unknown", |s| {
        s.signs("authority", Revocation { member: member("Pieter"), ..revocation(s, "Femke") })
    });
}

fn vaults(s: &mut Scenes) {
    s.good("vault-next-generation", "Femke makes a generation without Pieter", |s| {
        s.says("Femke", s.vault_of("Politie", &["Femke"]));
    });
    s.no("vault-by-another", "Sanne makes a generation of the police's vault", "not-holder", |s| {
        s.signs("Sanne", s.vault_of("Politie", &["Femke"]))
    });
    s.no("vault-by-former-holder", "Pieter, no longer a holder, makes a generation", "not-holder", |s| {
        s.says("Femke", s.vault_of("Politie", &["Femke"]));
        s.signs("Pieter", s.vault_of("Politie", &["Pieter"]))
    });
    s.no(
        "vault-holder-of-another",
        "Sanne is made a holder of the police's vault",
        "holder-not-allowed",
        |s| s.signs("Femke", s.vault_of("Politie", &["Femke", "Sanne"])),
    );
    s.no(
        "vault-holder-no-procesregisseur",
        "Tess is made a holder of the house's vault",
        "holder-not-allowed",
        |s| s.signs("Joris", s.vault_of("Zorg- en Veiligheidshuis", &["Joris", "Tess"])),
    );
    s.no("vault-holder-unknown", "Lotte, without keys, is made a holder", "unknown-member", |s| {
        s.signs("Femke", s.vault_of("Politie", &["Femke", "Lotte"]))
    });
    s.no("vault-second", "A second vault for one partner", "vault-twice", |s| {
        let vault = s.vault("GGZ").vault.to_string().replace('0', "1").parse().unwrap();
        let vault = Vault {
            vault,
            generation: Number(1),
            predecessor: None,
            set: None,
            ..s.vault_of("Politie", &["Femke"])
        };
        s.signs("Femke", vault)
    });
    s.no("vault-generation-again", "A second statement for one generation", "vault-twice", |s| {
        let second = s.vault_of("Politie", &["Pieter"]);
        s.says("Femke", s.vault_of("Politie", &["Femke", "Pieter"]));
        let second = Vault { recipient: keys("Lotte").age.recipient(), ..second };
        s.signs("Pieter", second)
    });
    s.no("vault-generation-skipped", "A generation is left out", "old-generation", |s| {
        let vault = s.vault_of("Politie", &["Femke"]);
        s.signs("Femke", Vault { generation: Number(3), ..vault })
    });
    s.no("vault-other-predecessor", "A generation with another predecessor", "old-generation", |s| {
        let predecessor = Some(named("another"));
        s.signs("Femke", Vault { predecessor, ..s.vault_of("Politie", &["Femke"]) })
    });
    s.no("vault-old-recipient", "A generation with a recipient of before", "vault-twice", |s| {
        let recipient = s.history.house.vault_of(partner("Politie")).unwrap().recipient.clone();
        s.signs("Femke", Vault { recipient, ..s.vault_of("Politie", &["Femke"]) })
    });
    s.no("vault-authority-too-soon", "The authority steps in while there are holders", "wrong-signer", |s| {
        s.signs("authority", s.vault_of("Politie", &["Femke"]))
    });
    first_vaults(s);
    support(s);
    s.good("vault-authority", "Both holders' keys are revoked: the authority makes Lotte the holder", |s| {
        s.enrols("Lotte");
        s.publishes();
        s.says("authority", revocation(s, "Femke"));
        s.says("authority", revocation(s, "Pieter"));
        s.says("authority", Vault { set: None, ..s.vault_of("Politie", &["Lotte"]) });
    });
}

/// The fifth partner signs the agreement, and has no vault yet.
fn vijf_signs(s: &mut Story) {
    s.admits("Vijf", PartnerKind::Partner, Standing::Signed);
    s.publishes();
}

fn first_vaults(s: &mut Scenes) {
    s.good("vault-first", "Max makes the first vault of his partner, which has signed now", |s| {
        vijf_signs(s);
        s.says("Max", s.vault_of("Vijf", &["Max"]));
    });
    s.no("vault-first-by-another", "Sanne makes the first vault of another partner", "not-holder", |s| {
        vijf_signs(s);
        s.signs("Sanne", s.vault_of("Vijf", &["Max"]))
    });
    s.no(
        "vault-first-by-another-for-itself",
        "Sanne makes herself the holder of another partner's first vault",
        "not-holder",
        |s| {
            vijf_signs(s);
            s.signs("Sanne", s.vault_of("Vijf", &["Sanne"]))
        },
    );
    s.no("vault-first-by-authority", "The authority makes a partner's first vault", "wrong-signer", |s| {
        vijf_signs(s);
        s.signs("authority", s.vault_of("Vijf", &["Max"]))
    });
    s.no("vault-first-not-one", "The first generation of a vault has number 2", "old-generation", |s| {
        vijf_signs(s);
        s.signs("Max", Vault { generation: Number(2), ..s.vault_of("Vijf", &["Max"]) })
    });
    s.no(
        "vault-first-with-predecessor",
        "The first generation of a partner's vault follows the house's",
        "old-generation",
        |s| {
            vijf_signs(s);
            let house = s.history.house.vault_of(partner("Zorg- en Veiligheidshuis")).unwrap().id;
            s.signs("Max", Vault { predecessor: Some(house), ..s.vault_of("Vijf", &["Max"]) })
        },
    );
}

/// Someone's roles from the next directory on.
fn takes_roles(s: &mut Story, who: &str, role: &[Role]) {
    let membership = s.membership(who, s.key_statement(who));
    let membership = s.says("authority", Membership { role: role.to_vec(), ..membership });
    s.remember(&format!("membership {who}"), membership);
    s.publishes();
}

fn support(s: &mut Scenes) {
    s.no(
        "vault-held-by-support",
        "A partner's vault is held by who has the role of support and no other",
        "holder-not-allowed",
        |s| {
            takes_roles(s, "Pieter", &[Role::Support]);
            s.signs("Femke", s.vault_of("Politie", &["Pieter"]))
        },
    );
    s.no(
        "vault-first-by-support",
        "Who has the role of support and no other makes the first vault of a partner",
        "holder-not-allowed",
        |s| {
            takes_roles(s, "Max", &[Role::Support]);
            vijf_signs(s);
            s.signs("Max", s.vault_of("Vijf", &["Max"]))
        },
    );
    s.no(
        "vault-first-by-support-for-another",
        "Who has the role of support and no other makes the first vault of a partner, for a colleague",
        "holder-not-allowed",
        |s| {
            let slip = s.says("authority", Slip { partner: partner("Vijf"), ..s.slip("Lotte") });
            let key = s.says("Lotte", s.first_key("Lotte", slip));
            let lotte = Membership { partner: partner("Vijf"), ..s.membership("Lotte", key) };
            let lotte = s.says("authority", lotte);
            s.remember("membership Lotte", lotte);
            takes_roles(s, "Max", &[Role::Support]);
            vijf_signs(s);
            s.signs("Max", s.vault_of("Vijf", &["Lotte"]))
        },
    );
    s.good("vault-held-by-support-and-more", "A holder has the role of support beside another", |s| {
        takes_roles(s, "Pieter", &[Role::Manager, Role::Support]);
        s.says("Femke", s.vault_of("Politie", &["Pieter"]));
    });
}

pub fn bundle(number: u64) -> Bundle {
    Bundle { number: Number(number), digest: named("bundle"), fetch: vec![named("fetch id")] }
}

pub fn revocation(s: &Story, who: &str) -> Revocation {
    Revocation { member: member(who), key: s.key_statement(who), reason: RevocationReason::Stolen }
}

pub fn suspension(s: &Story, who: &str) -> Suspension {
    Suspension { member: member(who), until: s.now.plus(7 * DAY) }
}
