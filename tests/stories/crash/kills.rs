//! Killing: at a moment that is drawn over the length of the work, which was measured before; or as soon as the work is on
//! record, when the answer is still on its way.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Row};
use zegel::clock::{Clock, Stopwatch, SystemClock};

use super::judge;
use super::works::{Deed, House, PEOPLE, Work};
use crate::support::machine::{LONGEST, Machine, chance};
use crate::support::{Base, play_from};

/// How often one deed may be killed, and how often its command may be needed after the last kill.
const AT_MOST: u32 = 4;
const TRIES: u32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Hub,
    Client,
}

/// When somebody is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    AnyMoment,
    OnRecord,
}

/// What came of all kills so far.
#[derive(Default)]
pub struct Tally {
    /// Kills: by work, by who was killed, and by whether the deed was on record then.
    kills: BTreeMap<(Work, Who, bool), u32>,
    /// Of those before it was on record: where the hub had something of it already.
    inside: u32,
    /// Of the hub's: after which the command ended well by itself.
    by_itself: u32,
    /// Commands that were given again, and those of them that failed once more.
    again: u32,
    failed: u32,
    /// Times that the work had ended before the kill; these are no kills.
    pub missed: u32,
    /// Uploads and parts of uploads that the hub's chore removed, and unfinished objects of these.
    pub swept: u64,
    pub halves: u64,
    deeds: u32,
    lengths: BTreeMap<Work, Duration>,
}

impl Tally {
    pub fn kills(&self) -> u32 {
        self.kills.values().sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} kills in {} deeds; {} came too late", self.kills(), self.deeds, self.missed)?;
        for ((work, who, on_record), kills) in &self.kills {
            let when = if *on_record { "after it was on record" } else { "before" };
            writeln!(f, "  {work:?}: {kills} of the {who:?}, {when}")?;
        }
        writeln!(f, "  {} with something of it at the hub already", self.inside)?;
        writeln!(f, "  {} commands went on by themselves over a killed hub", self.by_itself)?;
        writeln!(f, "  {} commands again, of which {} failed", self.again, self.failed)?;
        write!(f, "  {} uploads and parts swept up, {} half objects", self.swept, self.halves)
    }
}

/// A house, and the kills in it.
pub struct Season<'t> {
    pub house: House,
    pub pool: AnyPool,
    tally: &'t mut Tally,
    kills: u32,
}

/// They do in minutes what people do in years.
const SETTINGS: &str =
    "[limits]\nstop = 0\nstatements_per_day = 1000000\nhouse_statements_per_day = 1000000\n";

impl<'t> Season<'t> {
    pub async fn begin(base: Base, tally: &'t mut Tally) -> Self {
        // Programs of their own go by the machine's clock.
        let play = play_from(base, PEOPLE, SETTINGS, SystemClock.now()).await;
        let left = House::left_by(&play.stage).await;
        let members = PEOPLE.iter().map(|who| (who.to_string(), play.stage.member(who).unwrap())).collect();
        let database = play.stage.hub.state.config.database.reveal().to_owned();
        let mut machine = Machine::on(play.stops().await);
        machine.serves();
        let pool = AnyPoolOptions::new().max_connections(1).connect(&database).await.unwrap();
        let house = House::new(machine, members, left);
        Self { house, pool, tally, kills: 0 }
    }

    pub fn kills(&self) -> u32 {
        self.kills
    }

    /// One deed, killed once.
    pub async fn killed_once(&mut self, work: Work, who: Who, when: When) {
        if when == When::AnyMoment {
            self.measure(work).await;
        }
        let kills = self.kills;
        while self.kills == kills {
            let deed = self.house.next(work).await;
            let before = self.count(deed.adds.0).await;
            let done = self.kill(work, &deed, (who, when), before).await;
            self.finish(&deed, before, done).await;
        }
    }

    /// One deed, killed some times; of all kills no more than so many.
    pub async fn killed(&mut self, work: Work, most: u32) {
        self.measure(work).await;
        let deed = self.house.next(work).await;
        let before = self.count(deed.adds.0).await;
        let (mut here, mut done) = (0, false);
        while !done && here < AT_MOST && self.kills < most && (here == 0 || chance(2) == 0) {
            let who = if chance(2) == 0 { Who::Hub } else { Who::Client };
            let when = if chance(4) == 0 { When::OnRecord } else { When::AnyMoment };
            here += 1;
            done = self.kill(work, &deed, (who, when), before).await;
        }
        self.finish(&deed, before, done).await;
    }

