//! Making an account, and proving that its address is one's own.
//!
//! Making an account answers everybody alike, after the same work: whoever has one already learns of it by mail, nobody
//! else at all. So an account is made without signing in, as Better Auth does where it demands verification: the answer
//! has no token, the official client understands that, and the person signs in once the mail is there.
//!
//! Nobody can leave a password behind for somebody else to confirm. A verification link holds only for the password that it
//! was sent for, and the page behind it asks for that password: who reads the mail and who chose the password must be one
//! person, whoever of two came first and whether or not the pause between two mails swallowed a sign-up.
//!
//! Whoever signs up for an address that nobody has proven replaces what was unproven there, sessions included. So every
//! session of an unproven account was begun with the very password that is confirmed.

use super::desk::Desk;
use super::jwt::{self, Unfit};
use super::limit::{self, count};
use super::model::{self, UserView};
use super::sql::{self, Asking, Credential, LastAsk, Newcomer, User};
use super::{letters, password};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::error::Refused;
use crate::http::{Error, Req, Result};
use crate::kit::bounds::{VERIFICATION_LIFE_SECONDS, VERIFICATION_PAUSE_SECONDS};
use crate::kit::email::Email;
use crate::kit::id::MailId;
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::mail::{self, Outgoing};

/// The kind of the mail that asks for a confirmation.
pub const VERIFICATION: &str = "verification";
/// The kind of the mail that says an account exists.
pub const ACCOUNT_EXISTS: &str = "account_exists";

/// One's own page.
pub const HOME: &str = "/account";

/// Where a confirmation leads when nobody said where.
pub const CONFIRMED: &str = "/login?notice=confirmed";

/// What somebody types to make an account.
pub struct Application<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their address.
    pub email: Email,
    /// Their password.
    pub password: &'a str,
    /// Their picture.
    pub image: Option<&'a str>,
    /// Where the confirmation leads.
    pub callback: Option<String>,
}

/// Makes an account. The answer is made from what was typed, so it is the same for every address.
///
/// # Errors
/// `too_many_requests`; a fault when mail is not set up, because the account could never be confirmed.
pub async fn sign_up(
    cx: &Cx,
    req: &Req,
    desk: &Desk<'_>,
    new: &Application<'_>,
) -> Result<(UserView, Option<&'static str>)> {
    let provider = cx.config.mail()?.transport.provider();
    let now = cx.now();
    let mut batch = Batch::new();
    let counted = count(cx, req, &limit::SIGN_UP, &mut batch, now)?;
    counted.check(&cx.commit(batch).await?, now)?;
    let hash = password::hash(cx, new.password)?;
    let (user, credential, mail, now) = (cx.fresh_user(), cx.fresh_session(), cx.fresh_mail(), cx.now());
    let asking = Note { id: log_id(&mail), email: &new.email, source: "better-auth", provider, now };
    let newcomer =
        Newcomer { user: &user, credential: credential.as_str(), name: new.name, image: new.image, password: &hash };
    let mut batch = Batch::new();
    batch.add(sql::add_user(&newcomer, &asking.row()));
    ask(cx, &mut batch, desk, &mail, &asking, credential.as_str(), new.callback.as_deref())?;
    sql::settle(&mut batch, &newcomer, &asking.row());
    let letter = letters::exists(&desk.base);
    let exists = Outgoing {
        id: &mail,
        kind: ACCOUNT_EXISTS,
        to: &new.email,
        letter: &letter,
        evidence: None,
        useless_at: now.plus_seconds(VERIFICATION_LIFE_SECONDS),
        unsubscribe: None,
    };
    batch.add(sql::mail_exists(mail::values(cx, &exists, now)));
    cx.commit(batch).await?;
    let remark = mail::nudge(cx, &mail).await;
    let (name, image) = (new.name.to_owned(), new.image.map(str::to_owned));
    let shown = User {
        id: user,
        name,
        email: new.email.clone(),
        email_verified: false,
        image,
        created_at: now,
        updated_at: now,
    };
    Ok((UserView::of(&shown), remark))
}

