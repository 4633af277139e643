//! A world for each confirmed write.

use bumpgrade::{affiliate, post_purchase, product};
use serde_json::json;

use super::evidence;
use super::writes::Example;
use crate::partner;

pub fn all() -> Vec<Example> {
    let own = vec![decision(), upload(), revocation(), commission(), review()];
    own.into_iter().chain(evidence::all().map(evidence::example)).collect()
}

fn decision() -> Example {
    Example {
        write: &post_purchase::writes::DECIDE,
        arrange: Box::new(|shop| {
            let intent = shop.buy("key-after-sale");
            json!({
                "checkoutIntentId": intent,
                "decisionKind": "decline_upsell",
                "expectedCheckoutUpdatedAt": shop.clock.0.get(),
            })
        }),
        moved: Box::new(|shop, _| shop.clock.0.set(shop.clock.0.get() + 31 * 60)),
    }
}

fn upload() -> Example {
    Example {
        write: &product::upload::WRITE,
        arrange: Box::new(|_| {
            json!({
                "productId": "product-launch-checklist-download",
                "assetId": "asset-launch-checklist-pdf",
                "fileName": "plan.txt",
                "contentType": "text/plain",
                "expectedCatalogRevisionId": "product-access-revision-indie-launch-2026-05-19",
                "bodyText": "Plan A",
            })
        }),
        moved: Box::new(|shop, _| shop.run_sql("UPDATE access_catalogs SET revision_id = 'another'")),
    }
}

fn revocation() -> Example {
    Example {
        write: &product::revocation::WRITE,
        arrange: Box::new(|shop| {
            let intent = shop.buy("key-revoked");
            json!({
                "entitlementId": crate::shop::entitlement(&intent),
                "expectedEntitlementStatus": "active",
                "reasonCode": "customer_request",
                "privateReason": "They asked by mail.",
            })
        }),
        moved: Box::new(|shop, _| shop.run_sql("UPDATE product_entitlements SET status = 'inactive'")),
    }
}

fn commission() -> Example {
    Example {
        write: &affiliate::ledger::writes::CREATE,
        arrange: Box::new(|shop| {
            let intent = partner::bought_before_the_rules(shop, "key-by-link");
            json!({ "checkoutIntentId": intent, "agentClientId": "agent-1" })
        }),
        moved: Box::new(|shop, body| {
            let intent = body["checkoutIntentId"].as_str().unwrap();
            assert_eq!(shop.deliver(&partner::charge(shop, "evt_moved", intent, true)).status, 200);
        }),
    }
}

fn review() -> Example {
    Example {
        write: &affiliate::ledger::writes::ACT,
        arrange: Box::new(|shop| {
            let intent = partner::buy(shop, "key-to-review");
            json!({
                "commissionLedgerId": partner::ledger(shop, &intent),
                "actionKind": "hold_for_review",
                "expectedUpdatedAt": shop.clock.0.get(),
                "publicReason": "We are looking at it.",
            })
        }),
        moved: Box::new(|_, _| {}),
    }
}
