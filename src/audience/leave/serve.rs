//! The handlers of leaving.

use super::model::{self, Entry, Leaving, CONFLICT, FLAGS};
use super::page::{self, Door};
use super::sql::{self, NewEntry};
use super::{link, LEAVE, PAGE};
use crate::audience::visit::{self, Limits, Traces};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Fields, Reply, Req, Result};
use crate::kit::hash::fingerprint;

/// `POST /api/audience/unsubscribe`, from a program or from our form.
pub async fn leave(cx: &Cx, req: &Req) -> Result<Reply> {
    let fields = Fields::read(req)?;
    match (left(cx, req, &fields).await, fields.is_form()) {
        (Ok(leaving), false) => Reply::redacted(200, &leaving, FLAGS),
        (Ok(_), true) => Ok(Reply::see_other(format!("{PAGE}?done=yes"))),
        (Err(Error::Refused(refused)), true) => {
            let email = fields.exact("email").ok().flatten().unwrap_or_default();
            let door = Door { key: &cx.uuid(), email, problem: Some(refused.refusal.says) };
            let mut reply = Reply::page(refused.refusal.status, page::form(&door));
            reply.headers.extend(refused.headers);
            Ok(reply)
        }
        (Err(error), _) => Err(error),
    }
}

/// One batch, the same for every address.
async fn left(cx: &Cx, req: &Req, fields: &Fields) -> Result<Leaving> {
    let email = visit::email(fields)?;
    let key = visit::key(cx, req, fields, "audience-unsubscribe-")?;
    let reason = model::reason(fields)?;
    let (now, id) = (cx.now(), format!("suppression-{}", cx.uuid()));
    let (email_hash, traces) = (visit::email_hash(cx, &email)?, Traces::of(cx, req, now)?);
    let request_hash = fingerprint(&["unsubscribe", reason.as_deref().unwrap_or_default()]);
    let new = NewEntry {
        tenant: &cx.tenant,
        id: &id,
        email_hash: &email_hash,
        route: LEAVE,
        key: &key,
        request_hash: &request_hash,
        traces: &traces,
        now,
    };
    let mut batch = Batch::new();
    let limits = Limits::count(cx, req, &visit::LEAVE, &email_hash, &mut batch, now)?;
    batch.add(sql::rehash(&cx.tenant, &email, &email_hash));
    sql::leave(&mut batch, &new, reason.as_ref(), &limits);
    let at = batch.add(sql::entry(&cx.tenant, &email_hash, &key));
    let rows = cx.commit(batch).await?;
    let entry = match rows.first::<Entry>(at)? {
        Some(entry) if entry.request_hash != request_hash => return Err(Error::from(&CONFLICT)),
        Some(entry) if entry.holds => entry,
        _ => {
            limits.check(&rows, now)?;
            return Err(Error::internal("a suppression was not written although nothing forbids it"));
        }
    };
    Ok(Leaving {
        ok: true,
        status: "unsubscribed",
        duplicate: entry.id != id,
        suppression_entry_id: entry.id,
        normalized_email: email.open().to_owned(),
        email_delivery_enabled: false,
        message: model::LEFT,
    })
}

/// `GET /audience/unsubscribe`: the button behind a signed link, or the form.
pub async fn page(cx: &Cx, req: &Req) -> Result<Reply> {
    let key = cx.uuid();
    let door = Door { key: &key, email: "", problem: None };
    let reply = match req.query(&["token"]) {
        None if req.query(&["done"]).is_some() => Reply::page(200, page::done()),
        None => Reply::page(200, page::form(&door)),
        Some(token) => match link::read(cx, &token)? {
            Some(_) => Reply::page(200, page::button(&token)),
            None => Reply::page(404, page::broken(&door)),
        },
    };
    Ok(reply.with("referrer-policy", "strict-origin"))
}

/// What a mail program sends as the body of its one press (RFC 8058, section 3.2), as a form of either kind.
const ONE_CLICK: &[u8] = b"One-Click";

/// `POST /audience/unsubscribe`: the one press, by a mail program or by our button. No cookie, no origin, no redirect: the
/// signature of the link is the whole proof. Whoever sends anything else is shown the button.
pub async fn one_click(cx: &Cx, req: &Req) -> Result<Reply> {
    let token = req.query(&["token"]).unwrap_or_default();
    let pressed = req.body.windows(ONE_CLICK.len()).any(|part| part == ONE_CLICK);
    let Some(email_hash) = link::read(cx, &token)?.filter(|_| pressed) else {
        return page(cx, req).await;
    };
    let (now, uuid) = (cx.now(), cx.uuid());
    let (id, key, traces) =
        (format!("suppression-{uuid}"), format!("audience-one-click-{uuid}"), Traces::of(cx, req, now)?);
    let new = NewEntry {
        tenant: &cx.tenant,
        id: &id,
        email_hash: &email_hash,
        route: PAGE,
        key: &key,
        request_hash: &fingerprint(&["one-click"]),
        traces: &traces,
        now,
    };
    let mut batch = Batch::new();
    sql::leave_by_link(&mut batch, &new);
    cx.commit(batch).await?;
    Ok(Reply::page(200, page::done()).with("referrer-policy", "no-referrer"))
}
