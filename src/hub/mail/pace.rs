//! When a message is tried again, and when it is given up.

use ring::rand::SecureRandom;

use crate::protocol::id::Moment;

/// The first wait, in seconds; each is twice the one before, up to the longest.
const FIRST: i64 = 60;
const LONGEST: i64 = 2 * 60 * 60;

/// When to try next what was just tried for the `attempts`th time; none when it is to be given up.
///
/// Between half and all of the wait, by chance, so that what failed together is not tried together. The last attempt
/// is at the deadline: a server that comes back just before it is not missed.
pub fn next(
    attempts: i64,
    now: Moment,
    created: Moment,
    give_up: i64,
    random: &dyn SecureRandom,
) -> Option<Moment> {
    let deadline = created.plus(give_up);
    if now >= deadline {
        return None;
    }
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    let wait = (FIRST << doublings).min(LONGEST);
    Some(now.plus(wait / 2 + chance(random, wait / 2)).min(deadline))
}

/// A number from 0 up to and with `most`. Without chance it is the most, which does no harm.
fn chance(random: &dyn SecureRandom, most: i64) -> i64 {
    let mut bytes = [0; 4];
    match random.fill(&mut bytes) {
        Ok(()) => i64::from(u32::from_le_bytes(bytes)) % (most + 1),
        Err(_) => most,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::random;

    const HOUR: i64 = 3600;

    #[test]
    fn each_wait_is_longer_until_the_longest_and_the_last_attempt_is_at_the_deadline() {
        let created: Moment = "2026-12-01T12:00:00Z".parse().unwrap();
        let (mut now, mut waits) = (created, Vec::new());
        for attempts in 1.. {
            let Some(at) = next(attempts, now, created, 72 * HOUR, random()) else { break };
            waits.push(at.unix() - now.unix());
            now = at;
        }
        assert_eq!(now, created.plus(72 * HOUR));
        assert!(waits.len() > 36 && waits.len() < 90, "{} attempts in three days", waits.len());
        for (attempt, wait) in waits[..waits.len() - 1].iter().enumerate() {
            let all = (FIRST << attempt.min(16)).min(LONGEST);
            assert!((all / 2..=all).contains(wait), "wait {attempt} is {wait}");
        }
    }

    #[test]
    fn chance_spreads() {
        let drawn: std::collections::BTreeSet<i64> = (0..100).map(|_| chance(random(), 3600)).collect();
        assert!(drawn.len() > 80 && drawn.iter().all(|n| (0..=3600).contains(n)));
        assert_eq!(chance(random(), 0), 0);
    }
}
