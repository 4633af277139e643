//! A world for each confirmed write.

use bumpgrade::{affiliate, post_purchase};
use serde_json::json;

use super::writes::Example;
use crate::partner;

pub fn all() -> Vec<Example> {
    vec![
        Example {
            write: &post_purchase::writes::DECIDE,
            arrange: |shop| {
                let intent = shop.buy("key-after-sale");
                json!({
                    "checkoutIntentId": intent,
                    "decisionKind": "decline_upsell",
                    "expectedCheckoutUpdatedAt": shop.clock.0.get(),
                })
            },
            moved: |shop, _| shop.clock.0.set(shop.clock.0.get() + 31 * 60),
        },
        Example {
            write: &affiliate::ledger::writes::CREATE,
            arrange: |shop| {
                let intent = partner::bought_before_the_rules(shop, "key-by-link");
                json!({ "checkoutIntentId": intent, "agentClientId": "agent-1" })
            },
            moved: |shop, body| {
                let intent = body["checkoutIntentId"].as_str().unwrap();
                assert_eq!(shop.deliver(&partner::charge(shop, "evt_moved", intent, true)).status, 200);
            },
        },
        Example {
            write: &affiliate::ledger::writes::ACT,
            arrange: |shop| {
                let intent = partner::buy(shop, "key-to-review");
                json!({
                    "commissionLedgerId": partner::ledger(shop, &intent),
                    "actionKind": "hold_for_review",
                    "expectedUpdatedAt": shop.clock.0.get(),
                    "publicReason": "We are looking at it.",
                })
            },
            moved: |_, _| {},
        },
    ]
}
