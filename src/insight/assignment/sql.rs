//! The SQL of assignments.

use super::model::Ask;
use crate::db::{Stmt, Value};
use crate::insight::event::limits::Limits;
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{queries, stmt, within_visits};

queries! {
    /// Whether an experiment is there, and whether a page takes part.
    STANDING = "
        SELECT source_route = ?3 AS placed FROM analytics_experiments WHERE tenant_id = ?1 AND id = ?2";

    /// The variants of an experiment, in the order in which shares are counted.
    VARIANTS = "
        SELECT id, weight FROM analytics_experiment_variants
        WHERE tenant_id = ?1 AND experiment_id = ?2 ORDER BY position, id";

    /// A visitor's assignment, or else the one that a key stands for.
    ASSIGNED = "
        SELECT id, experiment_id, variant_id, source_route, assignment_bucket,
          visitor_key_hash = ?3 AND experiment_id = ?2 AS mine
        FROM analytics_experiment_assignments
        WHERE tenant_id = ?1 AND idempotency_key = ?4
        UNION ALL
        SELECT id, experiment_id, variant_id, source_route, assignment_bucket, 1
        FROM analytics_experiment_assignments
        WHERE tenant_id = ?1 AND experiment_id = ?2 AND visitor_key_hash = ?3
        ORDER BY mine LIMIT 1";

    /// Assigns a visitor who has no variant yet, by a key that nobody used, within the limit.
    ASSIGN = concat!("
        INSERT INTO analytics_experiment_assignments (
          id, tenant_id, experiment_id, variant_id, source_route, idempotency_key, assignment_bucket, visitor_key_hash,
          request_hash, assigned_at, created_at)
        SELECT ?3, e.tenant_id, e.id, ?4, e.source_route, ?5, ?6, ?7, ?8, ?9, ?9
        FROM analytics_experiments e
        WHERE e.tenant_id = ?1 AND e.id = ?2 AND ", within_visits!("
          SELECT SUM(h.assignments) FROM analytics_assignment_hours h WHERE h.tenant_id = ?1 AND h.experiment_id = ?2
            AND h.source_route = e.source_route AND h.variant_id = ?4"), "
        ON CONFLICT DO NOTHING");
}

/// Binds [`STANDING`].
pub fn standing(tenant: &TenantId, ask: &Ask) -> Stmt {
    stmt!(STANDING, tenant, ask.experiment.as_str(), ask.route.as_str())
}

/// Binds [`VARIANTS`].
pub fn variants(tenant: &TenantId, experiment: &str) -> Stmt {
    stmt!(VARIANTS, tenant, experiment)
}

/// Binds [`ASSIGNED`].
pub fn assigned(tenant: &TenantId, ask: &Ask, visitor: &str) -> Stmt {
    stmt!(ASSIGNED, tenant, ask.experiment.as_str(), visitor, ask.key.as_str())
}

/// An assignment that is to be written down.
pub struct New<'a> {
    /// Its id.
    pub id: &'a str,
    /// The variant.
    pub variant: &'a str,
    /// The visitor's bucket.
    pub bucket: u32,
    /// The keyed hash of the visitor.
    pub visitor: &'a str,
    /// What the key stands for.
    pub request_hash: &'a str,
    /// What it is held against.
    pub limits: &'a Limits,
    /// When.
    pub now: Moment,
}

/// Binds [`ASSIGN`].
pub fn assign(tenant: &TenantId, ask: &Ask, new: &New<'_>) -> Stmt {
    let mut stmt = stmt!(
        ASSIGN,
        tenant,
        ask.experiment.as_str(),
        new.id,
        new.variant,
        ask.key.as_str(),
        Value::Integer(i64::from(new.bucket)),
        new.visitor,
        new.request_hash,
        new.now,
    );
    stmt.values.extend(new.limits.values());
    stmt
}
