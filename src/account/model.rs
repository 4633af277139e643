//! Refusals, the public view of a person, and the small rules of accounts.

use serde_json::Value;

use super::sql::{Session, User};
use crate::cx::Cx;
use crate::http::origin::{INVALID_ORIGIN, MISSING_ORIGIN};
use crate::http::{Error, Refusal, Req, Result};
use crate::kit::bounds::RETURN_URL_MAX_BYTES;
use crate::kit::email::Email;
use crate::wire;

/// A field is missing or wrong; the message names it.
pub const VALIDATION: Refusal = Refusal::new(400, "validation_error", "A field is missing or has the wrong form.");
/// The address is none.
pub const INVALID_EMAIL: Refusal = Refusal::new(400, "invalid_email", "That is not an e-mail address.");
/// Fewer than eight characters.
pub const PASSWORD_SHORT: Refusal =
    Refusal::new(400, "password_too_short", "The password needs at least 8 characters.");
/// More than 128 characters.
pub const PASSWORD_LONG: Refusal =
    Refusal::new(400, "password_too_long", "The password may have at most 128 characters.");
/// Nobody with that address, or another password. Nobody learns which.
pub const WRONG: Refusal = Refusal::new(401, "invalid_email_or_password", "The address or the password is not right.");
/// A page of another site tried to sign somebody in.
pub const CROSS_SITE: Refusal =
    Refusal::new(403, "cross_site_navigation_login_blocked", "Signing in from another site's page is not possible.");
/// The address to go on to is not ours.
pub const INVALID_CALLBACK: Refusal =
    Refusal::new(403, "invalid_callback_url", "The address to go on to is not part of this site.");
/// The token's time is over.
pub const TOKEN_EXPIRED: Refusal = Refusal::new(401, "token_expired", "This link has expired. Ask for a fresh one.");
/// The token is none of ours, or was used.
pub const INVALID_TOKEN: Refusal = Refusal::new(401, "invalid_token", "This link does not work any more.");
/// The account is gone.
pub const USER_NOT_FOUND: Refusal = Refusal::new(401, "user_not_found", "This account does not exist any more.");
/// Another address than the account's.
pub const EMAIL_MISMATCH: Refusal =
    Refusal::new(400, "email_mismatch", "This is not the address of the account that is signed in.");
/// Nothing left to confirm.
pub const ALREADY_VERIFIED: Refusal = Refusal::new(400, "email_already_verified", "This address is confirmed already.");
/// The last mail was sent a moment ago.
pub const COOLING_DOWN: Refusal = Refusal::new(
    429,
    "verification_email_cooldown",
    "We sent a mail a moment ago. Please wait before asking for another.",
);
/// Too many requests from one place.
pub const TOO_MANY: Refusal = Refusal::new(429, "too_many_requests", "Too many tries. Please wait a moment.");
/// Nobody is signed in.
pub const SESSION_REQUIRED: Refusal = Refusal::new(401, "session_required", "Sign in first.");

/// What a page of another site, or a wrong address to go on to, is answered with.
pub const ORIGIN_REFUSALS: &[&Refusal] = &[&INVALID_ORIGIN, &MISSING_ORIGIN];
/// Refusals of making an account.
pub const SIGN_UP_REFUSALS: &[&Refusal] = &[
    &VALIDATION,
    &PASSWORD_SHORT,
    &PASSWORD_LONG,
    &CROSS_SITE,
    &INVALID_ORIGIN,
    &MISSING_ORIGIN,
    &INVALID_CALLBACK,
    &TOO_MANY,
];
/// Refusals of signing in with a password.
pub const SIGN_IN_REFUSALS: &[&Refusal] =
    &[&VALIDATION, &INVALID_EMAIL, &WRONG, &CROSS_SITE, &INVALID_ORIGIN, &MISSING_ORIGIN, &INVALID_CALLBACK, &TOO_MANY];
/// Refusals of asking for a sign-in link.
pub const LINK_REFUSALS: &[&Refusal] =
    &[&VALIDATION, &CROSS_SITE, &INVALID_ORIGIN, &MISSING_ORIGIN, &INVALID_CALLBACK, &TOO_MANY];
/// Refusals of asking for another verification mail.
pub const ASK_AGAIN_REFUSALS: &[&Refusal] = &[
    &INVALID_EMAIL,
    &EMAIL_MISMATCH,
    &ALREADY_VERIFIED,
    &COOLING_DOWN,
    &INVALID_ORIGIN,
    &MISSING_ORIGIN,
    &INVALID_CALLBACK,
    &TOO_MANY,
];
/// Refusals of a verification link.
pub const VERIFY_REFUSALS: &[&Refusal] =
    &[&VALIDATION, &TOKEN_EXPIRED, &INVALID_TOKEN, &USER_NOT_FOUND, &INVALID_CALLBACK];
