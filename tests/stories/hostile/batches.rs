//! Batches that are not what they should be.

use zegel::client::Batch;
use zegel::demo::stage::Stage;
use zegel::protocol::id::Digest;
use zegel::protocol::seal::Header;
use zegel::protocol::statement::{Body, Bundle, Item, Statement, Vault};
use zegel::protocol::words::*;

use super::hands::*;
use super::{Heard, Watched};
use crate::support::Base;
use crate::support::post::secret_cert;

on_both!(
    what_comes_along_must_be_what_was_signed_for,
    whoever_signs_signs_this_and_now_and_as_themselves,
    nobody_makes_a_vault_or_a_bundle_that_is_not_the_next,
    what_was_recorded_once_is_not_recorded_again,
    what_is_no_batch_is_none,
);

/// What somebody makes of a header.
type Form = fn(&[u8]) -> Vec<u8>;

async fn tries(watched: &Watched<'_>, stage: &Stage, what: &str, batch: &Batch, code: &str) {
    let heard = posts(stage, batch).await;
    watched.refused(what, &heard, code).await;
}

async fn what_comes_along_must_be_what_was_signed_for(base: Base) {
    let table = Table::set(base).await;
    let stage = table.stage();
    let item = table.item("iets nieuws").await;
    let approval = table.approval().await;
    let watched = Watched::on(stage).await;

    for (name, batch) in [("item", &item), ("approval", &approval)] {
        let more = |bytes: Vec<u8>| Batch {
            attachments: [batch.attachments.clone(), vec![bytes]].concat(),
            ..batch.clone()
        };
        let what = |what: &str| format!("{name}: {what}");
        tries(&watched, stage, &what("one more"), &more(b"more".to_vec()), "unused-attachment").await;
        tries(&watched, stage, &what("one twice"), &more(batch.attachments[0].clone()), "unused-attachment")
            .await;
        for place in 0..batch.attachments.len() {
            let mut less = batch.clone();
            less.attachments.remove(place);
            tries(&watched, stage, &what("one less"), &less, "missing-attachment").await;
            let mut other = batch.clone();
            other.attachments[place][0] ^= 1;
            tries(&watched, stage, &what("another"), &other, "missing-attachment").await;
        }
        let mut bare = batch.clone();
        bare.attachments.clear();
        tries(&watched, stage, &what("none"), &bare, "missing-attachment").await;
    }

    // Headers of another form, rightly named and signed for.
    let at = header_of(&item);
    let forms: [(&str, Form); 7] = [
        ("two stanzas", |header| twice(header)),
        ("a passphrase's stanza", |header| replaced(header, "X25519", "scrypt")),
        ("a plugin's stanza", |header| replaced(header, "X25519", "piv-p256")),
        ("another version", |header| replaced(header, "org/v1", "org/v2")),
        ("CRLF", |header| replaced(header, "\n", "\r\n")),
        ("a payload behind it", |header| [header, b"payload".as_slice()].concat()),
        ("no header at all", |_| vec![0; Header::LENGTH]),
    ];
    for (form, how) in forms {
        let batch = with_attachment(stage, "femke", &item, at, how);
        tries(&watched, stage, form, &batch, "bad-header").await;
    }

    // Payloads that are longer than they may be, or not as long as is said.
    let body = item_of(&item);
    let longer = |item: &mut Item, by: u64| item.label.length += by;
    for (what, by, code) in
        [("longer than said", 1, "missing-attachment"), ("too long", 1 << 20, "too-large")]
    {
        let batch = signed_anew(stage, "femke", &item, |statement| {
            let mut other = body.clone();
            longer(&mut other, by);
            statement.body = Body::Item(other);
        });
        tries(&watched, stage, what, &batch, code).await;
    }

    // The body is an upload of one's own, as long as is said, and used once.
    let other = |change: fn(&mut Item)| {
        signed_anew(stage, "femke", &item, |statement| {
            let mut other = body.clone();
            change(&mut other);
            statement.body = Body::Item(other);
        })
    };
    let shorter = other(|item| item.body.length -= 1);
    tries(&watched, stage, "a shorter body", &shorter, "not-uploaded").await;
    let none = other(|item| item.body.digest = Digest::of(b"nothing"));
    tries(&watched, stage, "no such upload", &none, "not-uploaded").await;
    let pieter = Signer::Member(stage.member("pieter").unwrap());
    let others = signed_anew(stage, "pieter", &item, |statement| statement.by = pieter);
    tries(&watched, stage, "a colleague's upload", &others, "not-uploaded").await;
    assert_eq!(posts(stage, &item).await.status, 200, "as it was signed for, it is taken");
    let watched = Watched::on(stage).await;
    let again = other(|item| item.retention = "2027-06-29".parse().unwrap());
    tries(&watched, stage, "an upload twice", &again, "not-uploaded").await;
}

