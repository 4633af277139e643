//! What we need of Stripe: signatures of webhooks, events as we read them, and the calls we make.
//!
//! Knows Stripe's wire and nothing of the shop. Stripe's own words (messages, ids) stay inside.

pub mod billing;
pub mod client;
pub mod event;
pub mod form;
pub mod invoice;
pub mod reversal;
pub mod signature;

/// The API version that we send and that our types are read against.
pub const API_VERSION: &str = "2026-04-22.dahlia";
