//! What must be true of a house after any number of kills.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use walkdir::WalkDir;
use zegel::client::ask::Unattended;
use zegel::client::home::Home;
use zegel::clock::{Clock, SetClock, SystemClock, random};
use zegel::hub::config::Config;
use zegel::hub::{HubState, evidence, serve, upload};
use zegel::protocol::statement::{Body, Statement, released_items};

use super::kills::Season;
use super::works::{House, IN_PACK, SECRET};
use crate::support::machine::{Ended, words};

const DAY: i64 = 24 * 3600;

/// A command that could not go on says what is the matter, and never that something is damaged.
pub fn says_so_plainly(ended: &Ended) {
    if ended.is_done() {
        return;
    }
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let bad = ["beschadigd", "panicked", "ALARM", "al sleutels", "gebruikt nu", "Wat u opgaf klopt niet"];
    assert!(!ended.err.is_empty() && bad.iter().all(|bad| !ended.err.contains(bad)), "{ended:?}");
}

/// Nobody holds its lock, and each of its files is whole. Who was killed before there was a home has none.
pub fn home_is_whole(folder: &Path) {
    if !folder.join("home.toml").exists() {
        return;
    }
    let home = Home::open(folder).unwrap();
    home.unlock(&mut Unattended).unwrap();
    home.remembered().unwrap();
    if folder.join("session").exists() {
        assert!(home.session(SystemClock.now()).unwrap().is_some(), "a session that is whole");
    }
}

/// All of it: `zegel check`, nothing twice, nothing half, nothing left lying, and every file as it was put in. Says how
/// many uploads and parts were swept up, and how many half objects lay there.
pub async fn house_is_sound(season: &mut Season<'_>) -> (u64, u64) {
    everything_opens(&mut season.house);
    packs_are_whole(&season.house);
    season.house.machine.stop_hub();
    season.house.machine.check();
    let config = Config::load(&season.house.machine.hub_folder().join("zegel.toml"), []).unwrap();
    // Uploads are given up after a day.
    let clock = SetClock::at(SystemClock.now().plus(2 * DAY));
    let hub = serve::open(config, Arc::new(clock.clone()), random()).await.unwrap();
    nothing_is_there_twice(&hub, &season.house).await;
    let halves = objects(&season.house).iter().filter(|name| name.contains('#')).count() as u64;
    let swept = upload::sweep(&hub, clock.now()).await.unwrap();
    nothing_is_left_at_the_hub(season).await;
    hub.db.close().await;
    for home in season.house.machine.homes() {
        home_is_whole(&home);
        nothing_is_left_at_home(&home);
    }
    (swept, halves)
}

/// Femke opens all that she ever put in, by her partner's vault.
fn everything_opens(house: &mut House) {
    let folder = house.machine.folder.path().join("terug");
    let mut command =
        words(["pack", "open", &house.case.to_string(), "--out", &folder.display().to_string()]);
    for title in house.files.keys() {
        command.extend(words(["--item", title]));
    }
    let opened = house.machine.does("femke", &command);
    let opened = opened["opened"].as_array().unwrap();
    assert_eq!(opened.len(), house.files.len());
    for item in opened {
        let (title, file) = (item["title"].as_str().unwrap(), item["file"].as_str().unwrap());
        assert!(fs::read(file).unwrap() == house.files[title], "{title} is what was put in");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), house.files.len(), "and nothing else");
    fs::remove_dir_all(folder).unwrap();
}

/// What a reader opened is whole, there once, and nothing lies beside it.
fn packs_are_whole(house: &House) {
    for folder in &house.opened {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let expected: Vec<String> = (0..IN_PACK).map(|number| format!("stuk-{number}.txt")).collect();
        assert_eq!(names, [vec!["agenda.txt".to_owned()], expected].concat());
        for number in 0..IN_PACK {
            let file = fs::read(folder.join(format!("stuk-{number}.txt"))).unwrap();
            assert!(file == house.files[&format!("Stuk {number}")]);
        }
    }
}

async fn nothing_is_there_twice(hub: &HubState, house: &House) {
    let all = evidence::all(hub).await.unwrap();
    let (mut seen, mut items, mut generations) = (BTreeSet::new(), 0, BTreeMap::new());
    for (_, _, text, _) in &all {
        match Statement::parse(text.as_bytes()).unwrap().body {
            Body::Approval(a) => assert!(seen.insert((a.roster, Some(a.item), a.reader)), "{a:?}"),
            Body::Release(r) => {
                assert!(seen.insert((r.roster, None, r.reader)), "{r:?}");
                // The agenda; and who is not of the police gets what was approved.
                let items = released_items(&r).count();
                assert!(items == 1 || items == 1 + IN_PACK, "a release of {items} items");
            }
            Body::Item(_) => items += 1,
            Body::Vault(vault) => {
                let before = generations.insert(vault.vault, vault.generation.0).unwrap_or(0);
                assert_eq!(vault.generation.0, before + 1, "each generation once");
            }
            _ => {}
        }
    }
    // The referral with its part for the triage, and the agenda; and of other referrals the two parts.
    assert_eq!(items, house.files.len() + 3 + 2 * house.referred);
}

/// Every upload belongs to a statement, every part is whole, and every object belongs to a part.
async fn nothing_is_left_at_the_hub(season: &Season<'_>) {
    assert_eq!(season.number("SELECT COUNT(*) FROM upload WHERE state <> 'claimed'").await, 0);
    assert_eq!(season.number("SELECT COUNT(*) FROM part WHERE state <> 'whole'").await, 0);
    let named = sqlx::query_scalar("SELECT object FROM part").fetch_all(&season.pool).await.unwrap();
    let named: BTreeSet<String> = named.into_iter().collect();
    assert_eq!(objects(&season.house), named);
}

/// Every file among the objects, by its name.
fn objects(house: &House) -> BTreeSet<String> {
    let folder = house.machine.hub_folder().join("objects");
    let files =
        WalkDir::new(&folder).into_iter().map(Result::unwrap).filter(|file| file.file_type().is_file());
    files.map(|file| file.path().strip_prefix(&folder).unwrap().display().to_string()).collect()
}

/// Whether anything lies in a home that is on its way out.
pub fn has_something_under_way(home: &Path) -> bool {
    let files = |folder: &str| fs::read_dir(home.join(folder)).into_iter().flatten();
    ["outgoing", "drafts"].iter().any(|folder| files(folder).next().is_some())
}

/// Nothing that is under way, nothing half written, and nothing of what is secret in clear.
fn nothing_is_left_at_home(home: &Path) {
    for file in WalkDir::new(home).into_iter().map(Result::unwrap).filter(|file| file.file_type().is_file()) {
        let place = file.path().strip_prefix(home).unwrap().display().to_string();
        let busy = ["outgoing/", "incoming/", "drafts/", "enrol.json", "rotate.json"];
        assert!(busy.iter().all(|busy| !place.starts_with(busy)) && !place.ends_with(".new"), "{place}");
        let bytes = fs::read(file.path()).unwrap();
        assert!(!bytes.windows(SECRET.len()).any(|piece| piece == SECRET.as_bytes()), "{place}");
    }
}
