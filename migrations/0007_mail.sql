-- Mails that have to leave. A row joins the batch of whatever decided it, so no mail is lost and none is sent for
-- something that did not happen. The queue only carries ids; a sweep finds the rows that the queue missed.
-- A body can hold a bearer, so it is erased as soon as the mail has left or is given up.

CREATE TABLE mail_outbox (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  kind TEXT NOT NULL CHECK (kind GLOB '[a-z]*' AND length(kind) <= 40),
  to_email TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_text TEXT,
  body_html TEXT,
  -- The row of account_verification_emails that tells how this mail went, if it has one.
  evidence_id TEXT,
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sending', 'sent', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  lease_id TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  -- A link that no longer works is not worth sending.
  useless_at INTEGER NOT NULL,
  last_error TEXT CHECK (length(last_error) <= 500),
  sent_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((status IN ('sent', 'failed')) = (body_text IS NULL AND body_html IS NULL)),
  CHECK ((status = 'sent') = (sent_at IS NOT NULL))
) STRICT;

CREATE INDEX mail_outbox_by_status ON mail_outbox (status, next_attempt_at);
CREATE INDEX mail_outbox_by_receiver ON mail_outbox (to_email, kind, created_at);
CREATE INDEX mail_outbox_by_age ON mail_outbox (created_at);
