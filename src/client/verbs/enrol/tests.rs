use crate::client::ask::Unattended;
use crate::client::context::Context;
use crate::client::testing::{TestHouse, Way};
use crate::client::verbs::authority::{self, NewSlip};
use crate::client::verbs::key;
use crate::protocol::words::RevocationReason;

use super::*;

#[tokio::test]
async fn when_the_answer_gets_lost_the_same_keys_are_sent_again() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    house.hub.state().way = Way::NoAnswer;
    let lost = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await;
    assert!(lost.is_err_and(|error| error.is("network")));

    house.hub.state().way = Way::Open;
    let made = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
    assert_eq!(house.vouch("Femke", &[]).unwrap().words, made.words);
    house.publish_directory().await;
    assert!(house.desk("Femke").ctx().begin().await.is_ok());
    let again = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await;
    assert!(again.is_err_and(|error| error.is("home-taken")));
}

/// Killed after each of the files that are written before anyone hears of the keys; and after the answer, before it was
/// shown.
#[tokio::test]
async fn whoever_was_killed_while_enrolling_gives_the_same_command_again() {
    let house = TestHouse::start().await;
    let files = ["identity.txt", "secrets.age", REQUEST, ENROL, "home.toml"];
    for written in 1..=files.len() {
        let name = format!("Femke{written}");
        let slip = house.slip(&name, "Politie").await;
        let folder = house.path(&name);
        house.hub.state().way = Way::Closed;
        assert!(enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.is_err());
        house.hub.state().way = Way::Open;
        files[written..].iter().for_each(|file| std::fs::remove_file(folder.join(file)).unwrap());
        let made = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
        let again = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
        assert_eq!(made.words, again.words, "after {written} files");
        assert_eq!(house.vouch(&name, &[]).unwrap().words, made.words);
        house.publish_directory().await;
        assert!(house.desk(&name).ctx().begin().await.is_ok());
    }
}

#[tokio::test]
async fn the_recovery_code_alone_brings_everything_back() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let (folder, other) = (house.path("Femke"), house.path("new laptop"));
    let mut paper = String::new();
    let mut write_down = |code: &RecoveryCode| {
        paper = code.to_text().to_string();
        Ok(())
    };
    let made = enrol(house.how_to_enrol(&folder), &slip, &mut write_down).await.unwrap();
    house.vouch("Femke", &[]).unwrap();
    house.publish_directory().await;

    let code = RecoveryCode::parse(&paper).unwrap();
    let member = recover(house.how_to_enrol(&other), &slip.hub, &code).await.unwrap();
    assert_eq!(member, made.member);
    let (_, world) = house.desk("new laptop").ctx().begin().await.unwrap();
    assert_eq!(world.name_of(member), "Femke (Politie)");

    let wrong = RecoveryCode::generate(crate::clock::random()).unwrap();
    let refused = recover(house.how_to_enrol(&house.path("max")), &slip.hub, &wrong).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn who_lost_everything_enrols_anew_with_a_new_slip() {
    let house = TestHouse::start().await;
    let lost = house.person("Femke", "Politie", &[]).await;
    let member = lost.home.settings().member;
    house.office(|office| authority::revoke(office, "Femke", RevocationReason::Lost)).unwrap();
    let slip = house.slip_again("Femke", "Politie", member).await;
    let folder = house.path("new laptop");
    let made = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
    assert_eq!(made.member, member);
    assert_eq!(house.desk("new laptop").ctx().unlock().unwrap().number, 2);
}

#[tokio::test]
async fn new_keys_of_which_the_hub_never_heard_keep_nobody_from_trying_again() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    house.hub.state().way = Way::Closed;
    assert!(key::rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("network")));
    house.hub.state().way = Way::Open;
    key::rotate(&mut femke.ctx()).await.unwrap();
    assert!(key::rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("key-waits")));
}

#[tokio::test]
async fn an_old_copy_of_the_keys_is_told_that_there_are_newer_ones() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    let old = femke.ctx().unlock().unwrap();
    let keep = Keep::Identity(SealingKey::generate());
    key::rotate(&mut femke.ctx()).await.unwrap();
    femke.home.save_bundle(&old, &keep).unwrap();
    assert!(femke.ctx().begin().await.is_err_and(|error| error.is("bundle-number")));
}

