//! `Stripe-Signature`: `t=<unix seconds>,v1=<hex>[,v1=<hex>…]` over `<t as sent>.<raw body>`, HMAC-SHA-256 under the
//! whole `whsec_…` text (Stripe's documentation, "Verify webhook signatures manually").
//!
//! Stricter than Stripe's own libraries: a stamp from the future, a repeated `t`, and a header over 4 KiB are refused.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::config::{StripeMode, WebhookSecret};
use crate::kit::bounds::{SIGNATURE_HEADER_MAX_BYTES, SIGNATURE_TOLERANCE_SECONDS};
use crate::kit::time::Moment;

/// Why a signature is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// The header does not have the form.
    Malformed,
    /// The stamp is more than the tolerance away from now, in either direction.
    Stale,
    /// No secret gives any of the signatures.
    Mismatch,
}

/// Verifies a header against every secret; returns the modes whose secret made it.
///
/// Every secret and every `v1` is compared in constant time, and all of them always are.
///
/// # Errors
/// [`SignatureError`].
pub fn verify(
    header: &str,
    body: &[u8],
    secrets: &[WebhookSecret],
    now: Moment,
) -> Result<Vec<StripeMode>, SignatureError> {
    let (stamp, signatures) = parse(header).ok_or(SignatureError::Malformed)?;
    let seconds: i64 = stamp.parse().map_err(|_| SignatureError::Malformed)?;
    let age = now.seconds_since(Moment::from_unix_seconds(seconds));
    if !(-SIGNATURE_TOLERANCE_SECONDS..=SIGNATURE_TOLERANCE_SECONDS).contains(&age) {
        return Err(SignatureError::Stale);
    }
    let mut modes = Vec::new();
    for secret in secrets {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret.secret.open().as_bytes()).map_err(|_| SignatureError::Mismatch)?;
        mac.update(stamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        let matches = signatures
            .iter()
            .fold(0, |found, signature| found + usize::from(mac.clone().verify_slice(signature).is_ok()));
        if matches > 0 && !modes.contains(&secret.mode) {
            modes.push(secret.mode);
        }
    }
    if modes.is_empty() {
        return Err(SignatureError::Mismatch);
    }
    Ok(modes)
}

/// The stamp as sent, and every `v1`. Other schemes are ignored, as Stripe asks.
fn parse(header: &str) -> Option<(&str, Vec<[u8; 32]>)> {
    if header.len() > SIGNATURE_HEADER_MAX_BYTES {
        return None;
    }
    let mut stamp = None;
    let mut signatures = Vec::new();
    for item in header.split(',') {
        match item.trim().split_once('=')? {
            ("t", value) => {
                let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
                if !digits || stamp.replace(value).is_some() {
                    return None;
                }
            }
            ("v1", value) => signatures.push(unhex(value)?),
            _ => {}
        }
    }
    (!signatures.is_empty()).then_some((stamp?, signatures))
}

/// 64 lower-case hex digits.
fn unhex(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let bytes: Vec<u8> =
        pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Option<_>>()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{verify, SignatureError};
    use crate::config::{StripeMode, WebhookSecret};
    use crate::kit::private::Private;
    use crate::kit::time::Moment;

    const BODY: &[u8] = br#"{"id":"evt_test","object":"event"}"#;
    const GOOD: &str = "t=1700000000,v1=c25fec335f20601dcb662f0e7c4944646158a9324bb6ed8b7f6ab126449f507a";
    const HEX: &str = "c25fec335f20601dcb662f0e7c4944646158a9324bb6ed8b7f6ab126449f507a";

    fn check(header: &str, body: &[u8], secret: &str, now: i64) -> Result<Vec<StripeMode>, SignatureError> {
        let secrets = [
            WebhookSecret { mode: StripeMode::Live, secret: Private::new("whsec_other".to_owned()) },
            WebhookSecret { mode: StripeMode::Sandbox, secret: Private::new(secret.to_owned()) },
        ];
        verify(header, body, &secrets, Moment::from_unix_seconds(now))
    }

    #[test]
    fn the_published_vector_holds_and_names_the_mode() {
        assert_eq!(check(GOOD, BODY, "whsec_test", 1_700_000_000), Ok(vec![StripeMode::Sandbox]));
    }

    #[test]
    fn any_v1_may_match_and_other_schemes_are_ignored() {
        let header = format!("t=1700000000,v0=abc,v1={},v1={HEX}", "0".repeat(64));
        assert_eq!(check(&header, BODY, "whsec_test", 1_700_000_000), Ok(vec![StripeMode::Sandbox]));
    }

    #[test]
    fn a_stamp_may_be_300_seconds_away_in_both_directions() {
        for (now, fits) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let result = check(GOOD, BODY, "whsec_test", 1_700_000_000 + now);
            assert_eq!(result.is_ok(), fits, "{now}");
            assert!(fits || result == Err(SignatureError::Stale));
        }
    }

    #[test]
    fn a_changed_byte_or_another_secret_does_not_match() {
        let body = br#"{"id": "evt_test","object":"event"}"#;
        assert_eq!(check(GOOD, body, "whsec_test", 1_700_000_000), Err(SignatureError::Mismatch));
        assert_eq!(check(GOOD, BODY, "whsec_tesT", 1_700_000_000), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_header_without_the_form_is_malformed() {
        let long = format!("{GOOD},x={}", "a".repeat(5_000));
        for header in [
            "",
            "t=1700000000",
            &format!("v1={HEX}"),
            &format!("t=,v1={HEX}"),
            &format!("t=+1700000000,v1={HEX}"),
            &format!("t=1700000000,t=1700000000,v1={HEX}"),
            &format!("{GOOD}, {GOOD}"),
            &long,
            "nonsense",
            &format!("t=1700000000,v1={}", HEX.to_uppercase()),
            &format!("t=1700000000,v1={HEX}0"),
            &format!("t=99999999999999999999,v1={HEX}"),
        ] {
            assert_eq!(check(header, BODY, "whsec_test", 1_700_000_000), Err(SignatureError::Malformed), "{header}");
        }
    }
}
