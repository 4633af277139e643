//! The handlers of events.

use serde_json::{Map, Value};

use super::limits::Limits;
use super::model::{self, harmless, is_robot, Answer, Found, Report, FLAGS, RULE};
use super::sql::{self, New};
use crate::contract::redaction::Flagged;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{origin, Body, Error, Fields, Reply, Req, Result};
use crate::insight::{fresh, visitor_hash};
use crate::kit::bounds::SOURCE_ROUTE_MAX_BYTES;
use crate::kit::hash::fingerprint;
use crate::kit::time::Moment;

/// `POST /api/analytics/events`: one batch counts the caller, writes the event down and says why not.
pub async fn record(cx: &Cx, req: &Req) -> Result<Reply> {
    origin::not_foreign(cx, req)?;
    let report = Report::read(&Fields::read(req)?, req)?;
    let (id, now) = (fresh(cx), cx.now());
    let visitor = report.visitor.as_ref().map(|visitor| visitor_hash(cx, visitor.open()));
    let visitor = visitor.transpose()?;
    let properties = Value::Object(report.properties.clone()).to_string();
    let request_hash = report.request_hash(visitor.as_deref());
    let mut batch = Batch::new();
    let counted = if report.ignored.is_none() { Some(Limits::count(cx, req, &RULE, &mut batch, now)?) } else { None };
    if let Some(counted) = &counted {
        let new = New {
            id: &id,
            what: &report.definition,
            route: &report.route,
            properties: &properties,
            key: &report.key,
            request_hash: &request_hash,
            visitor: visitor.as_deref(),
            limits: counted,
            now,
        };
        batch.add(sql::record(&cx.tenant, &new));
    }
    let at = batch.add(sql::found(&cx.tenant, &report, &properties));
    let rows = cx.commit(batch).await?;
    let found: Found = rows.one(at)?;
    if found.request_hash.as_ref().is_some_and(|known| *known != request_hash) {
        return Err(Error::from(&model::CONFLICT));
    }
    if !found.known {
        return Err(Error::from(&model::UNSUPPORTED_EVENT));
    }
    if !found.placed {
        return Err(Error::from(&model::UNSUPPORTED_ROUTE));
    }
    if let (Some(counted), None) = (&counted, &found.id) {
        return counted.refuse(&rows, now);
    }
    Reply::json(200, &Flagged::new(answer(report, found, &id)?, FLAGS))
}

fn answer(report: Report, found: Found, id: &str) -> Result<Answer> {
    let recorded = found.id.is_some();
    Ok(Answer {
        ok: true,
        status: if recorded { "recorded" } else { "ignored" },
        recorded: (!recorded).then_some(false),
        ignored_reason: report.ignored.filter(|_| !recorded),
        duplicate: found.id.as_ref().is_some_and(|known| known != id),
        analytics_event_id: found.id,
        event_definition_id: report.definition,
        event_kind: found.kind.unwrap_or_default(),
        source_route: report.route,
        public_properties: serde_json::from_str(found.properties.as_deref().unwrap_or("{}"))?,
    })
}

/// An image that shows nothing.
const NOTHING: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>"#;

/// `GET /analytics/view.svg`: counts a page view of a browser without script, once a day and page, and always answers
/// with the same image, whether that went well or not.
///
/// One of the two GETs that write. The visitor is a hash of address and browser under a key that changes every day, so
/// it says nothing about yesterday and nothing to anybody else.
pub async fn view(cx: &Cx, req: &Req) -> Result<Reply> {
    let missed = count_view(cx, req).await.is_err().then_some("a page view could not be counted");
    let image = Reply::new(200, Body::Image(NOTHING)).remarked(missed);
    Ok(image.with("content-type", "image/svg+xml").with("cache-control", "no-store"))
}

async fn count_view(cx: &Cx, req: &Req) -> Result<()> {
    let now = cx.now();
    let page = req.query(&["page"]).filter(|page| page.len() <= SOURCE_ROUTE_MAX_BYTES);
    if let Some((page, visitor)) = page.zip(visitor_of_today(cx, req, now)) {
        let properties = Value::Object(named_in(req, &page)).to_string();
        let mut batch = Batch::new();
        let limits = Limits::count(cx, req, &RULE, &mut batch, now)?;
        let new = New {
            id: &fresh(cx),
            what: "page_view",
            route: &page,
            properties: &properties,
            key: &format!("view:{visitor}:{page}"),
            request_hash: &fingerprint(&[&page, &visitor]),
            visitor: Some(&visitor),
            limits: &limits,
            now,
        };
        batch.add(sql::record_view(&cx.tenant, &new));
        cx.commit(batch).await?;
    }
    Ok(())
}

/// Who is looking, for one day; `None` for whoever is not counted: a program, a fetch ahead, a look at the headers, an
/// image on another site's page.
fn visitor_of_today(cx: &Cx, req: &Req, now: Moment) -> Option<String> {
    let is = |name: &'static str, wanted: &str| req.header(name).is_none_or(|value| value == wanted);
    let ahead = ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| req.header(name).is_some());
    let agent = req.header("user-agent").filter(|agent| !agent.is_empty())?;
    let here = is("sec-fetch-site", "same-origin") && is("sec-fetch-dest", "image");
    if req.head || ahead || !here || is_robot(req) || skips(&before(req)?) {
        return None;
    }
    let ip = req.header("cf-connecting-ip").unwrap_or_default();
    cx.keyed_hash(&format!("analytics-view {}", now.day()), &format!("{ip}\n{agent}")).ok()
}

/// The page that holds the image, as the browser names it; a page of another site does not count.
fn before(req: &Req) -> Option<url::Url> {
    let page: url::Url = req.header("referer")?.parse().ok()?;
    (page.origin() == req.url.origin()).then_some(page)
}

/// A page that was opened so that it is not counted.
fn skips(page: &url::Url) -> bool {
    page.query_pairs().any(|pair| matches!((&*pair.0, &*pair.1), ("bumpgrade_analytics", "off") | ("preview", "true")))
}

/// What the address of the page says about where the visitor comes from.
fn named_in(req: &Req, page: &str) -> Map<String, Value> {
    const NAMES: &[(&str, &str)] = &[
        ("utm_source", "utmSource"),
        ("utm_medium", "utmMedium"),
        ("utm_campaign", "utmCampaign"),
        ("utm_content", "utmContent"),
        ("utm_term", "utmTerm"),
    ];
    let mut given = Map::new();
    given.insert("route".to_owned(), page.into());
    let address = before(req);
    for (name, value) in address.iter().flat_map(url::Url::query_pairs) {
        if let Some((_, property)) = NAMES.iter().find(|(known, _)| *known == name) {
            given.entry(*property).or_insert_with(|| value.into_owned().into());
        }
    }
    harmless(&given)
}
