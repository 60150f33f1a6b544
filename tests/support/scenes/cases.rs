//! Cases, their phases, and items.

use super::*;

pub fn scenes(s: &mut Scenes) {
    paths(s);
    vaults(s);
    items(s);
}

fn paths(s: &mut Scenes) {
    s.no("case-number-taken", "A case with a number that is in use", "case-number-taken", |s| {
        let case = Case { case: s.number(), kind: CaseKind::Aftercare, partner: partner("Gemeente") };
        s.signs("Sanne", case)
    });
    s.no("case-number-skipped", "A case that leaves a number out", "case-number-taken", |s| {
        let number = "ZVH-2026-0003".parse().unwrap();
        s.signs("Sanne", Case { case: number, kind: CaseKind::Complex, partner: partner("Gemeente") })
    });
    s.no("case-for-another", "Sanne refers on behalf of the police", "not-allowed", |s| {
        let case = s.history.house.next_case(s.now);
        s.signs("Sanne", Case { case, kind: CaseKind::Complex, partner: partner("Politie") })
    });
    s.no("case-unknown", "A contribution to a case that does not exist", "unknown-case", |s| {
        let case = "ZVH-2026-0099".parse().unwrap();
        s.signs("Femke", Item { case, ..s.item("Femke", "report") })
    });
    s.no("case-not-for-bram", "Bram contributes to a case that he may not know of", "unknown-case", |s| {
        s.signs("Bram", s.item("Bram", "report"))
    });
    s.no("phase-skipped", "A case goes back from the table to triage", "wrong-phase", |s| {
        s.signs("Joris", s.phase(Phase::Triage))
    });
    s.no("phase-by-another", "Sanne takes the case to its next phase", "not-director", |s| {
        s.signs("Sanne", s.phase(Phase::Plan))
    });
    s.no(
        "phase-not-sealed-to-referrer",
        "The outcome is not sealed to the referring partner",
        "wrong-grants",
        |s| {
            let mut phase = s.phase(Phase::Plan);
            phase.grant_outcome.truncate(1);
            s.signs("Joris", phase)
        },
    );
    s.no("phase-sealed-to-more", "The outcome is sealed to the police too", "wrong-grants", |s| {
        let mut phase = s.phase(Phase::Plan);
        phase.grant_outcome.push(grant("outcome", s.vault("Politie")));
        s.signs("Joris", phase)
    });
    s.good(
        "phase-referrer-excluded",
        "The referring partner is excluded: the case goes on, its outcome sealed to who runs it only",
        |s| {
            s.says("authority", Exclusion { partner: partner("Gemeente") });
            s.goes_to(Phase::Plan);
        },
    );
    s.no(
        "phase-sealed-to-excluded-referrer",
        "The outcome is sealed to the referring partner, which is excluded",
        "wrong-grants",
        |s| {
            let phase = s.phase(Phase::Plan);
            s.says("authority", Exclusion { partner: partner("Gemeente") });
            s.signs("Joris", phase)
        },
    );
    s.good("phase-aftercare", "A case of aftercare comes to the table at once", |s| {
        let case = s.history.house.next_case(s.now);
        s.says("Sanne", Case { case, kind: CaseKind::Aftercare, partner: partner("Gemeente") });
        s.case = Some(case);
        s.says("Joris", s.vault_of("case", &["Joris"]));
        s.goes_to(Phase::Rto);
    });
    s.no(
        "phase-complex-at-once",
        "A complex case comes to the table without screening",
        "wrong-phase",
        |s| {
            s.refers("Sanne");
            s.signs("Joris", s.phase(Phase::Rto))
        },
    );
    s.no("case-ended", "A contribution to a case that has ended", "case-ended", |s| {
        s.goes_to(Phase::Ended);
        s.signs("Femke", s.item("Femke", "report"))
    });
}

fn vaults(s: &mut Scenes) {
    s.no(
        "case-vault-not-first",
        "Mila, who holds it not, makes a generation of the case's vault",
        "not-holder",
        |s| {
            s.says("Joris", s.vault_of("case", &["Joris"]));
            s.signs("Mila", s.vault_of("case", &["Mila"]))
        },
    );
    s.no("case-vault-for-partner", "Sanne is made a holder of the case's vault", "holder-not-allowed", |s| {
        s.signs("Joris", s.vault_of("case", &["Joris", "Sanne"]))
    });
    s.no("case-vault-by-partner", "Sanne makes the first vault of her case", "not-holder", |s| {
        let case = s.history.house.next_case(s.now);
        s.says("Sanne", Case { case, kind: CaseKind::Complex, partner: partner("Gemeente") });
        s.case = Some(case);
        s.signs("Sanne", s.vault_of("case", &["Joris"]))
    });
    s.no(
        "case-vault-other-predecessor",
        "The first vault of a case does not follow the house's",
        "old-generation",
        |s| {
            let case = s.history.house.next_case(s.now);
            s.says("Sanne", Case { case, kind: CaseKind::Complex, partner: partner("Gemeente") });
            s.case = Some(case);
            s.signs("Joris", Vault { predecessor: Some(named("another")), ..s.vault_of("case", &["Joris"]) })
        },
    );
    s.no(
        "case-vault-id-of-another",
        "The vault of a second case takes the id of the first one's",
        "vault-twice",
        |s| {
            let vault = s.case_vault().vault;
            let case = s.history.house.next_case(s.now);
            s.says("Sanne", Case { case, kind: CaseKind::Complex, partner: partner("Gemeente") });
            s.case = Some(case);
            s.signs("Mila", Vault { vault, ..s.vault_of("case", &["Mila"]) })
        },
    );
    s.no(
        "vault-unsound",
        "Nothing new goes to a vault whose holder's key is revoked",
        "vault-unsound",
        |s| {
            s.says("authority", house::revocation(s, "Pieter"));
            s.signs("Femke", s.item("Femke", "report"))
        },
    );
    s.no(
        "vault-rotated",
        "Nothing new goes to a vault whose holder's key was replaced",
        "vault-unsound",
        |s| {
            let key = s.says("Pieter", s.next_key("Pieter 2"));
            s.vouches("Pieter 2", key);
            s.publishes();
            s.signs("Femke", s.item("Femke", "report"))
        },
    );
}

