//! The click that a checkout came by: attached in the batch that opens the checkout, or refused with the reason.

use serde::{Deserialize, Serialize};

use super::sql;
use crate::contract::redaction::{self, Flag, Flagged};
use crate::cx::Cx;
use crate::db::{truth, Batch, Stmt};
use crate::http::{Error, Refusal, Result};
use crate::kit::bounds::REFERRAL_CLICK_CHECKOUTS_MAX;
use crate::kit::id::{CheckoutIntentId, ReferralAttributionId};
use crate::kit::time::Moment;

/// Nobody recorded this click.
pub const CLICK_NOT_FOUND: Refusal = Refusal::new(400, "referral_click_not_found", "That referral is not known here.");
/// The click was for another page.
pub const CLICK_ROUTE_MISMATCH: Refusal =
    Refusal::new(400, "referral_click_route_mismatch", "That referral is for another offer.");
/// The click's time is over.
pub const CLICK_EXPIRED: Refusal = Refusal::new(400, "referral_click_expired", "That referral is too old to count.");
/// The click was used for too many checkouts.
pub const CLICK_USED_UP: Refusal =
    Refusal::new(409, "referral_click_used_up", "That referral was used for too many orders.");
/// The checkout came by another click, or by none.
pub const CONFLICT: Refusal = Refusal::new(
    409,
    "checkout_referral_attribution_conflict",
    "This order was started with another referral, or with none.",
);

/// What a referral in an answer does not hold.
pub const FLAGS: &[Flag] =
    &[redaction::COMMISSION, redaction::PAYABLE_COMMISSION, redaction::PRIVATE_DATA, redaction::RAW_REQUEST_DATA];

/// The referral of a checkout, as the database has it and as answers show it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all(serialize = "camelCase"))]
pub struct Attribution {
    checkout_intent_id: String,
    /// The click.
    pub referral_click_id: String,
    referral_link_id: String,
    referral_code: String,
    partner_id: String,
    destination_route: String,
    attribution_status: String,
}

impl Attribution {
    /// With the flags that say what it does not hold.
    pub fn shown(&self) -> Flagged<&Self> {
        Flagged::new(self, FLAGS)
    }
}

/// A click as a start finds it.
#[derive(Debug, Deserialize)]
pub struct ClickStanding {
    closes_at: Moment,
    uses: i64,
    #[serde(deserialize_with = "truth")]
    fits: bool,
}

/// Adds to the batch that opens a checkout: the click is attached if it may be, and the audit trail says which.
pub fn attach(cx: &Cx, batch: &mut Batch, intent: &CheckoutIntentId, click: &str, now: Moment) {
    batch.add(sql::attach(&ReferralAttributionId::from_uuid(&cx.uuid()), intent, click, now));
    batch.add(sql::audit_referral(&cx.fresh_audit(), intent, click, now));
}

/// Asks for a click as it stands, as [`ClickStanding`].
pub fn standing(cx: &Cx, click: &str, price: Option<&str>) -> Stmt {
    sql::click_standing(&cx.tenant, click, price)
}

/// Asks for the referral of the checkout of a key, as [`Attribution`].
pub fn of_key(cx: &Cx, key: &str) -> Stmt {
    sql::attribution_by_key(&cx.tenant, key)
}

/// Refuses a start whose click cannot be credited.
///
/// # Errors
/// The first of the reasons, in the contract's order.
pub fn check(click: Option<&ClickStanding>, now: Moment) -> Result<()> {
    let refusal = match click {
        None => &CLICK_NOT_FOUND,
        Some(click) if !click.fits => &CLICK_ROUTE_MISMATCH,
        Some(click) if click.closes_at <= now => &CLICK_EXPIRED,
        Some(click) if click.uses >= REFERRAL_CLICK_CHECKOUTS_MAX => &CLICK_USED_UP,
        Some(_) => return Ok(()),
    };
    Err(Error::from(refusal))
}

/// Refuses a replay that names another click than the checkout has. The one it has may have grown old since.
///
/// # Errors
/// What is wrong with the click, or `checkout_referral_attribution_conflict`.
pub fn same(given: &str, stored: Option<&Attribution>, click: Option<&ClickStanding>, now: Moment) -> Result<()> {
    if stored.is_some_and(|stored| stored.referral_click_id == given) {
        return Ok(());
    }
    check(click, now)?;
    Err(Error::from(&CONFLICT))
}
