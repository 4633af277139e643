//! What a sign-up asks for, the key it stands under, and what a plan's checkout comes to.

use super::sql::{AddonRow, Cost, PlanRow, SignedUp};
use crate::config::StripeMode;
use crate::db::Value;
use crate::http::{fields, key, Error, Fields, Refusal, Req, Result};
use crate::kit::bounds::{
    ID_MAX_BYTES, PLAN_SIGNUP_WINDOW_SECONDS, PLAN_SUCCESS_SETTLED_SECONDS, PLAN_SUCCESS_WAITING_SECONDS,
};
use crate::kit::email::Email;
use crate::kit::hash::fingerprint;
use crate::kit::id::AuditId;
use crate::kit::money::Money;
use crate::kit::time::Moment;

pub use crate::checkout::model::{price_changed, CHECKOUT_EXPIRED, IDEMPOTENCY_CONFLICT, PRICE_CHANGED};

/// No such plan, or none that is bought here.
pub const UNSUPPORTED_PLAN: Refusal = Refusal::new(400, "unsupported_plan", "This plan cannot be bought here.");
/// The plan cannot be paid at the moment.
pub const STRIPE_UNAVAILABLE: Refusal =
    Refusal::new(502, "stripe_checkout_unavailable", "The payment page could not be opened. Please try again.");

/// Every refusal of a sign-up.
pub const SIGN_UP_REFUSALS: &[&Refusal] =
    &[&UNSUPPORTED_PLAN, &key::INVALID, &IDEMPOTENCY_CONFLICT, &PRICE_CHANGED, &CHECKOUT_EXPIRED, &STRIPE_UNAVAILABLE];

/// What a sign-up asks for.
#[derive(Debug)]
pub struct SignUp {
    /// The plan's slug.
    pub plan: String,
    /// The buyer's address in lower case, if it looks like one.
    pub email: Option<Email>,
    /// True when the setup is added.
    pub setup: bool,
    /// Only say what it would cost.
    pub preview_only: bool,
    /// The total that the buyer saw, when the caller says it.
    pub expected_amount: Option<i64>,
    client_key: Option<String>,
    page_key: Option<String>,
    place: String,
}

impl SignUp {
    /// Reads a sign-up from a body and, for key and place, headers.
    ///
    /// # Errors
    /// `unsupported_plan` without a plan, `invalid_request` naming a field, or `invalid_idempotency_key`.
    pub fn read(req: &Req, fields: &Fields) -> Result<Self> {
        let plan = fields.bounded("planSlug", ID_MAX_BYTES)?.ok_or_else(|| Error::from(&UNSUPPORTED_PLAN))?;
        let given = key::given(req, fields)?;
        let setup = flag(fields, "whiteGloveSetup")?;
        Ok(Self {
            email: fields.text("buyerEmail")?.and_then(Email::parse).map(|email| email.lower()),
            setup,
            preview_only: flag(fields, "previewOnly")?,
            expected_amount: expected_amount(fields, &plan, setup)?,
            client_key: given.map(key::ascii).transpose()?,
            page_key: fields.bounded("pageKey", ID_MAX_BYTES)?,
            // Only Cloudflare sets this header, and it replaces what a caller sends.
            place: req.header("cf-connecting-ip").unwrap_or_default(),
            plan,
        })
    }

    /// Everything that a client's key stands for.
    pub fn fingerprint(&self, mode: StripeMode) -> String {
        self.digest(mode, "", "")
    }

    /// The key of this sign-up: the client's own; else one for this order from this page; else one for this order from
    /// this place at about this time; and without an address a fresh one, so that no two strangers share a checkout.
    pub fn key(&self, mode: StripeMode, now: Moment, fresh: impl FnOnce() -> String) -> String {
        let window = (now.unix_seconds() / PLAN_SIGNUP_WINDOW_SECONDS).to_string();
        let made = match (&self.client_key, &self.page_key, &self.email) {
            (Some(key), ..) => return key.clone(),
            (None, Some(page), _) => self.digest(mode, "page", page),
            (None, None, Some(_)) => self.digest(mode, &window, &self.place),
            (None, None, None) => fresh(),
        };
        format!("billing-signup-{made}")
    }

    fn digest(&self, mode: StripeMode, scope: &str, nonce: &str) -> String {
        let email = self.email.as_ref().map(Email::digest).unwrap_or_default();
        let expected = self.expected_amount.map(|amount| amount.to_string()).unwrap_or_default();
        fingerprint(&[&self.plan, &email, &self.setup.to_string(), &expected, mode.as_str(), scope, nonce])
    }
}

/// A yes or no; these routes also take the words of a form inside JSON.
fn flag(fields: &Fields, name: &str) -> Result<bool> {
    match fields.text(name) {
        Ok(Some(word)) => Ok(["1", "true", "yes", "on"].iter().any(|yes| word.eq_ignore_ascii_case(yes))),
        _ => fields.flag(name),
    }
}

