//! Delivery: take the row, send the mail, write down how it went.
//!
//! A mail that left while the note about it was lost is sent again when its lease runs out: with the same Message-ID, and
//! to Resend with the same key. That is as close to once as mail comes.

use serde::Deserialize;

use super::mime::{self, Message};
use super::model::{pause_seconds, Trouble};
use super::smtp::Envelope;
use super::sql::{self, Claimed, Standing};
use super::{provider, smtp};
use crate::config::mail::{Mail, Transport};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::Result;
use crate::kit::bounds::{
    MAIL_KEPT_SECONDS, MAIL_LEASE_SECONDS, MAIL_OVERDUE_SECONDS, MAIL_SUBJECT_MAX_BYTES, MAIL_SWEEP_MAX,
};
use crate::kit::email::Email;
use crate::kit::id::{AuditId, MailId};

/// How a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The mail has left just now.
    Sent,
    /// There is nothing to do: it has left before, it was given up, or there never was one.
    Nothing,
    /// It is to be tried again, in so many seconds.
    Later(i64),
    /// It was given up just now.
    Failed,
}

/// Delivers one mail. The second value is what the log should say.
///
/// # Errors
/// A fault when the database does not answer; then the row says what is to be done.
pub async fn deliver(cx: &Cx, id: &MailId) -> Result<(Delivery, Option<String>)> {
    let (lease, now) = (cx.fresh_audit(), cx.now());
    let mut batch = Batch::new();
    batch.add(sql::give_up(id, now));
    batch.add(sql::tell(id, now));
    batch.add(sql::claim(id, &lease, now.plus_seconds(MAIL_LEASE_SECONDS), now));
    let row = batch.add(sql::claimed(id, &lease));
    let standing = batch.add(sql::standing(id));
    let rows = cx.commit(batch).await?;
    let Some(row) = rows.first::<Claimed>(row)? else {
        let wait = rows.first::<Standing>(standing)?.and_then(|standing| match standing.status.as_str() {
            "queued" => Some(standing.next_attempt_at.seconds_since(now)),
            "sending" => Some(standing.lease_until.seconds_since(now)),
            _ => None,
        });
        return Ok((wait.map_or(Delivery::Nothing, |seconds| Delivery::Later(seconds.max(1) + 1)), None));
    };
    match leave(cx, &row).await {
        Ok(()) => {
            let mut batch = Batch::new();
            batch.add(sql::sent(id, &lease, cx.now()));
            cx.commit(batch).await?;
            Ok((Delivery::Sent, None))
        }
        Err(trouble) => note(cx, id, &lease, &row, &trouble).await,
    }
}

async fn note(
    cx: &Cx,
    id: &MailId,
    lease: &AuditId,
    row: &Claimed,
    trouble: &Trouble,
) -> Result<(Delivery, Option<String>)> {
    let (now, pause) = (cx.now(), pause_seconds(row.attempts));
    let lasting = matches!(trouble, Trouble::Lasting(_));
    let cause = trouble.to_string();
    let mut batch = Batch::new();
    batch.add(sql::missed(id, lease, now, &cause, now.plus_seconds(pause), lasting));
    batch.add(sql::tell(id, now));
    let at = batch.add(sql::standing(id));
    let standing: Option<Standing> = cx.commit(batch).await?.first(at)?;
    let waits = standing.is_some_and(|standing| standing.status == "queued");
    Ok((if waits { Delivery::Later(pause) } else { Delivery::Failed }, Some(cause)))
}

/// Sends a mail by the way that the settings name.
async fn leave(cx: &Cx, row: &Claimed) -> std::result::Result<(), Trouble> {
    let mail = cx.config.mail().map_err(|error| Trouble::Passing(error.to_string()))?;
    let plain =
        Email::plain(row.to_email.open()).ok_or_else(|| Trouble::Lasting("the address is unusual".to_owned()))?;
    if row.subject.len() > MAIL_SUBJECT_MAX_BYTES {
        return Err(Trouble::Lasting("the subject is too long".to_owned()));
    }
    match &mail.transport {
        Transport::Postmark { base, token } => provider::postmark(cx, mail, base, token, row).await,
        Transport::Resend { base, key } => provider::resend(cx, mail, base, key, row).await,
        Transport::Smtp(server) => {
            let envelope = Envelope { from: mail.from.open(), to: plain.open() };
            smtp::send(
                cx.ports.post.as_ref(),
                cx.ports.clock.as_ref(),
                server,
                &envelope,
                &whole(cx, mail, &plain, row),
            )
            .await
        }
        Transport::Cloudflare => {
            let message = whole(cx, mail, &plain, row);
            Ok(cx.ports.post.hand_over(mail.from.open(), plain.open(), &message).await?)
        }
    }
}

fn whole(cx: &Cx, mail: &Mail, to: &Email, row: &Claimed) -> String {
    mime::write(&Message {
        id: &row.id,
        at: cx.now(),
        from_name: &mail.from_name,
        from: &mail.from,
        to,
        subject: &row.subject,
        text: row.body_text.open(),
        html: row.body_html.open(),
        unsubscribe: row.unsubscribe_url.as_ref().map(|url| url.open().as_str()),
    })
}

/// What a sweep did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Mails that left.
    pub sent: usize,
    /// Mails that wait for another try.
    pub waiting: usize,
    /// Mails that were given up.
    pub failed: usize,
    /// Why the last one did not leave.
    pub cause: Option<String>,
}

#[derive(Deserialize)]
struct Overdue {
    id: MailId,
}

/// Delivers what the queue missed, and forgets what is long past.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn sweep(cx: &Cx) -> Result<Swept> {
    let now = cx.now();
    let mut batch = Batch::new();
    batch.add(sql::forget(now.plus_seconds(-MAIL_KEPT_SECONDS)));
    let at = batch.add(sql::overdue(now.plus_seconds(-MAIL_OVERDUE_SECONDS), now, MAIL_SWEEP_MAX));
    let overdue: Vec<Overdue> = cx.commit(batch).await?.all(at)?;
    let mut swept = Swept::default();
    for mail in overdue {
        let (delivery, cause) = deliver(cx, &mail.id).await?;
        match delivery {
            Delivery::Sent => swept.sent += 1,
            Delivery::Later(_) => swept.waiting += 1,
            Delivery::Failed | Delivery::Nothing => swept.failed += 1,
        }
        swept.cause = cause.or(swept.cause);
    }
    Ok(swept)
}
