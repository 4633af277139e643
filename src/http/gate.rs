//! Who may call: the proof that a handler takes as a parameter, and how it is made.
//!
//! A handler that takes a proof cannot be reached without it, because only this file makes one.

use super::error::{common, Error, Refusal};
use crate::config::{Config, StripeMode};
use crate::http::req::Req;
use crate::kit::email::Email;
use crate::kit::id::UserId;
use crate::kit::time::Moment;
use crate::stripe::signature::{self, SignatureError};

/// An owner of the shop, signed in, on the allow-list, with a verified address.
#[derive(Debug, Clone)]
pub struct Owner {
    /// The account.
    pub user_id: UserId,
    /// The account's address; private by type.
    pub email: Email,
    /// The name that the account was made with.
    pub name: String,
}

/// Why somebody is not an owner, as the contract names it.
pub const SIGNED_OUT: &str = "signed_out";

impl Owner {
    /// Finds out who is calling.
    ///
    /// # Errors
    /// `owner_session_required` with the reason.
    pub fn of(_req: &Req) -> Result<Self, Error> {
        Err(Error::refused_with(&common::OWNER_SESSION_REQUIRED, [("denialReason", SIGNED_OUT.into())]))
    }
}

/// The raw body of a webhook whose signature was verified, and the mode that the secret proved.
#[derive(Debug)]
pub struct SignedEvent {
    /// The body exactly as it was signed.
    pub body: Vec<u8>,
    /// The modes whose secret matches. One, unless the same secret was set for both.
    pub modes: Vec<StripeMode>,
}

/// No signing secret is set.
pub const NOT_CONFIGURED: Refusal =
    Refusal::new(503, "webhook_secret_not_configured", "This shop has no webhook secret yet.");
/// The signature header is absent.
pub const SIGNATURE_MISSING: Refusal =
    Refusal::new(400, "stripe_signature_missing", "The Stripe-Signature header is missing.");
/// The signature does not hold, or its stamp is too far from now.
pub const SIGNATURE_FAILED: Refusal =
    Refusal::new(400, "stripe_signature_verification_failed", "The signature does not match the body.");

impl SignedEvent {
    /// Verifies the signature over the raw bytes of the body.
    ///
    /// # Errors
    /// The three refusals of this file. A signature that does not hold also leaves one line in the log.
    pub fn of(config: &Config, req: &mut Req, now: Moment) -> Result<Self, Error> {
        if config.webhook_secrets.is_empty() {
            return Err(Error::from(&NOT_CONFIGURED));
        }
        let header = req.header("stripe-signature").unwrap_or_default();
        if header.trim().is_empty() {
            return Err(Error::from(&SIGNATURE_MISSING));
        }
        match signature::verify(&header, &req.body, &config.webhook_secrets, now) {
            Ok(modes) => Ok(Self { body: std::mem::take(&mut req.body), modes }),
            Err(SignatureError::Malformed) => Err(Error::refused_and_logged(&SIGNATURE_FAILED, "signature malformed")),
            Err(SignatureError::Stale) => Err(Error::refused_and_logged(&SIGNATURE_FAILED, "signature stale")),
            Err(SignatureError::Mismatch) => Err(Error::refused_and_logged(&SIGNATURE_FAILED, "signature mismatch")),
        }
    }
}
