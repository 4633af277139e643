//! Events that tell of money that went back, or may: a refund, or a dispute.

use serde::Deserialize;

use super::billing::id_of;
use super::event::{Event, Unreadable};
use crate::kit::id::CheckoutIntentId;
use crate::kit::json;

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
    /// The buyer asked the bank. It may be no more than a question.
    Disputed,
    /// The bank gave the money back to the buyer.
    DisputeLost,
    /// The dispute ended, and the shop has the money.
    DisputeEnded,
}

impl ReversalKind {
    /// For a dispute, whether it is lost; `None` for a refund.
    pub const fn dispute_lost(self) -> Option<bool> {
        match self {
            Self::Refunded | Self::PartlyRefunded => None,
            Self::Disputed | Self::DisputeEnded => Some(false),
            Self::DisputeLost => Some(true),
        }
    }
}

/// The events that tell of money that went back; also what the sweep asks for. That the bank withdrew disputed money is
/// not among them: it comes back when the dispute is won.
pub const EVENTS: &[&str] = &["charge.refunded", "charge.dispute.created", "charge.dispute.closed"];

/// A charge or a dispute, as far as it says what it is about.
#[derive(Deserialize)]
struct Returned {
    object: String,
    #[serde(default)]
    refunded: bool,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    payment_intent: serde_json::Value,
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
        let object: Returned = json::read(event.data.object.get()).map_err(|_| Unreadable)?;
        let lost = object.status.as_deref() == Some("lost");
        let kind = match (event.kind.as_str(), object.object.as_str()) {
            ("charge.refunded", "charge") if object.refunded => ReversalKind::Refunded,
            ("charge.refunded", "charge") => ReversalKind::PartlyRefunded,
            ("charge.dispute.created" | "charge.dispute.closed", "dispute") if lost => ReversalKind::DisputeLost,
            ("charge.dispute.created", "dispute") => ReversalKind::Disputed,
            ("charge.dispute.closed", "dispute") => ReversalKind::DisputeEnded,
            _ => return Err(Unreadable),
        };
        let intent = object.metadata.and_then(|metadata| metadata.checkout_intent_id);
        Ok(Some(Self {
            kind,
            intent: intent.as_deref().and_then(CheckoutIntentId::parse),
            payment_intent: id_of(&object.payment_intent).map(str::to_owned),
        }))
    }
}
