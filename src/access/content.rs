//! A section to read: one statement checks the entitlement, the section and its rule, and gives the text out or not.

use serde::Deserialize;

use super::{model, sql};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Result};
use crate::kit::id::{CheckoutIntentId, ContentSectionId, EntitlementId};
use crate::wire;

wire! {
    /// `GET /api/products/protected-content`.
    pub struct Delivered {
        /// Always true.
        ok: bool,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// The one before it.
        follows_issue: u32,
        /// The checkout.
        checkout_intent_id: String,
        /// The entitlement.
        entitlement_id: String,
        /// The section and its text.
        protected_content: Section,
        /// What was checked.
        access: SectionAccess,
    }

    /// A section and its text.
    pub struct Section {
        /// The section.
        id: String,
        /// Its product.
        product_id: String,
        /// The product's title.
        product_title: String,
        /// The template of the entitlements that open it.
        entitlement_template_id: String,
        /// Its title.
        title: String,
        /// What it is about.
        public_summary: String,
        /// `course_module` or `member_area`.
        content_kind: String,
        /// How it is delivered.
        delivery_mode: &'static str,
        /// `markdown`.
        body_format: String,
        /// The text.
        body: String,
        /// Always true.
        protected_body_included: bool,
    }

    /// What was checked.
    pub struct SectionAccess {
        /// `active`.
        entitlement_status: &'static str,
        /// `paid` or `completed`.
        checkout_status: String,
        /// Always true.
        entitlement_scope_matched: bool,
        /// Always true.
        stale_state_checked: bool,
        /// Always false.
        private_progress_written: bool,
    }
}

/// What is asked for.
pub struct Asked {
    intent: CheckoutIntentId,
    entitlement: EntitlementId,
    section: ContentSectionId,
}

impl Asked {
    /// Reads the three ids; `None` when one does not have its form.
    pub fn parse(intent: &str, entitlement: &str, section: &str) -> Option<Self> {
        let lower = section.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        Some(Self {
            intent: CheckoutIntentId::parse(intent)?,
            entitlement: EntitlementId::parse(entitlement).filter(|id| !id.as_str().contains('_'))?,
            section: ContentSectionId::parse(section).filter(|_| lower)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    product_id: String,
    product_title: String,
    entitlement_template_id: String,
    title: String,
    public_summary: String,
    content_kind: String,
    body_format: String,
    #[serde(rename = "checkout_status")]
    checkout_status: String,
    body: Option<String>,
}

/// Reads a section.
///
/// # Errors
/// [`model::CONTENT_NOT_FOUND`] when entitlement or section are not there, [`model::CONTENT_NOT_ELIGIBLE`] when the
/// entitlement does not open the section.
pub async fn read(cx: &Cx, asked: &Asked) -> Result<Delivered> {
    let Asked { intent, entitlement, section } = asked;
    let mut batch = Batch::new();
    let at = batch.add(sql::section(&cx.tenant, intent, entitlement, section));
    let row: Option<Row> = cx.commit(batch).await?.first(at)?;
    let row = row.ok_or_else(|| Error::from(&model::CONTENT_NOT_FOUND))?;
    let body = row.body.ok_or_else(|| Error::from(&model::CONTENT_NOT_ELIGIBLE))?;
    Ok(Delivered {
        ok: true,
        status: model::CONTENT_STATUS,
        issue: model::CONTENT_ISSUE,
        follows_issue: model::CONTENT_FOLLOWS_ISSUE,
        checkout_intent_id: intent.as_str().to_owned(),
        entitlement_id: entitlement.as_str().to_owned(),
        protected_content: Section {
            id: row.id,
            product_id: row.product_id,
            product_title: row.product_title,
            entitlement_template_id: row.entitlement_template_id,
            title: row.title,
            public_summary: row.public_summary,
            content_kind: row.content_kind,
            delivery_mode: model::CONTENT_DELIVERY_MODE,
            body_format: row.body_format,
            body,
            protected_body_included: true,
        },
        access: SectionAccess {
            entitlement_status: "active",
            checkout_status: row.checkout_status,
            entitlement_scope_matched: true,
            stale_state_checked: true,
            private_progress_written: false,
        },
    })
}
