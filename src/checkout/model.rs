//! What a checkout start asks for, what a stack sells, and the pure rules between the two.

use serde::Deserialize;

use crate::affiliate::attribution;
use crate::config::StripeMode;
use crate::db::{truth, Value};
use crate::http::{fields, key, Error, Fields, Refusal, Req, Result};
use crate::kit::bounds::{AGENT_CLIENT_ID_MAX_BYTES, ID_MAX_BYTES, ORDER_BUMPS_MAX, RETURN_URL_MAX_BYTES};
use crate::kit::email::Email;
use crate::kit::hash::fingerprint;
use crate::kit::id::{AuditId, CheckoutIntentId, PriceId, ProductId};
use crate::kit::money::{Currency, Money};
use crate::kit::private::Private;
use crate::kit::time::Moment;

macro_rules! refusals {
    ($( $name:ident = ($status:literal, $code:literal, $says:literal); )*) => {
        $( #[doc = $says] pub const $name: Refusal = Refusal::new($status, $code, $says); )*
        /// Every refusal of a checkout start.
        pub const START_REFUSALS: &[&Refusal] = &[
            $( &$name, )*
            &key::INVALID,
            &attribution::CLICK_NOT_FOUND,
            &attribution::CLICK_ROUTE_MISMATCH,
            &attribution::CLICK_EXPIRED,
            &attribution::CLICK_USED_UP,
            &attribution::CONFLICT,
        ];
    };
}

refusals! {
    UNSUPPORTED_ORDER_BUMP = (400, "unsupported_order_bump", "This offer does not have that order bump.");
    OFFER_NOT_FOUND = (404, "sandbox_offer_not_found", "This offer cannot be bought at the moment.");
    ORDER_BUMP_NOT_SEEDED = (404, "order_bump_not_seeded", "That order bump cannot be bought at the moment.");
    BUMP_CURRENCY_MISMATCH = (409, "order_bump_currency_mismatch", "The order bump is priced in another currency.");
    LIVE_MODE_DISABLED = (409, "live_mode_disabled", "This offer can be bought with test money only.");
    IDEMPOTENCY_CONFLICT = (409, "idempotency_conflict", "This idempotency key was used for another order.");
    RETURN_URL_NOT_ALLOWED = (400, "return_url_not_allowed", "A return address must be on this site.");
    CHECKOUT_EXPIRED = (409, "checkout_expired", "This order is too old to be paid. Please start again.");
    PRICE_CHANGED = (409, "price_changed", "The price changed while you were looking. Please check the new total.");
    STRIPE_CHECKOUT_ERROR = (502, "stripe_checkout_error", "The payment page could not be opened. Please try again.");
}

/// Everything fits but the total: the price moved between the page and the click.
pub fn price_changed(total: Money) -> Error {
    let currency = total.currency().code().into();
    Error::refused_with(&PRICE_CHANGED, [("totalAmountCents", total.minor().into()), ("currency", currency)])
}

/// The payment page of this checkout is not open.
pub const REDIRECT_NOT_AVAILABLE: Refusal =
    Refusal::new(404, "checkout_redirect_not_available", "This checkout has no open payment page.");
/// The payment page has no address.
pub const URL_NOT_AVAILABLE: Refusal =
    Refusal::new(404, "checkout_url_not_available", "This checkout has no open payment page.");

/// What a caller asks for, parsed.
#[derive(Debug)]
pub struct Start {
    /// The price of the primary offer; `None` means the default stack's.
    pub price_id: Option<String>,
    /// The order bumps, by price.
    pub bumps: Vec<String>,
    /// Where Stripe should send the receipt, if the caller knows.
    pub buyer_email: Option<Email>,
    /// The text that the caller repeated.
    pub confirmation: Option<String>,
    /// The caller's key, or a fresh one.
    pub key: String,
    /// Which program acts for the buyer.
    pub agent_client_id: Option<String>,
    /// Where to go after payment, if not to our own page.
    pub success_url: Option<String>,
    /// Where to go without payment, if not to our own page.
    pub cancel_url: Option<String>,
    /// Only say what it would cost.
    pub preview_only: bool,
    /// A referral that the buyer came from.
    pub referral_click_id: Option<String>,
    /// The total that the buyer saw, when the caller says it.
    pub expected_amount: Option<i64>,
    /// True when a person sent our own form.
    pub by_form: bool,
}

impl Start {
    /// Reads a start from a body and, for the key, a header.
    ///
    /// # Errors
    /// `invalid_request` naming a field of the wrong type, or `invalid_idempotency_key`.
    pub fn read(req: &Req, fields: &Fields, fresh_key: impl FnOnce() -> String) -> Result<Self> {
        let key = key::given(req, fields)?.map_or_else(|| Ok(fresh_key()), key::ascii)?;
        let bumps = fields.texts("orderBumpPriceIds")?;
        if bumps.len() > ORDER_BUMPS_MAX {
            return Err(Error::from(&UNSUPPORTED_ORDER_BUMP));
        }
        let mut bumps: Vec<String> = bumps.into_iter().map(str::to_owned).collect();
        bumps.sort_unstable();
        Ok(Self {
            price_id: fields.bounded("priceId", ID_MAX_BYTES)?,
            buyer_email: fields.text("buyerEmail")?.and_then(Email::parse),
            confirmation: fields.exact("confirmationText")?.map(str::to_owned),
            key,
            agent_client_id: fields.bounded("agentClientId", AGENT_CLIENT_ID_MAX_BYTES)?,
            success_url: fields.bounded("successUrl", RETURN_URL_MAX_BYTES)?,
            cancel_url: fields.bounded("cancelUrl", RETURN_URL_MAX_BYTES)?,
            preview_only: fields.flag("previewOnly")?,
            referral_click_id: fields.bounded("referralClickId", ID_MAX_BYTES)?,
            expected_amount: expected_amount(fields, &bumps)?,
            by_form: fields.is_form(),
            bumps,
        })
    }

    /// The bumps as a JSON list, for the database.
    pub fn bumps_json(&self) -> String {
        serde_json::Value::from(self.bumps.clone()).to_string()
    }

    /// The click that must be attached, or nothing is opened. A buyer's own form is never turned away because of an old
    /// cookie: it goes on without a referral, and the audit trail says why.
    pub fn required_click(&self) -> Option<&str> {
        self.referral_click_id.as_deref().filter(|_| !self.by_form)
    }

    /// Everything that the idempotency key stands for, but for the referral, which has a refusal of its own.
    pub fn fingerprint(&self, mode: StripeMode) -> String {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let email = self.buyer_email.as_ref().map(Email::digest);
        let price = text(&self.price_id);
        let expected = self.expected_amount.map(|amount| amount.to_string());
        fingerprint(&[
            &price,
            &self.bumps_json(),
            &text(&email),
            &text(&self.confirmation),
            &text(&self.success_url),
            &text(&self.cancel_url),
            &text(&self.agent_client_id),
            &text(&expected),
            mode.as_str(),
        ])
    }
}

/// `expectedAmountCents`, or in our own form the amounts printed beside what was chosen.
fn expected_amount(fields: &Fields, bumps: &[String]) -> Result<Option<i64>> {
    let total = match fields.integer("expectedAmountCents")? {
        Some(total) => Some(total),
        None if fields.is_form() => {
            let mut total = fields.integer("shownAmountCents")?;
            for bump in bumps {
                let shown = fields.integer(&format!("shownAmountCents[{bump}]"))?;
                total = total.zip(shown).and_then(|(sum, more)| sum.checked_add(more));
            }
            total
        }
        None => None,
    };
    let fits = total.is_none_or(|total| Value::integer(total).is_ok());
    fits.then_some(total).ok_or_else(|| fields::wrong("expectedAmountCents"))
}

/// What the server decided for a start before asking the database.
#[derive(Debug)]
pub struct Terms<'a> {
    /// Test money or real money.
    pub mode: StripeMode,
    /// See [`Start::fingerprint`].
    pub fingerprint: String,
    /// Where Stripe sends the buyer after payment; holds Stripe's literal placeholder.
    pub success_url: String,
    /// Where Stripe sends the buyer who leaves.
    pub cancel_url: String,
    /// The audit id of this start.
    pub audit: &'a AuditId,
}