/// `expectedAmountCents`, or in our own form the amounts printed beside what was chosen.
fn expected_amount(fields: &Fields, plan: &str, setup: bool) -> Result<Option<i64>> {
    let total = match fields.integer("expectedAmountCents")? {
        Some(total) => Some(total),
        None if fields.is_form() => {
            let shown = fields.integer(&format!("shownAmountCents[{plan}]"))?;
            let added = if setup { fields.integer("shownSetupCents")? } else { Some(0) };
            shown.zip(added).and_then(|(shown, added)| shown.checked_add(added))
        }
        None => None,
    };
    let fits = total.is_none_or(|total| Value::integer(total).is_ok());
    fits.then_some(total).ok_or_else(|| fields::wrong("expectedAmountCents"))
}

/// What the server decided for a sign-up before asking the database.
pub struct Terms<'a> {
    /// Test money or real money.
    pub mode: StripeMode,
    /// The key that the sign-up stands under.
    pub key: String,
    /// See [`SignUp::fingerprint`].
    pub fingerprint: String,
    /// Where Stripe sends the buyer after payment; holds Stripe's literal placeholder.
    pub success_url: String,
    /// Where Stripe sends the buyer who leaves.
    pub cancel_url: String,
    /// The audit id of this sign-up.
    pub audit: &'a AuditId,
}

/// The product statuses that may be sold in a mode, as a JSON list.
pub const fn sellable_statuses(mode: StripeMode) -> &'static str {
    match mode {
        StripeMode::Sandbox => r#"["sandbox","sandbox_live","live"]"#,
        StripeMode::Live => r#"["live"]"#,
    }
}

/// What a sign-up comes to.
pub struct Order<'a> {
    /// The plan.
    pub plan: &'a PlanRow,
    /// The plan's price, then the setup's.
    pub lines: Vec<&'a Cost>,
    /// What is paid at the start.
    pub total: Money,
}

/// Checks a sign-up against what is sold.
///
/// # Errors
/// `unsupported_plan`; `stripe_checkout_unavailable` when plan or setup cannot be paid now.
pub fn order<'a>(
    plans: &'a [PlanRow],
    addon: Option<&'a AddonRow>,
    sign_up: &SignUp,
    mode: StripeMode,
) -> Result<Order<'a>> {
    let not_now = || Error::refused_and_logged(&STRIPE_UNAVAILABLE, "a plan or its setup is not for sale");
    let plan = plans
        .iter()
        .find(|plan| plan.slug == sign_up.plan && plan.status == "self_serve")
        .ok_or_else(|| Error::from(&UNSUPPORTED_PLAN))?;
    let mut lines = vec![plan.cost.as_ref().ok_or_else(not_now)?];
    if sign_up.setup {
        lines.push(&addon.ok_or_else(not_now)?.cost);
    }
    if !lines.iter().all(|cost| cost.sellable(mode)) {
        return Err(not_now());
    }
    let mut amounts = lines.iter().map(|cost| cost.money());
    let first = amounts.next().flatten().ok_or_else(not_now)?;
    let total = amounts.try_fold(first, |sum, more| sum.plus(more?)).ok_or_else(not_now)?;
    Ok(Order { plan, lines, total })
}

/// How a sign-up stands, as its buyer needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has confirmed a payment yet.
    Waiting,
    /// The bank still has to move the money.
    Clearing,
    /// Paid; the subscription is being told of.
    Opening,
    /// The plan is open.
    Active,
    /// The payment did not go through.
    Failed,
    /// The payment page closed without a payment.
    Expired,
    /// It was paid once, and is over: cancelled, unpaid or given back.
    Over,
    /// Too long ago to be shown to whoever has the address of the page.
    Closed,
}

impl SignedUp {
    /// How the sign-up stands now.
    pub fn state(&self, now: Moment) -> State {
        let settled = matches!(self.status.as_str(), "paid" | "payment_failed" | "expired");
        let (since, life) = if settled {
            (self.updated_at, PLAN_SUCCESS_SETTLED_SECONDS)
        } else {
            (self.created_at, PLAN_SUCCESS_WAITING_SECONDS)
        };
        if now.seconds_since(since) > life {
            return State::Closed;
        }
        match (self.status.as_str(), self.plan_status.as_deref()) {
            ("paid", Some("active")) => State::Active,
            ("paid", Some(_)) if self.subscription_status.as_deref() != Some("incomplete") => State::Over,
            ("paid", _) => State::Opening,
            ("completed", _) => State::Clearing,
            ("payment_failed", _) => State::Failed,
            ("expired", _) => State::Expired,
            _ => State::Waiting,
        }
    }
}
