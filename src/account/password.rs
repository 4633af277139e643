//! Passwords: Better Auth's scrypt, compared in constant time.

use subtle::ConstantTimeEq;

use crate::cx::Cx;
use crate::http::{Error, Result};
use crate::kit::bounds::{PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};
use crate::kit::hash::hex;
use crate::kit::private::Private;

/// Cost, block size and parallelism: N = 2^14, r = 16, p = 1.
const LOG_N: u8 = 14;
const R: u32 = 16;
const P: u32 = 1;
/// Bytes of a derived key.
const KEY_BYTES: usize = 64;
/// Random bytes of a salt. The hash is fed their hex digits as text, as Better Auth does.
const SALT_BYTES: usize = 16;
/// What a password is compared with when nobody has the address: never matches, and takes as long.
const NOBODY: &str = "00000000000000000000000000000000:";

/// The derivation itself, over a password in its normal form.
pub fn scrypt(normal: &str, salt: &str) -> Option<[u8; KEY_BYTES]> {
    let params = scrypt::Params::new(LOG_N, R, P, KEY_BYTES).ok()?;
    let mut key = [0; KEY_BYTES];
    scrypt::scrypt(normal.as_bytes(), salt.as_bytes(), &params, &mut key).ok()?;
    Some(key)
}

/// How long a password is, as Better Auth counts: in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Too short to be one.
    Short,
    /// As it should be.
    Fits,
    /// Longer than anybody needs.
    Long,
}

/// Measures a password.
pub fn length(password: &str) -> Length {
    match password.encode_utf16().count() {
        0..PASSWORD_MIN_CHARS => Length::Short,
        PASSWORD_MIN_CHARS..=PASSWORD_MAX_CHARS => Length::Fits,
        _ => Length::Long,
    }
}

/// A fresh hash: salt, colon, key.
///
/// # Errors
/// A fault when the derivation refuses its parameters, which it does not.
pub fn hash(cx: &Cx, password: &str) -> Result<Private<String>> {
    let mut salt = [0; SALT_BYTES];
    cx.ports.ids.random(&mut salt);
    let salt = hex(&salt);
    let key = derive(cx, password, &salt)?;
    Ok(Private::new(format!("{salt}:{key}")))
}

/// True when the password is the one that was hashed. Takes the same time whether or not there is a hash.
///
/// # Errors
/// As [`hash`].
pub fn matches(cx: &Cx, stored: Option<&Private<String>>, password: &str) -> Result<bool> {
    let stored = stored.map_or(NOBODY, |stored| stored.open().as_str());
    let (salt, expected) = stored.split_once(':').unwrap_or((NOBODY, ""));
    let key = derive(cx, password, salt)?;
    Ok(key.as_bytes().ct_eq(expected.as_bytes()).into())
}

fn derive(cx: &Cx, password: &str, salt: &str) -> Result<String> {
    let key = cx.ports.kdf.derive(password, salt);
    key.map(|key| hex(&key)).ok_or_else(|| Error::internal("scrypt refused its parameters"))
}

#[cfg(test)]
mod tests {
    use super::{length, scrypt, Length};
    use crate::kit::hash::hex;

    #[test]
    fn the_hash_is_better_auth_s_own() {
        let expected = "c967f8a4438e68448871a4fbb9b41b2aacaa6d9d98bf76d9740467af6a3305c6601235ae3706eaeaafd4c037201f630b3c3670caf74d8be1d22256672828773e";
        let key = scrypt("correct horse", "0123456789abcdef0123456789abcdef").expect("a key");
        assert_eq!(hex(&key), expected);
    }

    #[test]
    fn length_is_counted_in_utf_16_units() {
        assert_eq!(length("1234567"), Length::Short);
        assert_eq!(length("12345678"), Length::Fits);
        assert_eq!(length("🔑🔑🔑🔑"), Length::Fits);
        assert_eq!(length(&"x".repeat(128)), Length::Fits);
        assert_eq!(length(&"x".repeat(129)), Length::Long);
    }
}
