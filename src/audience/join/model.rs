//! A form, a wish to join by it, and what is answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::redaction::{self, Flag};
use crate::db::{texts, truth};
use crate::http::{Error, Fields, Refusal, Result};
use crate::kit::bounds::{ANONYMOUS_ID_MAX_BYTES, READER_NAME_MAX_CHARS};
use crate::kit::email::Email;
use crate::kit::hash::fingerprint;
use crate::kit::private::Private;
use crate::kit::time::Moment;

/// No form that takes readers has this id.
pub const FORM_NOT_FOUND: Refusal = Refusal::new(404, "opt_in_form_not_found", "There is no such form.");
/// The box was not ticked.
pub const CONSENT_REQUIRED: Refusal =
    Refusal::new(400, "consent_required", "Please tick the box, so that we may write to you.");
/// The name is too long or holds characters that no name has.
pub const INVALID_FIRST_NAME: Refusal =
    Refusal::new(400, "invalid_first_name", "A first name has at most 120 characters, on one line.");
/// The wording changed while the form was open.
pub const STALE_STATEMENT: Refusal = Refusal::new(
    409,
    "stale_consent_statement",
    "What you agree to was reworded while this form was open. Please read it again.",
);
/// The key stands for another wish.
pub const CONFLICT: Refusal =
    Refusal::new(409, "idempotency_conflict", "This idempotency key was used for another request.");

/// A form as its page and its address need it.
#[derive(Debug, Deserialize)]
pub struct Form {
    /// Its id.
    pub id: String,
    /// Its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it promises, in a line.
    pub headline: String,
    /// The same in a sentence or two.
    pub summary: String,
    /// The words on its button.
    pub button: String,
    /// `draft` or `live`.
    pub status: String,
    /// The place of the form in its page.
    pub route_anchor: String,
    /// What a reader gets.
    pub lead_magnet_title: String,
    /// When and how.
    pub delivery_promise: String,
    /// Which wording is shown.
    pub consent_version: String,
    /// The wording.
    pub consent_statement: String,
    /// The sequence that follows.
    pub sequence_id: String,
    /// The tags that a reader gets.
    #[serde(deserialize_with = "texts")]
    pub tag_ids: Vec<String>,
    /// The shop's offer that goes with it.
    pub offer_route: Option<String>,
    /// The library that goes with it.
    pub product_route: Option<String>,
}

/// A field of a form.
#[derive(Debug, Deserialize)]
pub struct FormField {
    /// `email`, `text` or `checkbox`.
    pub kind: String,
    /// What the form calls it.
    pub label: String,
    /// True when it must be filled in.
    #[serde(deserialize_with = "truth")]
    pub required: bool,
}

/// A wish to join.
#[derive(Debug)]
pub struct Wish {
    /// Who wants to.
    pub email: Email,
    /// What they want to be called.
    pub first_name: Option<String>,
    /// What their browser session calls itself, as in events.
    pub visitor: Option<Private<String>>,
}

impl Wish {
    /// Reads a wish, in the order in which its parts are refused.
    ///
    /// # Errors
    /// `invalid_email`, `consent_required`, `invalid_first_name`, `stale_consent_statement`.
    pub fn read(fields: &Fields, form: &Form) -> Result<Self> {
        let email = crate::audience::visit::email(fields)?;
        if !fields.flag("consent").unwrap_or(false) {
            return Err(Error::from(&CONSENT_REQUIRED));
        }
        let first_name = fields.text("firstName").map_err(|_| Error::from(&INVALID_FIRST_NAME))?;
        let first_name = first_name.map(name).transpose()?;
        let shown = fields.text("consentVersion")?;
        if shown.is_some_and(|shown| shown != form.consent_version) {
            return Err(Error::from(&STALE_STATEMENT));
        }
        // It only helps to count, so one that is not right is no reason to refuse anybody.
        let visitor = fields.bounded("anonymousId", ANONYMOUS_ID_MAX_BYTES).ok().flatten();
        Ok(Self { email, first_name, visitor: visitor.map(Private::new) })
    }

