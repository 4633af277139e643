//! What the reference of the benchmarks runs: its batched routes take the Worker's own statements from a file.

use std::collections::BTreeMap;

use bumpgrade::access::sql as access;
use bumpgrade::affiliate::ledger::sql as ledger;
use bumpgrade::db::Query;
use bumpgrade::insight::sql as insight;
use bumpgrade::payment::sql as payment;

use super::artefacts::compare;
use crate::shop::Shop;

const LOOK_UP: &[&Query] = &[&access::CHECKOUT, &access::ENTITLEMENTS];
const TOKEN: &[&Query] = &[&access::CREATE_TOKEN, &access::TOKEN_STANDING];
const DOWNLOAD: &[&Query] = &[&access::CLAIM_TOKEN, &access::EXPIRE_TOKEN, &access::AUDIT_DOWNLOAD, &access::TOKEN];
/// Of a paid session.
const WEBHOOK: &[&Query] = &[
    &payment::RECEIVE,
    &payment::MOVE_INTENT,
    &payment::GRANT,
    &payment::QUEUE_FULFILLMENT,
    &payment::AUDIT_GRANTS,
    &ledger::CREDIT,
    &ledger::CREDIT_LINES,
    &ledger::AUDIT_CREDIT,
    &payment::AUDIT_EVENT,
    &insight::DELIVERED,
    &payment::OUTCOME,
];

#[test]
fn the_reference_runs_the_statements_of_the_worker() {
    let all: Vec<&Query> = [LOOK_UP, TOKEN, DOWNLOAD, WEBHOOK].concat();
    let by_name: BTreeMap<&str, &str> = all.iter().map(|query| (query.name, query.sql)).collect();
    assert_eq!(by_name.len(), all.len(), "two statements have one name");
    compare("bench/reference/statements.json", &format!("{}\n", serde_json::to_string_pretty(&by_name).unwrap()));
}

/// A route that gets another statement must get it in `bench/reference` too.
#[test]
fn the_measured_routes_ask_these_statements_and_no_others() {
    let shop = Shop::new();
    let intent = shop.start("measured-routes");
    let event = shop.event("evt_measured_routes", "checkout.session.completed", &intent);
    let look_up = format!("/api/products/entitlements?checkoutIntentId={intent}");
    assert_eq!(asked(&shop, || drop(shop.deliver(&event))), names(WEBHOOK));
    assert_eq!(asked(&shop, || drop(shop.get(&look_up))), names(LOOK_UP));
    let mut download = String::new();
    assert_eq!(asked(&shop, || download = shop.token(&intent)), names(TOKEN));
    assert_eq!(asked(&shop, || drop(shop.get(&download))), names(DOWNLOAD));
}

fn names(queries: &[&Query]) -> Vec<&'static str> {
    queries.iter().map(|query| query.name).collect()
}

/// The names of the statements that something asks, in their order.
fn asked(shop: &Shop, act: impl FnOnce()) -> Vec<&'static str> {
    shop.db.asked.borrow_mut().clear();
    act();
    shop.db.asked.take()
}
