//! What is done without anybody waiting: one match over the queue's messages, one list of the cron's tasks.
//!
//! A message is only a hint: it names a row, and the row says what is to be done. So a message can come twice, late or
//! never, and a message that nobody understands is noted and dropped.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::cx::{Cx, Message};
use crate::http::Error;
use crate::kit::bounds::QUEUE_RETRY_SECONDS;
use crate::kit::id::MailId;
use crate::mail::deliver::{self, Delivery};
use crate::{account, audience, insight, mail, payment, product};

/// A line for the log.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// True for what somebody should look at.
    pub bad: bool,
    /// One JSON object.
    pub text: String,
}

/// The form of a message on the wire.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    v: u32,
    kind: &'a str,
    id: &'a str,
}

/// The version of [`Written`].
const VERSION: u32 = 1;

/// A message as the queue carries it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn written(message: &Message) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Written { v: VERSION, kind: message.kind, id: &message.id })
}

/// What becomes of a message.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken {
    /// Seconds until it is to come again; none when it is done with.
    pub again_in_seconds: Option<u32>,
    /// What the log should say.
    pub line: Option<Line>,
}

/// Does what a message asks for.
pub async fn take(cx: &Cx, body: &str) -> Taken {
    let message = serde_json::from_str::<Written<'_>>(body).ok().filter(|message| message.v == VERSION);
    let mail = message.filter(|message| message.kind == mail::MESSAGE).and_then(|message| MailId::parse(message.id));
    let Some(id) = mail else {
        return Taken {
            again_in_seconds: None,
            line: Some(bad("queue", "a message was not understood and is dropped")),
        };
    };
    match deliver::deliver(cx, &id).await {
        Ok((delivery, cause)) => {
            let line = cause.map(|cause| {
                let outcome = format!("{delivery:?}");
                line(true, json!({ "level": "error", "job": "mail", "mail": id, "outcome": outcome, "cause": cause }))
            });
            let again_in_seconds = match delivery {
                Delivery::Later(seconds) => Some(u32::try_from(seconds).unwrap_or(QUEUE_RETRY_SECONDS)),
                _ => None,
            };
            Taken { again_in_seconds, line }
        }
        Err(error) => Taken { again_in_seconds: Some(QUEUE_RETRY_SECONDS), line: Some(bad("mail", &cause(&error))) },
    }
}

/// What becomes of a message that came too often. The row that it names is still found by the sweep.
pub fn give_up() -> Line {
    bad("queue", "a message came too often and is dropped")
}

/// Everything that is done every few minutes. One task that fails does not keep the others from running.
pub async fn tick(cx: &Cx) -> Vec<Line> {
    let events = match payment::sweep::run(cx).await {
        Ok(swept) => good(json!({ "level": "info", "job": "stripe_event_sweep", "seen": swept.seen,
            "recovered": swept.recovered, "unreadable": swept.unreadable })),
        Err(error) => bad("stripe_event_sweep", &cause(&error)),
    };
    let mails = match deliver::sweep(cx).await {
        Ok(swept) => {
            let level = if swept.failed > 0 { "error" } else { "info" };
            line(
                swept.failed > 0,
                json!({ "level": level, "job": "mail_sweep", "sent": swept.sent, "waiting": swept.waiting,
                    "failed": swept.failed, "cause": swept.cause }),
            )
        }
        Err(error) => bad("mail_sweep", &cause(&error)),
    };
    let accounts = match account::forget(cx).await {
        Ok(()) => None,
        Err(error) => Some(bad("account_leftovers", &cause(&error))),
    };
    let readers = match audience::tidy(cx).await {
        Ok(()) => None,
        Err(error) => Some(bad("audience_leftovers", &cause(&error))),
    };
    let uploads = match product::upload::sweep::run(cx).await {
        Ok(removed) => good(json!({ "level": "info", "job": "upload_sweep", "removed": removed })),
        Err(error) => bad("upload_sweep", &cause(&error)),
    };
    let totals = match insight::fold(cx).await {
        Ok(()) => None,
        Err(error) => Some(bad("analytics_totals", &cause(&error))),
    };
    let visits = match insight::forget(cx).await {
        Ok(()) => None,
        Err(error) => Some(bad("analytics_leftovers", &cause(&error))),
    };
    [Some(events), Some(mails), accounts, readers, Some(uploads), totals, visits].into_iter().flatten().collect()
}

/// A job that could not even begin.
pub fn bad(job: &str, cause: &str) -> Line {
    line(true, json!({ "level": "error", "job": job, "cause": cause }))
}

fn good(value: serde_json::Value) -> Line {
    line(false, value)
}

fn line(bad: bool, value: serde_json::Value) -> Line {
    Line { bad, text: value.to_string() }
}

/// The cause of a job's failure, for the log.
fn cause(error: &Error) -> String {
    match error {
        Error::Refused(refused) => refused.refusal.code.to_owned(),
        Error::Upstream(upstream) => upstream.cause.clone(),
        Error::Fault(fault) => format!("{} at {}:{}", fault.cause, fault.at.file(), fault.at.line()),
    }
}
