//! Events that tell of money that went back: a refund, or a dispute.

use serde::Deserialize;

use super::event::{Event, Unreadable};
use crate::kit::id::CheckoutIntentId;

/// Money that went back, or that a buyer disputes.
#[derive(Debug)]
pub struct Reversal {
    /// What happened.
    pub kind: ReversalKind,
    /// The checkout, where the payment's metadata says it: a charge has it, a dispute does not.
    pub intent: Option<CheckoutIntentId>,
    /// The payment.
    pub payment_intent: Option<String>,
}

/// How money went back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReversalKind {
    /// All of it.
    Refunded,
    /// A part of it.
    PartlyRefunded,
    /// The buyer asked the bank.
    Disputed,
}

/// The events that tell of money that went back; also what the sweep asks for.
pub const EVENTS: &[&str] = &["charge.refunded", "charge.dispute.created"];

/// A charge or a dispute, as far as it says what it is about.
#[derive(Deserialize)]
struct Returned {
    object: String,
    #[serde(default)]
    refunded: bool,
    #[serde(default)]
    payment_intent: Option<serde_json::Value>,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    checkout_intent_id: Option<String>,
}

impl Reversal {
    /// The money that went back; `None` for every other event.
    ///
    /// # Errors
    /// [`Unreadable`] when the event says that money went back and its object cannot be read.
    pub fn of(event: &Event) -> Result<Option<Self>, Unreadable> {
        if !EVENTS.contains(&event.kind.as_str()) {
            return Ok(None);
        }
        let object: Returned = serde_json::from_str(event.data.object.get()).map_err(|_| Unreadable)?;
        let kind = match (object.object.as_str(), object.refunded) {
            ("charge", true) => ReversalKind::Refunded,
            ("charge", false) => ReversalKind::PartlyRefunded,
            ("dispute", _) => ReversalKind::Disputed,
            _ => return Err(Unreadable),
        };
        let intent = object.metadata.and_then(|metadata| metadata.checkout_intent_id);
        Ok(Some(Self {
            kind,
            intent: intent.as_deref().and_then(CheckoutIntentId::parse),
            payment_intent: object.payment_intent.and_then(|id| id.as_str().map(str::to_owned)),
        }))
    }
}
