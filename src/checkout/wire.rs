//! The public answers of checkouts, field by field.

use super::model::LineRow;
use crate::affiliate::Attribution;
use crate::contract::redaction::Flagged;
use crate::wire;

wire! {
    /// An offer as the checkout API shows it.
    pub struct SafeOffer<'a> {
        /// The offer's id on this API.
        id: &'a str,
        /// The product.
        product_id: &'a str,
        /// The price.
        price_id: &'a str,
        /// `primary` or `order_bump`.
        kind: &'a str,
        /// The offer's title.
        name: &'a str,
        /// The product's description.
        summary: Option<&'a str>,
        /// The currency, lower case.
        currency: &'a str,
        /// The price in minor units.
        unit_amount_cents: i64,
        /// `one_time`, or how often it repeats.
        billing_interval: &'a str,
        /// The product's status.
        status: &'a str,
    }

    /// An order bump as the contract lists it.
    pub struct OrderBump<'a> {
        /// The offer's id.
        id: &'a str,
        /// The price to name in `orderBumpPriceIds`.
        price_id: &'a str,
        /// The offer's title.
        title: &'a str,
        /// The price in minor units.
        unit_amount_cents: i64,
        /// The currency, lower case.
        currency: &'a str,
    }

    /// The text that a start must repeat.
    pub struct Confirmation<'a> {
        /// Always true.
        required: bool,
        /// The text, byte for byte.
        text: &'a str,
    }

    /// Where the parts of a checkout are.
    pub struct Routes<'a> {
        /// The start.
        start: &'a str,
        /// Where Stripe sends events.
        webhook: &'a str,
        /// The page after payment.
        success: String,
        /// The page without payment.
        cancel: String,
    }

    /// `GET /api/commerce/checkout`.
    pub struct Contract<'a> {
        /// Always true.
        ok: bool,
        /// The contract's id.
        id: &'a str,
        /// `available`.
        status: &'a str,
        /// `sandbox` or `live`.
        mode: &'a str,
        /// True when a start can open a payment page.
        can_create_stripe_session: bool,
        /// The primary offer.
        offer: SafeOffer<'a>,
        /// The order bumps beside it.
        order_bumps: Vec<OrderBump<'a>>,
        /// Always true.
        supports_order_bumps: bool,
        /// Always true.
        supports_referral_attribution_evidence: bool,
        /// The text to repeat.
        confirmation: Confirmation<'a>,
        /// Where things are.
        routes: Routes<'a>,
    }

    /// A start that wrote nothing: what it would cost, and what is missing.
    pub struct Preview<'a> {
        /// Always true.
        ok: bool,
        /// `preview`.
        status: &'a str,
        /// Why nothing was started.
        reason: &'a str,
        /// `sandbox` or `live`.
        mode: &'a str,
        /// Always null: nothing was written.
        checkout_intent_id: Option<&'a str>,
        /// Always false.
        duplicate: bool,
        /// Always null: nothing was written.
        referral_attribution: Option<&'a str>,
        /// The primary offer.
        offer: SafeOffer<'a>,
        /// Every line, primary first.
        line_items: Vec<SafeOffer<'a>>,
        /// The chosen bumps.
        selected_order_bump_price_ids: Vec<&'a str>,
        /// What the lines cost together, in minor units.
        total_amount_cents: i64,
        /// The text to repeat.
        confirmation: Confirmation<'a>,
        /// Where things are.
        routes: Routes<'a>,
    }

    /// The way to the payment page.
    pub struct Redirect<'a> {
        /// `bumpgrade`: the address is ours and leads on.
        r#type: &'a str,
        /// The address.
        url: String,
    }

    /// A payment page is open.
    pub struct Created<'a> {
        /// Always true.
        ok: bool,
        /// `stripe_session_created`.
        status: &'a str,
        /// The checkout.
        checkout_intent_id: &'a str,
        /// The referral, when there is one.
        referral_attribution: Option<Flagged<&'a Attribution>>,
        /// The way to the payment page.
        redirect: Redirect<'a>,
    }

    /// The key was used for this very order before.
    pub struct Replayed<'a> {
        /// Always true.
        ok: bool,
        /// How the checkout stands.
        status: &'a str,
        /// Always true.
        duplicate: bool,
        /// The checkout.
        checkout_intent_id: &'a str,
        /// The referral, when there is one.
        referral_attribution: Option<Flagged<&'a Attribution>>,
        /// The way to the payment page, once there is one.
        redirect: Option<Redirect<'a>>,
    }
}

/// Any good answer of `POST /api/commerce/checkout`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
pub enum Started {
    /// Nothing was written.
    Preview(Box<Preview<'static>>),
    /// A payment page is open.
    Created(Box<Created<'static>>),
    /// The same order as before.
    Replayed(Box<Replayed<'static>>),
}

/// The body of `POST /api/commerce/checkout`; every field is optional.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartBody {
    /// The price of the primary offer; the shop's default offer when absent.
    pub price_id: Option<String>,
    /// The order bumps, by price.
    #[schemars(length(max = 10))]
    pub order_bump_price_ids: Option<Vec<String>>,
    /// The buyer's e-mail address, if known.
    pub buyer_email: Option<String>,
    /// The contract's text, byte for byte. Without it the answer is a preview.
    pub confirmation_text: Option<String>,
    /// 8 to 180 printable characters; also taken from the `Idempotency-Key` header.
    #[schemars(length(min = 8, max = 180))]
    pub idempotency_key: Option<String>,
    /// Which program acts for the buyer.
    pub agent_client_id: Option<String>,
    /// Where to go after payment, on this site.
    pub success_url: Option<String>,
    /// Where to go without payment, on this site.
    pub cancel_url: Option<String>,
    /// Only say what it would cost.
    pub preview_only: Option<bool>,
    /// A referral that the buyer came from.
    pub referral_click_id: Option<String>,
    /// What the browser session of the buyer calls itself; only a keyed hash of it is kept, to count who went on.
    #[schemars(length(max = 240))]
    pub anonymous_id: Option<String>,
    /// The total that the buyer saw, in minor units; another total is refused.
    pub expected_amount_cents: Option<i64>,
}

impl<'a> From<&'a LineRow> for SafeOffer<'a> {
    fn from(line: &'a LineRow) -> Self {
        Self {
            id: &line.checkout_id,
            product_id: line.product_id.as_str(),
            price_id: line.price_id.as_str(),
            kind: &line.kind,
            name: &line.name,
            summary: line.summary.as_deref(),
            currency: line.currency.code(),
            unit_amount_cents: line.unit_amount_cents,
            billing_interval: &line.billing_interval,
            status: &line.product_status,
        }
    }
}
