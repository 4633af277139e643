-- After the purchase: what a buyer decided about the one offer that follows. Nothing is charged by a decision.

CREATE TABLE checkout_post_purchase_decisions (
  -- The id of its receipt.
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  idempotency_key TEXT NOT NULL,
  checkout_intent_id TEXT NOT NULL REFERENCES checkout_intents (id) ON DELETE CASCADE,
  offer_stack_id TEXT NOT NULL,
  presented_offer_id TEXT NOT NULL,
  decision_kind TEXT NOT NULL CHECK (decision_kind IN (
    'accept_upsell_follow_up', 'decline_upsell', 'accept_downsell_follow_up', 'decline_downsell')),
  checkout_status TEXT NOT NULL,
  checkout_updated_at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  audit_correlation_id TEXT NOT NULL,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, idempotency_key),
  -- One decision for each offer: a second thought is a matter between people.
  UNIQUE (checkout_intent_id, presented_offer_id)
) STRICT;

CREATE INDEX checkout_post_purchase_decisions_by_offer
  ON checkout_post_purchase_decisions (tenant_id, offer_stack_id, presented_offer_id, decision_kind, created_at);
