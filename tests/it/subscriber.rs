//! A buyer with a subscription, and what Stripe sends about it.

use serde_json::{json, Value};

use crate::shop::{Seen, Shop, NOON};

pub const MEMBERSHIP: &str = "price-launch-membership-monthly-usd";
pub const MEMBER_TEXT: &str = "Create checkout for Bumpgrade launch membership at 29.00 USD per month";
/// A month as these tests count it, in seconds.
pub const MONTH: i64 = 30 * 86_400;
pub const SUB: &str = "sub_test_0123456789abcdef";
pub const CUSTOMER: &str = "cus_test_0123456789abcd";

/// What is bought, and what its session and subscription say.
pub struct Bought {
    pub intent: String,
    /// What the session's lines cost together.
    pub total: i64,
    /// What a period costs.
    pub monthly: i64,
    pub price: &'static str,
    price_key: &'static str,
    /// Sets the ids of Stripe's apart where one shop has many subscribers.
    tag: String,
}

impl Shop {
    /// Starts a membership without an address, so that only the event brings one.
    pub fn start_membership(&self, key: &str) -> Bought {
        let body = json!({ "priceId": MEMBERSHIP, "confirmationText": MEMBER_TEXT, "idempotencyKey": key });
        let seen = self.post("/api/commerce/checkout", &body);
        assert_eq!(seen.status, 200, "{}", seen.text);
        let intent = seen.json()["checkoutIntentId"].as_str().unwrap().to_owned();
        Bought {
            intent,
            total: 2_900,
            monthly: 2_900,
            price: MEMBERSHIP,
            price_key: "bumpgrade_price_id",
            tag: String::new(),
        }
    }

    /// Starts the Grow plan with the setup.
    pub fn start_plan(&self, key: &str) -> Bought {
        let body = json!({ "planSlug": "grow", "whiteGloveSetup": true, "idempotencyKey": key });
        let seen = self.post("/api/billing/checkout", &body);
        assert_eq!(seen.status, 200, "{}", seen.text);
        let intent = seen.json()["checkoutIntentId"].as_str().unwrap().to_owned();
        let price = "price-bumpgrade-grow-monthly-usd";
        Bought { intent, total: 119_700, monthly: 19_700, price, price_key: "price_id", tag: String::new() }
    }

    pub fn deliver_all(&self, events: &[Value]) {
        for event in events {
            let seen = self.deliver(event);
            assert_eq!(seen.status, 200, "{} {}", event["type"], seen.text);
        }
    }

    pub fn purchase_page(&self, intent: &str) -> Seen {
        self.page(&format!("/products/entitlements?checkout_intent_id={intent}"))
    }

    /// Everything that access depends on, without times of arrival and event ids.
    pub fn access(&self, intent: &str) -> String {
        let rows = [
            "SELECT group_concat(i.status || ' ' || COALESCE(i.buyer_email, '-')) FROM checkout_intents i WHERE i.id = ?1",
            "SELECT group_concat(b.status || ' ' || b.price_id || ' ' || COALESCE(b.buyer_email, '-') || ' '
               || COALESCE(b.current_period_end, '-') || ' ' || COALESCE(b.paid_until, '-') || ' '
               || b.cancel_at_period_end || ' ' || COALESCE(b.ended_at, '-') || ' ' || b.stripe_customer_id)
             FROM billing_subscriptions b WHERE b.checkout_intent_id = ?1",
            "SELECT group_concat(e.status || ' ' || e.product_id || ' ' || COALESCE(e.buyer_email_hash, '-'))
             FROM product_entitlements e WHERE e.checkout_intent_id = ?1",
            "SELECT group_concat(t.status || ' ' || t.fulfillment_kind) FROM product_fulfillment_tasks t WHERE t.checkout_intent_id = ?1",
            "SELECT group_concat(p.status || ' ' || p.plan_slug || ' ' || p.owner_email || ' ' || COALESCE(p.ends_at, '-') || ' ' || p.metadata_json)
             FROM publisher_plan_entitlements p JOIN billing_subscriptions b ON b.id = p.billing_subscription_id
             WHERE b.checkout_intent_id = ?1",
        ];
        let connection = self.db.connection.borrow();
        let read = |sql: &&str| -> String {
            connection.query_row(sql, [intent], |row| row.get::<_, Option<String>>(0)).unwrap().unwrap_or_default()
        };
        rows.iter().map(read).collect::<Vec<_>>().join("\n")
    }

    pub fn membership_status(&self, intent: &str) -> String {
        self.text("SELECT status FROM product_entitlements WHERE checkout_intent_id = ?1", intent)
    }

    pub fn plan_status(&self) -> String {
        self.text("SELECT status FROM publisher_plan_entitlements WHERE source = ?1", "stripe_checkout_session")
    }
}

