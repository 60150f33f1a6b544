//! Time and chance, and the only file that asks the machine for them.
//!
//! Who needs the time is handed a [`Clock`]; who needs an id or a token is handed a source of randomness.
//! So a test says what day it is, and the demo tells weeks in a minute. (Keys are the exception: age and
//! sequoia-openpgp draw their own randomness.) `clippy.toml` and `tests/house.rs` hold everyone to it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom, SystemRandom};

use crate::protocol::id::Moment;

/// Says what time it is.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Now, in UTC, to the second.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    fn now(&self) -> Moment {
        // A machine whose clock stands before 1970 is as wrong as one at 1970: `Moment` begins in 2000.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment::from_unix(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until someone moves it. Clones show the same time.
#[derive(Clone, Debug)]
pub struct SetClock(Arc<AtomicI64>);

impl SetClock {
    /// A clock that shows this moment.
    pub fn at(moment: Moment) -> Self {
        Self(Arc::new(AtomicI64::new(moment.unix())))
    }

    /// Moves the clock on by so many seconds (back, if negative).
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Shows another moment from here on.
    pub fn set(&self, moment: Moment) {
        self.0.store(moment.unix(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Moment {
        Moment::from_unix(self.0.load(Ordering::SeqCst))
    }
}

/// Measures how long something takes, whatever the clock on the wall does meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for a running time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long ago it was started.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The operating system's source of randomness, for ids, nonces and tokens.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for randomness")]
pub fn random() -> &'static (dyn SecureRandom + Send + Sync) {
    static RANDOM: std::sync::LazyLock<SystemRandom> = std::sync::LazyLock::new(SystemRandom::new);
    &*RANDOM
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_clock_moves_only_when_moved_and_all_its_clones_with_it() {
        let clock = SetClock::at("2026-11-02T09:00:00Z".parse().unwrap());
        let same: Arc<dyn Clock> = Arc::new(clock.clone());
        assert_eq!(same.now().to_string(), "2026-11-02T09:00:00Z");
        clock.advance(90);
        assert_eq!(same.now().to_string(), "2026-11-02T09:01:30Z");
        clock.set("2026-12-01T08:00:00Z".parse().unwrap());
        assert_eq!(same.now(), clock.now());
    }

    #[test]
    fn the_system_clock_is_within_what_a_statement_can_say() {
        assert!((2000..=9999).contains(&SystemClock.now().year()));
    }

    #[test]
    fn randomness_differs_each_time() {
        let draw = || {
            let mut bytes = [0; 32];
            random().fill(&mut bytes).unwrap();
            bytes
        };
        assert_ne!(draw(), draw());
    }
}
