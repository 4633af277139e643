//! The signed link that takes its reader off every list. It holds no address, only what an address is compared by, and it
//! works for as long as the shop keeps its secret: a letter may be old when somebody has enough.

use subtle::ConstantTimeEq;

use super::PAGE;
use crate::config::ConfigError;
use crate::cx::Cx;

/// Digits of the hash of an address.
const HASH_DIGITS: usize = 64;
/// Digits of the signature: 128 bits.
const SIGNATURE_DIGITS: usize = 32;

/// The link for the reader of an address.
///
/// # Errors
/// When the secret is not set.
pub fn address(cx: &Cx, base: &str, email_hash: &str) -> Result<String, ConfigError> {
    Ok(format!("{base}{PAGE}?token={email_hash}{}", signature(cx, email_hash)?))
}

/// The hash of the address that a link is for, if the signature is ours.
///
/// # Errors
/// When the secret is not set.
pub fn read(cx: &Cx, token: &str) -> Result<Option<String>, ConfigError> {
    let plain = token.len() == HASH_DIGITS + SIGNATURE_DIGITS && token.bytes().all(|b| b.is_ascii_hexdigit());
    let Some((hash, given)) = token.split_at_checked(HASH_DIGITS).filter(|_| plain) else {
        return Ok(None);
    };
    let ours = signature(cx, hash)?;
    Ok(bool::from(ours.as_bytes().ct_eq(given.as_bytes())).then(|| hash.to_owned()))
}

fn signature(cx: &Cx, email_hash: &str) -> Result<String, ConfigError> {
    let whole = cx.keyed_hash("audience-leave", &format!("{}|{email_hash}", cx.tenant.as_str()))?;
    Ok(whole.chars().take(SIGNATURE_DIGITS).collect())
}
