//! What Stripe tells of subscriptions, and the access that follows from it: memberships and plans.
//!
//! `payment` hands over every event it receives, inside the batch of its inbox row. Nothing here answers a request, and
//! nothing here believes a page: an access opens and closes by signed events only.

pub mod model;
pub mod sql;

use model::{Delivery, Reach, Standing};

use crate::cx::Cx;
use crate::db::{At, Batch, DbError, Rows};
use crate::stripe::event::Subject;

pub use model::{Delivery as EventDelivery, EVENTS};

/// Where the batch of an event answers what became of a subscription.
#[derive(Clone, Copy, Debug)]
pub struct Followed {
    at: Option<At>,
    /// The event is about the subscription itself, so its answer names the membership.
    own: bool,
}

/// What an event did.
#[derive(Debug, Default)]
pub struct Effects {
    /// True when the subscription's row changed.
    pub subscription_updated: bool,
    /// The checkout that the subscription was bought with.
    pub intent: Option<String>,
    /// The membership, when the event is about its subscription.
    pub membership: Option<Membership>,
    /// True when the subscription is not what its checkout promised.
    pub quarantined: bool,
}

/// What became of a membership.
#[derive(Debug)]
pub struct Membership {
    /// Its entitlement; `None` when no membership belongs to the subscription.
    pub id: Option<String>,
    /// `active`, `inactive` or `unmatched`.
    pub status: &'static str,
    /// True when the event changed it.
    pub updated: bool,
}

/// Adds everything that an event causes for subscriptions. An event that has nothing to do with one adds nothing.
///
/// # Errors
/// When a number of the event cannot be kept.
pub fn follow(cx: &Cx, batch: &mut Batch, subject: &Subject, delivery: &Delivery<'_>) -> Result<Followed, DbError> {
    let mut followed = Followed { at: None, own: matches!(subject, Subject::Subscription(_)) };
    let Some(reach) = Reach::of(subject) else { return Ok(followed) };
    let fact = match subject {
        Subject::Subscription(it) => Some(sql::record_state(it, delivery, &cx.fresh_subscription())?),
        Subject::Invoice(it) => sql::record_paid(it, delivery, &reach, &cx.fresh_subscription())?,
        Subject::Charge(it) => sql::record_refund(it, delivery)?,
        Subject::Session(_) | Subject::Other => None,
    };
    let merges = fact.is_some();
    if let Some(stmt) = fact {
        batch.add(stmt);
    }
    if matches!((subject, &reach.customer), (Subject::Charge(_), None)) {
        return Ok(followed);
    }
    for stmt in sql::settle(&reach, delivery, [&cx.fresh_audit(), &cx.fresh_audit()]) {
        batch.add(stmt);
    }
    if !matches!(subject, Subject::Session(_)) {
        batch.add(sql::audit_event(&reach, delivery, &cx.fresh_audit(), merges));
        followed.at = Some(batch.add(sql::standing(&reach, delivery)));
    }
    Ok(followed)
}

impl Followed {
    /// What the event did, from the rows of its batch.
    ///
    /// # Errors
    /// When the row does not decode.
    pub fn effects(self, rows: &Rows) -> Result<Effects, DbError> {
        let Some(at) = self.at else { return Ok(Effects::default()) };
        let standing: Standing = rows.one(at)?;
        let status = match standing.entitlement_status.as_deref() {
            Some("active") => "active",
            Some(_) => "inactive",
            None => "unmatched",
        };
        let membership = Membership { id: standing.entitlement, status, updated: standing.entitlement_changed };
        Ok(Effects {
            subscription_updated: standing.changed,
            intent: standing.intent.map(|intent| intent.as_str().to_owned()),
            membership: self.own.then_some(membership),
            quarantined: standing.quarantined,
        })
    }
}