/// Refusals of the page behind a verification link.
pub const CONFIRM_REFUSALS: &[&Refusal] =
    &[&WRONG, &CROSS_SITE, &INVALID_ORIGIN, &MISSING_ORIGIN, &INVALID_CALLBACK, &TOO_MANY];
/// Refusals of a sign-in link that is not answered with a redirect.
pub const USE_LINK_REFUSALS: &[&Refusal] = &[&VALIDATION, &INVALID_CALLBACK, &TOO_MANY];

wire! {
    /// A person, as they see themselves.
    pub struct UserView {
        /// The name they gave.
        name: String,
        /// Their address.
        email: String,
        /// True when they proved that it is theirs.
        email_verified: bool,
        /// A picture's address.
        image: Option<String>,
        /// When the account was made.
        created_at: String,
        /// When it last changed.
        updated_at: String,
        /// The account.
        id: String,
    }

    /// A session, as its holder sees it.
    pub struct SessionView {
        /// When it ends.
        expires_at: String,
        /// The token of the holder's own cookie. Without its signature it opens nothing.
        token: String,
        /// When it began.
        created_at: String,
        /// When it was last prolonged.
        updated_at: String,
        /// Where it began.
        ip_address: Option<String>,
        /// The browser it began in.
        user_agent: Option<String>,
        /// Whose it is.
        user_id: String,
        /// The session.
        id: String,
    }
}

impl UserView {
    /// The view of a row.
    pub fn of(user: &User) -> Self {
        let User { id, name, email, email_verified, image, created_at, updated_at } = user;
        Self {
            name: name.clone(),
            email: email.open().to_owned(),
            email_verified: *email_verified,
            image: image.clone(),
            created_at: created_at.iso(),
            updated_at: updated_at.iso(),
            id: id.as_str().to_owned(),
        }
    }
}

impl SessionView {
    /// The view of a row, for the one who holds its token.
    pub fn of(session: &Session, token: &str) -> Self {
        Self {
            expires_at: session.expires_at.iso(),
            token: token.to_owned(),
            created_at: session.session_created_at.iso(),
            updated_at: session.session_updated_at.iso(),
            ip_address: session.ip_address.clone(),
            user_agent: session.user_agent.clone(),
            user_id: session.user.id.as_str().to_owned(),
            id: session.session_id.as_str().to_owned(),
        }
    }
}

/// A field that is missing or wrong, named as Better Auth names it.
pub fn invalid(field: &str, says: &str) -> Error {
    Error::refused_with(&VALIDATION, [("message", Value::from(format!("[body.{field}] {says}")))])
}

/// The address that a field holds.
///
/// # Errors
/// `validation_error` naming the field.
pub fn address(given: Option<&str>) -> Result<Email> {
    given.and_then(Email::plain).ok_or_else(|| invalid("email", "Invalid email address"))
}

/// An address to go on to: within this site, or a whole address of it.
///
/// # Errors
/// `invalid_callback_url`.
pub fn callback(cx: &Cx, req: &Req, given: Option<&str>) -> Result<Option<String>> {
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return Ok(None);
    };
    let whole = || {
        url::Url::parse(given).is_ok_and(|url| {
            let web = matches!(url.scheme(), "http" | "https");
            web && cx.config.accounts.trusts(&url.origin().ascii_serialization(), &req.url)
        })
    };
    let plain = !given.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\');
    let ours = given.len() <= RETURN_URL_MAX_BYTES && plain && (is_local(given) || whole());
    ours.then(|| Some(given.to_owned())).ok_or_else(|| Error::from(&INVALID_CALLBACK))
}

/// True for a path of this site: one slash, then plain characters, then perhaps a query.
pub fn is_local(path: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/' | '@');
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let rest = path.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with('/') && rest.chars().all(word))
        && query.chars().all(|c| word(c) || matches!(c, '=' | '&' | '%'))
}

/// An address with one more query parameter.
pub fn with_query(address: &str, name: &str, value: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{name}={}", crate::page::component(value))
}

#[cfg(test)]
mod tests {
    use super::{is_local, with_query};

    #[test]
    fn an_address_to_go_on_to_stays_on_this_site() {
        for good in ["/", "/account", "/admin/products?tab=files&x=%20", "/a.b/c-d_e+f@g"] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "/%2f/evil",
            "/%5cevil",
            "https://evil",
            "/a b",
            "/a#b",
            "/a?b=c;d",
            "/ä",
        ] {
            assert!(!is_local(bad), "{bad}");
        }
    }

    #[test]
    fn a_parameter_joins_those_that_are_there() {
        assert_eq!(with_query("/a", "error", "X"), "/a?error=X");
        assert_eq!(with_query("/a?b=c", "error", "a&b"), "/a?b=c&error=a%26b");
    }
}
