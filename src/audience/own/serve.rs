//! The handlers of one's own data.

use super::page::{self, Copy};
use super::sql::{self, Closed, CopyRow, Erasure, NewLink, Reader};
use super::{COPY, ERASE, LINK_OVER, PAGE};
use crate::audience::join::serve::token_hash;
use crate::audience::leave;
use crate::audience::visit::{self, Limits};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Fields, Reply, Req, Result};
use crate::kit::bounds::OWN_DATA_LINK_LIFE_SECONDS;
use crate::kit::hash::sha256_hex;
use crate::kit::id::LETTERS_AND_DIGITS;
use crate::kit::json;
use crate::mail::{self, Letter, Outgoing};

/// The kind of its mail.
const MAIL: &str = "audience_own_data";

/// `GET /audience/my-data`: the form; behind a mailed link, the data.
pub async fn page(cx: &Cx, req: &Req) -> Result<Reply> {
    let Some(token) = req.query(&["token"]) else {
        let shown = match (req.query(&["sent"]), req.query(&["erased"])) {
            (Some(_), _) => page::sent(),
            (None, Some(_)) => page::erased(),
            (None, None) => page::ask("", None),
        };
        return Ok(Reply::page(200, shown));
    };
    let reply = match read(cx, &token).await? {
        Some(text) => {
            let copy: Copy = json::read(text.copy.open())?;
            Reply::page(200, page::copy(&token, &copy, req.query(&["unsure"]).is_some()))
        }
        None => Reply::page(LINK_OVER.status, page::over()),
    };
    // The address holds a bearer, so its path is told to nobody.
    Ok(reply.with("referrer-policy", "strict-origin"))
}

async fn read(cx: &Cx, token: &str) -> Result<Option<CopyRow>> {
    let Some(hash) = token_hash(token) else { return Ok(None) };
    let mut batch = Batch::new();
    let at = batch.add(sql::copy(&cx.tenant, &hash, cx.now()));
    Ok(cx.commit(batch).await?.first(at)?)
}

/// `GET /audience/my-data/copy`: the same as a file.
pub async fn copy(cx: &Cx, req: &Req) -> Result<Reply> {
    let token = req.query(&["token"]).unwrap_or_default();
    let text = read(cx, &token).await?.ok_or_else(|| Error::from(&LINK_OVER))?;
    Ok(Reply::json_text(200, text.copy.open().clone())
        .with("content-disposition", "attachment; filename=\"my-data.json\"")
        .with("referrer-policy", "no-referrer"))
}

/// `POST /audience/my-data`: mails a link to whoever is known. The work and the answer are the same for every address.
pub async fn ask(cx: &Cx, req: &Req) -> Result<Reply> {
    let fields = Fields::read(req)?;
    match asked(cx, req, &fields).await {
        Ok(remark) => Ok(Reply::see_other(format!("{PAGE}?sent=yes")).remarked(remark)),
        Err(Error::Refused(refused)) if fields.is_form() => {
            let typed = fields.exact("email").ok().flatten().unwrap_or_default();
            let mut reply = Reply::page(refused.refusal.status, page::ask(typed, Some(refused.refusal.says)));
            reply.headers.extend(refused.headers);
            Ok(reply)
        }
        Err(error) => Err(error),
    }
}

async fn asked(cx: &Cx, req: &Req, fields: &Fields) -> Result<Option<&'static str>> {
    let email = visit::email(fields)?;
    cx.config.mail()?;
    let (now, token, mail) = (cx.now(), cx.fresh_letters(LETTERS_AND_DIGITS), cx.fresh_mail());
    let email_hash = visit::email_hash(cx, &email)?;
    let letter = letter(&format!("{}{PAGE}?token={token}", cx.config.accounts.origin(&req.url)));
    let outgoing = Outgoing {
        id: &mail,
        kind: MAIL,
        to: &email,
        letter: &letter,
        evidence: None,
        useless_at: now.plus_seconds(OWN_DATA_LINK_LIFE_SECONDS),
        unsubscribe: None,
    };
    let id = format!("data-request-{}", cx.uuid());
    let new = NewLink { id: &id, email_hash: &email_hash, token_hash: &sha256_hex(token.as_bytes()), now };
    let mut batch = Batch::new();
    let limits = Limits::count(cx, req, &visit::OWN_DATA, &email_hash, &mut batch, now)?;
    batch.add(leave::sql::rehash(&cx.tenant, &email, &email_hash));
    sql::ask(&mut batch, &cx.tenant, &new, &limits, mail::values(cx, &outgoing, now));
    limits.check(&cx.commit(batch).await?, now)?;
    Ok(mail::nudge(cx, &mail).await)
}

fn letter(link: &str) -> Letter {
    Letter {
        subject: "What we know of you".to_owned(),
        opening: vec![
            "Here is the link you asked for. It shows everything our list knows of this address. You can keep a copy, or \
             erase it."
                .to_owned(),
        ],
        action: ("Show my data", link.to_owned()),
        closing: vec![
            "The link works for one hour.".to_owned(),
            "If you did not ask for it, do nothing: only this mail opens the page.".to_owned(),
        ],
        footer: None,
    }
}

/// `POST /audience/my-data/erase`: erases, in one batch, whatever the link's reader left here.
pub async fn erase(cx: &Cx, req: &Req) -> Result<Reply> {
    let fields = Fields::read(req)?;
    let token = fields.exact("token")?.unwrap_or_default();
    let hash = token_hash(token).ok_or_else(|| Error::from(&LINK_OVER))?;
    if !fields.flag("sure")? {
        let back = format!("{PAGE}?token={token}&unsure=yes");
        return Ok(Reply::see_other(back).with("referrer-policy", "no-referrer"));
    }
    let now = cx.now();
    let mut batch = Batch::new();
    let at = batch.add(sql::reader(&cx.tenant, &hash, now));
    let reader: Option<Reader> = cx.commit(batch).await?.first(at)?;
    let reader = reader.ok_or_else(|| Error::from(&LINK_OVER))?;
    let (suppression, audit) = (format!("suppression-{}", cx.uuid()), cx.fresh_audit());
    let erasure = Erasure {
        tenant: &cx.tenant,
        token_hash: &hash,
        suppression: &suppression,
        route: ERASE,
        audit: &audit,
        with_account: !cx.config.accounts.is_owner(reader.email.open()),
        now,
    };
    let mut batch = Batch::new();
    sql::erase(&mut batch, &erasure);
    let at = batch.add(sql::erased(&cx.tenant, &hash));
    let closed: Option<Closed> = cx.commit(batch).await?.first(at)?;
    if closed.is_none_or(|closed| closed.erased_at.is_none()) {
        return Err(Error::from(&LINK_OVER));
    }
    Ok(Reply::see_other(format!("{PAGE}?erased=yes")).with("referrer-policy", "no-referrer"))
}

/// The address of the copy behind a link.
pub fn copy_link(token: &str) -> String {
    format!("{COPY}?token={}", crate::page::component(token))
}
