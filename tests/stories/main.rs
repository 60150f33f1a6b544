//! Stories with the people of `keys.example`: a real hub, real homes, the verbs that people use. Each is told on SQLite
//! and on PostgreSQL.

#[path = "../support/bucket.rs"]
mod bucket;
#[allow(dead_code)]
#[path = "../support/forge.rs"]
mod forge;
#[allow(dead_code)]
#[path = "../support/liar.rs"]
mod liar;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/smuggle.rs"]
mod smuggle;
#[macro_use]
mod support;

mod blind;
mod chain;
mod consultation;
mod crash;
mod cut_off;
mod demo;
mod deputy;
mod doors;
mod enrolment;
mod faults;
mod five_of_eight;
mod holders;
mod hostile;
mod letters;
mod lies;
mod lists;
mod mail;
mod memory;
mod misnamed;
mod mover;
mod newcomer;
mod old_key;
mod once_more;
mod openings;
mod paged;
mod recovery;
mod renewal;
mod rights;
mod served;
mod sessions;
mod silent_refusal;
mod size;
mod slow;
mod spoilt_approval;
mod spoilt_vault;
mod suspension;
mod tampered;
mod together;
mod too_much;
mod two_keys;
mod unsigned_partner;
mod updated;
mod withheld;
