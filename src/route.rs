//! The route table: every address of the shop, feature by feature. Router, documents and tests all read this list.

use crate::confirm::Write;
use crate::evidence::Evidence;
use crate::http::dispatch::{House, Table, TableError};
use crate::http::Route;
use crate::{
    access, account, affiliate, audience, billing, catalog, checkout, commerce, insight, page, payment, post_purchase,
    product, site,
};

/// The routes, by feature.
pub static FEATURES: &[&[Route]] = &[
    catalog::ROUTES,
    checkout::ROUTES,
    post_purchase::ROUTES,
    payment::ROUTES,
    access::ROUTES,
    affiliate::ROUTES,
    insight::ROUTES,
    audience::desk::ROUTES,
    audience::join::ROUTES,
    audience::leave::ROUTES,
    audience::own::ROUTES,
    product::ROUTES,
    account::ROUTES,
    billing::ROUTES,
    commerce::ROUTES,
    insight::notification::ROUTES,
    insight::decision::ROUTES,
    insight::desk::ROUTES,
    site::ROUTES,
];

/// What dispatch needs from the features.
pub const HOUSE: House = House { failure: page::failure, owner: account::owner };

/// The confirmed writes, by feature.
pub static WRITES: &[&[&Write]] = &[
    post_purchase::WRITES,
    affiliate::WRITES,
    audience::desk::WRITES,
    product::WRITES,
    insight::notification::WRITES,
    &[&insight::decision::WRITE],
];

/// Every confirmed write.
pub fn writes() -> impl Iterator<Item = &'static Write> {
    WRITES.iter().flat_map(|writes| writes.iter().copied())
}

/// The kinds of evidence, by family.
pub static EVIDENCE: &[&[&Evidence]] = &[
    &affiliate::evidence::ALL,
    &audience::evidence::NOTES,
    &audience::evidence::IMPORTS,
    &audience::evidence::BROADCASTS,
    &insight::notification::ALL,
    &[&insight::decision::EVIDENCE],
];

/// Every kind of evidence.
pub fn evidence() -> impl Iterator<Item = &'static Evidence> {
    EVIDENCE.iter().flat_map(|kinds| kinds.iter().copied())
}

/// Every route.
pub fn all() -> impl Iterator<Item = &'static Route> {
    FEATURES.iter().flat_map(|routes| routes.iter())
}

/// The table that requests are looked up in.
///
/// # Errors
/// When two routes collide, which a test rules out.
pub fn table() -> Result<Table, TableError> {
    Table::new(all())
}