    /// One deed, whose client is killed at its very end: all is on record, everything is cleared up, and its answer is
    /// the only thing that is missing.
    pub async fn killed_before_it_was_heard(&mut self, work: Work) {
        let deed = self.house.next(work).await;
        let before = self.count(deed.adds.0).await;
        let mut working = self.house.machine.begins_unheard(&deed.who, &deed.command);
        let home = self.house.machine.home(&deed.who);
        let mut waits = 0..LONGEST;
        let all = before + deed.adds.1;
        while self.count(deed.adds.0).await != all || judge::has_something_under_way(&home) {
            assert!(working.is_at_work() && waits.next().is_some(), "it waits to be heard");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        working.kill();
        *self.tally.kills.entry((work, Who::Client, true)).or_default() += 1;
        self.kills += 1;
        judge::home_is_whole(&home);
        self.finish(&deed, before, false).await;
    }

    /// How long the work takes when nobody is killed.
    async fn measure(&mut self, work: Work) {
        if self.tally.lengths.contains_key(&work) {
            return;
        }
        let deed = self.house.next(work).await;
        let before = self.count(deed.adds.0).await;
        let watch = Stopwatch::start();
        self.house.machine.does(&deed.who, &deed.command);
        self.tally.lengths.insert(work, watch.elapsed());
        assert_eq!(self.count(deed.adds.0).await, before + deed.adds.1, "{work:?}");
    }

    /// Begins the deed and kills in the middle of it. Whether the command ended well all the same.
    async fn kill(&mut self, work: Work, deed: &Deed, (who, when): (Who, When), before: i64) -> bool {
        let mut working = self.house.machine.begins(&deed.who, &deed.command);
        match when {
            When::OnRecord if deed.adds.1 > 0 => {
                while working.is_at_work() && self.count(deed.adds.0).await == before {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
            _ => {
                let length = self.tally.lengths[&work].as_micros() as u64;
                tokio::time::sleep(Duration::from_micros(chance(length))).await;
            }
        }
        if !working.is_at_work() {
            self.tally.missed += 1;
            let ended = working.ends();
            judge::says_so_plainly(&ended);
            return ended.is_done();
        }
        match who {
            Who::Hub => self.house.machine.kill_hub(),
            Who::Client => working.kill(),
        }
        let on_record = deed.adds.1 > 0 && self.count(deed.adds.0).await > before;
        self.tally.inside += u32::from(!on_record && self.has_something_of_it().await);
        *self.tally.kills.entry((work, who, on_record)).or_default() += 1;
        self.kills += 1;
        if who == Who::Client {
            judge::home_is_whole(&self.house.machine.home(&deed.who));
            return false;
        }
        self.house.machine.serves();
        // It goes on by itself, or says that it could not.
        let ended = working.ends();
        judge::says_so_plainly(&ended);
        self.tally.by_itself += u32::from(ended.is_done());
        ended.is_done()
    }

    async fn has_something_of_it(&self) -> bool {
        self.number("SELECT COUNT(*) FROM upload WHERE state <> 'claimed'").await > 0
    }

    /// The same command again, until it ends well; then its work is there once.
    async fn finish(&mut self, deed: &Deed, before: i64, mut done: bool) {
        self.tally.deeds += 1;
        let mut last = None;
        for _ in 0..TRIES {
            if done {
                break;
            }
            let ended = self.house.machine.tries(&deed.who, &deed.command);
            judge::says_so_plainly(&ended);
            done = ended.is_done();
            self.tally.again += 1;
            self.tally.failed += u32::from(!done);
            last = Some(ended);
        }
        assert!(done, "{:?} does not get done: {last:?}\n{}", deed.command, self.house.machine.logged());
        let (kind, adds) = deed.adds;
        assert_eq!(self.count(kind).await, before + adds, "{:?}: once, and whole", deed.command);
    }

    /// How many statements of a kind are on record.
    async fn count(&self, kind: &str) -> i64 {
        let count =
            sqlx::query_scalar("SELECT COUNT(*) FROM statement WHERE kind = $1").bind(kind.to_owned());
        count.fetch_one(&self.pool).await.unwrap()
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query(sql).fetch_one(&self.pool).await.unwrap().get(0)
    }

    /// Everything in the house is held against what must be in it.
    pub async fn ends(mut self) {
        let (swept, halves) = judge::house_is_sound(&mut self).await;
        self.tally.swept += swept;
        self.tally.halves += halves;
        self.pool.close().await;
    }
}
