//! A summary that is only read: what is counted about one part of the audience, and what is never shown of it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::audience::{DOCUMENT, OWNER_PAGE, PARENT_ISSUE};
use crate::contract::document::Checked;
use crate::contract::redaction::Flag;
use crate::wire;

/// What is said of a summary whatever the figures are.
pub struct About {
    /// The contract's id.
    pub id: &'static str,
    /// The contract's status.
    pub status: &'static str,
    /// The contract's issue.
    pub issue: u32,
    /// What its answers do not hold.
    pub redaction: &'static [Flag],
    /// What is never shown, as programs name it.
    pub excluded: &'static [&'static str],
    /// What can and cannot be written.
    pub boundary: &'static str,
}

wire! {
    /// A summary.
    pub struct Summary {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// This document.
        public_source_data_route: &'static str,
        /// The owner's page.
        owner_route: &'static str,
        /// Always `d1`.
        source: &'static str,
        /// Always null: a database that does not answer is a failure of the whole document.
        load_error: Option<&'static str>,
        /// What is counted.
        counts: BTreeMap<&'static str, i64>,
        /// What only this summary has.
        #[serde(flatten)]
        more: BTreeMap<&'static str, Value>,
        /// What is never shown.
        private_fields_excluded: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }
}

impl About {
    /// The summary with its figures.
    pub fn with<C, M>(&self, counts: C, more: M) -> Checked<Summary>
    where
        C: IntoIterator<Item = (&'static str, i64)>,
        M: IntoIterator<Item = (&'static str, Value)>,
    {
        let section = Summary {
            id: self.id,
            status: self.status,
            issue: self.issue,
            parent_issue: PARENT_ISSUE,
            public_source_data_route: DOCUMENT,
            owner_route: OWNER_PAGE,
            source: "d1",
            load_error: None,
            counts: counts.into_iter().collect(),
            more: more.into_iter().collect(),
            private_fields_excluded: self.excluded,
            write_boundary: self.boundary,
        };
        Checked { section, flags: self.redaction }
    }
}
