//! What opens nothing goes along as it is.

use std::io::{Error, Result, Write};

use crate::client::grant::Through;
use crate::client::verbs::choose::items_named;

use super::*;

/// What she refers has a label that is sealed to a stranger. Nobody opens it, and it stays so; all else goes on.
#[tokio::test]
async fn what_was_sealed_to_a_stranger_stays_closed_and_stops_no_generation() {
    let mut p = people().await;
    let number = refer_with(&mut p.femke, 1, Some(&SealingKey::generate().recipient())).await;
    for (desk, whose) in [(&mut p.femke, MINE), (&mut p.joris, MINE)] {
        for _ in 0..3 {
            desk.out.clear();
            remove(&mut desk.ctx(), whose, &[]).await.unwrap();
            assert!(desk.said().contains("the label of \"referral"), "{}", desk.said());
            assert!(desk.said().contains("does not open. Femke"), "{}", desk.said());
        }
    }
    p.joris.out.clear();
    open(&mut p.joris.ctx(), number, &[]).await.unwrap();
    assert!(p.joris.said().contains("does not open. Femke"), "{}", p.joris.said());
    let case = Whose { case: Some(number) };
    remove(&mut p.joris.ctx(), case, &[]).await.unwrap();
    assert_eq!(show(&mut p.joris.ctx(), case).await.unwrap().generation, 2);

    let (secrets, world, of) = enter(&mut p.joris.ctx(), number).await.unwrap();
    let mut keys = Keyring::new(&p.joris.remote, &secrets);
    let item = *of.items.keys().next().unwrap();
    let label = keys.text(&world, item, PartName::Label, Through::Vault).await;
    assert!(label.is_err_and(|error| error.is("sealed-wrong")));
    keys.file_key(&world, item, PartName::Body, Through::Vault).await.unwrap();
    // It has no title, and hides none.
    let named = items_named(&mut keys, &world, &of, &["Melding".into()], world.now).await;
    assert!(named.is_err_and(|error| error.is("not-found")));
    // As soon as it is another header than was carried over, it is the hub's doing.
    let (_, headers, _) = seal_small(b"another", &[SealingKey::generate().recipient()]).unwrap();
    p.house.hub.state().swap = Some(headers[0]);
    let refused = remove(&mut p.joris.ctx(), case, &[]).await;
    assert!(refused.is_err_and(|error| error.is("wrong-vault-key")));
}

/// A screen that takes all but what is said of what stays closed.
struct Deaf;

impl Write for Deaf {
    fn write(&mut self, said: &[u8]) -> Result<usize> {
        let closed = String::from_utf8_lossy(said).contains("does not open");
        if closed { Err(Error::other("not shown")) } else { Ok(said.len()) }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn who_can_not_be_told_what_stays_closed_signs_nothing() {
    let mut p = people().await;
    let number = refer_with(&mut p.femke, 1, Some(&SealingKey::generate().recipient())).await;
    let mut deaf = Deaf;
    let mut ctx = p.femke.ctx();
    ctx.out = &mut deaf;
    assert!(remove(&mut ctx, MINE, &[]).await.is_err());
    assert_eq!(show(&mut p.femke.ctx(), MINE).await.unwrap().generation, 1);
    let mut ctx = p.joris.ctx();
    ctx.out = &mut deaf;
    assert!(open(&mut ctx, number, &[]).await.is_err());
    open(&mut p.joris.ctx(), number, &[]).await.unwrap();
}
