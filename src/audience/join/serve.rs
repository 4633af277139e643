//! The handlers of a form: its page, and the wish to join.

use super::letters;
use super::model::{self, Form, FormField, Joining, Wish, Written, CONFLICT, FLAGS, FORM_NOT_FOUND, STALE_STATEMENT};
use super::page::{self, FormView, Typed};
use super::sql::{self, NewWish};
use super::{CONFIRM, NOTHING_HERE};
use crate::audience::leave;
use crate::audience::visit::{self, Limits, Traces};
use crate::cx::Cx;
use crate::db::{Batch, Value};
use crate::http::error::Refused;
use crate::http::{Error, Fields, Reply, Req, Result};
use crate::insight::{self, Beacon};
use crate::kit::bounds::{ID_MAX_BYTES, OPT_IN_LINK_LIFE_SECONDS};
use crate::kit::hash::sha256_hex;
use crate::kit::id::{MailId, LETTERS, LETTERS_AND_DIGITS};
use crate::kit::time::Moment;
use crate::mail::{self, Letter, Outgoing};

/// `GET /audience/{slug}`: the form.
pub async fn form(cx: &Cx, req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let form = batch.add(sql::form(&cx.tenant, None, Some(req.param("slug"))));
    let fields = batch.add(sql::fields(&cx.tenant, req.param("slug")));
    let beacon = batch.add(insight::beacon(cx, &format!("/audience/{}", req.param("slug"))));
    let rows = cx.commit(batch).await?;
    let form: Form = rows.first(form)?.ok_or_else(|| Error::from(&NOTHING_HERE))?;
    let fields: Vec<FormField> = rows.all(fields)?;
    if req.query(&["sent"]).is_some() {
        return Ok(Reply::page(200, page::sent(&form)));
    }
    let key = format!("audience-form-{}", cx.uuid());
    let beacon: Option<Beacon> = rows.first(beacon)?;
    let view = FormView { form: &form, fields: &fields, key: &key, typed: Typed::default(), beacon };
    Ok(Reply::page(200, page::form(&view)))
}

/// `POST /api/audience/opt-in`, from a program or from our form. Our form comes back with what was typed when something
/// is not right.
pub async fn join(cx: &Cx, req: &Req) -> Result<Reply> {
    let given = Fields::read(req)?;
    let id = given.bounded("formId", ID_MAX_BYTES)?;
    let slug = if given.is_form() { given.bounded("form", ID_MAX_BYTES)? } else { None };
    let mut batch = Batch::new();
    let form = batch.add(sql::form(&cx.tenant, id.as_deref(), slug.as_deref()));
    let fields = slug.as_deref().map(|slug| batch.add(sql::fields(&cx.tenant, slug)));
    let rows = cx.commit(batch).await?;
    let form: Form = rows.first(form)?.ok_or_else(|| Error::from(&FORM_NOT_FOUND))?;
    let joined = wish(cx, req, &given, &form).await;
    let Some(fields) = fields else {
        let (joining, remark) = joined?;
        return Ok(Reply::redacted(200, &joining, FLAGS)?.remarked(remark));
    };
    match joined {
        Ok((_, remark)) => Ok(Reply::see_other(format!("/audience/{}?sent=yes", form.slug)).remarked(remark)),
        Err(Error::Refused(refused)) => again(cx, *refused, &given, &form, &rows.all::<FormField>(fields)?),
        Err(error) => Err(error),
    }
}

/// The form once more, with what is not right, and a fresh key: the old one may stand for another wish.
fn again(cx: &Cx, refused: Refused, given: &Fields, form: &Form, fields: &[FormField]) -> Result<Reply> {
    let text = |name: &str| given.exact(name).ok().flatten().unwrap_or_default();
    let agreed = given.flag("consent").unwrap_or(false) && refused.refusal != &STALE_STATEMENT;
    let typed = Typed {
        email: text("email"),
        first_name: text("firstName"),
        visitor: text("anonymousId"),
        agreed,
        problem: Some(refused.refusal),
    };
    let key = format!("audience-form-{}", cx.uuid());
    let mut reply =
        Reply::page(refused.refusal.status, page::form(&FormView { form, fields, key: &key, typed, beacon: None }));
    reply.headers.extend(refused.headers);
    Ok(reply)
}