impl Terms<'_> {
    /// The stack statuses that may be sold in this mode, as a JSON list.
    pub fn sellable_statuses(&self) -> &'static str {
        match self.mode {
            StripeMode::Sandbox => r#"["sandbox_checkout_ready","live"]"#,
            StripeMode::Live => r#"["live"]"#,
        }
    }
}

/// One offer of a stack as checkout sees it.
#[derive(Debug, Deserialize)]
pub struct OfferRow {
    /// The stack.
    pub stack_id: String,
    /// Whether the stack may be sold, and in which mode.
    pub stack_status: String,
    /// The text that a start must repeat.
    pub checkout_text: String,
    /// True for the stack of starts without a price.
    #[serde(deserialize_with = "truth")]
    pub is_default: bool,
    /// True for the primary offer that was asked for.
    #[serde(deserialize_with = "truth")]
    pub asked: bool,
    /// True when price and product can be bought now.
    #[serde(deserialize_with = "truth")]
    pub sellable: bool,
    /// What is shown of it.
    #[serde(rename = "*")]
    pub line: LineRow,
}

/// One line of an order: an offer now, or the frozen line of an intent.
#[derive(Clone, Debug, Deserialize)]
pub struct LineRow {
    /// The id that the checkout API shows.
    pub checkout_id: String,
    /// `primary` or `order_bump`.
    pub kind: String,
    /// The offer's title.
    pub name: String,
    /// The product's description.
    pub summary: Option<String>,
    /// The product.
    pub product_id: ProductId,
    /// The price.
    pub price_id: PriceId,
    /// The product's status.
    pub product_status: String,
    /// The price's currency.
    pub currency: Currency,
    /// The price in minor units.
    pub unit_amount_cents: i64,
    /// `one_time` or how often it repeats.
    pub billing_interval: String,
    /// The price's twin at Stripe, if it has one.
    #[serde(default)]
    pub stripe_price_id: Option<Private<String>>,
}

