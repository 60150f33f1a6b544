//! Stories with the people of `keys.example`: a real hub, real homes, the verbs that people use.

mod support;

mod chain;
mod enrolment;
mod lies;
mod withheld;
