use std::io;

use zeroize::Zeroizing;

use super::*;
use crate::client::ask::Questions;
use crate::client::testing::{Desk, TestHouse};
use crate::client::verbs::vault::{Whose, add};
use crate::protocol::words::Role;

fn number(text: &str) -> CaseNumber {
    text.parse().unwrap()
}

#[test]
fn the_next_number_goes_up_and_is_of_this_year() {
    let taken = number("ZVH-2026-0003");
    let now = "2026-11-23T09:00:00Z".parse().unwrap();
    let next = |next: Option<&str>| next_number(taken, next.map(number), now);
    assert_eq!(next(Some("ZVH-2026-0014")).unwrap(), number("ZVH-2026-0014"));
    assert_eq!(next(None).unwrap(), number("ZVH-2026-0004"));
    for wrong in ["ZVH-2026-0003", "ZVH-2026-0002", "ZVH-2025-0009", "ZVH-2027-0001"] {
        assert!(next(Some(wrong)).is_err_and(|error| error.is("bad-answer")), "{wrong}");
    }
    let eve = "2026-12-31T23:58:00Z".parse().unwrap();
    assert!(next_number(taken, Some(number("ZVH-2027-0001")), eve).is_ok());
}

/// Says yes so many times, then no.
struct Yes(usize);

impl Questions for Yes {
    fn agree(&mut self, _: &str) -> io::Result<bool> {
        let yes = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        Ok(yes)
    }

    fn secret(&mut self, _: &str) -> io::Result<Zeroizing<String>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Refers a case without items, and says yes so many times.
async fn refers(desk: &mut Desk, yes: usize) -> Result<Referred> {
    let mut ask = Yes(yes);
    let ctx = desk.ctx();
    let mut ctx = Context { ask: &mut ask, yes: false, ..ctx };
    let (secrets, _) = ctx.begin().await?;
    record(&mut ctx, &secrets, CaseKind::Complex, &[]).await
}

#[tokio::test]
async fn a_yes_to_one_number_is_none_to_another() {
    let house = TestHouse::start().await;
    let mut joris = house.person("Joris", "Huis", &[Role::Procesregisseur]).await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    add(&mut joris.ctx(), Whose::default(), &[]).await.unwrap();
    add(&mut femke.ctx(), Whose::default(), &[]).await.unwrap();
    // Femke knows nothing of the case that Joris refers.
    assert_eq!(refers(&mut joris, 1).await.unwrap().case, number("ZVH-2026-0001"));
    house.hub.state().asked.clear();
    assert!(refers(&mut femke, 1).await.is_err_and(|error| error.is("declined")));
    let posted = |asked: &&String| asked.starts_with("POST /v1/statements");
    assert_eq!(house.hub.state().asked.iter().filter(posted).count(), 1, "the second is not even sent");
    assert!(femke.said().contains("The number ZVH-2026-0001 is in use. The next one is ZVH-2026-0002."));
    assert_eq!(refers(&mut femke, 2).await.unwrap().case, number("ZVH-2026-0002"));
    // Now she knows where hers is.
    assert_eq!(refers(&mut femke, 1).await.unwrap().case, number("ZVH-2026-0003"));
}

#[tokio::test]
async fn all_cases_are_found_however_many_pages_they_take() {
    let house = TestHouse::start().await;
    let mut joris = house.person("Joris", "Huis", &[Role::Procesregisseur]).await;
    add(&mut joris.ctx(), Whose::default(), &[]).await.unwrap();
    for _ in 0..9 {
        refers(&mut joris, 1).await.unwrap();
    }
    let cases = joris.remote.cases().await.unwrap();
    let counts: Vec<u32> = cases.iter().map(|row| row.case.count).collect();
    assert_eq!(counts, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}
