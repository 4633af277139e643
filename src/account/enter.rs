//! Signing in with a password, reading the session, signing out.

use super::cookie::SessionToken;
use super::desk::{Desk, Start};
use super::limit::{self, count};
use super::model;
use super::sql::{self, Credential, LastAsk, Session, User};
use super::{password, session};
use crate::billing::{self, HeldPlan};
use crate::cx::Cx;
use crate::db::{At, Batch};
use crate::http::{Error, Reply, Req, Result};
use crate::kit::email::Email;
use crate::kit::time::Moment;

/// Signs somebody in. The limit is counted before the password is looked at, and the derivation runs whether or not
/// anybody has the address.
///
/// # Errors
/// `too_many_requests`, `invalid_email_or_password`.
pub async fn sign_in(cx: &Cx, req: &Req, email: &Email, typed: &str, remembered: bool) -> Result<(User, Start)> {
    let now = cx.now();
    let mut batch = Batch::new();
    let counted = count(cx, req, &limit::SIGN_IN, &mut batch, now)?;
    let at = batch.add(sql::credential(email));
    let rows = cx.commit(batch).await?;
    counted.check(&rows, now)?;
    let known: Option<Credential> = rows.first(at)?;
    let stored = known.as_ref().and_then(|known| known.password.as_ref());
    let matches = password::matches(cx, stored, typed)?;
    let (known, credential) = match known {
        Some(Credential { user, credential: Some(credential), .. }) if matches => (user, credential),
        _ => return Err(Error::from(&model::WRONG)),
    };
    let start = Start::fresh(cx, req, remembered);
    let mut batch = Batch::new();
    batch.add(sql::sign_in(&start.row(), &known.id, &credential));
    batch.add(billing::claim_plan(&cx.tenant, start.digest(), now));
    let at = batch.add(sql::session(start.digest(), now));
    let session: Option<Session> = cx.commit(batch).await?.first(at)?;
    // None: the password was replaced while it was being checked.
    session.map(|session| (session.user, start)).ok_or_else(|| Error::from(&model::WRONG))
}

/// The session of a request, and whether it was prolonged just now.
pub struct Current {
    /// The session and its bearer.
    pub found: session::SignedIn,
    /// True when the browser is to keep it for longer.
    pub slid: bool,
}

impl Current {
    fn of(token: SessionToken, session: Session, prolong: bool, now: Moment) -> Self {
        let slid = prolong && session.session_updated_at == now && session.session_created_at != now;
        Self { found: session::SignedIn { token, session }, slid }
    }

    /// An answer that keeps the session in the browser for as long as it lasts now.
    pub fn kept(&self, desk: &Desk<'_>, reply: Reply) -> Reply {
        if self.slid {
            desk.keep(reply, &self.found.token, true)
        } else {
            reply
        }
    }
}

/// Looks a session up, and prolongs it first if it is due.
fn look_up(batch: &mut Batch, digest: &str, prolong: bool, now: Moment) -> At {
    if prolong {
        batch.add(sql::slide(digest, now));
        batch.add(sql::bury(digest, now));
    }
    batch.add(sql::session(digest, now))
}

/// The session of a request, prolonged if it is due.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn read(cx: &Cx, req: &Req, prolong: bool) -> Result<Option<Current>> {
    let Some(token) = session::token(cx, req)? else {
        return Ok(None);
    };
    let now = cx.now();
    let mut batch = Batch::new();
    let at = look_up(&mut batch, &token.digest(), prolong, now);
    let found: Option<Session> = cx.commit(batch).await?.first(at)?;
    Ok(found.map(|session| Current::of(token, session, prolong, now)))
}

/// Ends the session of a request.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn sign_out(cx: &Cx, req: &Req) -> Result<()> {
    let Some(token) = session::token(cx, req)? else {
        return Ok(());
    };
    let mut batch = Batch::new();
    batch.add(sql::sign_out(&token.digest()));
    cx.commit(batch).await?;
    Ok(())
}

/// Who is signed in, and when they were last asked to confirm their address.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn asked(cx: &Cx, req: &Req) -> Result<Option<(User, Option<LastAsk>)>> {
    let Some(token) = session::token(cx, req)? else {
        return Ok(None);
    };
    let (digest, now) = (token.digest(), cx.now());
    let mut batch = Batch::new();
    let session = look_up(&mut batch, &digest, false, now);
    let last_ask = batch.add(sql::last_ask_of_session(&digest, now));
    let rows = cx.commit(batch).await?;
    let session: Option<Session> = rows.first(session)?;
    session.map(|session| Ok((session.user, rows.first(last_ask)?))).transpose()
}

/// Whoever looks at their own page.
pub struct Standing {
    /// Who it is.
    pub current: Current,
    /// When they were last asked to confirm their address.
    pub last_ask: Option<LastAsk>,
    /// Their plan, if their address is confirmed.
    pub plan: Option<HeldPlan>,
}

/// Who is signed in, and what their own page shows. One batch, which prolongs the session if it is due.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn standing(cx: &Cx, req: &Req, prolong: bool) -> Result<Option<Standing>> {
    let Some(token) = session::token(cx, req)? else {
        return Ok(None);
    };
    let (digest, now) = (token.digest(), cx.now());
    let mut batch = Batch::new();
    let session = look_up(&mut batch, &digest, prolong, now);
    let last_ask = batch.add(sql::last_ask_of_session(&digest, now));
    let plan = batch.add(billing::plan_of(&cx.tenant, &digest, now));
    let rows = cx.commit(batch).await?;
    let session: Option<Session> = rows.first(session)?;
    Ok(match session {
        Some(session) => {
            let current = Current::of(token, session, prolong, now);
            Some(Standing { current, last_ask: rows.first(last_ask)?, plan: rows.first(plan)? })
        }
        None => None,
    })
}
