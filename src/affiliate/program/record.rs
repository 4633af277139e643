//! How a kind of owner's notes is shown: its contract, what a note would be about now, and how many there are.

use std::collections::BTreeMap;

use serde_json::Value;

use super::model::{Published, ReadinessCheck};
use super::{evidence, totals::AVAILABLE_IN_D1};
use crate::affiliate::contract::DOCUMENT;
use crate::contract::document::Checked;
use crate::contract::redaction::{Flag, Flagged};
use crate::wire;

/// One kind of notes.
pub struct Family {
    /// The contract's id.
    pub id: &'static str,
    /// The contract's status.
    pub status: &'static str,
    /// The contract's issue.
    pub issue: u32,
    /// Where a note is sent.
    pub api_route: &'static str,
    /// The tables behind it.
    pub tables: &'static [&'static str],
    /// The exact words that confirm one.
    pub phrase: &'static str,
    /// What kind of record a note is.
    pub record_kind: &'static str,
    /// What its counts are named after.
    pub stem: &'static str,
    /// The count of notes that an owner made.
    pub created: &'static str,
    /// What a note can say; the first is the default.
    pub dispositions: &'static [&'static str],
    /// What has to be checked, and how it stands; empty when the payout preview says.
    pub checks: &'static [(&'static str, &'static str)],
    /// What may be shown.
    pub public: &'static [&'static str],
    /// What stays on the server.
    pub private: &'static [&'static str],
    /// What is never shown, as programs name it.
    pub excluded: &'static [&'static str],
    /// What a note never does.
    pub effects: &'static [Flag],
    /// What its answers do not hold.
    pub redaction: &'static [Flag],
    /// What can and cannot be written.
    pub write_boundary: &'static str,
}

wire! {
    /// How a note is recorded.
    pub struct RecordContract {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// Where.
        api_route: &'static str,
        /// Who may.
        auth: &'static str,
        /// The tables behind it.
        tables: &'static [&'static str],
        /// The exact text to repeat.
        confirmation_text: &'static str,
        /// What may be shown.
        public_safe_fields: &'static [&'static str],
        /// What stays on the server.
        server_private_fields: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }

    /// What must be repeated.
    pub struct Confirmation {
        /// Always true.
        required: bool,
        /// The exact text.
        text: &'static str,
    }

    /// What a note would be about now.
    pub struct CurrentEvidence {
        /// The program.
        program_id: String,
        /// Its revision.
        program_revision_id: String,
        /// The payout preparation.
        payout_preparation_id: String,
        /// The payout preview.
        payout_batch_id: String,
        /// How it stands.
        payout_batch_status: String,
        /// What kind of record a note is.
        record_kind: &'static str,
        /// Everything that this kind of note is about beside that.
        #[serde(flatten)]
        more: BTreeMap<&'static str, Value>,
        /// An owner may record one.
        owner_record_allowed: bool,
    }

    /// A kind of notes.
    pub struct Records {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// Where a note is sent.
        api_route: &'static str,
        /// The page for owners.
        owner_route: &'static str,
        /// This document.
        source_data_route: &'static str,
        /// `d1`.
        source: &'static str,
        /// Always null: a database that does not answer is a failure of the whole document.
        load_error: Option<&'static str>,
        /// What must be repeated.
        confirmation: Confirmation,
        /// What a note would be about now; null without a program.
        current_evidence: Option<Flagged<CurrentEvidence>>,
        /// How many there are.
        counts: BTreeMap<String, i64>,
        /// The last five.
        latest_records: Vec<BTreeMap<String, Value>>,
        /// What is never shown.
        private_fields_excluded: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }
}

impl Family {
    /// How a note is recorded.
    pub fn contract(&self) -> RecordContract {
        RecordContract {
            id: self.id,
            status: self.status,
            issue: self.issue,
            parent_issue: super::document::PARENT_ISSUE,
            api_route: self.api_route,
            auth: "owner-session",
            tables: self.tables,
            confirmation_text: self.phrase,
            public_safe_fields: self.public,
            server_private_fields: self.private,
            write_boundary: self.write_boundary,
        }
    }

    /// The kind with what it would be about now.
    pub fn records(&self, program: Option<(&str, &str, &Published)>) -> Checked<Records> {
        let section = Records {
            id: self.id,
            status: self.status,
            issue: self.issue,
            parent_issue: super::document::PARENT_ISSUE,
            api_route: self.api_route,
            owner_route: "/admin/affiliates",
            source_data_route: DOCUMENT,
            source: AVAILABLE_IN_D1,
            load_error: None,
            confirmation: Confirmation { required: true, text: self.phrase },
            current_evidence: program.and_then(|(id, revision, published)| self.current(id, revision, published)),
            counts: self.counts(),
            latest_records: Vec::new(),
            private_fields_excluded: self.excluded,
            write_boundary: self.write_boundary,
        };
        Checked { section, flags: self.redaction }
    }

