//! The native suite: the real route table on the real SQL and the real migrations, in milliseconds.
//!
//! `routes/` mirrors the addresses; `laws/` holds what is true of all of them; `documents/` compares the public documents
//! with what was published; `shop.rs` is the world they run in and `ports.rs` what stands in for the platform,
//! `post.rs` what a test does with mail, `visits.rs` many events at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout
)]

mod audience;
mod documents;
mod laws;
mod mail;
mod partner;
mod ports;
mod post;
mod reader;
mod routes;
mod shop;
mod subscriber;
mod visits;
