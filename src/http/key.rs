//! The idempotency key of a request: where it stands, and what it looks like.

use super::error::{Error, Refusal, Result};
use super::fields::Fields;
use super::req::Req;
use crate::kit::bounds::{IDEMPOTENCY_KEY_MAX_CHARS, IDEMPOTENCY_KEY_MIN_CHARS};

/// What the key is called in a body.
pub const FIELD: &str = "idempotencyKey";

/// The key is too short, too long, or has characters that cannot be printed.
pub const INVALID: Refusal =
    Refusal::new(400, "invalid_idempotency_key", "An idempotency key has 8 to 180 printable characters.");

/// The key as it was sent, in the body or else in the header; a blank one is none.
///
/// # Errors
/// `invalid_request` naming the field when it is not text.
pub fn given(req: &Req, fields: &Fields) -> Result<Option<String>> {
    let key = fields.text(FIELD)?.map(str::to_owned).or_else(|| req.header("idempotency-key"));
    Ok(key.filter(|key| !key.trim().is_empty()))
}

/// A key of printable ASCII: it goes on to Stripe, or is one of many that strangers send.
///
/// # Errors
/// [`INVALID`].
pub fn ascii(key: String) -> Result<String> {
    fitting(key, |c| c.is_ascii_graphic() || c == ' ')
}

/// A key of characters of any script.
///
/// # Errors
/// [`INVALID`].
pub fn printable(key: String) -> Result<String> {
    fitting(key, |c| !c.is_control())
}

fn fitting(key: String, allowed: fn(char) -> bool) -> Result<String> {
    let length = IDEMPOTENCY_KEY_MIN_CHARS..=IDEMPOTENCY_KEY_MAX_CHARS;
    let fits = length.contains(&key.chars().count()) && key.chars().all(allowed);
    fits.then_some(key).ok_or_else(|| Error::from(&INVALID))
}
