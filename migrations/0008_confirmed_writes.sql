-- Confirmed writes: one receipt per act of an owner, a buyer or an agent that was confirmed word for word.

-- A receipt is written once and never changed. What the act does to other tables stands in the same batch, and only
-- when this row is new.
CREATE TABLE evidence_records (
  -- The id of the record that the act made; a domain table uses the same id.
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  -- Which confirmed write this is.
  kind TEXT NOT NULL,
  -- The account of an owner, or 'anyone' for acts that need no session.
  actor TEXT NOT NULL,
  actor_role TEXT NOT NULL CHECK (actor_role IN ('owner', 'anyone')),
  -- Keyed hash: can be compared, cannot be guessed without the deployment's secret.
  actor_email_hash TEXT,
  idempotency_key TEXT NOT NULL,
  -- Hash of the kind and of every field (private ones are keyed hashes already); the same key with other fields is
  -- refused.
  fingerprint TEXT NOT NULL,
  confirmation_text_sha256 TEXT NOT NULL,
  -- The fields as they were understood. Private text is in here as a keyed hash only.
  fields_json TEXT NOT NULL CHECK (json_valid(fields_json)),
  -- What was true when the act was accepted.
  truth_json TEXT NOT NULL CHECK (json_valid(truth_json)),
  audit_correlation_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, kind, actor, idempotency_key)
) STRICT;

CREATE INDEX evidence_records_by_kind ON evidence_records (tenant_id, kind, created_at);

CREATE TRIGGER evidence_records_fixed BEFORE UPDATE ON evidence_records
BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
