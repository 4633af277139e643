//! What the pages show.

use serde::Deserialize;

use crate::db::{texts, truth};
use crate::kit::money::{Currency, Money};

/// A stack on the front page.
#[derive(Deserialize)]
pub struct StackCard {
    /// Its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// The primary offer's picture.
    pub image_path: Option<String>,
    /// What the primary offer costs.
    #[serde(rename = "*")]
    pub price: PriceRow,
}

/// A price as the pages show it.
#[derive(Clone, Deserialize)]
pub struct PriceRow {
    /// In minor units.
    pub unit_amount_cents: i64,
    /// The currency.
    pub currency: Currency,
    /// `one_time` or how often it repeats.
    pub billing_interval: String,
}

impl PriceRow {
    /// The amount.
    pub fn money(&self) -> Option<Money> {
        Money::new(self.unit_amount_cents, self.currency)
    }

    /// How often it is paid, in words.
    pub fn rhythm(&self) -> &'static str {
        match self.billing_interval.as_str() {
            "month" => "a month",
            "year" => "a year",
            _ => "one payment",
        }
    }
}

/// One offer of a stack.
#[derive(Deserialize)]
pub struct Offer {
    /// `primary` or `order_bump`.
    pub kind: String,
    /// The price to name at checkout.
    pub price_id: String,
    /// The offer's title.
    pub title: String,
    /// What it promises the buyer.
    pub customer_promise: String,
    /// The product's description.
    pub description: Option<String>,
    /// The product's picture.
    pub image_path: Option<String>,
    /// What the buyer gets, sentence by sentence.
    #[serde(rename = "highlights_json", deserialize_with = "texts")]
    pub highlights: Vec<String>,
    /// True when it can be bought now.
    #[serde(deserialize_with = "truth")]
    pub sellable: bool,
    /// The text that a start of the stack must repeat; a bump's own is not used.
    pub checkout_text: String,
    /// What it costs.
    #[serde(rename = "*")]
    pub price: PriceRow,
}

/// A stack with its offers.
#[derive(Deserialize)]
pub struct Stack {
    /// Its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// `draft`, `sandbox_checkout_ready` or `live`.
    pub status: String,
}

/// A library with its products.
#[derive(Deserialize)]
pub struct Library {
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// The offer that opens it.
    pub offer_slug: Option<String>,
}

/// A product of a library.
#[derive(Deserialize)]
pub struct Product {
    /// Its slug.
    pub slug: String,
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// Its picture.
    pub image_path: Option<String>,
    /// The titles of what it holds.
    #[serde(rename = "assets_json", deserialize_with = "texts")]
    pub assets: Vec<String>,
}

impl Product {
    /// The kind in words.
    pub fn kind_in_words(&self) -> &'static str {
        match self.kind.as_str() {
            "digital_download" => "Download",
            "course" => "Course",
            "membership" => "Membership",
            "coaching_service" => "Coaching",
            "event_webinar" => "Live event",
            "bundle" => "Bundle",
            _ => "Product",
        }
    }
}