#[tokio::test]
async fn the_slips_authority_is_the_only_one() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let slip = PaperSlip { authority: crate::protocol::cert::Fingerprint([1; 20]), ..slip };
    let folder = house.path("Femke");
    let refused = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await;
    assert!(refused.is_err_and(|error| error.is("wrong-authority")));
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_bundle_that_its_member_did_not_sign_for_is_refused() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let mut code = None;
    let mut write_down = |shown: &RecoveryCode| {
        code = RecoveryCode::parse(&shown.to_text()).ok();
        Ok(())
    };
    enrol(house.how_to_enrol(&house.path("Femke")), &slip, &mut write_down).await.unwrap();
    house.vouch("Femke", &[]).unwrap();
    house.publish_directory().await;
    let code = code.unwrap();
    let remote = Remote::new(&house.hub.url, Language::Dutch).unwrap();
    let old = remote.fetch_bundle(&code.fetch_id()).await.unwrap();
    key::rotate(&mut house.desk("Femke").ctx()).await.unwrap();
    let new = remote.fetch_bundle(&code.fetch_id()).await.unwrap();
    let open = |fetched: &crate::client::remote::FetchedBundle| {
        KeyBundle::from_bytes(&crate::protocol::seal::open_file(&fetched.sealed, &code.identity()).unwrap())
            .unwrap()
    };
    let fetch = Digest::of(&*code.fetch_id());
    let judge = |fetched, bundle: KeyBundle| recover::require_signed_for(&fetched, &bundle, fetch);

    assert!(judge(old.clone(), open(&old)).is_ok() && judge(new.clone(), open(&new)).is_ok());
    let mixed = crate::client::remote::FetchedBundle { sealed: old.sealed.clone(), ..new.clone() };
    assert!(judge(mixed, open(&old)).is_err_and(|error| error.is("other-bundle")), "old keys as the new");
    let unsigned = crate::client::remote::FetchedBundle { signature: old.signature.clone(), ..new.clone() };
    assert!(judge(unsigned, open(&new)).is_err(), "another statement's signature");
    let elsewhere = Digest::of(b"another id");
    assert!(recover::require_signed_for(&new, &open(&new), elsewhere).is_err(), "for another id");
}

#[tokio::test]
async fn no_keys_are_kept_whose_recovery_code_nobody_saw() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    let mut not_shown = |_: &RecoveryCode| Err(ClientError::input("the printer"));
    assert!(enrol(house.how_to_enrol(&folder), &slip, &mut not_shown).await.is_err());
    assert!(!folder.join("home.toml").exists());
    let mut shown = 0;
    let mut show = |_: &RecoveryCode| {
        assert!(!folder.join("secrets.age").exists() && !folder.join(ENROL).exists());
        shown += 1;
        Ok(())
    };
    enrol(house.how_to_enrol(&folder), &slip, &mut show).await.unwrap();
    assert_eq!(shown, 1);
}

#[tokio::test]
async fn a_fault_inside_the_hub_costs_no_keys() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    house.hub.state().way = Way::Fault;
    for _ in 0..2 {
        let fault = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await;
        assert!(fault.is_err_and(|error| error.is("internal")));
        assert!(folder.join("secrets.age").exists());
    }
    house.hub.state().way = Way::Open;
    let made = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
    assert_eq!(house.vouch("Femke", &[]).unwrap().words, made.words);
}

#[tokio::test]
async fn keys_that_came_too_late_are_made_anew() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    house.hub.state().way = Way::Closed;
    assert!(enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.is_err());
    house.hub.state().way = Way::Open;
    house.clock.advance(600);
    let late = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await;
    assert!(late.is_err_and(|error| error.is("clock-off")));
    assert!(!folder.join(ENROL).exists() && !folder.join("secrets.age").exists());
    // Not lost: it is the hub that says that it does not have them.
    assert!(Home::open(&folder.join("unused-1")).unwrap().unlock(&mut Unattended).is_ok());
    enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
}

#[tokio::test]
async fn a_new_slip_takes_the_place_of_one_whose_keys_never_arrived() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    house.hub.state().way = Way::Closed;
    assert!(enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.is_err());
    house.hub.state().way = Way::Open;
    let new = NewSlip {
        partner: "Politie".into(),
        name: slip.name.clone(),
        mail: slip.mail.clone(),
        member: Some(slip.member),
        until: slip.until,
    };
    let other = house.office(|office| authority::slip(office, &new)).unwrap();
    house.publish().await;
    let mut shown = 0;
    let mut show = |_: &RecoveryCode| {
        shown += 1;
        Ok(())
    };
    let made = enrol(house.how_to_enrol(&folder), &other, &mut show).await.unwrap();
    assert_eq!((shown, house.vouch("Femke", &[]).unwrap().words), (1, made.words));
}

