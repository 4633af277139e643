//! Bumpgrade: creator commerce in one Cloudflare Worker. Read the modules in this order.
//!
//! Dependencies run one way, top to bottom of this list: a module uses those above it.

pub mod access; // what a purchase opens: look-up, tokens, files
pub mod catalog; // the shop's pages: home, offer, library
pub mod checkout; // from an offer to a payment page
pub mod config; // settings, read once
pub mod contract; // redaction flags computed from the finished answer
pub mod cx; // the ports a request works through
pub mod db; // statements, batches and rows as plain data
pub mod http; // requests, answers, failures, gates, dispatch
pub mod kit; // ids, money, moments, private text, limits: values that know nothing of the product
pub mod page; // the frame of every page
pub mod payment; // what signed events do
pub mod route;
pub mod site; // health check
pub mod stripe; // Stripe's wire: signatures, events, calls // the table of every address

#[cfg(target_arch = "wasm32")]
mod edge; // the only place that names Cloudflare
