//! Which event is newer, what an event reaches, and what it did.

use serde::Deserialize;

use crate::config::StripeMode;
use crate::db::truth;
use crate::kit::id::{AuditId, CheckoutIntentId, StripeEventId, StripeSubscriptionId};
use crate::kit::time::Moment;
use crate::stripe::billing::Status;
use crate::stripe::event::{Event, Subject};

/// The events that say something about a subscription; also what the sweep asks for.
pub const EVENTS: &[&str] = &[
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.deleted",
    "invoice.paid",
    "invoice.payment_failed",
    "charge.refunded",
];

/// The event that ends a subscription for good.
pub const DELETED: &str = "customer.subscription.deleted";
const CREATED: &str = "customer.subscription.created";
/// The event that says that an invoice was paid.
pub const PAID: &str = "invoice.paid";

/// An event on its way into the database: the inbox row that it stands for, and who brought it.
pub struct Delivery<'a> {
    /// The event.
    pub event: &'a Event,
    /// The delivery that wrote the inbox row.
    pub id: &'a AuditId,
    /// Test money or real money, proved by the secret or the key.
    pub mode: StripeMode,
    /// As the audit trail writes who brought it.
    pub actor: &'static str,
    /// When it came.
    pub now: Moment,
}

impl Delivery<'_> {
    /// The event's id.
    pub const fn event_id(&self) -> &StripeEventId {
        &self.event.id
    }
}

/// What an event names, so that everything it may change is found.
#[derive(Debug, Default)]
pub struct Reach {
    /// The subscription.
    pub subscription: Option<StripeSubscriptionId>,
    /// The checkout.
    pub intent: Option<CheckoutIntentId>,
    /// The payer at Stripe.
    pub customer: Option<String>,
    /// The checkout that the subscription's own metadata names.
    pub bought_with: Option<CheckoutIntentId>,
}

impl Reach {
    /// What a subject names; `None` when it has nothing to do with subscriptions.
    pub fn of(subject: &Subject) -> Option<Self> {
        match subject {
            Subject::Session(session) => {
                Some(Self { subscription: Some(session.subscription()?), intent: session.intent(), ..Self::default() })
            }
            Subject::Subscription(subscription) => Some(Self {
                subscription: Some(subscription.id.clone()),
                bought_with: subscription.metadata().and_then(|metadata| metadata.intent()),
                ..Self::default()
            }),
            Subject::Invoice(invoice) => Some(Self {
                subscription: Some(invoice.subscription()?),
                bought_with: invoice.metadata().and_then(|metadata| metadata.intent()),
                ..Self::default()
            }),
            Subject::Charge(charge) => Some(Self { customer: charge.customer().map(str::to_owned), ..Self::default() }),
            Subject::Other => None,
        }
    }
}

/// What an event did to the subscription and to the membership behind it, as its batch answers.
#[derive(Debug, Deserialize)]
pub struct Standing {
    /// True when the event changed the subscription.
    #[serde(deserialize_with = "truth")]
    pub changed: bool,
    /// The checkout that the subscription was bought with.
    pub intent: Option<CheckoutIntentId>,
    /// The membership behind it.
    pub entitlement: Option<String>,
    /// How the membership stands.
    pub entitlement_status: Option<String>,
    /// True when the event changed the membership.
    #[serde(deserialize_with = "truth")]
    pub entitlement_changed: bool,
    /// True when the subscription is not what its checkout promised.
    #[serde(deserialize_with = "truth")]
    pub quarantined: bool,
}

/// Decides between two events of one second: first by what happened, then by how late the state lies in a life.
pub fn rank(kind: &str, status: Status) -> i64 {
    const STEP: i64 = 10;
    let happened = match kind {
        CREATED => 0,
        DELETED => 2,
        _ => 1,
    };
    happened * STEP + status.lateness()
}

#[cfg(test)]
mod tests {
    use super::{rank, CREATED, DELETED};
    use crate::stripe::billing::Status;

    #[test]
    fn of_two_events_of_one_second_the_later_in_a_life_wins() {
        let updated = "customer.subscription.updated";
        let order = [
            rank(CREATED, Status::Incomplete),
            rank(CREATED, Status::Active),
            rank(updated, Status::Incomplete),
            rank(updated, Status::Active),
            rank(updated, Status::PastDue),
            rank(updated, Status::Canceled),
            rank(DELETED, Status::Active),
        ];
        assert!(order.is_sorted() && order.windows(2).all(|pair| pair.first() < pair.last()));
    }
}
