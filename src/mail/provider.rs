//! Mail providers over HTTP: Postmark and Resend.

use serde_json::{json, Map, Value};

use super::mime::{leave, mailbox};
use super::model::Trouble;
use super::sql::Claimed;
use crate::config::mail::Mail;
use crate::cx::{Cx, OutboundRequest};
use crate::kit::bounds::MAIL_TIMEOUT_MS;
use crate::kit::private::Private;

const AGENT: &str = concat!("bumpgrade/", env!("CARGO_PKG_VERSION"));

/// Hands a mail to Postmark. It knows no idempotency key: the Message-ID stays the same in every try.
///
/// # Errors
/// [`Trouble`] with the status.
pub async fn postmark(cx: &Cx, mail: &Mail, base: &str, token: &Private<String>, row: &Claimed) -> Result<(), Trouble> {
    let list = list_headers(row).map(|(name, value)| json!({ "Name": name, "Value": value }));
    let own = json!({ "Name": "X-Bumpgrade-Mail", "Value": row.id });
    let body = json!({
        "From": mailbox(&mail.from_name, mail.from.open()), "To": row.to_email.open(), "Subject": row.subject,
        "TextBody": row.body_text.open(), "HtmlBody": row.body_html.open(), "MessageStream": "outbound",
        "Headers": std::iter::once(own).chain(list).collect::<Vec<_>>(),
    });
    let headers = vec![("x-postmark-server-token", token.open().clone())];
    send(cx, "postmark", format!("{base}/email"), headers, body.to_string()).await
}

/// Hands a mail to Resend, which sends a repeated key once.
///
/// # Errors
/// [`Trouble`] with the status.
pub async fn resend(cx: &Cx, mail: &Mail, base: &str, key: &Private<String>, row: &Claimed) -> Result<(), Trouble> {
    let headers: Map<String, Value> = list_headers(row).map(|(name, value)| (name.to_owned(), value.into())).collect();
    let body = json!({
        "from": mailbox(&mail.from_name, mail.from.open()), "to": [row.to_email.open()], "subject": row.subject,
        "text": row.body_text.open(), "html": row.body_html.open(), "headers": headers,
    });
    let headers =
        vec![("authorization", format!("Bearer {}", key.open())), ("idempotency-key", row.id.as_str().to_owned())];
    send(cx, "resend", format!("{base}/emails"), headers, body.to_string()).await
}

/// The headers of a mail to a list.
fn list_headers(row: &Claimed) -> impl Iterator<Item = (&'static str, String)> + '_ {
    row.unsubscribe_url.iter().flat_map(|url| leave(url.open()))
}

/// A 4xx says that this mail will never be taken, except where it speaks of our key, of haste, or of a try that runs.
async fn send(
    cx: &Cx,
    name: &str,
    url: String,
    mut headers: Vec<(&'static str, String)>,
    body: String,
) -> Result<(), Trouble> {
    headers.extend([
        ("content-type", "application/json".to_owned()),
        ("accept", "application/json".to_owned()),
        ("user-agent", AGENT.to_owned()),
    ]);
    let request = OutboundRequest { method: "POST", url, headers, body: Some(body), timeout_ms: MAIL_TIMEOUT_MS };
    match cx.ports.outbound.send(request).await {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => {
            let cause = format!("{name}: status {}", answer.status);
            Err(match answer.status {
                400..=499 if !matches!(answer.status, 401 | 403 | 408 | 409 | 429) => Trouble::Lasting(cause),
                _ => Trouble::Passing(cause),
            })
        }
        Err(error) => Err(Trouble::Passing(format!("{name}: {error}"))),
    }
}
