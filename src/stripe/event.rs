//! A Stripe event as we read it: the envelope, and what a Checkout Session says about the money.

use serde::de::DeserializeOwned;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::billing::{Charge, Subscription};
use super::invoice::Invoice;
use crate::kit::email::Email;
use crate::kit::id::{CheckoutIntentId, StripeEventId, StripeSessionId, StripeSubscriptionId};
use crate::kit::json;
use crate::kit::money::Currency;

/// The envelope of an event.
#[derive(Debug, Deserialize)]
pub struct Event {
    /// `evt_…`.
    pub id: StripeEventId,
    /// What happened, such as `checkout.session.completed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When Stripe made it, in unix seconds.
    pub created: i64,
    /// True for real money.
    pub livemode: bool,
    /// The version that the object was written in.
    #[serde(default)]
    pub api_version: Option<String>,
    /// What the event is about.
    pub data: EventData,
}

/// The part of an event that holds its object.
#[derive(Debug, Deserialize)]
pub struct EventData {
    /// The object at the moment of the event.
    pub object: Box<RawValue>,
}

/// A page of events, newest first.
#[derive(Debug, Deserialize)]
pub struct EventPage {
    /// Each event's own JSON text.
    pub data: Vec<Box<RawValue>>,
    /// True when an older page follows.
    pub has_more: bool,
}

/// A Checkout Session, as far as money and identity go.
#[derive(Debug, Deserialize)]
pub struct Session {
    /// `cs_…`.
    pub id: StripeSessionId,
    /// `open`, `complete` or `expired`.
    #[serde(default)]
    pub status: Option<String>,
    /// `paid`, `unpaid` or `no_payment_required`.
    #[serde(default)]
    pub payment_status: Option<String>,
    /// What the buyer pays, in minor units.
    #[serde(default)]
    pub amount_total: Option<i64>,
    /// What the lines cost before discounts, in minor units.
    #[serde(default)]
    pub amount_subtotal: Option<i64>,
    /// The currency of the amount.
    #[serde(default)]
    pub currency: Option<Currency>,
    #[serde(default)]
    client_reference_id: Option<String>,
    #[serde(default)]
    metadata: Option<SessionMetadata>,
    #[serde(default)]
    payment_intent: Option<serde_json::Value>,
    #[serde(default)]
    subscription: Option<serde_json::Value>,
    #[serde(default)]
    customer_details: Option<CustomerDetails>,
}

#[derive(Debug, Default, Deserialize)]
struct SessionMetadata {
    #[serde(default)]
    checkout_intent_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct CustomerDetails {
    #[serde(default)]
    email: Option<String>,
}

/// What an event is about.
#[derive(Debug)]
pub enum Subject {
    /// A Checkout Session.
    Session(Session),
    /// A subscription.
    Subscription(Subscription),
    /// An invoice, of a subscription or not.
    Invoice(Invoice),
    /// A charge whose money went back.
    Charge(Charge),
    /// Nothing that this version acts on.
    Other,
}

impl Subject {
    /// The Checkout Session, if it is one.
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::Session(session) => Some(session),
            _ => None,
        }
    }
}

/// An object whose `object` field says what it is.
fn read<T: DeserializeOwned>(text: &str, name: &str) -> Result<T, Unreadable> {
    #[derive(Deserialize)]
    struct Named<T> {
        object: String,
        #[serde(rename = "*")]
        it: T,
    }
    let named: Named<T> = json::read(text).map_err(|_| Unreadable)?;
    (named.object == name).then_some(named.it).ok_or(Unreadable)
}

/// An event that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl Event {
    /// Reads an event from its signed bytes.
    ///
    /// # Errors
    /// [`Unreadable`] when the text is not an event.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        serde_json::from_slice(body).map_err(|_| Unreadable)
    }

    /// What the event is about, by its name.
    ///
    /// # Errors
    /// [`Unreadable`] when the object is not what the name says.
    pub fn subject(&self) -> Result<Subject, Unreadable> {
        let text = self.data.object.get();
        match self.kind.as_str() {
            kind if kind.starts_with("checkout.session.") => read(text, "checkout.session").map(Subject::Session),
            kind if kind.starts_with("customer.subscription.") => read(text, "subscription").map(Subject::Subscription),
            "invoice.paid" | "invoice.payment_failed" => read(text, "invoice").map(Subject::Invoice),
            "charge.refunded" => read(text, "charge").map(Subject::Charge),
            _ => Ok(Subject::Other),
        }
    }
}

impl Session {
    /// The intent that we put into the session when we made it: its metadata first, then the reference.
    pub fn intent(&self) -> Option<CheckoutIntentId> {
        let named = self.metadata.as_ref().and_then(|metadata| metadata.checkout_intent_id.as_deref());
        named.or(self.client_reference_id.as_deref()).and_then(CheckoutIntentId::parse)
    }

    /// The payment's id, when the event holds it as text.
    pub fn payment_intent(&self) -> Option<&str> {
        self.payment_intent.as_ref().and_then(|value| value.as_str())
    }

    /// The subscription's id, when the event holds it as text.
    pub fn subscription(&self) -> Option<StripeSubscriptionId> {
        self.subscription.as_ref()?.as_str().and_then(StripeSubscriptionId::parse)
    }

    /// The address that the buyer gave on the payment page.
    pub fn email(&self) -> Option<Email> {
        self.customer_details.as_ref()?.email.as_deref().and_then(Email::parse)
    }

    /// True when the money has arrived, or none was due.
    pub fn settled(&self) -> bool {
        matches!(self.payment_status.as_deref(), Some("paid" | "no_payment_required"))
    }
}
