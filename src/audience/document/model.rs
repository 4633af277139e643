//! The document as it is written.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fixed::WriteContract;
use super::summary::Summary;
use crate::contract::document::{Checked, Fixed};
use crate::evidence::Summary as Evidence;
use crate::wire;

wire! {
    /// `GET /audience/source-data`.
    pub struct Document {
        /// The contract's id.
        id: &'static str,
        /// When the contract last changed.
        updated_at: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The module that writes this.
        generated_from: &'static str,
        /// Where the things in this document are found.
        routes: Vec<String>,
        /// The names of the ids that stay what they are.
        stable_ids: &'static [&'static str],
        /// How somebody joins.
        opt_in_writes: &'static Fixed<WriteContract>,
        /// How somebody leaves.
        unsubscribe_writes: &'static Fixed<WriteContract>,
        /// How an owner notes something about somebody.
        crm_timeline_writes: &'static Fixed<WriteContract>,
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// The workspaces, each with everything that is set up in it.
        workspaces: Vec<Value>,
        /// What this document does not promise.
        caveat: &'static str,
        /// Who there is, counted.
        subscriber_inspection: Checked<Summary>,
        /// The drafts of broadcasts, and whom each could reach.
        broadcast_readiness: Checked<Summary>,
        /// Whose sequence could go on, counted.
        audience_sequence_delivery_readiness: Checked<Summary>,
        /// Who could be exported, counted.
        audience_export_readiness: Checked<Summary>,
        /// Imports that an owner has in mind.
        import_intents: Evidence,
        /// What looks at the contacts of imports came to.
        import_preflights: Evidence,
        /// When broadcasts would leave.
        broadcast_schedule_intents: Evidence,
        /// The batches that would be handed over.
        broadcast_delivery_batches: Evidence,
        /// The messages that would be queued.
        broadcast_delivery_queue_messages: Evidence,
        /// What was checked before a dispatch.
        broadcast_dispatch_preflights: Evidence,
        /// Dry runs of a dispatch.
        broadcast_dispatch_attempts: Evidence,
        /// What is known about each part of the way that a broadcast would take.
        #[serde(flatten)]
        parts: BTreeMap<&'static str, Checked<Summary>>,
    }
}
