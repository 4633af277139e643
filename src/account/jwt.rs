//! The token in a verification mail: a JWT signed with HS256, so that nothing has to be kept for it.
//!
//! Beside Better Auth's claims it names the credential that the mail was sent for. When somebody else has since signed up
//! with the same unproven address, the older mail proves nothing about their password.

use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use base64::Engine;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::kit::bounds::VERIFICATION_LIFE_SECONDS;
use crate::kit::hash::hmac;
use crate::kit::json;
use crate::kit::time::Moment;

/// `{"alg":"HS256"}`, the only head we write and the only one we read.
const HEAD: &str = "eyJhbGciOiJIUzI1NiJ9";

/// What a token says. No `Debug`: it holds an address.
#[derive(Serialize, Deserialize)]
pub struct Claims {
    /// The address, lower-case.
    pub email: String,
    /// When it was made.
    pub iat: Moment,
    /// When it ends.
    pub exp: Moment,
    /// The credential that the mail was sent for; empty when there was none.
    pub acc: String,
}

/// Why a token proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is not one of ours.
    Invalid,
    /// Its time is over.
    Expired,
}

/// Makes a token.
pub fn make(secret: &[u8], email: &str, credential: &str, now: Moment) -> Result<String, serde_json::Error> {
    let (email, acc) = (email.to_owned(), credential.to_owned());
    let claims = Claims { email, iat: now, exp: now.plus_seconds(VERIFICATION_LIFE_SECONDS), acc };
    let body = BASE64.encode(serde_json::to_vec(&claims)?);
    Ok(format!("{HEAD}.{body}.{}", signature(secret, &body)))
}

/// Reads a token.
///
/// # Errors
/// [`Unfit`].
pub fn read(secret: &[u8], token: &str, now: Moment) -> Result<Claims, Unfit> {
    let body = token.strip_prefix(HEAD).and_then(|rest| rest.strip_prefix('.'));
    let (body, given) = body.and_then(|rest| rest.split_once('.')).ok_or(Unfit::Invalid)?;
    if !bool::from(signature(secret, body).as_bytes().ct_eq(given.as_bytes())) {
        return Err(Unfit::Invalid);
    }
    let claims: Option<Claims> = BASE64.decode(body).ok().and_then(|text| json::read_bytes(&text).ok());
    let claims = claims.ok_or(Unfit::Invalid)?;
    if claims.exp <= now {
        return Err(Unfit::Expired);
    }
    Ok(claims)
}

fn signature(secret: &[u8], body: &str) -> String {
    BASE64.encode(hmac(secret, format!("{HEAD}.{body}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{make, read, Unfit};
    use crate::kit::time::Moment;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    #[test]
    fn a_token_lasts_an_hour_and_bears_no_change() {
        let now = Moment::from_unix_seconds(1_779_193_439);
        let token = make(SECRET, "ana@example.com", "acc", now).expect("a token");
        assert_eq!(
            read(SECRET, &token, now.plus_seconds(3_599)).map(|claims| claims.email),
            Ok("ana@example.com".into())
        );
        assert_eq!(read(SECRET, &token, now.plus_seconds(3_600)).err(), Some(Unfit::Expired));
        assert_eq!(read(b"another secret", &token, now).err(), Some(Unfit::Invalid));
        // {"alg":"none"} and a token without its signature.
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", token.split('.').nth(1).expect("a body"));
        for wrong in [token.replacen('.', "x.", 1), format!("{token}x"), unsigned, String::new(), "a.b.c".into()] {
            assert_eq!(read(SECRET, &wrong, now).err(), Some(Unfit::Invalid), "{wrong}");
        }
    }
}
