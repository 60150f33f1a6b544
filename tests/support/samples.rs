//! Statements of every kind, made from the shape that the protocol itself declares, so that none is forgotten.

#![allow(dead_code)]

use zegel::protocol::id::{CROCKFORD, Digest};
use zegel::protocol::seal::SealingKey;
use zegel::protocol::statement::SHAPE;

fn digest(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

/// What to put where there is a choice.
pub enum Choose {
    /// Every optional line, and repeated lines three times.
    Full,
    /// No optional line, and repeated lines as seldom as may be.
    Bare,
    /// By chance, from this seed.
    Random(u64),
}

impl Choose {
    /// A number below `below`: 0 where nothing is chosen by chance.
    fn pick(&mut self, below: u64) -> u64 {
        let Self::Random(seed) = self else { return 0 };
        // SplitMix64.
        *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    fn there(&mut self) -> bool {
        match self {
            Self::Full => true,
            Self::Bare => false,
            Self::Random(_) => self.pick(2) == 1,
        }
    }

    fn times(&mut self, least: u64) -> u64 {
        match self {
            Self::Full => 3,
            Self::Bare => least,
            Self::Random(_) => least + self.pick(5),
        }
    }

    /// A word that makes values differ.
    fn salt(&mut self) -> String {
        match self {
            Self::Random(_) => self.pick(u64::MAX).to_string(),
            _ => String::new(),
        }
    }
}

pub const JOURNAL: &str = "1841 0b5e8a4dc3a1b2f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e";

/// The text of a statement that reads well. Whether it may be signed is another question.
pub fn sample(kind: &str, choose: &mut Choose) -> String {
    let (_, shape) = SHAPE.iter().find(|(name, _)| *name == kind).unwrap();
    let mut lines = vec![format!("zegel/1 {kind}"), "hub: zvh-ml.example".to_owned()];
    lines.push(format!("journal: {JOURNAL}"));
    let first_key = choose.there();
    let agenda = choose.there();
    let predecessor = choose.there();
    let letter = match (choose.there(), choose.pick(3)) {
        (true, 0) => "invitation",
        (true, 1) => "cancellation",
        (true, _) => "minutes",
        (false, 0) => "request",
        (false, _) => "message",
    };
    for (name, how, what) in *shape {
        let there = match (kind, *name) {
            ("key", "previous") => !first_key,
            ("key", "slip" | "ticket" | "proof") => first_key,
            ("ask", "agenda-label" | "agenda-body") => agenda,
            ("vault", "predecessor" | "set") => predecessor,
            ("letter", "roster") => !["request", "message"].contains(&letter),
            ("letter", "sequence") => ["invitation", "cancellation"].contains(&letter),
            ("letter", "item") => letter == "minutes",
            _ if *how == "maybe" => choose.there(),
            _ => true,
        };
        let times = match *how {
            "many" => choose.times(needed(kind, name)),
            _ => u64::from(there),
        };
        let mut values: Vec<String> = (0..times).map(|n| value(what, kind, name, n, choose)).collect();
        if *what == "LetterKind" {
            values = vec![letter.to_owned()];
        }
        values.sort();
        values.dedup();
        lines.extend(values.iter().map(|value| format!("{name}: {value}")));
    }
    let by_authority = ["slip", "membership", "admission", "directory", "revocation", "exclusion"];
    let by = if by_authority.contains(&kind) { "authority".to_owned() } else { id("mem", "signer") };
    lines.push(format!("by: {by}"));
    lines.push(format!("signed-at: {}", moment("signed-at", choose)));
    lines.join("\n") + "\n"
}

fn needed(kind: &str, name: &str) -> u64 {
    let needed = [
        ("vault", "holder"),
        ("bundle", "fetch"),
        ("roster", "participant"),
        ("ask", "item"),
        ("refusal", "reader"),
        ("withdrawal", "reader"),
    ];
    u64::from(needed.contains(&(kind, name)))
}

fn id(prefix: &str, name: &str) -> String {
    let bytes = digest(&format!("{prefix} {name}")).0;
    let text: String = bytes[..16].iter().map(|byte| CROCKFORD[usize::from(byte & 31)] as char).collect();
    format!("{prefix}_{text}")
}

fn moment(name: &str, choose: &mut Choose) -> String {
    let (day, hour) = (choose.pick(28) + 1, choose.pick(24));
    match (name, &choose) {
        ("from", Choose::Random(_)) => format!("2026-12-{day:02}T{hour:02}:00:00Z"),
        ("until", Choose::Random(_)) => format!("2027-02-{day:02}T{hour:02}:59:59Z"),
        (_, Choose::Random(_)) => format!("20{:02}-11-{day:02}T{hour:02}:20:07Z", choose.pick(100)),
        ("from", _) => "2026-12-01T08:00:00Z".to_owned(),
        ("until", _) => "2026-12-18T23:59:59Z".to_owned(),
        _ => "2026-11-23T18:20:00Z".to_owned(),
    }
}

fn value(what: &str, kind: &str, name: &str, n: u64, choose: &mut Choose) -> String {
    let salt = choose.salt();
    let seed = format!("{kind} {name} {n} {salt}");
    let mut word = |words: &[&str]| {
        let first = if n > 0 { n } else { choose.pick(words.len() as u64) };
        words[first as usize % words.len()].to_owned()
    };
    match what {
        "MemberId" => id("mem", &seed),
        "PartnerId" => id("par", &seed),
        "VaultId" => id("vlt", &seed),
        "MeetingId" => id("mtg", &seed),
        "Digest" => digest(&seed).to_string(),
        "Mac" => format!("hmac-sha256:{}", hex::encode(digest(&seed).0)),
        "Nonce" => hex::encode(digest(&seed).0),
        "Recipient" => SealingKey::from_bytes(&digest(&seed).0).recipient().to_string(),
        "Moment" => moment(name, choose),
        "Day" => word(&["2031-11-23", "2028-02-29", "2099-12-31"]),
        "Number" => word(&["7", "1", "12", "9007199254740991"]),
        "CaseNumber" => word(&["ZVH-2026-0014", "ZVH-2026-10000", "ZVH-2031-0001"]),
        "Name" => word(&["Noor Şahin", "Zoë de Vries-Öztürk", "Łukasz", "李小龍", "O'Neill 2"]),
        "MailAddress" => word(&["n.sahin+zvh@rvdk.example", "a@b", "O'Neill@politie.example"]),
        "JournalKeyText" => {
            "zvh-ml.example/zegel+2eb6c6f6+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs".into()
        }
        "LetterKind" => "request".to_owned(),
        "DeliveryWay" => word(&["mail", "portal"]),
        "LanguageWord" => word(&["nl", "en"]),
        "Payload" => {
            let length =
                if kind == "reply" { "16416".to_owned() } else { word(&["1048", "32", "209715200000"]) };
            format!(
                "{} {length} hmac-sha256:{}",
                digest(&seed),
                hex::encode(digest(&format!("key {seed}")).0)
            )
        }
        "VaultGrant" => format!("{}/{} {}", id("vlt", &seed), word(&["1", "2", "31"]), digest(&seed)),
        "Owner" => match word(&["case", "partner"]).as_str() {
            "case" => "ZVH-2026-0014".to_owned(),
            _ => id("par", &seed),
        },
        "Participant" => format!("{} {}", id("mem", &seed), word(&["delegate", "deputy"])),
        "Approved" => format!("{} {}", digest(&seed), digest(&format!("approval {seed}"))),
        "OwnItem" => {
            format!("{} {} {}", digest(&seed), digest(&format!("l {seed}")), digest(&format!("b {seed}")))
        }
        "Role" => word(&["manager", "procesregisseur", "secretaris", "support"]),
        "PartnerKind" => word(&["house", "partner"]),
        "Standing" => word(&["signed", "named"]),
        "RevocationReason" => word(&["stolen", "left", "lost", "other", "rotated"]),
        "CaseKind" => word(&["complex", "aftercare"]),
        "Phase" if kind == "item" => word(&["plan", "rto", "triage"]),
        "Phase" => word(&["rto", "triage", "plan", "referral", "screening", "ended"]),
        "ItemKind" => word(&["contribution", "agenda", "minutes", "plan", "referral", "screening"]),
        "Director" => word(&["reads", "label"]),
        "ApprovalRule" => word(&["ask", "never"]),
        "Withheld" => word(&["silent", "shown"]),
        "YesNo" => word(&["no", "yes"]),
        "ConsultationForm" => word(&["phone", "mail", "meeting", "signed"]),
        other => panic!("samples don't know values of {other}"),
    }
}
