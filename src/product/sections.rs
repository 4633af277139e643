//! The live sections of the document: each is a summary of rows, with the flags that are computed from it.

use serde::Deserialize;

use super::contracts::{ContentDelivery, DELIVERY};
use super::{upload, PARENT_ISSUE, SOURCE_DATA};
use crate::contract::document::{Checked, Fixed};
use crate::contract::redaction::{self, Flag};
use crate::db::truth;
use crate::kit::bounds::UPLOAD_MAX_BYTES;
use crate::kit::time::{Iso, Moment};
use crate::{record, wire};

/// Every live section says where it comes from; a database that fails is a 503 instead.
const SOURCE: &str = "d1";

wire! {
    /// What was granted, in totals.
    pub struct EntitlementInspection {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The owner's page.
        owner_route: &'static str,
        /// This document.
        public_source_data_route: &'static str,
        /// Always `d1`.
        source: &'static str,
        /// Always null.
        load_error: Option<&'static str>,
        /// Totals.
        counts: EntitlementCounts,
        /// When something was last granted.
        last_granted_at: Option<Iso>,
        /// When a task last changed.
        last_fulfillment_at: Option<Iso>,
        /// Entitlements by product.
        product_counts: Vec<AccessCount>,
        /// Entitlements by template.
        template_counts: Vec<AccessCount>,
        /// Tasks by kind.
        fulfillment_counts: Vec<AccessCount>,
        /// What is never in this document.
        private_fields_excluded: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }

    /// Totals of what was granted.
    pub struct EntitlementCounts {
        /// Entitlements.
        entitlements: i64,
        /// Those that open something now.
        active_entitlements: i64,
        /// Tasks.
        fulfillment_tasks: i64,
        /// Those that wait.
        queued_fulfillment_tasks: i64,
        /// Checkouts that opened something.
        checkout_intents_with_entitlements: i64,
    }

    /// A total.
    pub struct AccessCount {
        /// What is counted.
        id: String,
        /// In which status.
        status: String,
        /// How many.
        total: i64,
    }

    /// Uploads of private files.
    pub struct UploadIntents {
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
        /// This document.
        source_data_route: &'static str,
        /// Who may.
        owner_auth_boundary: &'static str,
        /// What must be typed.
        confirmation: WriteConfirmation,
        /// A key is needed.
        idempotency_required: bool,
        /// What must still be true.
        stale_state_check: RevisionCheck,
        /// The largest file, in bytes.
        max_payload_bytes: usize,
        /// Where they are noted.
        tables: &'static [&'static str],
        /// The private bucket.
        private_asset_bucket_binding: &'static str,
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// Always `d1`.
        source: &'static str,
        /// Always null.
        load_error: Option<&'static str>,
        /// Totals.
        counts: UploadCounts,
        /// The newest.
        latest_created_at: Option<Iso>,
        /// Always false.
        raw_rows_included: bool,
    }

    /// What must be typed to confirm a write.
    pub struct WriteConfirmation {
        /// Always true.
        required: bool,
        /// The exact words.
        text: &'static str,
    }

    /// The revision that an upload must name.
    pub struct RevisionCheck {
        /// Always true.
        required: bool,
        /// The field.
        field: &'static str,
        /// The present revision.
        current_revision_id: Option<String>,
    }

    /// Totals of uploads.
    pub struct UploadCounts {
        /// All.
        upload_records: i64,
        /// Those whose file is stored.
        stored_private_uploads: i64,
    }

    /// Sections to read.
    pub struct ProtectedContent {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The owner's page.
        owner_route: &'static str,
        /// This document.
        public_source_data_route: &'static str,
        /// Always `d1`.
        source: &'static str,
        /// Always null.
        load_error: Option<&'static str>,
        /// Totals.
        counts: ContentCounts,
        /// The sections, without their text.
        records: Vec<ContentRecord>,
        /// How a section is delivered.
        delivery: &'static Fixed<Checked<ContentDelivery>>,
        /// What is never in this document.
        private_fields_excluded: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }

    /// Totals of sections.
    pub struct ContentCounts {
        /// All.
        protected_content_items: usize,
        /// Lessons.
        course_items: usize,
        /// Member areas.
        membership_items: usize,
        /// Those that are delivered.
        delivery_enabled: usize,
        /// Always 0.
        protected_bodies_included: usize,
    }
}

