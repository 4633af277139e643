//! The session cookie: a token and its signature, exactly as Better Auth writes them.

use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use percent_encoding::{percent_decode_str, utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use subtle::ConstantTimeEq;

use crate::cx::Cx;
use crate::http::Req;
use crate::kit::bounds::SESSION_LIFE_SECONDS;
use crate::kit::hash::{hmac, sha256_hex};
use crate::kit::id::{LETTERS, LETTERS_AND_DIGITS};

/// Characters of a base64 signature of 32 bytes, padding included.
const SIGNATURE_CHARS: usize = 44;

/// What `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A session's bearer. Has no `Serialize`: the answers that carry it ask for it by name.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// A fresh one.
    pub fn fresh(cx: &Cx) -> Self {
        Self(cx.fresh_letters(LETTERS_AND_DIGITS))
    }

    /// The token itself, for the cookie and for the answers that the contract gives it to.
    pub fn open(&self) -> &str {
        &self.0
    }

    /// What the database keeps instead.
    pub fn digest(&self) -> String {
        sha256_hex(self.0.as_bytes())
    }
}

/// The three cookies. Only the first two are ever set; the third is a cache that Better Auth's own server may have left.
#[derive(Clone, Copy)]
pub enum Cookie {
    /// The session token.
    Session,
    /// Says that the session ends with the browser.
    DontRemember,
    /// Never set, and cleared all the same.
    Cache,
}

impl Cookie {
    /// Its name; a browser takes a `__Secure-` cookie over https only.
    pub fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, false) => "better-auth.session_token",
            (Self::Session, true) => "__Secure-better-auth.session_token",
            (Self::DontRemember, false) => "better-auth.dont_remember",
            (Self::DontRemember, true) => "__Secure-better-auth.dont_remember",
            (Self::Cache, false) => "better-auth.session_data",
            (Self::Cache, true) => "__Secure-better-auth.session_data",
        }
    }
}

/// A value with its signature, as it stands in a cookie.
pub fn sign(secret: &[u8], value: &str) -> String {
    let signed = format!("{value}.{}", STANDARD.encode(hmac(secret, value.as_bytes())));
    utf8_percent_encode(&signed, COMPONENT).to_string()
}

/// The value of a signed cookie, if the signature holds.
pub fn unsign(secret: &[u8], cookie: &str) -> Option<String> {
    let signed = percent_decode_str(cookie).decode_utf8().ok()?;
    let (value, signature) = signed.rsplit_once('.')?;
    if signature.len() != SIGNATURE_CHARS || !signature.ends_with('=') {
        return None;
    }
    let expected = STANDARD.encode(hmac(secret, value.as_bytes()));
    bool::from(expected.as_bytes().ct_eq(signature.as_bytes())).then(|| value.to_owned())
}

/// The token of the request's session cookie, if there is one and its signature holds.
pub fn token(req: &Req, secret: &[u8], secure: bool) -> Option<SessionToken> {
    let value = find(&req.header("cookie")?, Cookie::Session.name(secure))?;
    let token = unsign(secret, &value)?;
    (token.len() == LETTERS && token.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(SessionToken(token))
}

/// A cookie by name in the `Cookie` header.
fn find(header: &str, name: &str) -> Option<String> {
    let pairs = header.split(';').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.trim(), value.trim()))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// `Set-Cookie` values that keep a session in the browser: for a week, or until it is closed.
pub fn keep(secret: &[u8], secure: bool, token: &SessionToken, remembered: bool) -> Vec<String> {
    let life = if remembered { Some(SESSION_LIFE_SECONDS) } else { None };
    let session = set(Cookie::Session, secure, &sign(secret, token.open()), life);
    if remembered {
        return vec![session];
    }
    vec![session, set(Cookie::DontRemember, secure, &sign(secret, "true"), None)]
}

/// `Set-Cookie` values that end whatever the browser has.
pub fn clear(secure: bool) -> Vec<String> {
    [Cookie::Session, Cookie::Cache, Cookie::DontRemember].map(|cookie| set(cookie, secure, "", Some(0))).to_vec()
}

fn set(cookie: Cookie, secure: bool, value: &str, life_seconds: Option<i64>) -> String {
    let life = life_seconds.map(|seconds| format!(" Max-Age={seconds};")).unwrap_or_default();
    let secure_only = if secure { " Secure;" } else { "" };
    format!("{}={value};{life} Path=/; HttpOnly;{secure_only} SameSite=Lax", cookie.name(secure))
}

#[cfg(test)]
mod tests {
    use super::{clear, keep, sign, unsign, SessionToken};

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const TOKEN: &str = "VQxBob1nYctSfrQgo5R1zKITxatbrVt7";

    #[test]
    fn the_cookie_is_better_auth_s_own() {
        let expected = format!("{TOKEN}.PgVLm3dEqKswydmmn%2FioUmnZ1FyteV30s47t6SyEKR4%3D");
        assert_eq!(sign(SECRET, TOKEN), expected);
        assert_eq!(unsign(SECRET, &expected).as_deref(), Some(TOKEN));
        let token = SessionToken(TOKEN.to_owned());
        assert_eq!(
            keep(SECRET, true, &token, true),
            [format!(
                "__Secure-better-auth.session_token={expected}; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax"
            )]
        );
        let brief = keep(SECRET, false, &token, false);
        assert_eq!(brief[0], format!("better-auth.session_token={expected}; Path=/; HttpOnly; SameSite=Lax"));
        assert!(brief[1].starts_with("better-auth.dont_remember=true.") && !brief[1].contains("Max-Age"));
        assert!(clear(false).iter().all(|cookie| cookie.contains("=; Max-Age=0; Path=/; HttpOnly")));
    }

    #[test]
    fn a_changed_letter_breaks_the_signature() {
        let cookie = sign(SECRET, TOKEN);
        for wrong in [
            cookie.replacen('V', "W", 1),
            cookie.replace("KR4", "KR5"),
            cookie.replace("%3D", ""),
            TOKEN.to_owned(),
            String::new(),
            "%ff.".to_owned(),
        ] {
            assert_eq!(unsign(SECRET, &wrong), None, "{wrong}");
        }
        assert_eq!(unsign(b"another secret of thirty-two bytes", &cookie), None);
    }
}
