//! Signing in with a password, reading the session, signing out.

use super::desk::Start;
use super::limit::{self, count};
use super::model;
use super::sql::{self, Credential, LastAsk, Session, User};
use super::{password, session};
use crate::billing::{self, HeldPlan};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Req, Result};
use crate::kit::email::Email;

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

/// The session of a request, prolonged if it is due, and whether it was.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn read(cx: &Cx, req: &Req, prolong: bool) -> Result<Option<(session::SignedIn, bool)>> {
    let Some(token) = session::token(cx, req)? else {
        return Ok(None);
    };
    let (digest, now) = (token.digest(), cx.now());
    let mut batch = Batch::new();
    if prolong {
        batch.add(sql::slide(&digest, now));
        batch.add(sql::bury(&digest, now));
    }
    let at = batch.add(sql::session(&digest, now));
    let found: Option<Session> = cx.commit(batch).await?.first(at)?;
    Ok(found.map(|session| {
        let slid = prolong && session.session_updated_at == now && session.session_created_at != now;
        (session::SignedIn { token, session }, slid)
    }))
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

/// Whoever looks at their own page.
pub struct Standing {
    /// Who it is.
    pub user: User,
    /// When they were last asked to confirm their address.
    pub last_ask: Option<LastAsk>,
    /// Their plan, if their address is confirmed.
    pub plan: Option<HeldPlan>,
}

/// Who is signed in, and what their own page shows. One look-up.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn standing(cx: &Cx, req: &Req) -> Result<Option<Standing>> {
    let Some(token) = session::token(cx, req)? else {
        return Ok(None);
    };
    let (digest, now) = (token.digest(), cx.now());
    let mut batch = Batch::new();
    let session = batch.add(sql::session(&digest, now));
    let last_ask = batch.add(sql::last_ask_of_session(&digest, now));
    let plan = batch.add(billing::plan_of(&cx.tenant, &digest, now));
    let rows = cx.commit(batch).await?;
    let session: Option<Session> = rows.first(session)?;
    Ok(match session {
        Some(session) => {
            Some(Standing { user: session.user, last_ask: rows.first(last_ask)?, plan: rows.first(plan)? })
        }
        None => None,
    })
}
