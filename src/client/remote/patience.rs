//! How long we go on asking a hub that is busy or away, and what the person is told meanwhile.

use std::time::Duration;

use crate::protocol::refusal::Language;

/// How often something that may be repeated is tried when no answer comes.
const TRIES: u32 = 4;
/// How often when the hub itself says when to come back.
const TRIES_WHEN_TOLD: u32 = 6;
/// What takes less is not worth a word.
const WORTH_A_WORD: Duration = Duration::from_secs(1);

/// How long the hub is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// Until it is there.
    pub connect: Duration,
    /// Until it says the next thing.
    pub silence: Duration,
    /// Before something is tried for the second time; each time thereafter is three times as long.
    pub first: Duration,
    /// The longest that it can ask for.
    pub longest: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(60),
            first: Duration::from_millis(300),
            longest: Duration::from_secs(15),
        }
    }
}

/// Why another try is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There was no answer, or one that says nothing.
    Silence,
    /// The hub said when to come back.
    Told(Duration),
}

/// What is left of our patience with one question.
#[derive(Debug)]
pub struct Patience {
    waits: Waits,
    silences: u32,
    told: u32,
}

impl Patience {
    /// All of it.
    pub fn of(waits: Waits) -> Self {
        Self { waits, silences: 0, told: 0 }
    }

    /// How long to wait before another try; nothing when it was tried often enough.
    pub fn next(&mut self, why: Why) -> Option<Duration> {
        match why {
            Why::Silence => {
                self.silences += 1;
                (self.silences < TRIES).then(|| self.waits.first * 3_u32.pow(self.silences - 1))
            }
            Why::Told(wait) => {
                self.told += 1;
                (self.told < TRIES_WHEN_TOLD).then(|| wait.min(self.waits.longest))
            }
        }
    }
}

/// What to tell who waits, where that is long enough to wonder.
pub fn sentence(why: Why, wait: Duration, language: Language) -> Option<String> {
    if wait < WORTH_A_WORD {
        return None;
    }
    let wait = match (wait.as_secs_f64().round() as u64, language) {
        (1, Language::Dutch) => "1 seconde".to_owned(),
        (1, Language::English) => "1 second".to_owned(),
        (seconds, Language::Dutch) => format!("{seconds} seconden"),
        (seconds, Language::English) => format!("{seconds} seconds"),
    };
    Some(match (language, why) {
        (Language::Dutch, Why::Told(_)) => format!(
            "De hub kan dit nu even niet doen. Over {wait} probeer ik het opnieuw; er is niets verloren."
        ),
        (Language::Dutch, Why::Silence) => {
            format!("De hub antwoordt niet. Over {wait} probeer ik het opnieuw; er is niets verloren.")
        }
        (Language::English, Why::Told(_)) => {
            format!("The hub can't do this just now. I try again in {wait}; nothing is lost.")
        }
        (Language::English, Why::Silence) => {
            format!("The hub does not answer. I try again in {wait}; nothing is lost.")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(why: Why) -> Vec<u128> {
        let mut patience = Patience::of(Waits::default());
        std::iter::from_fn(|| patience.next(why)).map(|wait| wait.as_millis()).collect()
    }

    #[test]
    fn patience_ends() {
        assert_eq!(waits(Why::Silence), [300, 900, 2700]);
        assert_eq!(waits(Why::Told(Duration::from_secs(5))), [5000; 5]);
        assert_eq!(waits(Why::Told(Duration::from_secs(3600))), [15_000; 5], "no hub keeps us for an hour");
    }

    #[test]
    fn who_waits_is_told_for_what() {
        let said = |why, millis, language| sentence(why, Duration::from_millis(millis), language);
        assert_eq!(said(Why::Silence, 900, Language::Dutch), None);
        let told = Why::Told(Duration::from_secs(5));
        assert!(
            said(told, 5000, Language::Dutch).unwrap().contains("Over 5 seconden probeer ik het opnieuw")
        );
        assert!(said(Why::Silence, 2700, Language::English).unwrap().contains("again in 3 seconds"));
    }
}
