//! What must be true for evidence about payouts and messages to partners: one text, in three depths.

use crate::confirm::sql::look;
use crate::db::Stmt;
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::{ladder, ladder_rows, queries};

/// The first document of a program's kind, or the one that is named.
macro_rules! one_of {
    ($alias:literal, $kind:literal, $named:literal, $first:literal) => {
        concat!(
            " LEFT JOIN affiliate_program_documents ",
            $alias,
            " ON ",
            $alias,
            ".program_id = g.id AND ",
            $alias,
            ".kind = '",
            $kind,
            "' AND ",
            $alias,
            ".id = COALESCE(json_extract(?2, '$.",
            $named,
            "'), ",
            $first,
            ")"
        )
    };
}

/// The payout preview, flag and report that are meant, and the ladder about them.
macro_rules! payout_ladder {
    () => {
        concat!(
            "
WITH w AS (
          SELECT g.id AS program, g.revision_id AS revision, b.id AS batch, b.body_json AS batch_body, v.id AS flag,
            v.body_json AS flag_body, p.id AS report, p.body_json AS report_body
          FROM (SELECT 1)
          LEFT JOIN affiliate_programs g ON g.tenant_id = ?1 AND g.id = COALESCE(json_extract(?2, '$.programId'), (
            SELECT o.id FROM affiliate_programs o WHERE o.tenant_id = ?1 ORDER BY o.created_at, o.id LIMIT 1))",
            one_of!("b", "payout_batch", "payoutBatchId", "(
            SELECT d.id FROM affiliate_program_documents d WHERE d.program_id = g.id AND d.kind = 'payout_batch'
            ORDER BY d.position, d.id LIMIT 1)"),
            one_of!("v", "review_flag", "reviewFlagId", "(
            SELECT d.id FROM affiliate_program_documents d WHERE d.program_id = g.id AND d.kind = 'review_flag'
            ORDER BY d.position, d.id LIMIT 1)"),
            one_of!("p", "partner_report", "affiliatePartnerReportId", "(
            SELECT d.id FROM affiliate_program_documents d, json_each(d.body_json, '$.referralLinkIds') r
            WHERE d.program_id = g.id AND d.kind = 'partner_report' AND EXISTS (
              SELECT 1 FROM json_each(v.body_json, '$.linkedLedgerIds') l JOIN affiliate_program_documents x
                ON x.id = l.value AND x.program_id = g.id AND x.kind = 'ledger_example'
              WHERE json_extract(x.body_json, '$.referralLinkId') = r.value)
            ORDER BY d.position, d.id LIMIT 1)"),
            "),
        k AS (
          SELECT *, json_extract(batch_body, '$.preparationId') AS preparation,
            json_extract(batch_body, '$.status') AS batch_status,
            json_array_length(batch_body, '$.eligibleLedgerIds') AS eligible,
            json_array_length(batch_body, '$.blockedLedgerIds') AS blocked,
            json_array_length(batch_body, '$.reversedLedgerIds') AS reversed,
            json_extract(batch_body, '$.totalCommissionCents') AS total,
            json_extract(flag_body, '$.severity') AS severity,
            json_array_length(flag_body, '$.linkedLedgerIds') AS linked_ledgers,
            json_extract(report_body, '$.partnerId') AS partner, json_extract(report_body, '$.status') AS report_status,
            EXISTS (
              SELECT 1 FROM json_each(flag_body, '$.linkedLedgerIds') l
              JOIN json_each(batch_body, '$.ledgerIds') m ON m.value = l.value) AS flag_in_batch,
            EXISTS (
              SELECT 1 FROM json_each(batch_body, '$.partnerReportIds') m WHERE m.value = report) AS report_in_batch,
            EXISTS (
              SELECT 1 FROM json_each(flag_body, '$.linkedLedgerIds') l
              JOIN affiliate_program_documents x
                ON x.id = l.value AND x.program_id = program AND x.kind = 'ledger_example'
              JOIN json_each(report_body, '$.referralLinkIds') r
                ON r.value = json_extract(x.body_json, '$.referralLinkId')) AS flag_of_report
          FROM w),
        t AS (
          SELECT *, CAST(json_array(revision, batch_status, eligible, blocked, reversed, total) AS TEXT) AS today0,
            CAST(json_array(severity, linked_ledgers) AS TEXT) AS today1,
            CAST(json_array(partner, report_status) AS TEXT) AS today2
          FROM k),
        s AS (
          SELECT *, '' AS world,
            json_array(batch, batch || '|' || flag, batch || '|' || flag || '|' || report) AS subjects,
            json_array(today0, today0 || today1, today0 || today1 || today2) AS todays
          FROM t),",
            ladder!(rungs!())
        )
    };
}

/// The truth; at level 0 a record is about a payout preview, at 1 about a flag in it too, at 2 about a partner's report too.
macro_rules! payout_truth {
    ($level:literal) => {
        concat!(
            payout_ladder!(),
            ladder_truth!(
                "
            'programId', s.program, 'programRevisionId', s.revision,
            'payoutPreparationId', CASE WHEN EXISTS (
              SELECT 1 FROM affiliate_program_documents d WHERE d.program_id = s.program AND d.kind = 'payout_batch'
                AND json_extract(d.body_json, '$.preparationId') = json_extract(?2, '$.payoutPreparationId'))
              THEN json_extract(?2, '$.payoutPreparationId') ELSE s.preparation END,
            'payoutBatchId', CASE WHEN COALESCE(json_extract(?2, '$.payoutPreparationId'), s.preparation) = s.preparation
              THEN s.batch END,
            'payoutBatchStatus', s.batch_status, 'eligibleLedgerCount', s.eligible, 'blockedLedgerCount', s.blocked,
            'reversedLedgerCount', s.reversed, 'totalCommissionCents', s.total",
                "
            'reviewFlagId', s.flag, 'flagInBatch', s.flag_in_batch, 'flagOfReport', s.flag_of_report,
            'flagSeverity', s.severity, 'linkedLedgerCount', s.linked_ledgers,
            'affiliatePartnerReportId', s.report, 'reportInBatch', s.report_in_batch, 'affiliatePartnerId', s.partner,
            'partnerReportStatus', s.report_status,
            'shown', json_object('currency', json_extract(s.batch_body, '$.currency'))",
                $level
            )
        )
    };
}

/// What must be true.
pub mod truths {
    use crate::truth;
    use crate::{ladder, ladder_truth};

    truth! {
        /// A payout preview, and what is recorded about it.
        PAYOUT_TRUTH, RECORD_PAYOUT = payout_truth!("0");

        /// A flag in a payout preview, and what is recorded about it.
        FLAG_TRUTH, RECORD_FLAG = payout_truth!("1");

        /// A partner's report in a payout preview with a flag, and what is recorded about it.
        REPORT_TRUTH, RECORD_REPORT = payout_truth!("2");
    }
}

queries! {
    /// The ladder, rung by rung.
    LADDER = concat!(payout_ladder!(), ladder_rows!());

    /// What an owner can look at: every payout preview, the flags in the one that is meant, the reports of that flag.
    CHOICES = concat!(payout_ladder!(), "
        SELECT d.kind, d.id, COALESCE(json_extract(d.body_json, '$.title'), d.id) AS title,
          d.id IN (k.batch, k.flag, k.report) AS chosen
        FROM k JOIN affiliate_program_documents d ON d.program_id = k.program
        WHERE d.kind = 'payout_batch'
          OR d.kind = 'review_flag' AND EXISTS (
            SELECT 1 FROM json_each(d.body_json, '$.linkedLedgerIds') l
            JOIN json_each(k.batch_body, '$.ledgerIds') m ON m.value = l.value)
          OR d.kind = 'partner_report' AND d.id IN (SELECT value FROM json_each(k.batch_body, '$.partnerReportIds'))
            AND EXISTS (
              SELECT 1 FROM json_each(k.flag_body, '$.linkedLedgerIds') l
              JOIN affiliate_program_documents x
                ON x.id = l.value AND x.program_id = k.program AND x.kind = 'ledger_example'
              JOIN json_each(d.body_json, '$.referralLinkIds') r
                ON r.value = json_extract(x.body_json, '$.referralLinkId'))
        ORDER BY d.kind, d.position, d.id");
}

/// Binds [`truths::REPORT_TRUTH`] for what these fields name; otherwise for whatever comes first in the shop.
pub fn standing(tenant: &TenantId, fields: &serde_json::Value, now: Moment) -> Stmt {
    look(&truths::REPORT_TRUTH, tenant, fields, now)
}

/// Binds [`CHOICES`].
pub fn choices(tenant: &TenantId, fields: &serde_json::Value, now: Moment) -> Stmt {
    look(&CHOICES, tenant, fields, now)
}

/// Binds [`LADDER`] for what these fields name.
pub fn ladder(tenant: &TenantId, fields: &serde_json::Value, now: Moment) -> Stmt {
    look(&LADDER, tenant, fields, now)
}
