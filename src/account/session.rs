//! Who is signed in, and whether they own the shop.

use serde_json::Value;

use super::cookie::{self, SessionToken};
use super::sql::{self, Session};
use crate::config::account::is_loopback;
use crate::cx::{Cx, Task};
use crate::db::Batch;
use crate::http::error::{common, Upstream};
use crate::http::gate::{Denial, Owner};
use crate::http::{origin, Error, Req, Result};

/// A session that holds, and the bearer that it was found by.
pub struct SignedIn {
    /// The bearer.
    pub token: SessionToken,
    /// The session and whose it is.
    pub session: Session,
}

/// The session of a request, if it has one. No cookie, no look-up.
///
/// # Errors
/// A fault when the secret is not set or the database does not answer.
pub async fn current(cx: &Cx, req: &Req) -> Result<Option<SignedIn>> {
    let Some(token) = token(cx, req)? else {
        return Ok(None);
    };
    let mut batch = Batch::new();
    let at = batch.add(sql::session(&token.digest(), cx.now()));
    let found: Option<Session> = cx.commit(batch).await?.first(at)?;
    Ok(found.map(|session| SignedIn { token, session }))
}

/// The bearer that a request brings, if its signature holds.
///
/// # Errors
/// A fault when the secret is not set.
pub fn token(cx: &Cx, req: &Req) -> Result<Option<SessionToken>> {
    if req.header("cookie").is_none() {
        return Ok(None);
    }
    let secret = cx.config.auth_secret()?;
    Ok(cookie::token(req, secret.open().as_bytes(), cx.config.accounts.secure()))
}

/// The gate of every owner's address: signed in, on the list, and with a proven address. One look-up.
pub fn owner<'a>(cx: &'a Cx, req: &'a Req) -> Task<'a, Result<Owner>> {
    Box::pin(async move {
        origin::home(cx, req)?;
        let user = match current(cx, req).await {
            Ok(Some(found)) => found.session.user,
            Ok(None) => return Err(Denial::SignedOut.into()),
            Err(error) => return Err(unavailable(error)),
        };
        if !cx.config.accounts.is_owner(user.email.open()) {
            return Err(Denial::NotAllowlisted.into());
        }
        if !user.email_verified {
            return Err(Denial::EmailUnverified.into());
        }
        Ok(Owner { user_id: user.id, email: user.email, name: user.name })
    })
}

/// Nobody is let in because the look-up failed; the cause goes into the log.
fn unavailable(error: Error) -> Error {
    let cause = match error {
        Error::Fault(fault) => fault.cause,
        Error::Upstream(upstream) => upstream.cause,
        Error::Refused(_) => return error,
    };
    let extra = [("denialReason".to_owned(), Value::from(Denial::SessionUnavailable.code()))].into_iter().collect();
    Error::Upstream(Box::new(Upstream { refusal: &common::OWNER_SESSION_REQUIRED, extra, cause }))
}

/// The caller's network address as Cloudflare names it. Whatever a caller writes elsewhere is not believed.
pub fn caller_ip(req: &Req) -> String {
    let named = req.header("cf-connecting-ip").map(|ip| ip.trim().to_owned()).filter(|ip| !ip.is_empty());
    named.unwrap_or_else(|| if is_loopback(&req.url) { "127.0.0.1".to_owned() } else { "unknown".to_owned() })
}
