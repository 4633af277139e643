//! The handler of the document: one read batch.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::figures::Figures;
use super::fixed;
use super::model::Document;
use super::sql;
use crate::audience::broadcast::draft::{self, Draft};
use crate::audience::broadcast::parts::PARTS;
use crate::audience::broadcast::readiness::Row;
use crate::audience::broadcast::sql as broadcasts;
use crate::audience::evidence::{self as steps, kinds};
use crate::audience::PARENT_ISSUE;
use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::evidence::{self, Evidence, For};
use crate::http::{Reply, Req, Result};

/// `GET /audience/source-data`.
pub async fn document(cx: &Cx, req: &Req) -> Result<Reply> {
    Reply::document(req, &read(cx).await?)
}

/// The kinds of evidence that the document shows.
const KINDS: [&Evidence; 7] = [
    &kinds::INTENT,
    &kinds::PREFLIGHT,
    &kinds::SCHEDULE,
    &kinds::BATCH,
    &kinds::MESSAGES,
    &kinds::DISPATCH,
    &kinds::ATTEMPT,
];

/// A workspace as one JSON text.
#[derive(Deserialize)]
pub struct Workspace {
    workspace: String,
}

impl Workspace {
    /// Reads the rows of [`sql::workspaces`].
    ///
    /// # Errors
    /// A fault when a row is not JSON.
    pub fn read(rows: &Rows, at: At) -> Result<Vec<Value>> {
        let all: Vec<Self> = rows.all(at)?;
        Ok(all.iter().map(|row| serde_json::from_str(&row.workspace)).collect::<serde_json::Result<_>>()?)
    }
}

/// Reads the document.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn read(cx: &Cx) -> Result<Document> {
    let mut batch = Batch::new();
    let figures = batch.add(sql::published(&cx.tenant));
    let [workspaces, drafts, parts] =
        [sql::workspaces, broadcasts::drafts, broadcasts::parts].map(|ask| batch.add(ask(&cx.tenant)));
    let own = steps::ask(cx, &mut batch);
    let seen = evidence::ask(cx, &KINDS, &mut batch);
    let rows = cx.commit(batch).await?;
    let seen = seen.read(&rows)?;
    let shown =
        |kind: &'static Evidence| kind.summary(&seen, steps::more(kind, &rows, &own, For::Everybody)?, For::Everybody);
    let figures = Figures::published(&rows, figures)?;
    let workspaces = Workspace::read(&rows, workspaces)?;
    let drafts: Vec<Draft> = rows.all(drafts)?;
    let known: Vec<Row> = rows.all(parts)?;
    let parts = PARTS.iter().map(|part| Ok((part.key, part.summary(&known)?))).collect::<Result<_>>()?;
    Ok(Document {
        id: "bumpgrade-audience-automation-source-data",
        updated_at: "2026-05-21",
        status: "audience-sequence-delivery-readiness-ready",
        issue: 351,
        parent_issue: PARENT_ISSUE,
        generated_from: "src/audience/document/serve.rs",
        routes: routes(&workspaces),
        stable_ids: fixed::STABLE_IDS,
        opt_in_writes: &fixed::OPT_IN_WRITES,
        unsubscribe_writes: &fixed::UNSUBSCRIBE_WRITES,
        crm_timeline_writes: &fixed::NOTE_WRITES,
        write_boundary: fixed::WRITE_BOUNDARY,
        caveat: fixed::CAVEAT,
        subscriber_inspection: figures.inspection(),
        broadcast_readiness: draft::summary(&drafts, &figures),
        audience_sequence_delivery_readiness: figures.sequences(&workspaces),
        audience_export_readiness: figures.export(),
        import_intents: shown(&kinds::INTENT)?,
        import_preflights: shown(&kinds::PREFLIGHT)?,
        broadcast_schedule_intents: shown(&kinds::SCHEDULE)?,
        broadcast_delivery_batches: shown(&kinds::BATCH)?,
        broadcast_delivery_queue_messages: shown(&kinds::MESSAGES)?,
        broadcast_dispatch_preflights: shown(&kinds::DISPATCH)?,
        broadcast_dispatch_attempts: shown(&kinds::ATTEMPT)?,
        parts,
        workspaces,
    })
}

/// Every address that the document names, once.
fn routes(workspaces: &[Value]) -> Vec<String> {
    let pages = workspaces.iter().filter_map(|one| one.get("previewRoute").and_then(Value::as_str));
    let mut seen = BTreeSet::new();
    let writes = [&kinds::NOTE].into_iter().chain(KINDS).map(|kind| kind.write.path);
    fixed::ROUTES
        .iter()
        .copied()
        .chain(writes)
        .chain(pages)
        .filter(|route| seen.insert(*route))
        .map(str::to_owned)
        .collect()
}