fn replaced(header: &[u8], of: &str, with: &str) -> Vec<u8> {
    String::from_utf8(header.to_vec()).unwrap().replace(of, with).into_bytes()
}

fn twice(header: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(header.to_vec()).unwrap();
    let stanza: String = text.lines().skip(1).take(2).map(|line| format!("{line}\n")).collect();
    text.replacen('\n', &format!("\n{stanza}"), 1).into_bytes()
}

async fn whoever_signs_signs_this_and_now_and_as_themselves(base: Base) {
    let table = Table::set(base).await;
    let stage = table.stage();
    // So that there is a time before, in which her key was there too.
    stage.clock.advance(7200);
    let approval = table.approval().await;
    let item = table.item("nog iets").await;
    let watched = Watched::on(stage).await;
    let statement = approval.entries[0].parse().unwrap();
    let by = |signed| Batch { entries: vec![signed], ..approval.clone() };

    let as_another = signed_as(stage, "femke", "withdrawal", &statement);
    tries(&watched, stage, "signed as another kind", &by(as_another), "bad-signature").await;
    let by_noor = signed_as(stage, "noor", "approval", &statement);
    tries(&watched, stage, "with another's key", &by(by_noor), "bad-signature").await;
    let mut cut = approval.clone();
    cut.entries[0].signature.pop();
    tries(&watched, stage, "half a signature", &cut, "bad-signature").await;
    let mut two = approval.clone();
    two.entries[0].signature.extend(approval.entries[0].signature.clone());
    tries(&watched, stage, "two signatures", &two, "bad-signature").await;
    let mut none = approval.clone();
    none.entries[0].signature.clear();
    tries(&watched, stage, "no signature", &none, "bad-signature").await;
    let mut swapped = item.clone();
    swapped.entries[0].signature.clone_from(&approval.entries[0].signature);
    tries(&watched, stage, "another statement's", &swapped, "bad-signature").await;

    for seconds in [-301, 301, -3600, 3600, 86_400 * 365] {
        let off = signed_anew(stage, "femke", &approval, |statement| {
            statement.signed_at = statement.signed_at.plus(seconds);
        });
        tries(&watched, stage, &format!("{seconds} seconds off"), &off, "clock-off").await;
    }
    for seen in [
        Seen { size: 3, root: [9; 32] },
        Seen { size: 1 << 50, root: statement.journal.root },
        Seen { size: statement.journal.size - 1, ..statement.journal },
    ] {
        let never = signed_anew(stage, "femke", &approval, |statement| statement.journal = seen);
        tries(&watched, stage, "a journal that never was", &never, "other-history").await;
    }
    let elsewhere = signed_anew(stage, "femke", &approval, |statement| {
        statement.hub = "elsewhere.example".parse().unwrap();
    });
    tries(&watched, stage, "for another hub", &elsewhere, "wrong-hub").await;

    // All or none: what comes first is right, and goes with what comes after.
    let joined = |first: &Batch, second: &Batch| Batch {
        entries: [first.entries.clone(), second.entries.clone()].concat(),
        attachments: [first.attachments.clone(), second.attachments.clone()].concat(),
    };
    let by_noor = by(signed_as(stage, "noor", "approval", &statement));
    tries(&watched, stage, "one of two", &joined(&item, &by_noor), "bad-signature").await;
    let later = signed_anew(stage, "femke", &approval, |statement| {
        let Body::Approval(approval) = &mut statement.body else { unreachable!() };
        approval.item = item.entries[0].id();
    });
    let heard = posts(stage, &joined(&later, &item)).await;
    watched.refused("an approval before its item", &heard, "unknown-item").await;
    assert_eq!(posts(stage, &approval).await.status, 200);
}

