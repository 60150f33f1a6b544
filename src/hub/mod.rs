//! The blind server: it keeps what is sealed, and knows who, when, what kind and how large.
//!
//! A noun is one file: its words, its SQL, its deeds and its reads. The door to it is in [`web`].

pub mod config;
pub mod db;
pub mod objects;
pub mod serve;
