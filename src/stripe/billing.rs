//! Subscriptions and charges as their events hold them: only what access depends on.
//!
//! Stripe moves fields between versions, so each is looked for at its new place and then at its old one.

use serde::Deserialize;
use serde_json::Value;

use crate::kit::bounds::{D1_INTEGER_MAX, ID_MAX_BYTES};
use crate::kit::id::{CheckoutIntentId, PriceId, StripeSubscriptionId};
use crate::kit::money::Currency;

/// How a subscription stands, in Stripe's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The first payment is still missing.
    Incomplete,
    /// The first payment never came.
    IncompleteExpired,
    /// Runs without a payment for now.
    Trialing,
    /// Runs.
    Active,
    /// A payment failed and is tried again.
    PastDue,
    /// Ended.
    Canceled,
    /// A payment failed for good.
    Unpaid,
    /// Stands still. A word that this version does not know is taken as this one: it opens nothing.
    #[serde(other)]
    Paused,
}

impl Status {
    /// As the database writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::IncompleteExpired => "incomplete_expired",
            Self::Trialing => "trialing",
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Canceled => "canceled",
            Self::Unpaid => "unpaid",
            Self::Paused => "paused",
        }
    }

    /// How late in a life it lies; decides between events of one second.
    pub const fn lateness(self) -> i64 {
        match self {
            Self::Incomplete => 0,
            Self::Trialing => 1,
            Self::Active => 2,
            Self::PastDue => 3,
            Self::Paused => 4,
            Self::Unpaid => 5,
            Self::IncompleteExpired | Self::Canceled => 6,
        }
    }
}

/// What we wrote into a subscription when we made it.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    #[serde(default)]
    checkout_intent_id: Option<String>,
    #[serde(default)]
    bumpgrade_price_id: Option<String>,
    #[serde(default)]
    price_id: Option<String>,
}

impl Metadata {
    /// The checkout that made it.
    pub fn intent(&self) -> Option<CheckoutIntentId> {
        self.checkout_intent_id.as_deref().and_then(CheckoutIntentId::parse)
    }

    /// Our price.
    pub fn price(&self) -> Option<PriceId> {
        self.bumpgrade_price_id.as_deref().or(self.price_id.as_deref()).and_then(PriceId::parse)
    }
}

/// A subscription at the moment of its event.
#[derive(Debug, Deserialize)]
pub struct Subscription {
    /// `sub_…`.
    pub id: StripeSubscriptionId,
    /// How it stands.
    pub status: Status,
    #[serde(default)]
    metadata: Option<Metadata>,
    #[serde(default)]
    customer: Value,
    #[serde(default)]
    items: Items,
    #[serde(default)]
    current_period_start: Option<i64>,
    #[serde(default)]
    current_period_end: Option<i64>,
    #[serde(default)]
    cancel_at_period_end: bool,
    #[serde(default)]
    cancel_at: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
struct Items {
    #[serde(default)]
    data: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    #[serde(default)]
    price: Option<Price>,
    #[serde(default)]
    quantity: Option<i64>,
    #[serde(default)]
    current_period_start: Option<i64>,
    #[serde(default)]
    current_period_end: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Price {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    unit_amount: Option<i64>,
    #[serde(default)]
    currency: Option<Currency>,
}

impl Subscription {
    /// What we wrote into it.
    pub fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_ref()
    }

    /// Who pays, `cus_…`.
    pub fn customer(&self) -> Option<&str> {
        id_of(&self.customer)
    }

    /// The first price at Stripe, `price_…`.
    pub fn stripe_price(&self) -> Option<&str> {
        self.price()?.id.as_deref().filter(|id| id.len() <= ID_MAX_BYTES)
    }

    /// What a period costs: the first item's amount and currency.
    pub fn amount(&self) -> Option<(i64, Currency)> {
        let quantity = self.items.data.first()?.quantity.unwrap_or(1);
        let price = self.price()?;
        Some((price.unit_amount?.checked_mul(quantity).filter(held)?, price.currency?))
    }