async fn nobody_makes_a_vault_or_a_bundle_that_is_not_the_next(base: Base) {
    let table = Table::set(base).await;
    let stage = table.stage();
    let next = table.generation().await;
    let watched = Watched::on(stage).await;
    let Body::Vault(vault) = next.entries[0].parse().unwrap().body else { unreachable!() };
    let as_vault = |change: &dyn Fn(&mut Vault)| {
        let mut other = vault.clone();
        change(&mut other);
        signed_anew(stage, "femke", &next, |statement| statement.body = Body::Vault(other))
    };
    let noor = stage.member("noor").unwrap();
    let foreign = as_vault(&|vault| {
        vault.holder.push(noor);
        vault.holder.sort();
    });
    tries(&watched, stage, "a foreign holder", &foreign, "holder-not-allowed").await;
    for (what, generation, code) in [
        ("a gap", vault.generation.0 + 1, "old-generation"),
        ("the same again", vault.generation.0 - 1, "vault-twice"),
    ] {
        let other = as_vault(&|vault| vault.generation = Number(generation));
        tries(&watched, stage, what, &other, code).await;
    }
    let other_secret =
        with_attachment(stage, "femke", &next, place_of(&next, vault.secret), |_| vec![0; (1 << 20) + 1]);
    tries(&watched, stage, "a secret too long", &other_secret, "too-large").await;
    let set = vault.set.expect("something is in it");
    let emptied = with_attachment(stage, "femke", &next, place_of(&next, set), |text| {
        let text = String::from_utf8(text.to_vec()).unwrap();
        let first = text.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>();
        first.into_bytes()
    });
    let heard = posts(stage, &emptied).await;
    watched.refused("a set with one less", &heard, "incomplete-set").await;
    let none = as_vault(&|vault| vault.set = None);
    let heard = posts(stage, &none).await;
    watched.refused("no set", &heard, "incomplete-set").await;

    // Bundles are numbered without gaps.
    for number in [1, 3, 1 << 40] {
        let batch = bundle(stage, "pieter", number);
        tries(&watched, stage, "another number", &batch, "bundle-number").await;
    }
    assert_eq!(posts(stage, &next).await.status, 200);
    assert_eq!(posts(stage, &bundle(stage, "pieter", 2)).await.status, 200);
}

fn place_of(batch: &Batch, digest: Digest) -> usize {
    batch.attachments.iter().position(|bytes| Digest::of(bytes) == digest).unwrap()
}

fn bundle(stage: &Stage, who: &str, number: u64) -> Batch {
    use zegel::client::Draft;
    use zegel::clock::Clock;
    let by = Signer::Member(stage.member(who).unwrap());
    let mut draft = Draft::of(stage.cast.hub.clone(), Seen::nothing(), by, stage.clock.now());
    let digest = draft.attach(format!("bundle {number}").into_bytes());
    draft.push(Bundle { number: Number(number), digest, fetch: vec![Digest::of(who.as_bytes())] });
    draft.sign(&secret_cert(stage, who)).unwrap()
}