record! {
    /// A section, without its text.
    pub struct ContentRecord {
        /// The section.
        id: String,
        /// Its product.
        product_id: String,
        /// The product's title.
        product_title: String,
        /// Its asset.
        asset_id: String,
        /// The asset's title.
        asset_title: String,
        /// The template of the entitlements that open it.
        entitlement_template_id: String,
        /// The template's title.
        entitlement_template_title: String,
        /// `protected_content_ready`.
        status: String,
        /// `course_module` or `member_area`.
        content_kind: String,
        /// Its title.
        title: String,
        /// What anybody may know of it.
        public_summary: String,
        /// Who may read it.
        access_policy: String,
        /// What stays private.
        private_content_boundary: String,
        /// True when it is delivered.
        #[serde(deserialize_with = "truth")]
        delivery_enabled: bool,
        /// Always false here.
        #[serde(deserialize_with = "truth")]
        protected_body_included: bool,
        /// When it last changed.
        updated_at: Iso,
    }
}

/// A kept total.
#[derive(Deserialize)]
pub struct TotalRow {
    /// `product`, `template`, `fulfillment` or `checkout`.
    pub subject: String,
    /// What is counted.
    pub id: String,
    /// In which status.
    pub status: String,
    /// How many.
    pub total: i64,
    /// When last.
    pub last_at: Moment,
}

/// The summary of the uploads.
#[derive(Deserialize)]
pub struct UploadRow {
    records: i64,
    stored: i64,
    latest_created_at: Option<Iso>,
}

/// Sums the totals up that fit.
pub fn sum(totals: &[TotalRow], fits: impl Fn(&TotalRow) -> bool) -> i64 {
    totals.iter().filter(|row| fits(row)).map(|row| row.total).sum()
}

/// What was granted.
pub fn inspection(totals: &[TotalRow]) -> Checked<EntitlementInspection> {
    let of = |subject: &'static str| totals.iter().filter(move |row| row.subject == subject);
    let counts = |subject| {
        let count = |row: &TotalRow| AccessCount { id: row.id.clone(), status: row.status.clone(), total: row.total };
        of(subject).map(count).collect()
    };
    let last = |subject| of(subject).map(|row| row.last_at).max().map(Iso);
    let section = EntitlementInspection {
        id: "product-entitlement-inspection-contract",
        status: "owner-product-entitlement-inspection-ready",
        issue: 139,
        parent_issue: PARENT_ISSUE,
        owner_route: super::OWNER_PAGE,
        public_source_data_route: SOURCE_DATA,
        source: SOURCE,
        load_error: None,
        counts: EntitlementCounts {
            entitlements: sum(totals, |row| row.subject == "product"),
            active_entitlements: sum(totals, |row| row.subject == "product" && row.status == "active"),
            fulfillment_tasks: sum(totals, |row| row.subject == "fulfillment"),
            queued_fulfillment_tasks: sum(totals, |row| row.subject == "fulfillment" && row.status == "queued"),
            checkout_intents_with_entitlements: sum(totals, |row| row.subject == "checkout"),
        },
        last_granted_at: last("product"),
        last_fulfillment_at: last("fulfillment"),
        product_counts: counts("product"),
        template_counts: counts("template"),
        fulfillment_counts: counts("fulfillment"),
        private_fields_excluded: INSPECTION_PRIVATE_FIELDS,
        write_boundary: "Shows totals in public and, to an owner, the newest purchases. It only reads.",
    };
    Checked { section, flags: INSPECTION_FLAGS }
}