/// Writes a wish down: one batch, the same for every address.
async fn wish(cx: &Cx, req: &Req, given: &Fields, form: &Form) -> Result<(Joining, Option<&'static str>)> {
    let wish = Wish::read(given, form)?;
    let key = visit::key(cx, req, given, "audience-opt-in-")?;
    cx.config.mail()?;
    let (now, uuid, token) = (cx.now(), cx.uuid(), cx.fresh_letters(LETTERS_AND_DIGITS));
    let (email_hash, request_hash) = (visit::email_hash(cx, &wish.email)?, wish.request_hash(form));
    let (id, reader, traces) =
        (format!("consent-{uuid}"), format!("subscriber-{}", cx.uuid()), Traces::of(cx, req, now)?);
    let visitor = wish.visitor.as_ref().and_then(|visitor| insight::visitor(cx, visitor.open()));
    let mut batch = Batch::new();
    let limits = Limits::count(cx, req, &visit::JOIN, &email_hash, &mut batch, now)?;
    let new = NewWish {
        tenant: &cx.tenant,
        id: &id,
        reader: &reader,
        wish: &wish,
        email_hash: &email_hash,
        form,
        key: &key,
        request_hash: &request_hash,
        token_hash: &sha256_hex(token.as_bytes()),
        visitor: visitor.as_ref(),
        by_robot: insight::is_robot(req),
        traces: &traces,
        now,
    };
    sql::add(&mut batch, &new, &limits);
    let mail = cx.fresh_mail();
    let [ask, member] = letters(cx, req, &new, &token, &mail)?;
    sql::mail(&mut batch, new.token_hash, ask, member);
    let at = batch.add(sql::wish(&cx.tenant, &email_hash, &key, now));
    let rows = cx.commit(batch).await?;
    let written: Option<Written> = rows.first(at)?;
    let remark = mail::nudge(cx, &mail).await;
    let duplicate = match written {
        Some(written) if written.request_hash != request_hash => return Err(Error::from(&CONFLICT)),
        Some(written) => {
            // A wish that is still over was not asked for anew: too many were.
            if written.over {
                limits.check(&rows, now)?;
            }
            written.id != id
        }
        None => {
            limits.check(&rows, now)?;
            return Err(Error::from(&STALE_STATEMENT));
        }
    };
    Ok((answer(wish, form, duplicate), remark))
}

fn answer(wish: Wish, form: &Form, duplicate: bool) -> Joining {
    Joining {
        ok: true,
        status: "confirmation_sent",
        duplicate,
        normalized_email: wish.email.open().to_owned(),
        first_name: wish.first_name,
        form_id: form.id.clone(),
        tag_ids: form.tag_ids.clone(),
        sequence_id: form.sequence_id.clone(),
        email_delivery_enabled: false,
        message: model::SENT,
    }
}

/// The two mails of which one is sent: to whoever is not on the list, and to whoever is.
fn letters(cx: &Cx, req: &Req, new: &NewWish<'_>, token: &str, mail: &MailId) -> Result<[Vec<Value>; 2]> {
    let base = cx.config.accounts.origin(&req.url);
    let leave = leave::link::address(cx, &base, new.email_hash)?;
    let (link, magnet) = (confirm_link(&base, token), &new.form.lead_magnet_title);
    let useless_at = new.now.plus_seconds(OPT_IN_LINK_LIFE_SECONDS);
    let values = |kind, letter: &Letter, unsubscribe: Option<&str>, now: Moment| {
        let to = &new.wish.email;
        mail::values(cx, &Outgoing { id: mail, kind, to, letter, evidence: None, useless_at, unsubscribe }, now)
    };
    let ask = letters::ask(link.clone(), magnet);
    let member = letters::member(link, magnet, &leave);
    Ok([values(letters::ASK, &ask, None, new.now), values(letters::MEMBER, &member, Some(&leave), new.now)])
}

/// The page behind a mailed token.
pub fn confirm_link(base: &str, token: &str) -> String {
    format!("{base}{CONFIRM}?token={token}")
}

/// A token as a link brings it; anything else is none of ours.
pub fn token_hash(token: &str) -> Option<String> {
    let well_formed = token.len() == LETTERS && token.bytes().all(|b| b.is_ascii_alphanumeric());
    well_formed.then(|| sha256_hex(token.as_bytes()))
}
