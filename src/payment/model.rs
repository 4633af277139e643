//! Which event moves a checkout where: a table, and the facts that an event brings.

use crate::stripe::event::Session;

/// The statuses of a checkout that an event can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The money arrived.
    Paid,
    /// The buyer finished, the money is still on its way.
    Completed,
    /// The money will not come.
    PaymentFailed,
    /// The payment page closed without a payment.
    Expired,
}

impl Target {
    /// As the database writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Completed => "completed",
            Self::PaymentFailed => "payment_failed",
            Self::Expired => "expired",
        }
    }

    /// The statuses that may move here, as a JSON list. Money that arrived is never taken back by a late event, and a
    /// step that lies behind is never taken again.
    pub const fn allowed_from(self) -> &'static str {
        match self {
            Self::Paid => {
                r#"["pending_stripe","stripe_error","stripe_session_created","completed","payment_failed","expired"]"#
            }
            Self::Completed => r#"["pending_stripe","stripe_error","stripe_session_created"]"#,
            Self::PaymentFailed => r#"["pending_stripe","stripe_error","stripe_session_created","completed"]"#,
            Self::Expired => r#"["pending_stripe","stripe_error","stripe_session_created"]"#,
        }
    }
}

/// How an event came to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Stripe delivered it, signed.
    Webhook,
    /// The sweep fetched it with the account's own key.
    Sweep,
}

impl Source {
    /// As the inbox writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Sweep => "sweep",
        }
    }

    /// As the audit trail writes it.
    pub const fn actor(self) -> &'static str {
        match self {
            Self::Webhook => "stripe_webhook",
            Self::Sweep => "stripe_event_sweep",
        }
    }
}

/// The events of a Checkout Session that move a checkout; the sweep asks for these and for those of subscriptions.
pub const SESSION_EVENTS: &[&str] = &[
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
];

/// Where an event moves its checkout; `None` when it moves nothing.
///
/// `async_payment_succeeded` counts only when the session says that it is paid: the money decides, not the name.
pub fn target(kind: &str, session: &Session) -> Option<Target> {
    match kind {
        "checkout.session.completed" if session.settled() => Some(Target::Paid),
        "checkout.session.completed" => Some(Target::Completed),
        "checkout.session.async_payment_succeeded" if session.settled() => Some(Target::Paid),
        "checkout.session.async_payment_failed" => Some(Target::PaymentFailed),
        "checkout.session.expired" => Some(Target::Expired),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{target, Target};
    use crate::stripe::event::Session;

    fn session(payment_status: &str) -> Session {
        let text = format!(
            r#"{{"id":"cs_1","object":"checkout.session","status":"complete","payment_status":"{payment_status}"}}"#
        );
        serde_json::from_str(&text).expect("a session")
    }

    #[test]
    fn only_money_that_arrived_makes_a_checkout_paid() {
        for (kind, payment_status, expected) in [
            ("checkout.session.completed", "paid", Some(Target::Paid)),
            ("checkout.session.completed", "no_payment_required", Some(Target::Paid)),
            ("checkout.session.completed", "unpaid", Some(Target::Completed)),
            ("checkout.session.async_payment_succeeded", "paid", Some(Target::Paid)),
            ("checkout.session.async_payment_succeeded", "unpaid", None),
            ("checkout.session.async_payment_failed", "unpaid", Some(Target::PaymentFailed)),
            ("checkout.session.expired", "unpaid", Some(Target::Expired)),
            ("payment_intent.succeeded", "paid", None),
        ] {
            assert_eq!(target(kind, &session(payment_status)), expected, "{kind} {payment_status}");
        }
    }

    #[test]
    fn nothing_leads_away_from_paid() {
        for to in [Target::Paid, Target::Completed, Target::PaymentFailed, Target::Expired] {
            assert!(!to.allowed_from().contains("\"paid\""), "{to:?}");
        }
    }
}