fn items(s: &mut Scenes) {
    s.good("item", "Femke contributes", |s| {
        s.contributes("Femke", "report");
    });
    s.good("item-label-only", "Dr. Amrani lets the procesregisseur see the label only", |s| {
        let mut item = Item { director: Director::Label, ..s.item("Amrani", "file") };
        item.grant_body.truncate(1);
        s.says("Amrani", item);
    });
    s.no(
        "item-label-only-sealed-to-director",
        "Under `label` the body is sealed to the case's vault too",
        "wrong-grants",
        |s| s.signs("Amrani", Item { director: Director::Label, ..s.item("Amrani", "file") }),
    );
    s.no(
        "item-reads-not-sealed-to-director",
        "Under `reads` the body is not sealed to the case's vault",
        "wrong-grants",
        |s| {
            let mut item = s.item("Femke", "report");
            item.grant_body.truncate(1);
            s.signs("Femke", item)
        },
    );
    s.no("item-two-headers", "Two headers for one vault", "wrong-grants", |s| {
        let mut item = s.item("Femke", "report");
        item.grant_label.push(grant("again", s.case_vault()));
        s.signs("Femke", item)
    });
    s.no("item-for-another", "Femke contributes in the name of dr. Amrani's partner", "not-supplier", |s| {
        s.signs("Femke", s.item("Amrani", "file"))
    });
    s.no("item-old-generation", "An item sealed to a generation of before", "old-generation", |s| {
        let item = s.item("Femke", "report");
        s.says("Pieter", s.vault_of("Politie", &["Femke", "Pieter"]));
        s.signs("Femke", item)
    });
    s.no("item-referral-by-another", "Femke adds to the referral", "not-allowed", |s| {
        s.signs("Femke", Item { kind: ItemKind::Referral, ..s.item("Femke", "referral") })
    });
    s.no(
        "item-of-house-sealed-to-house",
        "An agenda is sealed to the house's vault too",
        "wrong-grants",
        |s| {
            let mut item = Item { kind: ItemKind::Agenda, ..s.item("Joris", "agenda") };
            item.grant_label.push(grant("for the house", s.vault("Zorg- en Veiligheidshuis")));
            s.signs("Joris", item)
        },
    );
    s.no("item-agenda-by-another", "Femke makes an agenda", "not-director", |s| {
        s.signs("Femke", Item { kind: ItemKind::Agenda, ..s.item("Femke", "agenda") })
    });
    s.no("item-retention-past", "An item that was to be gone yesterday", "too-late", |s| {
        s.signs("Femke", Item { retention: "2026-11-01".parse().unwrap(), ..s.item("Femke", "report") })
    });
    s.good("retraction", "Pieter takes out what Femke contributed", |s| {
        let item = s.contributes("Femke", "report");
        s.says("Pieter", Retraction { case: s.number(), item });
    });
    s.no("retraction-twice", "An item is taken out twice", "retracted", |s| {
        let item = s.contributes("Femke", "report");
        s.says("Pieter", Retraction { case: s.number(), item });
        s.signs("Femke", Retraction { case: s.number(), item })
    });
    s.no("retraction-undone", "An item is recorded again after it was taken out", "recorded-twice", |s| {
        let item = s.contributes("Femke", "report");
        let again = s.told.last().unwrap().clone();
        s.says("Pieter", Retraction { case: s.number(), item });
        Told { leaf: s.told.len() as u64, at: s.now, ..again }
    });
    s.no("retraction-by-another", "Joris takes out what Femke contributed", "not-supplier", |s| {
        let item = s.contributes("Femke", "report");
        s.signs("Joris", Retraction { case: s.number(), item })
    });
    s.no("retraction-by-no-holder", "Pieter, no longer a holder, takes out an item", "not-holder", |s| {
        let item = s.contributes("Femke", "report");
        s.says("Femke", s.vault_of("Politie", &["Femke"]));
        s.signs("Pieter", Retraction { case: s.number(), item })
    });
    s.no("retraction-unknown", "An item that is not there is taken out", "unknown-item", |s| {
        s.signs("Femke", Retraction { case: s.number(), item: named("no item") })
    });
}
