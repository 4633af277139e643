//! Refusals, flags and small rules of access.

use crate::contract::redaction::{self, Flag};
use crate::http::Refusal;

/// The contract's issue number of the download routes.
pub const TOKEN_ISSUE: u32 = 146;

/// The flags of a token answer.
pub const TOKEN_FLAGS: &[Flag] = &[
    redaction::BUYER_EMAIL,
    redaction::BUYER_EMAIL_HASH,
    redaction::RAW_STRIPE_IDS,
    redaction::RAW_R2_KEYS,
    redaction::SIGNED_URLS,
    redaction::METADATA_JSON,
];

/// The flags of a look-up.
pub const LOOKUP_FLAGS: &[Flag] = &[
    redaction::BUYER_EMAIL,
    redaction::BUYER_EMAIL_HASH,
    redaction::RAW_STRIPE_IDS,
    redaction::STRIPE_EVENT_IDS,
    redaction::RAW_R2_KEYS,
    redaction::SIGNED_URLS,
    redaction::METADATA_JSON,
    redaction::DOWNLOAD_TOKENS,
];

/// Both ids are needed.
pub const IDS_REQUIRED: Refusal = Refusal::new(400, "invalid_request", "Name the checkout and the entitlement.");
/// No such entitlement in that checkout.
pub const ENTITLEMENT_NOT_FOUND: Refusal = Refusal::new(404, "not_found", "This checkout has no such entitlement.");
/// The entitlement is switched off, or its checkout is not paid.
pub const NOT_ELIGIBLE: Refusal = Refusal::new(409, "not_eligible", "This entitlement does not open a file now.");
/// Too many tokens wait to be used.
pub const TOKEN_LIMIT: Refusal = Refusal::new(
    429,
    "token_limit_reached",
    "Several download links are still unused. Use one, or wait a few minutes.",
);

/// Every refusal of a token's making.
pub const TOKEN_REFUSALS: &[&Refusal] = &[&IDS_REQUIRED, &ENTITLEMENT_NOT_FOUND, &NOT_ELIGIBLE, &TOKEN_LIMIT];

/// The token does not have the form.
pub const TOKEN_MALFORMED: Refusal = Refusal::new(400, "token_malformed", "This is not a download link.");
/// Nobody made this token.
pub const TOKEN_UNKNOWN: Refusal = Refusal::new(404, "token_not_found", "This download link is not known.");
/// The token opened its file before.
pub const TOKEN_USED: Refusal =
    Refusal::new(410, "token_used", "This download link was used already. Each link works once.");
/// The token's time is over.
pub const TOKEN_EXPIRED: Refusal = Refusal::new(410, "token_expired", "This download link has expired.");
/// What the token stood for changed since.
pub const ACCESS_CHANGED: Refusal =
    Refusal::new(409, "access_changed", "This purchase does not open the file any more.");

/// Every refusal of a redemption.
pub const REDEEM_REFUSALS: &[&Refusal] =
    &[&TOKEN_MALFORMED, &TOKEN_UNKNOWN, &TOKEN_USED, &TOKEN_EXPIRED, &ACCESS_CHANGED];

/// The contract's issue number of protected sections, and the one it follows.
pub const CONTENT_ISSUE: u32 = 185;
/// See [`CONTENT_ISSUE`].
pub const CONTENT_FOLLOWS_ISSUE: u32 = 181;
/// The contract's status of a section that was delivered.
pub const CONTENT_STATUS: &str = "protected-product-content-delivery-ready";
/// How a section is delivered.
pub const CONTENT_DELIVERY_MODE: &str = "seeded-protected-fixture";

/// The flags of a delivered section.
pub const CONTENT_FLAGS: &[Flag] = &[
    redaction::BUYER_EMAIL,
    redaction::BUYER_EMAIL_HASH,
    redaction::RAW_STRIPE_IDS,
    redaction::STRIPE_EVENT_IDS,
    redaction::RAW_R2_KEYS,
    redaction::SIGNED_URLS,
    redaction::METADATA_JSON,
    redaction::CONTENT_IN_SOURCE_DATA,
    redaction::PROGRESS_DATA,
];

/// All three ids are needed, in their forms.
pub const CONTENT_IDS_REQUIRED: Refusal =
    Refusal::new(400, "invalid_request", "Name the checkout, the entitlement and the section.");
/// No such entitlement in that checkout, or no such section: the answer does not tell which.
pub const CONTENT_NOT_FOUND: Refusal = Refusal::new(404, "not_found", "This purchase has no such section.");
/// The entitlement does not open the section now.
pub const CONTENT_NOT_ELIGIBLE: Refusal =
    Refusal::new(409, "not_eligible", "This purchase does not open the section now.");

/// Every refusal of a section.
pub const CONTENT_REFUSALS: &[&Refusal] = &[&CONTENT_IDS_REQUIRED, &CONTENT_NOT_FOUND, &CONTENT_NOT_ELIGIBLE];

/// True for a checkout whose buyer may open things.
pub fn trusted(status: &str) -> bool {
    matches!(status, "paid" | "completed")
}

/// `Content-Disposition` for a file to keep: a plain name for old clients (RFC 6266) and the real one in UTF-8
/// (RFC 8187).
pub fn attachment(file_name: &str) -> String {
    let plain: String = file_name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | '/' | ';') || c == ' ' { c } else { '_' })
        .collect();
    let mut encoded = String::new();
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::attachment;
    use proptest::prelude::*;

    #[test]
    fn a_name_in_any_script_keeps_its_letters() {
        assert_eq!(
            attachment("Plan für \"Ana\".pdf"),
            "attachment; filename=\"Plan f_r _Ana_.pdf\"; filename*=UTF-8''Plan%20f%C3%BCr%20%22Ana%22.pdf"
        );
    }

    proptest! {
        #[test]
        fn no_name_can_break_out_of_the_header(name in "\\PC*|[\\x00-\\x1f\\x7f]*") {
            let header = attachment(&name);
            prop_assert!(header.bytes().all(|b| (0x20..0x7f).contains(&b)));
            prop_assert_eq!(header.matches('"').count(), 2);
        }
    }
}
