//! Bumpgrade: creator commerce in one Cloudflare Worker.
//!
//! The modules stand in reading order. Dependencies run one way: a module uses those above it.

/// Ids, money, moments, private text, hashes, and every limit: values that know nothing of the product.
pub mod kit;
/// Settings, typed and read once.
pub mod config;
/// Statements, batches and rows as plain data.
pub mod db;
/// The ports that a request works through.
pub mod cx;
/// Stripe's wire: signatures, events, calls.
pub mod stripe;
/// How public answers are declared, and the redaction flags computed from them.
pub mod contract;
/// Requests, answers, failures, gates, routes as data, dispatch.
pub mod http;
/// The frame of every page.
pub mod page;
/// Mails: an outbox, and the ways they leave by.
pub mod mail;
/// Who signs in, and who owns the shop.
pub mod account;
/// Confirmed writes: the engine behind every act that must be meant.
pub mod confirm;
/// Evidence: kinds of confirmed notes that stand on one another, and how they are shown.
pub mod evidence;
/// What visitors do and what comes of it: events, experiments, reports.
pub mod insight;
/// The audience: joining a list, leaving it, one's own data.
pub mod audience;
/// Partners: links, clicks, commissions, the owner's desk.
pub mod affiliate;
/// The one offer that follows a purchase.
pub mod post_purchase;
/// The shop's pages: home, offer, library.
pub mod catalog;
/// From an offer to a payment page.
pub mod checkout;
/// What Stripe tells of subscriptions, and the access that follows.
pub mod subscription;
/// A membership as its buyer sees it.
pub mod membership;
/// What an event of Stripe does: money arrives, access is granted.
pub mod payment;
/// What a purchase opens: look-up, tokens, files, sections to read.
pub mod access;
/// The owner's side of it: the document, private files, intents to end access.
pub mod product;
/// The platform's own plans.
pub mod billing;
/// The public document about money.
pub mod commerce;
/// The health check.
pub mod site;
/// What is done without anybody waiting: the queue's messages, the cron's tasks.
pub mod job;
/// The table of every address.
pub mod route;

#[cfg(target_arch = "wasm32")]
mod edge;
