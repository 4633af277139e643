//! The SQL of intents to end access.

use crate::db::{Stmt, Value};
use crate::kit::bounds::REVOCATION_ROWS;
use crate::kit::id::TenantId;
use crate::{queries, stmt};

/// What an intent needs to be true.
pub mod truths {
    use crate::truth;

    truth! {
        /// The entitlement, and how it stands.
        ENTITLEMENT, RECORD_INTENT = "
        SELECT json_object(
          'entitlementStatus', e.status, 'productId', e.product_id, 'entitlementTemplateId', e.entitlement_template_id,
          'accessRuleId', e.access_rule_id, 'checkoutIntentId', e.checkout_intent_id) AS truth
        FROM product_entitlements e
        WHERE e.tenant_id = ?1 AND e.id = json_extract(?2, '$.entitlementId')";
    }
}

/// The columns of an intent, and the tables that name what they point at.
macro_rules! intents {
    ($more:literal, $rest:literal) => {
        concat!(
            "
        SELECT i.id, i.product_id AS productId, p.title AS productTitle,
          i.entitlement_template_id AS entitlementTemplateId, t.title AS entitlementTemplateTitle,
          i.access_rule_id AS accessRuleId, a.title AS accessRuleTitle, i.status, i.intent_kind AS intentKind,
          i.reason_code AS reasonCode, i.status = 'revocation_intent_recorded' AS ownerConfirmed,
          i.private_reason_sha256 IS NOT NULL AS privateReasonRecorded, i.revocation_policy AS revocationPolicy,
          i.stale_state_policy AS staleStatePolicy, i.audit_correlation_policy AS auditCorrelationPolicy,
          i.destructive_action_enabled AS destructiveActionEnabled,
          i.entitlement_mutation_enabled AS entitlementMutationEnabled, 0 AS actorIdentityIncluded,
          i.created_at AS createdAt, i.updated_at AS updatedAt, ",
            $more,
            "
        FROM product_entitlement_revocation_intents i
        JOIN access_products p ON p.id = i.product_id
        JOIN entitlement_templates t ON t.id = i.entitlement_template_id
        JOIN access_rules a ON a.id = i.access_rule_id",
            $rest
        )
    };
}

queries! {
    /// Keeps the intent of a receipt.
    KEEP_INTENT = "
        INSERT INTO product_entitlement_revocation_intents (
          id, tenant_id, product_id, entitlement_template_id, access_rule_id, status, intent_kind, revocation_policy,
          stale_state_policy, audit_correlation_policy, target_entitlement_id, idempotency_key, actor_user_id,
          actor_email_hash, actor_role, expected_entitlement_status, reason_code, private_reason_sha256,
          confirmation_text_sha256, created_at, updated_at)
        SELECT r.id, r.tenant_id, json_extract(r.truth_json, '$.productId'),
          json_extract(r.truth_json, '$.entitlementTemplateId'), json_extract(r.truth_json, '$.accessRuleId'),
          'revocation_intent_recorded', 'owner_confirmed_dry_run',
          'An owner typed the confirming words. Access stays as it is until somebody ends it.',
          'The entitlement stood as the owner said when this was noted.',
          'The audit trail has this note under its own id.',
          json_extract(r.fields_json, '$.entitlementId'), r.idempotency_key, r.actor, r.actor_email_hash, r.actor_role,
          json_extract(r.fields_json, '$.expectedEntitlementStatus'), json_extract(r.fields_json, '$.reasonCode'),
          json_extract(r.fields_json, '$.privateReasonHash'), r.confirmation_text_sha256, r.created_at, r.created_at
        FROM evidence_records r WHERE r.id = ?2 AND r.tenant_id = ?1";

    /// The intent of a key.
    INTENT = intents!(
        "i.target_entitlement_id IS NOT NULL AS targetEntitlementIncluded,
          i.target_entitlement_id AS targetEntitlementId, i.expected_entitlement_status AS targetEntitlementStatus",
        "
        JOIN evidence_records r ON r.id = i.id
        WHERE r.tenant_id = ?1 AND r.kind = ?2 AND r.actor = ?3 AND r.idempotency_key = ?4"
    );

    /// The newest intents without whom they are about; ?2 says whether those of owners are among them.
    RECORDS = intents!(
        "0 AS targetEntitlementIncluded",
        "
        WHERE i.tenant_id = ?1 AND (?2 = 1 OR i.status = 'revocation_intent_ready')
        ORDER BY i.updated_at DESC, i.id LIMIT ?3"
    );

    /// Intents in totals.
    COUNTS = "
        SELECT COUNT(*) AS revocationIntents,
          COALESCE(SUM(intent_kind = 'owner_confirmed_dry_run'), 0) AS dryRunIntents,
          COALESCE(SUM(status = 'revocation_intent_recorded'), 0) AS ownerConfirmedIntents,
          COALESCE(SUM(destructive_action_enabled), 0) AS destructiveActionsEnabled,
          COALESCE(SUM(entitlement_mutation_enabled), 0) AS entitlementMutationsEnabled
        FROM product_entitlement_revocation_intents WHERE tenant_id = ?1";
}

/// Binds [`COUNTS`].
pub fn counts(tenant: &TenantId) -> Stmt {
    stmt!(COUNTS, tenant)
}

/// Binds [`RECORDS`].
pub fn records(tenant: &TenantId, of_owners: bool) -> Stmt {
    stmt!(RECORDS, tenant, of_owners, Value::Integer(REVOCATION_ROWS))
}