/// The uploads of private files.
pub fn uploads(row: UploadRow, current_revision_id: Option<String>) -> Checked<UploadIntents> {
    let section = UploadIntents {
        id: upload::CONTRACT_ID,
        status: upload::READY,
        issue: upload::ISSUE,
        parent_issue: PARENT_ISSUE,
        api_route: upload::PATH,
        source_data_route: SOURCE_DATA,
        owner_auth_boundary: "An owner's session",
        confirmation: WriteConfirmation { required: true, text: upload::PHRASE },
        idempotency_required: true,
        stale_state_check: RevisionCheck { required: true, field: upload::REVISION_FIELD, current_revision_id },
        max_payload_bytes: UPLOAD_MAX_BYTES,
        tables: &["product_asset_uploads"],
        private_asset_bucket_binding: super::BUCKET,
        write_boundary:
            "An owner who types the confirming words can store one small private file for a product that has \
            a file. Neither its content nor its place is ever answered, and buyers do not get it by this alone.",
        source: SOURCE,
        load_error: None,
        counts: UploadCounts { upload_records: row.records, stored_private_uploads: row.stored },
        latest_created_at: row.latest_created_at,
        raw_rows_included: false,
    };
    Checked { section, flags: upload::FLAGS }
}

/// The sections to read.
pub fn content(records: Vec<ContentRecord>) -> Checked<ProtectedContent> {
    let count = |fits: fn(&ContentRecord) -> bool| records.iter().filter(|record| fits(record)).count();
    let section = ProtectedContent {
        id: "product-protected-content-readiness-contract",
        status: "protected-product-content-readiness-ready",
        issue: 181,
        parent_issue: PARENT_ISSUE,
        owner_route: super::OWNER_PAGE,
        public_source_data_route: SOURCE_DATA,
        source: SOURCE,
        load_error: None,
        counts: ContentCounts {
            protected_content_items: records.len(),
            course_items: count(|record| record.content_kind == "course_module"),
            membership_items: count(|record| record.content_kind == "member_area"),
            delivery_enabled: count(|record| record.delivery_enabled),
            protected_bodies_included: count(|record| record.protected_body_included),
        },
        records,
        delivery: &DELIVERY,
        private_fields_excluded: CONTENT_PRIVATE_FIELDS,
        write_boundary:
            "Lists the sections without their text. The text goes to a buyer whose entitlement opens it, and \
            to nobody else.",
    };
    Checked { section, flags: CONTENT_SECTION_FLAGS }
}

const INSPECTION_FLAGS: &[Flag] = &[
    redaction::PRIVATE_BUYER_DATA,
    redaction::RAW_BUYER_EMAIL,
    redaction::BUYER_EMAIL_HASH,
    redaction::RAW_STRIPE_IDS,
    redaction::RAW_R2_KEYS,
    redaction::SIGNED_URLS,
    redaction::METADATA_JSON,
];

const INSPECTION_PRIVATE_FIELDS: &[&str] = &[
    "buyerEmail",
    "buyerEmailHash",
    "sourceStripeEventId",
    "stripeCheckoutSessionId",
    "stripePaymentIntentId",
    "stripeSubscriptionId",
    "metadataJson",
    "privateR2ObjectKeys",
    "signedUrls",
];

const CONTENT_SECTION_FLAGS: &[Flag] = &[
    redaction::PRIVATE_CONTENT,
    redaction::RAW_R2_KEYS,
    redaction::SIGNED_URLS,
    redaction::BUYER_DATA,
    redaction::PROGRESS_DATA,
    redaction::DELIVERY,
];

const CONTENT_PRIVATE_FIELDS: &[&str] = &[
    "lessonBody",
    "videoUrl",
    "transcriptBody",
    "memberPostBody",
    "progressState",
    "privateR2ObjectKeys",
    "signedUrls",
    "buyerEmail",
    "buyerEmailHash",
];
