//! What the hub writes by itself: that something waits, and that keys end.

use zegel::hub::mail::expiry;

use super::{HOUR, house};
use crate::support::Base;
use crate::support::post::settles;
use crate::support::smtp::Way;

const DAY: i64 = 24 * HOUR;

on_both!(a_key_that_ends_is_told_three_times);

async fn a_key_that_ends_is_told_three_times(base: Base) {
    let (server, play, _) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    // The memberships of the stage end a year after they began.
    let mut steps = Vec::new();
    for day in 1..=366 {
        stage.clock.advance(DAY);
        for _ in 0..2 {
            expiry::look(&stage.hub.state).await.unwrap();
            settles(stage).await;
        }
        let told = server.received().len();
        if steps.last().is_none_or(|(_, before)| *before != told) {
            steps.push((day, told));
        }
    }
    // Each of the six, and both procesregisseurs of the others in one.
    assert_eq!(steps, [(1, 0), (335, 8), (351, 16), (362, 24)]);
    let to_joris = server.received().into_iter().filter(|one| one.to[0].starts_with("joris")).count();
    assert_eq!(to_joris, 6);
}
