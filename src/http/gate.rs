//! Who may call: the proof that a handler takes as a parameter, and how it is made.
//!
//! A handler that takes a proof cannot be reached without it: `account` makes owners, this file signed events, nobody
//! else either.

use super::error::{common, Error, Refusal};
use super::origin;
use crate::config::{Config, StripeMode};
use crate::cx::{Cx, Task};
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

/// Finds out whether an owner is calling. Made by `account`, which knows sessions; handed in by whoever dispatches.
pub type OwnerCheck = for<'a> fn(&'a Cx, &'a Req) -> Task<'a, Result<Owner, Error>>;

/// Why somebody is not let in, as the contract names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// No session, or one that ended.
    SignedOut,
    /// Signed in, and not an owner of this shop.
    NotAllowlisted,
    /// An owner's address that nobody has confirmed yet.
    EmailUnverified,
    /// The session could not be looked up.
    SessionUnavailable,
}

impl Denial {
    /// The word on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::NotAllowlisted => "not_allowlisted",
            Self::EmailUnverified => "email_unverified",
            Self::SessionUnavailable => "session_unavailable",
        }
    }
}

impl From<Denial> for Error {
    /// All four are 401, never 403: clients read the reason.
    fn from(denial: Denial) -> Self {
        Self::refused_with(&common::OWNER_SESSION_REQUIRED, [("denialReason", denial.code().into())])
    }
}

/// What an owner's browser sends must come from a page of ours, and be JSON or a plain form: the two kinds of body that
/// a foreign page cannot send unnoticed.
///
/// # Errors
/// The refusals of [`origin`], or `unsupported_content_type`.
pub fn deliberate(cx: &Cx, req: &Req) -> Result<(), Error> {
    origin::own_page(cx, req)?;
    let known = matches!(req.media_type().as_deref(), Some("application/json" | "application/x-www-form-urlencoded"));
    known.then_some(()).ok_or_else(|| Error::from(&common::UNSUPPORTED_CONTENT_TYPE))
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