/// A verification mail as it goes into the log.
struct Note<'a> {
    id: String,
    email: &'a Email,
    source: &'a str,
    provider: &'a str,
    now: Moment,
}

impl Note<'_> {
    fn row(&self) -> Asking<'_> {
        let (provider, source) = (self.provider, self.source);
        Asking { id: &self.id, email: self.email, subject: letters::CONFIRM_SUBJECT, provider, source, now: self.now }
    }
}

/// The row of the log that goes with a mail.
fn log_id(mail: &MailId) -> String {
    let uuid = mail.as_str().strip_prefix(MailId::PREFIX).unwrap_or_default();
    format!("account-verification-{uuid}")
}

/// Adds the mail that asks for a confirmation, which is sent only if the address waits for one.
fn ask(
    cx: &Cx,
    batch: &mut Batch,
    desk: &Desk<'_>,
    mail: &MailId,
    note: &Note<'_>,
    credential: &str,
    callback: Option<&str>,
) -> Result<()> {
    let token = jwt::make(desk.secret, note.email.open(), credential, note.now)?;
    let letter = letters::confirm(&desk.base, &token, callback.unwrap_or(CONFIRMED));
    let outgoing = Outgoing {
        id: mail,
        kind: VERIFICATION,
        to: note.email,
        letter: &letter,
        evidence: Some(&note.id),
        useless_at: note.now.plus_seconds(VERIFICATION_LIFE_SECONDS),
        unsubscribe: None,
    };
    sql::ask(batch, &note.row(), mail::values(cx, &outgoing, note.now));
    Ok(())
}

/// What became of asking for another mail.
pub struct Asked {
    /// The way it leaves by.
    pub provider: &'static str,
    /// What the log should say.
    pub remark: Option<&'static str>,
}

/// Sends another verification mail. Whoever is not signed in learns nothing of the address.
///
/// # Errors
/// `too_many_requests`; for whoever is signed in also `email_mismatch`, `email_already_verified` and
/// `verification_email_cooldown`.
pub async fn ask_again(
    cx: &Cx,
    req: &Req,
    desk: &Desk<'_>,
    email: Option<&Email>,
    callback: Option<&str>,
) -> Result<(bool, Asked)> {
    let provider = cx.config.mail()?.transport.provider();
    let now = cx.now();
    let token = super::session::token(cx, req)?;
    let mut batch = Batch::new();
    let counted = count(cx, req, &limit::ASK_AGAIN, &mut batch, now)?;
    let own = token.map(|token| batch.add(sql::credential_of_session(&token.digest(), now)));
    let named = email.map(|email| batch.add(sql::credential(email)));
    let rows = cx.commit(batch).await?;
    counted.check(&rows, now)?;
    let signed_in: Option<Credential> = own.map(|at| rows.first(at)).transpose()?.flatten();
    let named: Option<Credential> = named.map(|at| rows.first(at)).transpose()?.flatten();
    let wanted = match (&signed_in, email) {
        (Some(own), Some(email)) if own.user.email != *email => return Err(Error::from(&model::EMAIL_MISMATCH)),
        (Some(own), _) if own.user.email_verified => return Err(Error::from(&model::ALREADY_VERIFIED)),
        (Some(own), _) => own.user.email.clone(),
        (None, Some(email)) => email.clone(),
        (None, None) => return Err(Error::from(&model::SESSION_REQUIRED)),
    };
    let is_signed_in = signed_in.is_some();
    let credential = signed_in.or(named).and_then(|known| known.credential).unwrap_or_default();
    let source = if is_signed_in { "signed-in-resend" } else { "better-auth" };
    let mail = cx.fresh_mail();
    let note = Note { id: log_id(&mail), email: &wanted, source, provider, now };
    let mut batch = Batch::new();
    ask(cx, &mut batch, desk, &mail, &note, &credential, callback)?;
    let at = batch.add(sql::last_ask(&wanted, &note.id));
    let last: Option<LastAsk> = cx.commit(batch).await?.first(at)?;
    let remark = mail::nudge(cx, &mail).await;
    let sent = last.as_ref().is_some_and(|last| last.mine);
    if is_signed_in && !sent {
        return Err(cooling(last.map_or(VERIFICATION_PAUSE_SECONDS, |last| pause_left(last.sent_at, now))));
    }
    Ok((is_signed_in, Asked { provider, remark }))
}

