//! A world for each confirmed write.

use bumpgrade::post_purchase;
use serde_json::json;

use super::writes::Example;

pub fn all() -> Vec<Example> {
    vec![Example {
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
    }]
}
