pub mod clock;
pub mod hub;
pub mod protocol;