fn event(id: String, kind: &str, at: i64, object: Value) -> Value {
    json!({
        "id": id, "object": "event", "type": kind, "created": at, "livemode": false,
        "api_version": "2026-04-22.dahlia", "data": { "object": object },
    })
}

impl Bought {
    pub fn tagged(self, tag: usize) -> Self {
        Self { tag: format!("t{tag}"), ..self }
    }

    pub fn own(&self, id: &str) -> String {
        format!("{id}{}", self.tag)
    }

    /// Access, comparable between subscribers.
    pub fn access(&self, shop: &Shop) -> String {
        shop.access(&self.intent).replace(&self.own(CUSTOMER), CUSTOMER)
    }

    /// The session's event after a full payment.
    pub fn completed(&self, shop: &Shop) -> Value {
        let mut event = shop.event(&self.own("evt_completed"), "checkout.session.completed", &self.intent);
        let session = &mut event["data"]["object"];
        session["amount_total"] = json!(self.total);
        session["amount_subtotal"] = json!(self.total);
        session["subscription"] = json!(self.own(SUB));
        session["customer"] = json!(self.own(CUSTOMER));
        session["payment_intent"] = json!(null);
        event
    }

    pub fn metadata(&self) -> Value {
        json!({ "checkout_intent_id": self.intent, self.price_key: self.price })
    }

    /// An event of the subscription: when, in which status, and until when the period runs.
    pub fn told(&self, id: &str, what: &str, at: i64, status: &str, until: i64) -> Value {
        let object = json!({
            "id": self.own(SUB), "object": "subscription", "status": status, "customer": self.own(CUSTOMER), "currency": "usd",
            "metadata": self.metadata(), "cancel_at_period_end": false, "cancel_at": null,
            "items": { "object": "list", "data": [{
                "id": "si_1", "quantity": 1, "current_period_start": until - MONTH, "current_period_end": until,
                "price": { "id": "price_stripe", "unit_amount": self.monthly, "currency": "usd" },
            }] },
        });
        event(self.own(id), &format!("customer.subscription.{what}"), at, object)
    }

    /// The subscription as it is made.
    pub fn created(&self) -> Value {
        self.told("evt_created", "created", NOON, "active", NOON + MONTH)
    }

    pub fn invoice(&self, id: &str, kind: &str, at: i64, until: i64) -> Value {
        let object = json!({
            "id": "in_test_1", "object": "invoice", "currency": "usd", "customer": self.own(CUSTOMER),
            "amount_paid": if until > NOON + MONTH { self.monthly } else { self.total },
            "parent": { "type": "subscription_details",
                "subscription_details": { "subscription": self.own(SUB), "metadata": self.metadata() } },
            "lines": { "object": "list", "data": [{ "period": { "start": until - MONTH, "end": until } }] },
        });
        event(self.own(id), kind, at, object)
    }

    /// The charge of a period, with what went back of it.
    pub fn refunded(&self, id: &str, charged_at: i64, back: i64) -> Value {
        let object = json!({
            "id": self.own(&format!("ch_test_{charged_at}")), "object": "charge", "amount": self.total, "amount_refunded": back,
            "currency": "usd", "created": charged_at, "customer": self.own(CUSTOMER), "payment_intent": "pi_test_1",
        });
        event(self.own(id), "charge.refunded", charged_at + 60, object)
    }
}
