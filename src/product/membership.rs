//! The section about access by subscription.

use serde::Deserialize;

use super::catalog::GrantMapping;
use super::sections::{sum, TotalRow};
use super::{PARENT_ISSUE, SOURCE_DATA};
use crate::contract::document::Checked;
use crate::contract::redaction::{self, Flag};
use crate::wire;

wire! {
    /// Access by subscription.
    pub struct MembershipAccess {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The events that open and close it.
        source_events: &'static [&'static str],
        /// This document.
        source_data_route: &'static str,
        /// Where a buyer looks it up.
        customer_lookup_route: &'static str,
        /// The price of the subscription.
        source_price_id: Option<String>,
        /// What is subscribed to.
        source_commerce_product_id: Option<String>,
        /// What it opens.
        product_id: Option<String>,
        /// The template of its entitlements.
        entitlement_template_id: Option<String>,
        /// The rule that opens it.
        access_rule_id: Option<String>,
        /// The statuses that open it.
        active_statuses: &'static [&'static str],
        /// The statuses that close it.
        inactive_statuses: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// Always `d1`.
        source: &'static str,
        /// Always null.
        load_error: Option<&'static str>,
        /// Totals.
        counts: MembershipCounts,
    }

    /// Totals of subscriptions and what they opened.
    pub struct MembershipCounts {
        /// Subscriptions.
        billing_subscriptions: i64,
        /// Those that open something now.
        active_or_trialing_billing_subscriptions: i64,
        /// Entitlements.
        membership_entitlements: i64,
        /// Those that are open.
        active_membership_entitlements: i64,
        /// Those that are closed.
        inactive_membership_entitlements: i64,
    }
}

/// How many subscriptions are in one status.
#[derive(Deserialize)]
pub struct SubscriptionRow {
    status: String,
    total: i64,
}

const ACTIVE: &[&str] = &["active", "trialing"];
const INACTIVE: &[&str] = &["canceled", "unpaid", "incomplete_expired"];

/// Access by subscription, for the mapping that grants it.
pub fn membership(
    mapping: Option<&GrantMapping>,
    subscriptions: &[SubscriptionRow],
    totals: &[TotalRow],
) -> Checked<MembershipAccess> {
    let of = |part: fn(&GrantMapping) -> &String| mapping.map(part).cloned();
    let own = |row: &TotalRow| row.subject == "product" && mapping.is_some_and(|it| it.product_id == row.id);
    let count = |fits: &dyn Fn(&str) -> bool| -> i64 {
        subscriptions.iter().filter(|row| fits(&row.status)).map(|row| row.total).sum()
    };
    let section = MembershipAccess {
        id: "subscription-membership-access-contract",
        status: "subscription-membership-entitlement-ready",
        issue: 187,
        parent_issue: PARENT_ISSUE,
        source_events: &[
            "customer.subscription.created",
            "customer.subscription.updated",
            "customer.subscription.deleted",
        ],
        source_data_route: SOURCE_DATA,
        customer_lookup_route: "/api/products/entitlements",
        source_price_id: of(|it| &it.source_price_id),
        source_commerce_product_id: of(|it| &it.source_commerce_product_id),
        product_id: of(|it| &it.product_id),
        entitlement_template_id: of(|it| &it.entitlement_template_id),
        access_rule_id: of(|it| &it.access_rule_id),
        active_statuses: ACTIVE,
        inactive_statuses: INACTIVE,
        write_boundary:
            "Access follows what Stripe signs about the subscription: open while it is active or on trial, \
            closed otherwise. No address here renews, cancels or bills anything.",
        source: "d1",
        load_error: None,
        counts: MembershipCounts {
            billing_subscriptions: count(&|_| true),
            active_or_trialing_billing_subscriptions: count(&|status| ACTIVE.contains(&status)),
            membership_entitlements: sum(totals, own),
            active_membership_entitlements: sum(totals, |row| own(row) && row.status == "active"),
            inactive_membership_entitlements: sum(totals, |row| own(row) && row.status == "inactive"),
        },
    };
    Checked { section, flags: FLAGS }
}

const FLAGS: &[Flag] = &[
    redaction::BUYER_EMAIL,
    redaction::BUYER_EMAIL_HASH,
    redaction::STRIPE_SUBSCRIPTION_IDS,
    redaction::STRIPE_CUSTOMER_IDS,
    redaction::STRIPE_EVENT_IDS,
    redaction::METADATA_JSON,
    redaction::MEMBER_POSTS,
    redaction::RAW_R2_KEYS,
    redaction::SIGNED_URLS,
    redaction::PROGRESS_DATA,
    redaction::CUSTOMER_PORTAL,
];
