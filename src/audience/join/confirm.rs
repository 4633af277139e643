//! What the mail leads to: a page with one button, and what the button does. A mail scanner opens links and presses no
//! buttons, so nobody is put on a list by their mail program.

use super::model::Asked;
use super::page::{self, Standing};
use super::serve::{confirm_link, token_hash};
use super::sql::{self, Press};
use super::{letters, CONFIRM};
use crate::audience::leave;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Fields, Reply, Req, Result};
use crate::insight;
use crate::kit::bounds::WELCOME_USELESS_SECONDS;
use crate::mail::{self, Outgoing};

/// `GET /audience/confirm`: the button; once it was pressed, what the form promised.
pub async fn page(cx: &Cx, req: &Req) -> Result<Reply> {
    let token = req.query(&["token"]).unwrap_or_default();
    let asked = match token_hash(&token) {
        Some(hash) => read(cx, &hash).await?,
        None => None,
    };
    let now = cx.now();
    let (status, standing) = match &asked {
        Some(asked) if asked.status == "consented" => (200, Standing::Done(asked)),
        Some(asked) if asked.status == "requested" && asked.expires_at > now => (200, Standing::Waiting(asked)),
        Some(asked) => (410, Standing::Over(&asked.slug)),
        None => (404, Standing::Unknown),
    };
    // The address holds a bearer, so its path is told to nobody.
    Ok(Reply::page(status, page::confirm(&token, &standing)).with("referrer-policy", "strict-origin"))
}

async fn read(cx: &Cx, token_hash: &str) -> Result<Option<Asked>> {
    let mut batch = Batch::new();
    let at = batch.add(sql::asked(&cx.tenant, token_hash));
    Ok(cx.commit(batch).await?.first(at)?)
}

/// `POST /audience/confirm`: confirms, and leads back to the page, which says how it stands now.
pub async fn act(cx: &Cx, req: &Req) -> Result<Reply> {
    let fields = Fields::read(req)?;
    let token = fields.exact("token")?.unwrap_or_default();
    let back = |token: &str| {
        Reply::see_other(format!("{CONFIRM}?token={}", crate::page::component(token)))
            .with("referrer-policy", "no-referrer")
    };
    let Some(hash) = token_hash(token) else {
        return Ok(back(""));
    };
    let Some(asked) = read(cx, &hash).await? else {
        return Ok(back(token));
    };
    let (now, uuid, mail, audit) = (cx.now(), cx.uuid(), cx.fresh_mail(), cx.fresh_audit());
    let press = Press { id: &format!("confirmation-{uuid}"), uuid: &uuid, audit: &audit, token_hash: &hash, now };
    let base = cx.config.accounts.origin(&req.url);
    let unsubscribe = leave::link::address(cx, &base, &asked.email_hash)?;
    let letter = letters::welcome(confirm_link(&base, token), &asked, &unsubscribe);
    let outgoing = Outgoing {
        id: &mail,
        kind: letters::WELCOME,
        to: &asked.email,
        letter: &letter,
        evidence: None,
        useless_at: now.plus_seconds(WELCOME_USELESS_SECONDS),
        unsubscribe: Some(&unsubscribe),
    };
    let mut batch = Batch::new();
    let (visitor, values) = (insight::visitor(cx, &asked.subscriber_id), mail::values(cx, &outgoing, now));
    sql::confirm(&mut batch, &cx.tenant, &press, visitor, values);
    cx.commit(batch).await?;
    Ok(back(token).remarked(mail::nudge(cx, &mail).await))
}
