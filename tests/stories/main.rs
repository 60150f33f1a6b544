//! Stories with the people of `keys.example`: a real hub, real homes, the verbs that people use.

mod support;
mod wire;

mod chain;
mod doors;
mod enrolment;
mod holders;
mod lies;
mod openings;
mod recovery;
mod sessions;