    /// Everything that the key stands for, beside the address that it belongs to.
    pub fn request_hash(&self, form: &Form) -> String {
        fingerprint(&[&form.id, &form.consent_version, self.first_name.as_deref().unwrap_or_default()])
    }
}

/// A name on one line. Runs of spaces become one; whatever could start a line of its own is refused.
fn name(given: &str) -> Result<String> {
    let name = given.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let odd = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let fits = name.chars().count() <= READER_NAME_MAX_CHARS && !name.chars().any(odd);
    fits.then_some(name).ok_or_else(|| Error::from(&INVALID_FIRST_NAME))
}

/// A wish as it was written down.
#[derive(Debug, Deserialize)]
pub struct Written {
    /// Its id.
    pub id: String,
    /// What its key stands for.
    pub request_hash: String,
    /// True when it can no longer be confirmed.
    #[serde(deserialize_with = "truth")]
    pub over: bool,
}

/// A wish as the page behind its mail finds it.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// `requested`, `consented` or `withdrawn`.
    pub status: String,
    /// Until when it can be confirmed.
    pub expires_at: Moment,
    /// Who asked.
    pub subscriber_id: String,
    /// How they stand.
    pub subscriber_status: String,
    /// Their address.
    pub email: Email,
    /// Its hash.
    pub email_hash: String,
    /// The form's address.
    pub slug: String,
    /// The form's title.
    pub form_title: String,
    /// What they get.
    pub lead_magnet_title: String,
    /// The text of it, once they have confirmed.
    pub body: Option<String>,
    /// The shop's offer that goes with it.
    pub offer_route: Option<String>,
}

/// `200` of a wish to join. It repeats what was sent and says nothing of what the shop knows.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Joining {
    /// Always true.
    pub ok: bool,
    /// `confirmation_sent`: a mail asks the address to confirm.
    pub status: &'static str,
    /// True when the key was used for this very wish before.
    pub duplicate: bool,
    /// The address as it was understood.
    pub normalized_email: String,
    /// The name as it was understood.
    pub first_name: Option<String>,
    /// The form.
    pub form_id: String,
    /// The tags that a confirmation gives.
    pub tag_ids: Vec<String>,
    /// The sequence that a confirmation notes the reader for.
    pub sequence_id: String,
    /// Whether letters of that sequence are being sent; the mail that asks for the confirmation is.
    pub email_delivery_enabled: bool,
    /// What to do next, in words.
    pub message: &'static str,
}

/// What to do next, for whoever asked.
pub const SENT: &str = "We sent a mail to this address. Open it and press the button; nobody has joined before that.";

/// What the answers of the public forms do not hold.
pub const FLAGS: &[Flag] = &[
    Flag { name: "privateContactDataIncluded", holds: contact_beside_echo },
    Flag { name: "providerIdsIncluded", holds: redaction::RAW_STRIPE_IDS.holds },
];

/// An address that the caller did not send, or anything that names a subscriber.
pub fn contact_beside_echo(text: &str) -> bool {
    let Ok(Value::Object(mut answer)) = serde_json::from_str::<Value>(text) else { return true };
    answer.remove("normalizedEmail");
    answer.remove("firstName");
    let rest = Value::Object(answer).to_string();
    (redaction::BUYER_EMAIL.holds)(&rest) || rest.contains("\"subscriber-")
}

/// The body of a wish to join, for the documents.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinBody {
    /// An address of plain letters, in either case.
    #[schemars(length(max = 254))]
    pub email: String,
    /// At most 120 characters on one line.
    #[schemars(length(max = 120))]
    pub first_name: Option<String>,
    /// Must be true.
    pub consent: bool,
    /// The wording that was shown; when it is no longer the present one, the wish is refused.
    pub consent_version: Option<String>,
    /// The form; without it, the shop's first one.
    pub form_id: Option<String>,
    /// What the browser session calls itself in events, so that they and this are one visitor's.
    #[schemars(length(max = 240))]
    pub anonymous_id: Option<String>,
    /// 8 to 180 printable characters; it belongs to the address that it came with.
    #[schemars(length(min = 8, max = 180))]
    pub idempotency_key: Option<String>,
}