    fn price(&self) -> Option<&Price> {
        self.items.data.first()?.price.as_ref()
    }

    /// When the present period began.
    pub fn period_start(&self) -> Option<i64> {
        let item = self.items.data.first().and_then(|item| item.current_period_start);
        item.or(self.current_period_start).filter(held)
    }

    /// When the present period ends.
    pub fn period_end(&self) -> Option<i64> {
        let item = self.items.data.first().and_then(|item| item.current_period_end);
        item.or(self.current_period_end).filter(held)
    }

    /// True when its end is set; Stripe has two ways to say so.
    pub const fn will_end(&self) -> bool {
        self.cancel_at_period_end || self.cancel_at.is_some()
    }
}

/// A charge at the moment of its event.
#[derive(Debug, Deserialize)]
pub struct Charge {
    id: String,
    /// What was charged, in minor units.
    pub amount: i64,
    /// What went back so far, in minor units.
    pub amount_refunded: i64,
    /// The currency.
    pub currency: Currency,
    /// When it was charged, in unix seconds.
    pub created: i64,
    #[serde(default)]
    customer: Value,
    #[serde(default)]
    payment_intent: Value,
}

impl Charge {
    /// `ch_…` or `py_…`; `None` when it is longer than an id.
    pub fn id(&self) -> Option<&str> {
        Some(self.id.as_str()).filter(|id| id.len() <= ID_MAX_BYTES)
    }

    /// Who paid, `cus_…`.
    pub fn customer(&self) -> Option<&str> {
        id_of(&self.customer)
    }

    /// The payment that it belongs to, `pi_…`.
    pub fn payment_intent(&self) -> Option<&str> {
        id_of(&self.payment_intent)
    }
}

/// An id as Stripe writes it: plain, or inside the whole object.
pub(super) fn id_of(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("id")?.as_str()).filter(|id| id.len() <= ID_MAX_BYTES)
}

/// True for a number that the database holds exactly.
pub(super) fn held(number: &i64) -> bool {
    (-D1_INTEGER_MAX..=D1_INTEGER_MAX).contains(number)
}

#[cfg(test)]
mod tests {
    use super::{Status, Subscription};
    use crate::kit::json;

    fn subscription(rest: &str) -> Subscription {
        json::read(&format!(r#"{{"id":"sub_1","status":"active"{rest}}}"#)).expect("a subscription")
    }

    #[test]
    fn periods_are_read_from_the_item_and_then_from_the_old_place() {
        let new = subscription(
            r#","items":{"data":[{"current_period_start":1,"current_period_end":2}]},"current_period_end":9"#,
        );
        assert_eq!((new.period_start(), new.period_end()), (Some(1), Some(2)));
        let old = subscription(r#","items":{"data":[{}]},"current_period_start":3,"current_period_end":4"#);
        assert_eq!((old.period_start(), old.period_end()), (Some(3), Some(4)));
        assert_eq!(subscription("").period_end(), None);
        assert_eq!(subscription(r#","current_period_end":9223372036854775807"#).period_end(), None);
    }

    #[test]
    fn an_unknown_status_opens_nothing() {
        let odd: Subscription = json::read(r#"{"id":"sub_1","status":"sleeping"}"#).expect("read");
        assert_eq!(odd.status, Status::Paused);
    }

    #[test]
    fn an_end_can_be_set_in_two_ways() {
        assert!(!subscription("").will_end());
        assert!(subscription(r#","cancel_at_period_end":true"#).will_end());
        assert!(subscription(r#","cancel_at":5"#).will_end());
    }

    #[test]
    fn the_amount_is_the_first_item_s_times_its_quantity() {
        let item = |quantity: i64| {
            subscription(&format!(
                r#","items":{{"data":[{{"quantity":{quantity},"price":{{"unit_amount":2900,"currency":"usd"}}}}]}}"#
            ))
        };
        assert_eq!(item(2).amount().map(|(amount, _)| amount), Some(5_800));
        assert_eq!(item(i64::MAX).amount(), None);
    }
}
