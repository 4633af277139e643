//! Mail: an outbox row joins the batch of whatever decided it; the queue, or a sweep, delivers it.
//!
//! Never sends inside the request that decided, never logs an address or a link, and keeps no body once it has left.

pub mod deliver;
pub mod mime;
pub mod model;
pub mod page;
pub mod provider;
pub mod smtp;
pub mod sql;

use crate::cx::{Cx, Message};
use crate::db::{self, Value};
use crate::kit::email::Email;
use crate::kit::id::MailId;
use crate::kit::time::Moment;

pub use model::Letter;

/// What the queue calls this work.
pub const MESSAGE: &str = "mail";

/// A mail to be sent.
pub struct Outgoing<'a> {
    /// Its id.
    pub id: &'a MailId,
    /// What kind of mail.
    pub kind: &'static str,
    /// Who gets it.
    pub to: &'a Email,
    /// What it says.
    pub letter: &'a Letter,
    /// The row that tells how it went, if there is one.
    pub evidence: Option<&'a str>,
    /// From when on it is not worth sending.
    pub useless_at: Moment,
    /// The address that takes its receiver off a list with one press (RFC 8058), for mails to a list.
    pub unsubscribe: Option<&'a str>,
}

/// The values of an [`outbox!`] statement.
pub fn values(cx: &Cx, mail: &Outgoing<'_>, now: Moment) -> Vec<Value> {
    db::bound(&[
        mail.id,
        &cx.tenant,
        &mail.kind,
        mail.to,
        &mail.letter.subject,
        &mail.letter.text(),
        &page::letter(mail.letter).into_string(),
        &mail.evidence,
        &mail.useless_at,
        &now,
        &now,
        &mail.unsubscribe,
    ])
}

/// Tells the queue that a mail may be waiting. Called whether or not one is, so that the time of an answer says nothing
/// about an address. When the queue takes nothing, the sweep finds the row; then this is what the log should say.
pub async fn nudge(cx: &Cx, id: &MailId) -> Option<&'static str> {
    let message = Message { kind: MESSAGE, id: id.as_str().to_owned() };
    let sent = cx.ports.queue.send(message).await;
    sent.is_err().then_some("the queue took no message; the sweep will send the mail")
}
