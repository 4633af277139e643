//! The handler of the owner's desk: one read batch.

use serde_json::Value;

use super::page::Choice;
use super::{page, sql};
use crate::affiliate::evidence::parts::CHOICES;
use crate::affiliate::ledger::model::{Credit, CreditLine, LinkFigures, Uncredited};
use crate::affiliate::{evidence, WRITES};
use crate::confirm::page as forms;
use crate::cx::Cx;
use crate::db::Batch;
use crate::evidence::Rung;
use crate::http::gate::Owner;
use crate::http::{Reply, Req, Result};

/// `GET /admin/affiliates`.
pub async fn page(cx: &Cx, _owner: &Owner, req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let [credits, lines, links, uncredited, skipped] =
        [sql::credits, sql::credit_lines, sql::links, sql::uncredited, sql::skipped]
            .map(|ask| batch.add(ask(&cx.tenant)));
    let named = CHOICES.iter().filter_map(|(name, ..)| Some(((*name).to_owned(), req.query(&[*name])?.into())));
    let about = Value::Object(named.collect());
    let [standing, ladder, choices] = [evidence::sql::standing, evidence::sql::ladder, evidence::sql::choices]
        .map(|ask| batch.add(ask(&cx.tenant, &about, cx.now())));
    let rows = cx.commit(batch).await?;
    let mut without: Vec<Uncredited> = rows.all(uncredited)?;
    without.extend(rows.all::<Uncredited>(skipped)?);
    without.sort_by_key(|order| std::cmp::Reverse(order.ordered_at));
    let view = page::Desk {
        credits: &rows.all::<Credit>(credits)?,
        lines: &rows.all::<CreditLine>(lines)?,
        links: &rows.all::<LinkFigures>(links)?,
        without: &without,
        rungs: &rows.all::<Rung>(ladder)?,
        expected: &evidence::ALL
            .iter()
            .map(|kind| crate::evidence::summary::expected(kind, &rows, standing))
            .collect::<Result<Vec<_>>>()?,
        choices: &rows.all::<Choice>(choices)?,
        now: cx.now(),
        flash: forms::flash(req, WRITES),
    };
    Ok(Reply::page(200, page::desk(cx, &view)))
}