async fn what_was_recorded_once_is_not_recorded_again(base: Base) {
    let table = Table::set(base).await;
    let stage = table.stage();
    let approval = table.approval().await;
    let item = table.item("later").await;
    assert_eq!(posts(stage, &approval).await.status, 200);
    let watched = Watched::on(stage).await;
    assert_eq!(posts(stage, &approval).await.status, 200);
    watched.unchanged("a replay").await;
    // With another signature of hers, and with more that comes along.
    let statement = approval.entries[0].parse().unwrap();
    let mut again = approval.clone();
    again.entries[0] = signed_as(stage, "femke", "approval", &statement);
    assert_eq!(posts(stage, &again).await.status, 200);
    watched.unchanged("a replay with another signature").await;
    again.attachments.push(b"junk".to_vec());
    assert_eq!(posts(stage, &again).await.status, 400);
    watched.unchanged("the same with more than belongs to it").await;
    // A text that somebody guesses is as one that never was to who can't sign it.
    let guesses = |statement: &Statement, batch: &Batch| {
        let entries = vec![signed_as(stage, "noor", statement.body.kind(), statement)];
        Batch { entries, ..batch.clone() }
    };
    let guessed = posts(stage, &guesses(&statement, &approval)).await;
    let never = posts(stage, &guesses(&item.entries[0].parse().unwrap(), &item)).await;
    assert_eq!((guessed.status, &guessed.code), (never.status, &never.code));
    watched.refused("a guess", &guessed, "bad-signature").await;
    // Behind what was recorded comes what must not be.
    let mut mixed = item.clone();
    mixed.entries.insert(0, approval.entries[0].clone());
    mixed.entries[1] = signed_as(stage, "noor", "item", &item.entries[0].parse().unwrap());
    let heard = posts(stage, &mixed).await;
    watched.refused("a replay before a forgery", &heard, "bad-signature").await;
    // Five minutes later a batch that never came counts no more.
    stage.clock.advance(301);
    tries(&watched, stage, "kept back for later", &item, "clock-off").await;
}

async fn what_is_no_batch_is_none(base: Base) {
    let table = Table::set(base).await;
    let stage = table.stage();
    let good = serde_json::to_string(&table.approval().await).unwrap();
    let watched = Watched::on(stage).await;
    let json = "application/json";
    let deep = "[".repeat(100_000);
    let twice = good.replacen("{", r#"{"entries":[],"#, 1);
    let more = good.replacen("{", r#"{"more":1,"#, 1);
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let long = format!(r#"{{"entries":[{{"statement":"{}","signature":""}}]}}"#, "x".repeat(1 << 20));
    for (what, kind, body, code) in [
        ("nothing", json, Vec::new(), "bad-request"),
        ("null", json, b"null".to_vec(), "bad-request"),
        ("no statements", json, br#"{"entries":[]}"#.to_vec(), "bad-text"),
        ("half of it", json, good.as_bytes()[..good.len() / 2].to_vec(), "bad-request"),
        ("something behind", json, format!("{good}{{}}").into_bytes(), "bad-request"),
        ("a field more", json, more.into_bytes(), "bad-request"),
        ("a field twice", json, twice.into_bytes(), "bad-request"),
        ("a deep well", json, deep.into_bytes(), "bad-request"),
        ("UTF-16", json, utf16, "bad-request"),
        ("a byte order mark", json, format!("\u{feff}{good}").into_bytes(), "bad-request"),
        ("a long statement", json, long.into_bytes(), "bad-text"),
        ("as a form", "application/x-www-form-urlencoded", good.clone().into_bytes(), "content-type"),
        ("as text", "text/plain", good.clone().into_bytes(), "content-type"),
        ("attachments in another base64", json, url_safe(&good), "missing-attachment"),
    ] {
        let heard = posts_text(stage, kind, body).await;
        watched.refused(what, &heard, code).await;
    }
    let most = stage.hub.state.config.limits.batch;
    let huge = vec![b' '; usize::try_from(most).unwrap() + 1];
    let heard: Heard = posts_text(stage, json, huge).await;
    watched.refused("more than may be", &heard, "too-large").await;
    assert_eq!(posts_text(stage, json, good.into_bytes()).await.status, 200);
}

/// A signature's or an attachment's letters as others write them.
fn url_safe(batch: &str) -> Vec<u8> {
    let (entries, attachments) = batch.split_once("\"attachments\"").unwrap();
    let other = attachments.replace('+', "-").replace('/', "_");
    assert_ne!(other, attachments);
    format!("{entries}\"attachments\"{other}").into_bytes()
}
