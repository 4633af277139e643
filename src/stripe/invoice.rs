//! Invoices as their events hold them: what they bill, until when they pay, and what was paid.

use serde::Deserialize;
use serde_json::Value;

use super::billing::{held, id_of, Metadata};
use crate::kit::id::StripeSubscriptionId;
use crate::kit::money::Currency;

/// An invoice at the moment of its event.
#[derive(Debug, Deserialize)]
pub struct Invoice {
    /// The currency that it is paid in.
    #[serde(default)]
    pub currency: Option<Currency>,
    #[serde(default)]
    customer: Value,
    #[serde(default)]
    parent: Option<InvoiceParent>,
    #[serde(default)]
    subscription: Value,
    #[serde(default)]
    subscription_details: Option<InvoiceSubscription>,
    #[serde(default)]
    lines: Lines,
    #[serde(default)]
    amount_paid: Option<i64>,
    #[serde(default)]
    payments: Option<Payments>,
    #[serde(default)]
    payment_intent: Value,
}

#[derive(Debug, Default, Deserialize)]
struct Payments {
    #[serde(default)]
    data: Vec<InvoicePayment>,
}

#[derive(Debug, Deserialize)]
struct InvoicePayment {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    payment: Value,
}

#[derive(Debug, Deserialize)]
struct InvoiceParent {
    #[serde(default)]
    subscription_details: Option<InvoiceSubscription>,
}

#[derive(Debug, Deserialize)]
struct InvoiceSubscription {
    #[serde(default)]
    subscription: Value,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Debug, Default, Deserialize)]
struct Lines {
    #[serde(default)]
    data: Vec<Line>,
}

#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    period: Option<Period>,
}

#[derive(Debug, Deserialize)]
struct Period {
    #[serde(default)]
    end: Option<i64>,
}

impl Invoice {
    /// Who pays, `cus_…`.
    pub fn customer(&self) -> Option<&str> {
        id_of(&self.customer)
    }

    /// The subscription that it bills; `None` for any other invoice.
    pub fn subscription(&self) -> Option<StripeSubscriptionId> {
        let new = self.parent.as_ref().and_then(|parent| parent.subscription_details.as_ref());
        let id = new.and_then(|details| id_of(&details.subscription)).or_else(|| id_of(&self.subscription));
        id.and_then(StripeSubscriptionId::parse)
    }

    /// What we wrote into the subscription.
    pub fn metadata(&self) -> Option<&Metadata> {
        let new = self.parent.as_ref().and_then(|parent| parent.subscription_details.as_ref());
        new.or(self.subscription_details.as_ref()).and_then(|details| details.metadata.as_ref())
    }

    /// Until when it pays: the latest end among its lines.
    pub fn paid_until(&self) -> Option<i64> {
        self.lines.data.iter().filter_map(|line| line.period.as_ref()?.end).filter(held).max()
    }

    /// What was paid for it, in minor units.
    pub fn amount_paid(&self) -> Option<i64> {
        self.amount_paid.filter(held)
    }

    /// The payment that paid it, `pi_…`; Stripe's newer versions mostly leave it out.
    pub fn payment_intent(&self) -> Option<&str> {
        let payments = self.payments.as_ref().map(|payments| payments.data.as_slice()).unwrap_or_default();
        let mut paid = payments.iter().filter(|payment| payment.status.as_deref() == Some("paid"));
        let new = paid.find_map(|payment| id_of(payment.payment.get("payment_intent")?));
        new.or_else(|| id_of(&self.payment_intent))
    }
}

#[cfg(test)]
mod tests {
    use super::Invoice;
    use crate::kit::json;

    #[test]
    fn the_subscription_of_an_invoice_is_read_from_both_places() {
        for text in [
            r#"{"parent":{"subscription_details":{"subscription":"sub_9","metadata":{"price_id":"price-a"}}}}"#,
            r#"{"subscription":"sub_9","subscription_details":{"metadata":{"price_id":"price-a"}}}"#,
            r#"{"subscription":{"id":"sub_9"},"subscription_details":{"metadata":{"bumpgrade_price_id":"price-a"}}}"#,
        ] {
            let invoice: Invoice = json::read(text).expect("an invoice");
            assert_eq!(invoice.subscription().expect("named").as_str(), "sub_9", "{text}");
            let price = invoice.metadata().and_then(|metadata| metadata.price());
            assert_eq!(price.expect("priced").as_str(), "price-a", "{text}");
        }
    }

    #[test]
    fn the_payment_of_an_invoice_is_read_from_both_places() {
        for (text, payment) in [
            (
                r#"{"payments":{"data":[{"status":"canceled","payment":{"payment_intent":"pi_1"}},
                    {"status":"paid","payment":{"type":"payment_intent","payment_intent":"pi_2"}}]}}"#,
                Some("pi_2"),
            ),
            (r#"{"payment_intent":"pi_3"}"#, Some("pi_3")),
            (r#"{"payment_intent":{"id":"pi_4"},"payments":{"data":[]}}"#, Some("pi_4")),
            (r#"{"payments":{"data":[{"status":"paid","payment":{"charge":"ch_1"}}]}}"#, None),
            (r#"{"payment_intent":null,"payments":null,"amount_paid":null}"#, None),
        ] {
            let invoice: Invoice = json::read(text).expect("an invoice");
            assert_eq!(invoice.payment_intent(), payment, "{text}");
        }
    }
}
