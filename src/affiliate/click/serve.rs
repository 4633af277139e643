//! The handlers of clicks: one that programs report, and one for people who follow a link.

use super::model::{self, is_visit, Click, ClickRow, Followed, Recorded, Traces};
use super::sql::{self, NewClick};
use crate::contract::redaction::Flagged;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Fields, Reply, Req, Result};
use crate::kit::hash::fingerprint;
use crate::kit::id::ReferralClickId;
use crate::kit::private::Private;

/// The cookie that keeps a click until the visitor buys.
const COOKIE: &str = "bumpgrade-referral";

/// What the log says when links lead on without being counted.
const NOT_COUNTED: &str = "clicks are not recorded: BETTER_AUTH_SECRET is not set";

/// `POST /api/affiliates/clicks`: one batch writes the click down and says why not.
pub async fn record(cx: &Cx, req: &Req) -> Result<Reply> {
    let click = Click::read(&Fields::read(req)?)?;
    let (id, now) = (ReferralClickId::from_uuid(&cx.uuid()), cx.now());
    let link = click.link_id.as_deref().or(click.code.as_deref()).unwrap_or_default();
    let visitor = click.visitor.as_ref().map(|key| Private::new(format!("{link}:{}", key.open())));
    let traces = Traces::of(cx, req, visitor.as_ref().map(|key| key.open().as_str()), now)?;
    let request_hash = click.request_hash(cx)?;
    let new = NewClick {
        id: &id,
        link_id: click.link_id.as_deref(),
        code: click.code.as_deref(),
        route: Some(&click.route),
        key: &click.key,
        traces: &traces,
        request_hash: &request_hash,
        source: "api",
        earlier: None,
        now,
    };
    let mut batch = Batch::new();
    batch.add(sql::record(&cx.tenant, &new));
    let known = batch.add(sql::click_by_key(&cx.tenant, &click.key));
    let link = batch.add(sql::open_link(&cx.tenant, new.link_id, new.code));
    let rows = cx.commit(batch).await?;
    let Some(row) = rows.first::<ClickRow>(known)? else {
        let open = rows.first::<serde_json::Value>(link)?.is_some();
        return Err(Error::from(if open { &model::UNSUPPORTED_ROUTE } else { &model::UNSUPPORTED_LINK }));
    };
    if row.request_hash != request_hash {
        return Err(Error::from(&model::CONFLICT));
    }
    let duplicate = row.referral_click_id != id;
    let answer = Recorded { ok: true, duplicate, status: "recorded", click: row };
    Reply::json(200, &Flagged::new(answer, model::FLAGS))
}

/// `GET /r/{code}`: counts the visit, remembers it in the browser, and leads on.
///
/// The one GET that writes: the click must be there before the visitor can order. A robot, a fetch ahead and a HEAD are
/// led on without being counted.
pub async fn follow(cx: &Cx, req: &Req) -> Result<Reply> {
    let code = req.param("code").to_ascii_uppercase();
    let (id, now) = (ReferralClickId::from_uuid(&cx.uuid()), cx.now());
    let (earlier, traces) = (kept(req), Traces::of(cx, req, None, now));
    let mut batch = Batch::new();
    if let (true, Ok(traces)) = (is_visit(req), &traces) {
        let new = NewClick {
            id: &id,
            link_id: None,
            code: Some(&code),
            route: None,
            key: id.as_str(),
            traces,
            request_hash: &fingerprint(&[&code, id.as_str()]),
            source: "link",
            earlier: earlier.as_ref(),
            now,
        };
        batch.add(sql::record(&cx.tenant, &new));
    }
    let at = batch.add(sql::followed(&cx.tenant, &code, &id, earlier.as_ref(), now));
    let link: Option<Followed> = cx.commit(batch).await?.first(at)?;
    let link = link.ok_or_else(|| Error::from(&model::NO_SUCH_LINK))?;
    let reply = Reply::see_other(link.landing_route.clone()).remarked(traces.is_err().then_some(NOT_COUNTED));
    Ok(if link.takes_over() { reply.with("set-cookie", cookie(req, &id, link.window_days)) } else { reply })
}

/// Scripts cannot read it, other sites cannot send it with a form, and it lives as long as the click counts.
fn cookie(req: &Req, id: &ReferralClickId, days: i64) -> String {
    let secure = if req.url.scheme() == "https" { "; Secure" } else { "" };
    let seconds = days.saturating_mul(86_400);
    format!("{COOKIE}={}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", id.as_str())
}

/// The click that the browser keeps, if it keeps one.
pub fn kept(req: &Req) -> Option<ReferralClickId> {
    let cookies = req.header("cookie")?;
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).and_then(|(_, value)| ReferralClickId::parse(value))
}
