//! Whose vault may be held by whom.

use super::*;

#[tokio::test]
async fn a_vault_of_the_house_is_for_procesregisseurs_only() {
    let mut p = people().await;
    p.house.hub.state().asked.clear();
    let refused = add(&mut p.joris.ctx(), MINE, &["Femke".into()]).await;
    assert!(refused.is_err_and(|error| error.is("holder-not-allowed")));
    let asked = p.house.hub.state().asked.clone();
    assert!(!asked.iter().any(|asked| asked.contains("POST /v1/statements")), "nothing was signed");
    let refused = add(&mut p.pieter.ctx(), MINE, &["Pieter".into()]).await;
    assert!(refused.is_err_and(|error| error.is("not-holder")));
}

/// Else nobody could renew it any more, or be added, without naming whoever that is.
#[tokio::test]
async fn who_may_not_hold_a_vault_any_more_goes_with_the_next_generation() {
    let mut p = people().await;
    drop(p.house.person("Mila", "Huis", &[Role::Procesregisseur]).await);
    add(&mut p.joris.ctx(), MINE, &["Mila".into()]).await.unwrap();
    p.house.vouch("Mila", &[Role::Manager]).unwrap();
    p.house.publish_directory().await;
    p.house.clock.advance(2 * 3600);
    let holding = |shown: &VaultReport| shown.holders.iter().map(|row| row.holds).collect::<Vec<_>>();
    let before = show(&mut p.joris.ctx(), MINE).await.unwrap();
    assert_eq!(
        holding(&before).iter().filter(|holds| **holds).count(),
        1,
        "she has the key, and not the role"
    );
    remove(&mut p.joris.ctx(), MINE, &[]).await.unwrap();
    let after = show(&mut p.joris.ctx(), MINE).await.unwrap();
    assert_eq!((holding(&after), after.generation), (vec![true], before.generation + 1));
}
