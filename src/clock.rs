//! The one place that reads the machine's clock. Everything else is told what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::protocol::id::Moment;

/// Says what time it is.
pub trait Clock: Send + Sync {
    /// This moment, to the second.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment::from_unix(jiff::Timestamp::now().as_second())
    }
}

/// A clock that stands still until it is set: seconds since 1970. For tests and the demo.
#[derive(Clone, Debug, Default)]
pub struct SetClock(pub Arc<AtomicI64>);

impl Clock for SetClock {
    fn now(&self) -> Moment {
        Moment::from_unix(self.0.load(Ordering::SeqCst))
    }
}