/// An intent as a replay finds it.
#[derive(Debug, Deserialize)]
pub struct IntentRow {
    /// Its id.
    pub id: CheckoutIntentId,
    /// Its status.
    pub status: String,
    /// What its key stands for.
    pub request_fingerprint: String,
    /// The buyer's address.
    pub buyer_email: Option<Private<String>>,
    /// Where Stripe sends the buyer after payment.
    pub success_url: String,
    /// Where Stripe sends the buyer who leaves.
    pub cancel_url: String,
    /// The audit id of the start.
    pub audit_correlation_id: AuditId,
    /// When the order was confirmed.
    pub created_at: Moment,
    /// True once Stripe opened a session.
    #[serde(deserialize_with = "truth")]
    pub has_session: bool,
}

/// What a start would buy, after every check that does not depend on the confirmation.
#[derive(Debug)]
pub struct Order<'a> {
    /// The text that must be repeated.
    pub text: &'a str,
    /// The lines, primary first.
    pub lines: Vec<&'a LineRow>,
    /// What they cost together.
    pub total: Money,
}

/// Checks a start against what is sold, in the contract's order.
///
/// # Errors
/// The refusals of the contract's table, first match first.
pub fn order<'a>(offers: &'a [OfferRow], start: &Start, mode: StripeMode) -> Result<Order<'a>> {
    let primary = offers.iter().find(|offer| offer.asked);
    let in_stack = |offer: &&OfferRow| primary.map_or(offer.is_default, |primary| primary.stack_id == offer.stack_id);
    let known: Vec<&OfferRow> =
        offers.iter().filter(in_stack).filter(|offer| offer.line.kind == "order_bump").collect();
    let is_chosen = |offer: &&&OfferRow| start.bumps.iter().any(|id| id == offer.line.price_id.as_str());
    let bumps: Vec<&&OfferRow> = known.iter().filter(is_chosen).collect();
    if bumps.len() != start.bumps.len() {
        return Err(Error::from(&UNSUPPORTED_ORDER_BUMP));
    }
    let primary = primary
        .filter(|offer| offer.sellable && offer.stack_status != "draft")
        .ok_or_else(|| Error::from(&OFFER_NOT_FOUND))?;
    if bumps.iter().any(|bump| !bump.sellable) {
        return Err(Error::from(&ORDER_BUMP_NOT_SEEDED));
    }
    if bumps.iter().any(|bump| bump.line.currency != primary.line.currency) {
        return Err(Error::from(&BUMP_CURRENCY_MISMATCH));
    }
    if mode == StripeMode::Live && primary.stack_status != "live" {
        return Err(Error::from(&LIVE_MODE_DISABLED));
    }
    let lines: Vec<&LineRow> = std::iter::once(&primary.line).chain(bumps.iter().map(|bump| &bump.line)).collect();
    let total = total(&lines).ok_or_else(|| Error::internal("an order's total cannot be held"))?;
    Ok(Order { text: &primary.checkout_text, lines, total })
}

/// What lines cost together; `None` when they cannot be added.
pub fn total(lines: &[&LineRow]) -> Option<Money> {
    let mut amounts = lines.iter().map(|line| Money::new(line.unit_amount_cents, line.currency));
    let first = amounts.next()??;
    amounts.try_fold(first, |sum, amount| sum.plus(amount?))
}
