//! How often anyone may try. A source has a bucket of tokens for each kind of attempt, a member one for signing in;
//! each attempt takes a token, and they come back with time.
//!
//! What succeeds gives its token back: many people behind one address, who do what they may, don't stand in each
//! other's way. All of it is in memory and bounded; what is forgotten is forgiven.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::config::Limits;
use super::error::HubError;
use crate::clock::Stopwatch;
use crate::protocol::id::MemberId;

/// The most buckets of one kind that are kept.
const MOST: usize = 50_000;
const MINUTE: f64 = 60.0;

/// What a source may try so many times in a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// A nonce.
    Nonce,
    /// A login that is not good.
    SignIn,
    /// A bundle that is not there.
    Bundle,
    /// A batch that is refused.
    Write,
}

/// Who tries: a member who has a session, or else where the request came from, as far as that is told apart: an
/// IPv4 address, or a network of IPv6, of which one household has more addresses than anybody could count. So who is
/// signed in is not kept out by a neighbour behind the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    Member(MemberId),
    Address(IpAddr),
}

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
            address => address,
        })
    }
}

/// All buckets.
pub struct Throttle {
    watch: Stopwatch,
    nonces: Buckets<Source>,
    sign_ins: Buckets<Source>,
    bundles: Buckets<Source>,
    writes: Buckets<Source>,
    members: Buckets<MemberId>,
}

impl Throttle {
    pub fn new(limits: &Limits) -> Self {
        Self {
            watch: Stopwatch::start(),
            nonces: Buckets::new(limits.nonces),
            sign_ins: Buckets::new(limits.bad_sign_ins),
            bundles: Buckets::new(limits.bad_bundles),
            writes: Buckets::new(limits.bad_writes),
            members: Buckets::new(limits.sign_ins),
        }
    }

    /// A source tries something.
    ///
    /// # Errors
    /// [`HubError::TooOften`] when it has tried too often.
    pub fn tries(&self, attempt: Attempt, source: Source) -> Result<(), HubError> {
        self.of(attempt).take(source, self.watch.elapsed())
    }

    /// What a source tried went well.
    pub fn succeeded(&self, attempt: Attempt, source: Source) {
        // A nonce is nothing yet.
        if attempt != Attempt::Nonce {
            self.of(attempt).give_back(&source);
        }
    }

    /// A member signs in, with a login that is good.
    ///
    /// # Errors
    /// [`HubError::TooOften`] when it has done so too often.
    pub fn signs_in(&self, member: MemberId) -> Result<(), HubError> {
        self.members.take(member, self.watch.elapsed())
    }

    fn of(&self, attempt: Attempt) -> &Buckets<Source> {
        match attempt {
            Attempt::Nonce => &self.nonces,
            Attempt::SignIn => &self.sign_ins,
            Attempt::Bundle => &self.bundles,
            Attempt::Write => &self.writes,
        }
    }
}

struct Bucket {
    tokens: f64,
    /// When it had so many.
    at: Duration,
}

struct Buckets<K> {
    /// So many fit in one, and come back in a minute.
    size: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Eq + Hash> Buckets<K> {
    fn new(per_minute: u64) -> Self {
        Self { size: per_minute as f64, buckets: Mutex::default() }
    }

    fn take(&self, who: K, now: Duration) -> Result<(), HubError> {
        // A count can't be left half done, so a panic elsewhere is no reason not to count on.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST && !buckets.contains_key(&who) {
            self.make_room(&mut buckets, now);
        }
        let bucket = buckets.entry(who).or_insert(Bucket { tokens: self.size, at: now });
        (bucket.tokens, bucket.at) = (self.tokens(bucket, now), now);
        if bucket.tokens < 1.0 {
            let seconds = ((1.0 - bucket.tokens) * MINUTE / self.size).ceil();
            return Err(HubError::TooOften { seconds: seconds as u32 });
        }
        bucket.tokens -= 1.0;
        Ok(())
    }

    fn give_back(&self, who: &K) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(who) {
            bucket.tokens = (bucket.tokens + 1.0).min(self.size);
        }
    }

    fn tokens(&self, bucket: &Bucket, now: Duration) -> f64 {
        let since = now.saturating_sub(bucket.at).as_secs_f64();
        (bucket.tokens + since * self.size / MINUTE).min(self.size)
    }

    /// A full bucket says nothing. Where all of them say something, better to forget it than to let nobody in.
    fn make_room(&self, buckets: &mut HashMap<K, Bucket>, now: Duration) {
        buckets.retain(|_, bucket| self.tokens(bucket, now) < self.size);
        if buckets.len() >= MOST {
            buckets.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds<K: Eq + Hash>(buckets: &Buckets<K>, who: K, at: u64) -> Option<u32> {
        match buckets.take(who, Duration::from_secs(at)) {
            Err(HubError::TooOften { seconds }) => Some(seconds),
            _ => None,
        }
    }

    #[test]
    fn tokens_come_back_with_time_and_are_ones_own() {
        let buckets = Buckets::new(6);
        (0..6).for_each(|_| assert_eq!(seconds(&buckets, "one", 0), None));
        assert_eq!(seconds(&buckets, "one", 0), Some(10));
        assert_eq!(seconds(&buckets, "two", 0), None);
        assert_eq!(seconds(&buckets, "one", 10), None);
        assert_eq!(seconds(&buckets, "one", 10), Some(10));
        buckets.give_back(&"one");
        assert_eq!(seconds(&buckets, "one", 10), None);
        (0..6).for_each(|_| assert_eq!(seconds(&buckets, "one", 10_000), None));
        assert!(seconds(&buckets, "one", 10_000).is_some(), "no more than fit");
    }

    #[test]
    fn a_crowd_of_sources_takes_no_more_room_and_closes_no_door() {
        let buckets = Buckets::new(1);
        (0..2 * MOST).for_each(|who| assert_eq!(seconds(&buckets, who, 0), None));
        assert!(buckets.buckets.lock().unwrap().len() <= MOST);
    }

    #[test]
    fn a_household_of_ipv6_is_one_source() {
        let source = |text: &str| Source::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff::9"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }
}