/// Seconds until another verification mail may be sent.
pub fn pause_left(last: Moment, now: Moment) -> i64 {
    last.plus_seconds(VERIFICATION_PAUSE_SECONDS).seconds_since(now).clamp(0, VERIFICATION_PAUSE_SECONDS)
}

fn cooling(seconds: i64) -> Error {
    let wait = seconds.max(1).to_string();
    let extra = [("cooldownSeconds".to_owned(), seconds.into())].into_iter().collect();
    let headers = vec![("x-retry-after", wait.clone().into()), ("retry-after", wait.into())];
    Error::Refused(Box::new(Refused { refusal: &model::COOLING_DOWN, extra, headers, remark: None }))
}

/// Confirms the address of a verification link, for a program that was given the token. Signs nobody in, and our mails
/// never lead here: a link in a mail can be opened by a scanner.
///
/// # Errors
/// `token_expired`, `invalid_token`, `user_not_found`.
pub async fn confirm(cx: &Cx, desk: &Desk<'_>, token: &Private<String>) -> Result<()> {
    let (email, credential) = bound_to(cx, desk, token)?;
    prove(cx, &email, &credential).await
}

/// The same for the page that our mails lead to: whoever reads the mail must know the password that it was sent for. The
/// limit is counted before the password is looked at.
///
/// # Errors
/// Those of [`confirm`], `too_many_requests`, and `invalid_email_or_password` when the password is another one.
pub async fn confirm_by_password(
    cx: &Cx,
    req: &Req,
    desk: &Desk<'_>,
    token: &Private<String>,
    typed: &str,
) -> Result<()> {
    let (email, credential) = bound_to(cx, desk, token)?;
    let now = cx.now();
    let mut batch = Batch::new();
    let counted = count(cx, req, &limit::CONFIRM, &mut batch, now)?;
    let at = batch.add(sql::credential(&email));
    let rows = cx.commit(batch).await?;
    counted.check(&rows, now)?;
    let known: Option<Credential> = rows.first(at)?;
    let known = known.ok_or_else(|| Error::from(&model::USER_NOT_FOUND))?;
    if known.credential.as_ref() != Some(&credential) {
        return Err(Error::from(&model::INVALID_TOKEN));
    }
    if !password::matches(cx, known.password.as_ref(), typed)? {
        return Err(Error::from(&model::WRONG));
    }
    prove(cx, &email, &credential).await
}

/// The address and the credential that a token speaks of.
fn bound_to(cx: &Cx, desk: &Desk<'_>, token: &Private<String>) -> Result<(Email, String)> {
    let claims = jwt::read(desk.secret, token.open(), cx.now()).map_err(|unfit| match unfit {
        Unfit::Expired => Error::from(&model::TOKEN_EXPIRED),
        Unfit::Invalid => Error::from(&model::INVALID_TOKEN),
    })?;
    let email = Email::plain(&claims.email).ok_or_else(|| Error::from(&model::INVALID_TOKEN))?;
    Ok((email, claims.acc))
}

async fn prove(cx: &Cx, email: &Email, credential: &str) -> Result<()> {
    let mut batch = Batch::new();
    batch.add(sql::verify(email, credential, cx.now()));
    let at = batch.add(sql::credential(email));
    let known: Option<Credential> = cx.commit(batch).await?.first(at)?;
    match known {
        None => Err(Error::from(&model::USER_NOT_FOUND)),
        Some(known) if known.user.email_verified => Ok(()),
        Some(_) => Err(Error::from(&model::INVALID_TOKEN)),
    }
}
