//! Commissions, written down for review: made when money arrives, taken back when it goes, decided on by an owner.

pub mod model;
pub mod money;
pub mod serve;
pub mod sql;
pub mod writes;
