//! The SQL of drafts and of what is known about the way that they would take.

use crate::db::{Stmt, Value};
use crate::kit::bounds::AUDIENCE_DOCUMENT_ROWS;
use crate::kit::id::TenantId;
use crate::{queries, stmt};

queries! {
    /// The drafts, the latest changed first.
    DRAFTS = "
        SELECT d.id, d.workspace_id, d.title, d.status, d.subject_intent, d.preview_text, d.audience_scope, d.segment_id,
          d.approval_boundary, d.suppression_policy, d.updated_at
        FROM audience_broadcast_drafts d
        WHERE d.tenant_id = ?1 ORDER BY d.updated_at DESC, d.id LIMIT ?2";

    /// What is known about each part of the way, the latest changed first.
    PARTS = "
        SELECT kind, id, draft_id, status, facts_json AS facts, flags_json AS flags, updated_at
        FROM audience_broadcast_readiness WHERE tenant_id = ?1 ORDER BY updated_at DESC, id LIMIT ?2";
}

/// Binds [`DRAFTS`].
pub fn drafts(tenant: &TenantId) -> Stmt {
    stmt!(DRAFTS, tenant, Value::Integer(AUDIENCE_DOCUMENT_ROWS))
}

/// Binds [`PARTS`].
pub fn parts(tenant: &TenantId) -> Stmt {
    stmt!(PARTS, tenant, Value::Integer(AUDIENCE_DOCUMENT_ROWS))
}
