//! Signing in by a link in a mail: a token that is kept as its hash, works once, and proves the address.

pub mod sql;

use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use base64::Engine;
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::sql::NewLink;
use super::desk::{Desk, Start};
use super::letters;
use super::limit::{self, count};
use super::sql::{session, Session};
use crate::billing;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Req, Result};
use crate::kit::bounds::SIGN_IN_LINK_LIFE_SECONDS;
use crate::kit::email::Email;
use crate::kit::id::{LETTERS, ONLY_LETTERS};
use crate::mail::{self, Outgoing};

/// The kind of its mail.
pub const MAGIC_LINK: &str = "magic_link";

/// What the table keeps instead of a token: base64url of its SHA-256, as Better Auth keeps hashed tokens.
fn digest(token: &str) -> String {
    BASE64.encode(Sha256::digest(token.as_bytes()))
}

/// Who a link is for. No `Debug`: it holds an address.
#[derive(Serialize)]
struct Holder<'a> {
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// Sends a link. The answer is the same for every address; what the log should say comes back.
///
/// # Errors
/// `too_many_requests`; a fault when mail is not set up.
pub async fn send(
    cx: &Cx,
    req: &Req,
    desk: &Desk<'_>,
    email: &Email,
    name: Option<&str>,
    callbacks: &[(&str, &str)],
) -> Result<Option<&'static str>> {
    cx.config.mail()?;
    let (now, token, mail) = (cx.now(), cx.fresh_letters(ONLY_LETTERS), cx.fresh_mail());
    let expires_at = now.plus_seconds(SIGN_IN_LINK_LIFE_SECONDS);
    let value = serde_json::to_string(&Holder { email: email.open(), name })?;
    let letter = letters::link(&desk.base, &token, callbacks);
    let outgoing = Outgoing {
        id: &mail,
        kind: MAGIC_LINK,
        to: email,
        letter: &letter,
        evidence: None,
        useless_at: expires_at,
        unsubscribe: None,
    };
    let (id, identifier) = (cx.fresh_session(), digest(&token));
    let link =
        NewLink { id: id.as_str(), identifier: &identifier, value: &value, expires_at, email, kind: MAGIC_LINK, now };
    let mut batch = Batch::new();
    let counted = count(cx, req, &limit::ASK_LINK, &mut batch, now)?;
    sql::add(&mut batch, &link, &counted, mail::values(cx, &outgoing, now));
    counted.check(&cx.commit(batch).await?, now)?;
    Ok(mail::nudge(cx, &mail).await)
}

/// What using a link gave.
pub struct Used {
    /// The new session and whose it is.
    pub session: Session,
    /// Its bearer.
    pub start: Start,
    /// True when the link made the account.
    pub is_new: bool,
}

/// Uses a link up: one batch, which claims it, proves the address, and begins a session. `None` when it does not work.
///
/// # Errors
/// `too_many_requests`.
pub async fn consume(cx: &Cx, req: &Req, token: &str) -> Result<Option<Used>> {
    let well_formed = token.len() == LETTERS && token.bytes().all(|b| b.is_ascii_alphabetic());
    if !well_formed {
        return Ok(None);
    }
    let (now, user, claim) = (cx.now(), cx.fresh_user(), cx.fresh_session());
    let start = Start::fresh(cx, req, true);
    let mut batch = Batch::new();
    let counted = count(cx, req, &limit::USE_LINK, &mut batch, now)?;
    sql::consume(&mut batch, &digest(token), claim.as_str(), &counted, &start.row(), &user);
    batch.add(billing::claim_plan(&cx.tenant, start.digest(), now));
    let at = batch.add(session(start.digest(), now));
    let rows = cx.commit(batch).await?;
    counted.check(&rows, now)?;
    let found: Option<Session> = rows.first(at)?;
    Ok(found.map(|session| Used { is_new: session.user.id == user, session, start }))
}