#[tokio::test]
async fn who_recovers_holds_the_hub_to_what_was_seen_before() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let (folder, other) = (house.path("Femke"), house.path("new laptop"));
    let mut paper = String::new();
    let mut write_down = |code: &RecoveryCode| {
        paper = code.to_text().to_string();
        Ok(())
    };
    enrol(house.how_to_enrol(&folder), &slip, &mut write_down).await.unwrap();
    house.vouch("Femke", &[]).unwrap();
    house.publish_directory().await;
    let mut femke = house.desk("Femke");
    key::rotate(&mut femke.ctx()).await.unwrap();
    let pins = femke.home.remembered().unwrap().unwrap().pins();

    recover(house.how_to_enrol(&other), &slip.hub, &RecoveryCode::parse(&paper).unwrap()).await.unwrap();
    let mut laptop = house.desk("new laptop");
    let kept = laptop.home.remembered().unwrap().unwrap();
    assert_eq!((kept.directory, kept.directory_id), (2, pins.directory_id));
    assert!(kept.size > 0 && kept.size <= pins.size);
    house.hub.tamper(|e| {
        let later = ["\nnumber: 2\n", "\nprevious: "];
        e.entries.retain(|entry| !later.iter().any(|line| entry.statement.contains(line)));
    });
    assert!(laptop.ctx().begin().await.is_err_and(|error| error.is("older-directory")));
    house.hub.state().tamper = None;
    laptop.ctx().begin().await.unwrap();
}

#[tokio::test]
async fn a_bundle_that_the_hub_does_not_show_as_recorded_is_an_alarm() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    house.hub.tamper(|e| e.entries.retain(|entry| !entry.statement.starts_with("zegel/1 bundle")));
    assert!(femke.ctx().begin().await.is_err_and(|error| error.is("no-bundle")));
    house.hub.state().tamper = None;
    femke.ctx().begin().await.unwrap();
}

#[tokio::test]
async fn keys_in_use_do_not_make_room_for_those_of_a_new_slip() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    house.hub.state().way = Way::NoAnswer;
    assert!(enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.is_err());
    house.hub.state().way = Way::Open;
    house.vouch("Femke", &[]).unwrap();
    house.publish_directory().await;
    let stale = std::fs::read(folder.join(ENROL)).unwrap();
    house.desk("Femke").ctx().begin().await.unwrap();
    assert!(!folder.join(ENROL).exists());

    std::fs::write(folder.join(ENROL), stale).unwrap();
    let other = house.slip_again("Femke", "Politie", slip.member).await;
    let keys = std::fs::read(folder.join("secrets.age")).unwrap();
    let taken = enrol(house.how_to_enrol(&folder), &other, &mut |_| Ok(())).await;
    assert!(taken.is_err_and(|error| error.is("home-taken")));
    assert_eq!(std::fs::read(folder.join("secrets.age")).unwrap(), keys);
}

/// Nobody has vouched for Femke yet. The hub makes up another key of hers, and with that a newer bundle.
#[tokio::test]
async fn a_bundle_that_another_key_signed_locks_nobody_out() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
    let request = crate::client::verbs::authority::read_batch(&folder.join(REQUEST)).unwrap();
    let true_key = request.entries[0].parse().unwrap();
    let Body::Key(key) = &true_key.body else { panic!("a key") };
    let cert = SecretCert::generate("Femke", "femke@politie.example", house.clock.now()).unwrap();
    let mut forged = Draft::of(true_key.hub.clone(), true_key.journal, true_key.by, house.clock.now());
    let digest = forged.attach(cert.public().bytes().to_vec());
    forged.push(Key { cert: digest, recipient: SealingKey::generate().recipient(), ..key.clone() });
    let bundle = forged.attach(b"a bundle that opens nothing".to_vec());
    forged.push(Bundle { number: Number(2), digest: bundle, fetch: vec![Digest::of(b"somewhere")] });
    house.hub.smuggle(&forged.sign(&cert).unwrap());

    house.vouch("Femke", &[]).unwrap();
    house.publish_directory().await;
    let mut femke = house.desk("Femke");
    let (_, world) = femke.ctx().begin().await.unwrap();
    assert_eq!(world.house().bundles[&world.me], 2, "it stands in the journal");

    // Nor when she changes her keys, and the hub refuses those.
    house.hub.state().way = Way::Closed;
    assert!(key::rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("network")));
    house.hub.state().way = Way::Open;
    house.clock.advance(600);
    let ctx = femke.ctx();
    let late = key::rotate(&mut Context { yes: false, ..ctx }).await;
    assert!(late.is_err_and(|error| error.is("declined")));
    femke.ctx().begin().await.unwrap();
    let bundle = femke.ctx().unlock().unwrap();
    assert_eq!((bundle.keys.len(), bundle.number), (1, 1));
}

