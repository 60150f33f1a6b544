//! Who may do what: everyone who has something or nothing to do with a case tries every route of the hub, as its own
//! description lists them, and signs every kind of statement. What comes of it stands in `rights/routes.snap` and
//! `rights/kinds.snap`, to be read by people.

mod asked;
mod described;
mod house;
mod kinds;
mod objects;
mod people;
mod routes;
mod table;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Base;
use asked::Asker;
use house::House;
use people::EVERYONE;
use routes::Row;
use table::Table;

on_both!(everyone_tries_every_route);

async fn everyone_tries_every_route(base: Base) {
    let house = House::stands(base).await;
    let asker = Asker::of(&house);
    let description = asker.description().await;
    nothing_else_is_there(&house, &asker, &description).await;
    let rows = routes::rows(&description, &house);
    let (mut table, mut untold) = (Table::of(EVERYONE, people::outside), BTreeSet::new());
    for row in &rows {
        let mut unknown = BTreeSet::new();
        for person in EVERYONE {
            let cell = tries(&asker, row, person, &mut unknown).await;
            if !row.describes(&description, &cell) {
                untold.insert(format!("{} {} {}", row.request.method, row.path, &cell[..3]));
            }
            table.put(&row.name, person, cell);
        }
        assert!(unknown.len() < 2, "{}: who may not know is told this or that: {unknown:#?}", row.name);
    }
    assert!(untold.is_empty(), "/v1/openapi.json does not say that these can be: {untold:#?}");
    nothing_was_done_to_others(&house).await;
    insta::with_settings!({ snapshot_path => "rights", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("routes", table.to_text());
    });
}

/// Someone asks for something that is there, and for the same that never was. Whoever is told of both in the same
/// words is told the same to the byte.
async fn tries(asker: &Asker<'_>, row: &Row, person: &str, unknown: &mut BTreeSet<String>) -> String {
    let never = match &row.never {
        Some(never) => Some(asker.asks(person, never).await),
        None => None,
    };
    // First, since it leaves nothing behind.
    let head = match row.request.head() {
        Some(head) => Some(asker.asks(person, &head).await),
        None => None,
    };
    let real = asker.asks(person, &row.request).await;
    if let Some(head) = head {
        assert_eq!(head.status, real.status, "{person}: HEAD {}", row.name);
    }
    let cell = real.cell();
    if let Some(never) = never {
        if cell == never.cell() {
            assert_eq!(real, never, "{person}: {}", row.name);
        }
        if real.status == 404 {
            assert_eq!(real, never, "{person}: {}", row.name);
            unknown.insert(format!("{real:?}"));
        }
    }
    if let Some(misspelt) = row.misspelt.as_ref().filter(|_| cell.starts_with("404")) {
        assert_eq!(asker.asks(person, misspelt).await, real, "{person}: {} misspelt", row.name);
    }
    cell
}

/// The own sessions that were given up are gone, and another's is still there.
async fn nothing_was_done_to_others(house: &House) {
    let mine = EVERYONE.iter().filter(|person| people::outside(person) != Some("401 not-signed-in"));
    for person in mine {
        assert!(!is_kept(house, house.people.spare(person)).await, "{person} ended the own session");
    }
    assert!(is_kept(house, &house.people.bystander).await, "who asked nothing is still signed in");
}

async fn is_kept(house: &House, session: &str) -> bool {
    let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM session WHERE id = $1")
        .bind(session.to_owned())
        .fetch_one(house.play.stage.hub.state.db.read())
        .await
        .unwrap();
    kept == 1
}

/// Each way to speak to a path that the description does not list is refused as such, and the router has no path
/// that the description has not.
async fn nothing_else_is_there(house: &House, asker: &Asker<'_>, description: &Value) {
    for request in routes::not_described(description, house) {
        for person in ["nobody", "director"] {
            let answer = asker.asks(person, &request).await;
            assert_eq!(answer.status, 405, "{person}: {} {}", request.method, request.path);
        }
    }
    for path in routes::in_router() {
        assert!(description["paths"].get(&path).is_some(), "{path} is not in /v1/openapi.json");
    }
}
