//! What payment events do to commissions: statements that join the batch of the event.

use super::sql;
use crate::cx::Cx;
use crate::db::Batch;
use crate::kit::id::{AuditId, CheckoutIntentId, CommissionLedgerId, StripeEventId};
use crate::kit::time::Moment;

/// The delivery of an event. Every statement asks whether the inbox row is this delivery's own.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    /// The event.
    pub event: &'a StripeEventId,
    /// The delivery that wrote its inbox row.
    pub id: &'a AuditId,
    /// As the audit trail names who acts.
    pub actor: &'static str,
    /// When it came.
    pub now: Moment,
}

/// An event about money that went back, or may. How much of it is gone is worked out from everything that is known of
/// the payment, so the order of events does not matter.
#[derive(Clone, Copy)]
pub struct Taken<'a> {
    /// The checkout, when the payment says which.
    pub intent: Option<&'a CheckoutIntentId>,
    /// The payment.
    pub payment: Option<&'a str>,
    /// Test money or real money.
    pub mode: &'static str,
    /// What the event tells of, in a word for the audit trail.
    pub reason: &'static str,
    /// And in a sentence.
    pub summary: &'static str,
}

/// Money arrived: writes the commission down, once, if the checkout came by a partner link and a rule pays for it. One
/// that is doubtful is held for the owner.
pub fn credit(cx: &Cx, batch: &mut Batch, intent: &CheckoutIntentId, delivery: Delivery<'_>) {
    let id = CommissionLedgerId::from_uuid(&cx.uuid());
    batch.add(sql::credit(&id, intent, &cx.fresh_audit(), delivery));
    batch.add(sql::credit_lines(&id));
    batch.add(sql::audit_credit(&id, delivery));
}

/// Money went back: reverses the commission, or holds it when only a part went back or a dispute is not lost. The batch
/// holds the fact itself before this.
pub fn take_back(cx: &Cx, batch: &mut Batch, taken: Taken<'_>, delivery: Delivery<'_>) {
    batch.add(sql::take_back(taken, delivery));
    batch.add(sql::audit_take_back(taken, delivery, &cx.fresh_audit()));
}
