//! The handler of assignments.

use super::model::{self, bucket, variant_of, Answer, Ask, Assigned, Standing, Weighted, RULE};
use super::sql::{self, New};
use crate::contract::redaction::Flagged;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{origin, Error, Fields, Reply, Req, Result};
use crate::insight::event::limits::Limits;
use crate::insight::event::model::{CONFLICT, FLAGS, UNSUPPORTED_ROUTE};
use crate::insight::visitor_hash;
use crate::kit::hash::fingerprint;

/// `POST /api/analytics/assignments`: one batch looks, and one more assigns whoever has no variant yet.
///
/// Who has one keeps it, whatever becomes of the weights. Two requests at once for one visitor leave one row, and both
/// answer from it.
pub async fn assign(cx: &Cx, req: &Req) -> Result<Reply> {
    origin::not_foreign(cx, req)?;
    let ask = Ask::read(&Fields::read(req)?)?;
    let key = ask.visitor.as_ref().ok_or_else(|| Error::from(&model::KEY_REQUIRED))?;
    let visitor = visitor_hash(cx, key.open())?;
    let mut look = Batch::new();
    let standing = look.add(sql::standing(&cx.tenant, &ask));
    let variants = look.add(sql::variants(&cx.tenant, &ask.experiment));
    let known = look.add(sql::assigned(&cx.tenant, &ask, &visitor));
    let rows = cx.commit(look).await?;
    if let Some(known) = rows.first::<Assigned>(known)? {
        return answer(known, true);
    }
    let standing: Standing = rows.first(standing)?.ok_or_else(|| Error::from(&model::UNSUPPORTED))?;
    if !standing.placed {
        return Err(Error::from(&UNSUPPORTED_ROUTE));
    }
    let (bucket, variants) = (bucket(&ask.experiment, key.open()), rows.all::<Weighted>(variants)?);
    let variant = variant_of(bucket, &variants).ok_or_else(|| Error::from(&model::UNAVAILABLE))?;
    let (id, now) = (format!("experiment-assignment-{}", cx.uuid()), cx.now());
    let mut write = Batch::new();
    let counted = Limits::count(cx, req, &RULE, &mut write, now)?;
    let new = New {
        id: &id,
        variant: &variant.id,
        bucket,
        visitor: &visitor,
        request_hash: &fingerprint(&[&ask.experiment, &ask.route, &visitor]),
        limits: &counted,
        now,
    };
    write.add(sql::assign(&cx.tenant, &ask, &new));
    let at = write.add(sql::assigned(&cx.tenant, &ask, &visitor));
    let rows = cx.commit(write).await?;
    let Some(row) = rows.first::<Assigned>(at)? else {
        return counted.refuse(&rows, now);
    };
    let duplicate = row.id != id;
    answer(row, duplicate)
}

/// The answer, unless the key stands for somebody else.
fn answer(row: Assigned, duplicate: bool) -> Result<Reply> {
    if !row.mine {
        return Err(Error::from(&CONFLICT));
    }
    let answer = Answer {
        ok: true,
        duplicate,
        status: "assigned",
        experiment_assignment_id: row.id,
        experiment_id: row.experiment_id,
        variant_id: row.variant_id,
        source_route: row.source_route,
        assignment_bucket: row.assignment_bucket,
    };
    Reply::json(200, &Flagged::new(answer, FLAGS))
}
