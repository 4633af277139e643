//! A wish to be left alone, and what is answered.

use serde::{Deserialize, Serialize};

use crate::audience::join::model::contact_beside_echo;
use crate::contract::redaction::{self, Flag};
use crate::db::truth;
use crate::http::fields::wrong;
use crate::http::{Fields, Refusal, Result};
use crate::kit::bounds::LEAVE_REASON_MAX_CHARS;

/// The key stands for another wish.
pub const CONFLICT: Refusal = crate::audience::join::model::CONFLICT;

/// What to expect, for whoever asked.
pub const LEFT: &str = "This address gets no letters from this shop. Only its own confirmation can change that.";

/// A suppression as it was written down.
#[derive(Debug, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// What its key stands for.
    pub request_hash: String,
    /// False once a later confirmation of the address lifted it.
    #[serde(deserialize_with = "truth")]
    pub holds: bool,
}

/// The reason of a form, on one line.
///
/// # Errors
/// `invalid_request` naming the field when it is not text, or longer than 240 characters.
pub fn reason(fields: &Fields) -> Result<Option<String>> {
    let line = fields.text("reason")?.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    match line {
        Some(line) if line.chars().count() > LEAVE_REASON_MAX_CHARS || line.chars().any(char::is_control) => {
            Err(wrong("reason"))
        }
        line => Ok(line),
    }
}

/// `200` of a wish to be left alone.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Leaving {
    /// Always true.
    pub ok: bool,
    /// `unsubscribed`.
    pub status: &'static str,
    /// True when the key was used for this very wish before.
    pub duplicate: bool,
    /// The row that keeps the address from being written to.
    pub suppression_entry_id: String,
    /// The address as it was understood.
    pub normalized_email: String,
    /// Always false: nothing is sent to it.
    pub email_delivery_enabled: bool,
    /// What to expect, in words.
    pub message: &'static str,
}

/// What the answer does not hold.
pub const FLAGS: &[Flag] = &[
    Flag { name: "privateContactDataIncluded", holds: contact_beside_echo },
    Flag { name: "providerIdsIncluded", holds: redaction::RAW_STRIPE_IDS.holds },
    Flag { name: "subscriberExistenceRevealed", holds: |text| text.contains("\"subscriber") },
    Flag { name: "sequenceEnrollmentStateIncluded", holds: |text| text.contains("\"sequence-enrollment-") },
];

/// The body of a wish to be left alone, for the documents.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaveBody {
    /// The address.
    #[schemars(length(max = 254))]
    pub email: String,
    /// Why, if somebody wants to say it.
    #[schemars(length(max = 240))]
    pub reason: Option<String>,
    /// 8 to 180 printable characters; it belongs to the address that it came with.
    #[schemars(length(min = 8, max = 180))]
    pub idempotency_key: Option<String>,
}
