//! The handler of the owner's page: one read batch.

use serde_json::json;

use super::page;
use crate::confirm::page as forms;
use crate::confirm::sql::look;
use crate::confirm::Write;
use crate::cx::Cx;
use crate::db::Batch;
use crate::evidence::{self, Evidence};
use crate::http::gate::Owner;
use crate::http::{Reply, Req, Result};
use crate::insight::{decision, notification};

/// `GET /admin/analytics`.
pub async fn page(cx: &Cx, _owner: &Owner, req: &Req) -> Result<Reply> {
    let asked = req.query(&["window"]).unwrap_or_default();
    let windows = notification::parts::WINDOWS;
    let window = windows.iter().find(|window| **window == asked).copied().unwrap_or("all");
    let kinds: Vec<&'static Evidence> = notification::ALL.iter().copied().chain([&decision::EVIDENCE]).collect();
    let fields = json!({ "timeWindowKey": window });
    let mut batch = Batch::new();
    let kept = evidence::ask(cx, &kinds, &mut batch);
    let [stages, experiment] = [&notification::sql::truths::STANDING, &decision::sql::truths::EXPERIMENT]
        .map(|truth| batch.add(look(truth, &cx.tenant, &fields, cx.now())));
    let figures = batch.add(decision::sql::windows(&cx.tenant, cx.now()));
    let ladder = batch.add(notification::sql::ladder(&cx.tenant, &fields, cx.now()));
    let rows = cx.commit(batch).await?;
    let expected = |kind: &&'static Evidence| evidence::summary::expected(kind, &rows, stages);
    let writes: Vec<&'static Write> = kinds.iter().map(|kind| kind.write).collect();
    let figures: Vec<decision::current::Window> = rows.all(figures)?;
    let variants = figures.iter().find(|it| it.world == window).map(decision::current::Window::choices).transpose()?;
    let view = page::Desk {
        window,
        windows,
        rungs: &rows.all(ladder)?,
        expected: &notification::ALL.iter().map(expected).collect::<Result<Vec<_>>>()?,
        decision: &evidence::summary::expected(&decision::EVIDENCE, &rows, experiment)?,
        variants: &variants.unwrap_or_default(),
        kinds: &kinds,
        latest: &kept.read(&rows)?.latest,
        flash: forms::flash(req, &writes),
    };
    Ok(Reply::page(200, page::desk(cx, &view)))
}
