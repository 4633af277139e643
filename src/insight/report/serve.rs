//! The handlers of reports: one read batch each.

use super::model::{Totals, Window};
use super::page::{self, View};
use super::rows::{Dashboard, Day};
use super::{document, sql};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Refusal, Reply, Req, Result};
use crate::kit::bounds::{REPORT_DAYS, REPORT_FOLD_SECONDS, REPORT_FRESH_SECONDS, REPORT_HOURS_KEPT_SECONDS};
use crate::kit::time::Moment;

/// No dashboard has this address.
pub const NOTHING_HERE: Refusal = Refusal::new(404, "not_found", "There is nothing at this address.");

/// Seconds of a day.
const DAY: i64 = 86_400;

fn window(req: &Req) -> Window {
    Window::named(req.query(&["window"]).as_deref())
}

/// `GET /analytics/source-data`.
pub async fn document(cx: &Cx, req: &Req) -> Result<Reply> {
    let reply = Reply::document(req, &document::read(cx, &window(req)).await?)?;
    Ok(reply.with("cache-control", format!("public, max-age={REPORT_FRESH_SECONDS}")))
}

/// `GET /analytics/{slug}`.
pub async fn dashboard(cx: &Cx, req: &Req) -> Result<Reply> {
    let (now, window) = (cx.now(), window(req));
    let today = now.unix_seconds() / DAY * DAY;
    let first = Moment::from_unix_seconds(today - (REPORT_DAYS - 1) * DAY);
    let mut batch = Batch::new();
    let dashboard = batch.add(sql::dashboards(&cx.tenant, Some(req.param("slug"))));
    let totals = Totals::ask(&cx.tenant, window.begins(now), &mut batch);
    let days = batch.add(sql::since(&sql::DAYS, &cx.tenant, first));
    let rows = cx.commit(batch).await?;
    let dashboard: Dashboard = rows.first(dashboard)?.ok_or_else(|| Error::from(&NOTHING_HERE))?;
    let known: Vec<Day> = rows.all(days)?;
    let day = |number: i64| {
        let day = first.unix_seconds() + number * DAY;
        let seen = known.iter().find(|one| one.dashboard_id == dashboard.id && one.day == day);
        (Moment::from_unix_seconds(day), seen.map_or((0, 0), |one| (one.visitors, one.conversions)))
    };
    let days: Vec<(Moment, (i64, i64))> = (0..REPORT_DAYS).map(day).collect();
    let totals = Totals::read(&rows, &totals)?;
    let view = View { dashboard: &dashboard, window: &window, totals: &totals, days: &days };
    Ok(Reply::page(200, page::dashboard(&view)))
}

/// Sums up the hours that no window asks for, once a day.
///
/// # Errors
/// A fault when the database does not answer; nothing is summed up then.
pub async fn fold(cx: &Cx) -> Result<()> {
    let now = cx.now().unix_seconds();
    if now % DAY >= REPORT_FOLD_SECONDS {
        return Ok(());
    }
    let before = (now - REPORT_HOURS_KEPT_SECONDS) / DAY * DAY;
    let mut batch = Batch::new();
    for stmt in sql::fold(Moment::from_unix_seconds(before)) {
        batch.add(stmt);
    }
    cx.commit(batch).await?;
    Ok(())
}