/// No keys are made, and no code is shown that would be of use for nothing.
#[tokio::test]
async fn what_is_wrong_with_a_slip_is_seen_before_any_keys_are_made() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    let refused = async |how, slip: &PaperSlip| {
        house.hub.state().asked.clear();
        let error = enrol(how, slip, &mut |_| panic!("a code")).await.err().unwrap();
        assert!(!folder.exists());
        (error.code().to_owned(), house.hub.state().asked.len())
    };
    house.hub.state().name = "elsewhere.example";
    assert_eq!(refused(house.how_to_enrol(&folder), &slip).await, ("wrong-hub".into(), 1));
    house.hub.state().name = "localhost";
    house.clock.advance(15 * 24 * 3600);
    assert_eq!(refused(house.how_to_enrol(&folder), &slip).await, ("slip-unknown".into(), 0));

    let (authority, hub) = (example::AUTHORITY.parse().unwrap(), "zvh-ml.example".parse().unwrap());
    let of_example = PaperSlip { authority, hub, ..slip };
    let how = Enrol { url: None, ..house.how_to_enrol(&folder) };
    assert_eq!(refused(how, &of_example).await, ("example-house".into(), 0));
}

#[tokio::test]
async fn the_folder_of_another_member_is_left_alone() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    let other = house.slip("Max", "Politie").await;
    for way in [Way::Closed, Way::Open] {
        house.hub.state().way = way;
        assert_eq!(
            enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.is_ok(),
            way == Way::Open
        );
        let keys = std::fs::read(folder.join("secrets.age")).unwrap();
        // By a slip of his own; or by hers, on which he put his membership.
        let hers = PaperSlip::parse(&slip.to_text()).unwrap();
        for his in [&other, &PaperSlip { member: other.member, ..hers }] {
            let refused = enrol(house.how_to_enrol(&folder), his, &mut |_| Ok(())).await;
            assert!(refused.is_err_and(|error| error.is("home-taken")));
            assert_eq!(std::fs::read(folder.join("secrets.age")).unwrap(), keys);
        }
    }
}

/// Whoever has someone's keys, but not the code on paper, could else make a bundle that brings the code's holder
/// elsewhere, or that loses the code its use.
#[tokio::test]
async fn a_bundle_of_another_hub_or_for_another_code_is_refused() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let mut code = None;
    let mut write_down = |shown: &RecoveryCode| {
        code = RecoveryCode::parse(&shown.to_text()).ok();
        Ok(())
    };
    enrol(house.how_to_enrol(&house.path("Femke")), &slip, &mut write_down).await.unwrap();
    let (code, femke) = (code.unwrap(), house.desk("Femke"));
    let bundle = || femke.home.unlock(&mut Unattended).unwrap();
    let elsewhere = KeyBundle { hub: "elsewhere.example".parse().unwrap(), ..bundle() };
    let uncoded = KeyBundle { recipients: vec![SealingKey::generate().recipient()], ..bundle() };
    for (number, bundle) in [(2, elsewhere), (3, uncoded)] {
        let bundle = KeyBundle { number, ..bundle };
        let text = bundle.to_bytes().unwrap();
        let sealed = crate::protocol::seal::seal_file(&text, &[code.identity().recipient()]).unwrap();
        let by = Signer::Member(slip.member);
        let mut draft = Draft::of(slip.hub.clone(), Seen::nothing(), by, house.clock.now());
        let digest = draft.attach(sealed);
        draft.push(Bundle { number: Number(number), digest, fetch: bundle.fetch.clone() });
        house.hub.smuggle(&draft.sign(&bundle.keys[0].cert).unwrap());
        let folder = house.path("new laptop");
        let refused = recover(house.how_to_enrol(&folder), &slip.hub, &code).await;
        assert!(refused.is_err_and(|error| error.is("wrong-hub")), "bundle {number}");
        assert!(!folder.exists());
    }
}