    /// No address takes a note yet, so every count is zero.
    fn counts(&self) -> BTreeMap<String, i64> {
        let effects = self.effects.iter().map(|flag| format!("{}Records", flag.name));
        let own = [format!("{}Records", self.stem), "ownerConfirmedRecords".to_owned(), self.created.to_owned()];
        own.into_iter().chain(effects).map(|name| (name, 0)).collect()
    }

    fn current(&self, program: &str, revision: &str, published: &Published) -> Option<Flagged<CurrentEvidence>> {
        let batch = published.batches.first()?;
        let mut more: BTreeMap<&'static str, Value> = BTreeMap::new();
        if self.dispositions.is_empty() {
            more.extend([
                ("eligibleLedgerCount", batch.eligible_ledger_ids.len().into()),
                ("blockedLedgerCount", batch.blocked_ledger_ids.len().into()),
                ("reversedLedgerCount", batch.reversed_ledger_ids.len().into()),
                ("totalCommissionCents", batch.total_commission_cents.into()),
                ("currency", batch.currency.as_str().into()),
                ("readinessChecklist", serde_json::to_value(&batch.readiness_checklist).ok()?),
                ("reviewBeforePayout", batch.review_before_payout.clone().into()),
            ]);
        } else {
            self.about_flag(&mut more, published)?;
        }
        let evidence = CurrentEvidence {
            program_id: program.to_owned(),
            program_revision_id: revision.to_owned(),
            payout_preparation_id: batch.preparation_id.clone(),
            payout_batch_id: batch.id.clone(),
            payout_batch_status: batch.status.clone(),
            record_kind: self.record_kind,
            more,
            owner_record_allowed: true,
        };
        Some(Flagged::new(evidence, self.effects))
    }

    fn about_flag(&self, more: &mut BTreeMap<&'static str, Value>, published: &Published) -> Option<()> {
        let flag = published.flags.first()?;
        more.extend([
            ("reviewFlagId", flag.id.as_str().into()),
            ("reviewFlagSeverity", flag.severity.as_str().into()),
            ("linkedLedgerIds", flag.linked_ledger_ids.clone().into()),
            ("linkedLedgerCount", flag.linked_ledger_ids.len().into()),
            ("supportedDispositions", self.dispositions.into()),
            ("defaultDisposition", self.dispositions.first().copied().into()),
        ]);
        if self.checks.is_empty() {
            more.insert("reviewFlagTitle", flag.title.as_str().into());
            more.insert("requiredAction", flag.required_action.as_str().into());
            return Some(());
        }
        let report = published.reports.first()?;
        more.extend([
            ("affiliatePartnerReportId", report.id.as_str().into()),
            ("affiliatePartnerId", report.partner_id.as_str().into()),
            ("partnerReportStatus", report.status.as_str().into()),
            ("notificationChannel", "email".into()),
            ("notificationAudience", "redacted_affiliate_partner_summary".into()),
        ]);
        // Each kind builds on those before it.
        let names = [
            "payoutPreparationRecordStatus",
            "fraudReviewRecordStatus",
            "notificationReadinessRecordStatus",
            "notificationSendPreflightRecordStatus",
        ];
        let before = evidence::ALL.iter().take_while(|family| family.id != self.id);
        more.extend(names.into_iter().zip(before.map(|family| Value::from(family.status))));
        let list = match self.stem {
            "notificationSendPreflight" => "sendPreflightChecklist",
            "notificationProviderReadiness" => "providerReadinessChecklist",
            _ => "readinessChecklist",
        };
        more.insert(list, serde_json::to_value(self.checks.iter().map(check).collect::<Vec<_>>()).ok()?);
        Some(())
    }
}

fn check((id, status): &(&'static str, &'static str)) -> ReadinessCheck {
    let (title, evidence) = match *status {
        "passed" => ("Earlier notes can be kept", "Their contract is published in this document."),
        "external_required" => ("Who would be written to", "Addresses of partners are not kept here."),
        _ => ("Nothing can be sent", "There is no way here to write to a partner."),
    };
    ReadinessCheck {
        id: (*id).to_owned(),
        title: title.to_owned(),
        status: (*status).to_owned(),
        evidence: evidence.to_owned(),
    }
}
