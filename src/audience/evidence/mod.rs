//! What an owner writes down about people, imports and broadcasts: notes, and steps that stand on one another.
//!
//! A note is its receipt, so it is erased with it. No step imports anybody or sends a mail.

/// What receipts of a kind are called.
macro_rules! stem {
    (note) => {
        "crm_timeline_note"
    };
    (intent) => {
        "audience_import_intent"
    };
    (preflight) => {
        "audience_import_preflight"
    };
    (schedule) => {
        "broadcast_schedule_intent"
    };
    (batch) => {
        "broadcast_delivery_batch"
    };
    (messages) => {
        "broadcast_delivery_queue_messages"
    };
    (dispatch) => {
        "broadcast_dispatch_preflight"
    };
    (attempt) => {
        "broadcast_dispatch_attempt"
    };
}

pub mod kinds;
pub mod sql;
pub mod writes;

use serde::Deserialize;
use serde_json::{json, Map, Value};

use crate::audience::{DOCUMENT, OWNER_PAGE, PARENT_ISSUE};
use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::evidence::{Evidence, Family, For};
use crate::http::Result;

/// The family.
pub static FAMILY: Family =
    Family { parent_issue: PARENT_ISSUE, owner_route: OWNER_PAGE, source_route: DOCUMENT, ask, more };

/// The note.
pub static NOTES: [&Evidence; 1] = [&kinds::NOTE];
/// The steps towards an import, lowest first.
pub static IMPORTS: [&Evidence; 2] = [&kinds::INTENT, &kinds::PREFLIGHT];
/// The steps towards a broadcast, lowest first.
pub static BROADCASTS: [&Evidence; 5] =
    [&kinds::SCHEDULE, &kinds::BATCH, &kinds::MESSAGES, &kinds::DISPATCH, &kinds::ATTEMPT];

/// Asks for the workspace that an import would go to.
pub fn ask(cx: &Cx, batch: &mut Batch) -> Vec<At> {
    vec![batch.add(sql::workspace(&cx.tenant))]
}

#[derive(Deserialize)]
struct Workspace {
    id: String,
    title: String,
    status: String,
    revision_id: String,
}

/// The family's part of a summary: where an import would go, and from what.
///
/// # Errors
/// A fault when a row does not decode.
pub fn more(evidence: &'static Evidence, rows: &Rows, at: &[At], _: For) -> Result<Map<String, Value>> {
    let mut more = Map::new();
    let named = |wanted: &str| evidence.public.contains(&wanted);
    if let (true, [at]) = (named("expectedWorkspaceStatus"), at) {
        let workspace = rows
            .first::<Workspace>(*at)?
            .map(|it| json!({ "id": it.id, "title": it.title, "status": it.status, "revisionId": it.revision_id }));
        more.insert("workspace".to_owned(), workspace.unwrap_or_default());
    }
    let sources = evidence.write.words("sourceKind");
    if !sources.is_empty() {
        more.insert("sourceKinds".to_owned(), sources.into());
    }
    Ok(more)
}
