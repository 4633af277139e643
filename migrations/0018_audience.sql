-- The audience: what a shop set up to find its readers (the workspace), and who they are (subscribers, what they agreed
-- to, what follows from it, and who must be left alone).

-- The workspace. All of it may be public.
CREATE TABLE audience_workspaces (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  issue INTEGER NOT NULL,
  parent_issue INTEGER NOT NULL,
  revision_id TEXT NOT NULL,
  preview_route TEXT NOT NULL,
  funnel_route TEXT,
  offer_route TEXT,
  product_route TEXT,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, slug)
) STRICT;

CREATE TABLE audience_segments (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  source TEXT NOT NULL,
  definition TEXT NOT NULL,
  private_data_excluded_json TEXT NOT NULL CHECK (json_valid(private_data_excluded_json)),
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audience_segments_by_workspace ON audience_segments (workspace_id, position);

CREATE TABLE audience_tags (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  purpose TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audience_tags_by_workspace ON audience_tags (workspace_id, position);

-- What a subscriber gets for joining. body is the text itself, as Markdown; only whoever confirmed may read it.
CREATE TABLE audience_lead_magnets (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  delivery_promise TEXT NOT NULL,
  asset_boundary TEXT NOT NULL,
  body TEXT NOT NULL CHECK (length(body) > 0),
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audience_lead_magnets_by_workspace ON audience_lead_magnets (workspace_id, position);

-- What people agree to, word for word. A changed wording is a new row: nobody's consent changes after the fact.
CREATE TABLE audience_consent_statements (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  version TEXT NOT NULL,
  consent_kind TEXT NOT NULL,
  statement TEXT NOT NULL CHECK (length(statement) > 0),
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, version)
) STRICT;

CREATE TRIGGER audience_consent_statements_fixed BEFORE UPDATE ON audience_consent_statements
BEGIN SELECT RAISE(ABORT, 'a consent statement is never reworded'); END;

CREATE TABLE audience_forms (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  headline TEXT NOT NULL,
  summary TEXT NOT NULL,
  button TEXT NOT NULL,
  -- 'archived' takes nobody; a draft is shown as a preview that works.
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  route_anchor TEXT NOT NULL,
  source_funnel_step_id TEXT,
  lead_magnet_id TEXT NOT NULL REFERENCES audience_lead_magnets (id),
  consent_statement_id TEXT NOT NULL REFERENCES audience_consent_statements (id),
  write_boundary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, slug)
) STRICT;

CREATE INDEX audience_forms_by_tenant ON audience_forms (tenant_id, position);
CREATE INDEX audience_forms_by_workspace ON audience_forms (workspace_id, position);

CREATE TABLE audience_form_fields (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  form_id TEXT NOT NULL REFERENCES audience_forms (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('email', 'text', 'checkbox')),
  required INTEGER NOT NULL CHECK (required IN (0, 1)),
  storage_boundary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX audience_form_fields_by_form ON audience_form_fields (form_id, position);

-- Which segments and tags somebody gets who joins by a form. The first segment is the subscriber's source segment.
CREATE TABLE audience_form_segments (
  form_id TEXT NOT NULL REFERENCES audience_forms (id) ON DELETE CASCADE,
  segment_id TEXT NOT NULL REFERENCES audience_segments (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (form_id, segment_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audience_form_tags (
  form_id TEXT NOT NULL REFERENCES audience_forms (id) ON DELETE CASCADE,
  tag_id TEXT NOT NULL REFERENCES audience_tags (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (form_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audience_sequences (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  -- What begins it, as a sentence.
  starts_when TEXT NOT NULL,
  linked_form_id TEXT NOT NULL REFERENCES audience_forms (id) ON DELETE CASCADE,
  write_boundary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audience_sequences_by_workspace ON audience_sequences (workspace_id, position);
CREATE INDEX audience_sequences_by_form ON audience_sequences (linked_form_id, position);

CREATE TABLE audience_sequence_steps (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  sequence_id TEXT NOT NULL REFERENCES audience_sequences (id) ON DELETE CASCADE,
  subject_intent TEXT NOT NULL,
  timing TEXT NOT NULL CHECK (timing IN ('immediate', 'delay_hours', 'delay_days')),
  delay_value INTEGER NOT NULL CHECK (delay_value >= 0),
  goal TEXT NOT NULL,
  agent_editable INTEGER NOT NULL CHECK (agent_editable IN (0, 1)),
  position INTEGER NOT NULL DEFAULT 0,
  CHECK ((timing = 'immediate') = (delay_value = 0))
) STRICT;

CREATE INDEX audience_sequence_steps_by_sequence ON audience_sequence_steps (sequence_id, position);

CREATE TABLE audience_automation_rules (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  workspace_id TEXT NOT NULL REFERENCES audience_workspaces (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'live', 'archived')),
  trigger_event TEXT NOT NULL,
  conditions_json TEXT NOT NULL CHECK (json_valid(conditions_json)),
  write_boundary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audience_automation_rules_by_workspace ON audience_automation_rules (workspace_id, position);

CREATE TABLE audience_automation_actions (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  rule_id TEXT NOT NULL REFERENCES audience_automation_rules (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('tag_contact', 'start_sequence', 'notify_owner', 'record_event')),
  -- A tag, a sequence or an event definition, by the kind.
  target_id TEXT NOT NULL,
  summary TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX audience_automation_actions_by_rule ON audience_automation_actions (rule_id, position);

-- The people. An address is kept in lower case; email_hash is a hash under the deployment's secret, so that it can be
-- compared and not guessed. 'pending' has asked to join and not confirmed: nothing is sent to such an address but the mail
-- that asks.
CREATE TABLE audience_subscribers (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  email TEXT NOT NULL CHECK (email = lower(email)),
  email_hash TEXT NOT NULL CHECK (length(email_hash) = 64),
  first_name TEXT CHECK (length(first_name) BETWEEN 1 AND 120),
  status TEXT NOT NULL CHECK (status IN ('pending', 'subscribed', 'unsubscribed')),
  source_form_id TEXT NOT NULL REFERENCES audience_forms (id),
  source_segment_id TEXT REFERENCES audience_segments (id),
  -- When a press on the mailed page last put the address on the list.
  confirmed_at INTEGER,
  -- Kept by the triggers below: whether a consent stands behind it, and whether its hash is suppressed.
  has_consent INTEGER NOT NULL DEFAULT 0 CHECK (has_consent IN (0, 1)),
  is_suppressed INTEGER NOT NULL DEFAULT 0 CHECK (is_suppressed IN (0, 1)),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, email),
  UNIQUE (tenant_id, email_hash),
  CHECK (status <> 'subscribed' OR confirmed_at IS NOT NULL)
) STRICT;

CREATE INDEX audience_subscribers_by_status ON audience_subscribers (tenant_id, status, created_at);
CREATE INDEX audience_subscribers_by_confirmation ON audience_subscribers (tenant_id, confirmed_at, created_at);
CREATE INDEX audience_subscribers_by_change ON audience_subscribers (tenant_id, updated_at);
CREATE INDEX audience_subscribers_by_form ON audience_subscribers (source_form_id);
CREATE INDEX audience_subscribers_by_segment ON audience_subscribers (source_segment_id);

-- What somebody asked for and agreed to. 'requested' waits for the press on the mailed page; only then it is 'consented'.
-- 'withdrawn' was still waiting when its address left the list. token_hash is the SHA-256 of the link's token.
CREATE TABLE audience_consent_events (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subscriber_id TEXT NOT NULL REFERENCES audience_subscribers (id) ON DELETE CASCADE,
  form_id TEXT NOT NULL REFERENCES audience_forms (id),
  consent_statement_id TEXT NOT NULL REFERENCES audience_consent_statements (id),
  consent_statement TEXT NOT NULL,
  consent_kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('requested', 'consented', 'withdrawn')),
  idempotency_key TEXT NOT NULL,
  -- What the key stands for, so that it cannot be used for anything else.
  request_hash TEXT NOT NULL,
  -- The name as it was typed with this request; it becomes the subscriber's when the request is confirmed.
  first_name TEXT CHECK (length(first_name) BETWEEN 1 AND 120),
  token_hash TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL,
  -- A robot that fills in forms is not a visitor to be counted.
  by_robot INTEGER NOT NULL DEFAULT 0 CHECK (by_robot IN (0, 1)),
  ip_hash TEXT,
  user_agent_hash TEXT,
  -- The visitor of the pages, as events name them, until the confirmation counts them.
  visitor_hash TEXT,
  -- Names the request that confirmed it, so that of several presses exactly one acts.
  confirmation_id TEXT UNIQUE,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  requested_at INTEGER NOT NULL,
  consented_at INTEGER,
  -- Keys belong to the address that they came with.
  UNIQUE (subscriber_id, idempotency_key),
  CHECK ((status = 'consented') = (consented_at IS NOT NULL))
) STRICT;

CREATE INDEX audience_consent_events_by_subscriber ON audience_consent_events (subscriber_id, consented_at);
CREATE INDEX audience_consent_events_by_time ON audience_consent_events (tenant_id, consented_at);

CREATE TABLE audience_tag_assignments (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subscriber_id TEXT NOT NULL REFERENCES audience_subscribers (id) ON DELETE CASCADE,
  tag_id TEXT NOT NULL REFERENCES audience_tags (id),
  source_form_id TEXT NOT NULL REFERENCES audience_forms (id),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'removed')),
  idempotency_key TEXT NOT NULL UNIQUE,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (subscriber_id, tag_id)
) STRICT;

CREATE INDEX audience_tag_assignments_by_tag ON audience_tag_assignments (tag_id, status, subscriber_id);

CREATE TABLE audience_sequence_enrollments (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subscriber_id TEXT NOT NULL REFERENCES audience_subscribers (id) ON DELETE CASCADE,
  sequence_id TEXT NOT NULL REFERENCES audience_sequences (id),
  source_form_id TEXT NOT NULL REFERENCES audience_forms (id),
  status TEXT NOT NULL DEFAULT 'draft_enrolled' CHECK (status IN ('draft_enrolled', 'unsubscribe_paused')),
  idempotency_key TEXT NOT NULL UNIQUE,
  next_step_id TEXT REFERENCES audience_sequence_steps (id),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (subscriber_id, sequence_id),
  CHECK (status <> 'unsubscribe_paused' OR next_step_id IS NULL)
) STRICT;

CREATE INDEX audience_sequence_enrollments_by_sequence ON audience_sequence_enrollments (sequence_id, status);

-- Who must be left alone. A row holds no address, only its keyed hash, so it outlives everything else that was known of a
-- person. 'lifted' ends it: the person asked to join again and confirmed it from their mailbox.
CREATE TABLE audience_suppression_entries (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  email_hash TEXT NOT NULL CHECK (length(email_hash) = 64),
  subscriber_id TEXT REFERENCES audience_subscribers (id) ON DELETE SET NULL,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'lifted')),
  suppression_kind TEXT NOT NULL DEFAULT 'unsubscribe' CHECK (suppression_kind IN ('unsubscribe', 'erasure')),
  source_route TEXT NOT NULL,
  reason TEXT CHECK (length(reason) <= 240),
  idempotency_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  ip_hash TEXT,
  user_agent_hash TEXT,
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_id, email_hash, idempotency_key)
) STRICT;

CREATE INDEX audience_suppression_entries_by_hash ON audience_suppression_entries (tenant_id, email_hash, status);
CREATE INDEX audience_suppression_entries_by_subscriber ON audience_suppression_entries (subscriber_id, status);
CREATE INDEX audience_suppression_entries_by_change ON audience_suppression_entries (tenant_id, updated_at);

-- Links to one's own data. A row is made for whoever asks, so that asking takes the same work for everybody; it holds no
-- address, and of the token only the SHA-256.
CREATE TABLE audience_data_requests (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  email_hash TEXT NOT NULL CHECK (length(email_hash) = 64),
  token_hash TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL,
  -- Set when everything was erased by this link.
  erased_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audience_data_requests_by_age ON audience_data_requests (expires_at);

-- Erasing a person also looks for notes about them, for sign-in links to their address, and for orders that nobody paid.
CREATE INDEX checkout_intents_by_buyer ON checkout_intents (lower(buyer_email));
CREATE INDEX evidence_records_by_subscriber ON evidence_records (tenant_id, json_extract(fields_json, '$.subscriberId'));
CREATE INDEX verification_by_receiver ON verification (json_extract(value, '$.email'));

-- Mails to a list say how to leave it with one press (RFC 8058). The address of that press, if a mail has one.
ALTER TABLE mail_outbox ADD COLUMN unsubscribe_url TEXT;

-- Totals by what is counted, so that a public address never counts a table that grows. The triggers below keep them;
-- nothing else writes here. By subject, id is a form (subscriber), a tag, a sequence, a kind of consent, a kind of
-- suppression, a kind of note.
CREATE TABLE audience_totals (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subject TEXT NOT NULL CHECK (subject IN ('subscriber', 'consent', 'tag', 'sequence', 'suppression', 'note')),
  id TEXT NOT NULL,
  status TEXT NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, subject, id, status)
) STRICT, WITHOUT ROWID;

-- Subscribers by everything that decides whether they may be written to. source_segment_id is '' where there is none.
CREATE TABLE audience_subscriber_totals (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  source_form_id TEXT NOT NULL,
  source_segment_id TEXT NOT NULL,
  status TEXT NOT NULL,
  has_consent INTEGER NOT NULL,
  is_suppressed INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, source_form_id, source_segment_id, status, has_consent, is_suppressed)
) STRICT, WITHOUT ROWID;

-- Enrolments by the same, and by their own status.
CREATE TABLE audience_enrollment_totals (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  sequence_id TEXT NOT NULL,
  status TEXT NOT NULL,
  subscriber_status TEXT NOT NULL,
  has_consent INTEGER NOT NULL,
  is_suppressed INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, sequence_id, status, subscriber_status, has_consent, is_suppressed)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audience_subscribers_counted AFTER INSERT ON audience_subscribers
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'subscriber', NEW.source_form_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  INSERT INTO audience_subscriber_totals VALUES (NEW.tenant_id, NEW.source_form_id, COALESCE(NEW.source_segment_id, ''),
    NEW.status, NEW.has_consent, NEW.is_suppressed, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET is_suppressed = 1
  WHERE id = NEW.id AND is_suppressed = 0 AND EXISTS (SELECT 1 FROM audience_suppression_entries x
    WHERE x.tenant_id = NEW.tenant_id AND x.email_hash = NEW.email_hash AND x.status = 'active');
END;

CREATE TRIGGER audience_subscribers_recounted
AFTER UPDATE OF status, source_form_id, source_segment_id, has_consent, is_suppressed ON audience_subscribers
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'subscriber' AND id = OLD.source_form_id AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'subscriber', NEW.source_form_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscriber_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND source_form_id = OLD.source_form_id
    AND source_segment_id = COALESCE(OLD.source_segment_id, '') AND status = OLD.status
    AND has_consent = OLD.has_consent AND is_suppressed = OLD.is_suppressed;
  INSERT INTO audience_subscriber_totals VALUES (NEW.tenant_id, NEW.source_form_id, COALESCE(NEW.source_segment_id, ''),
    NEW.status, NEW.has_consent, NEW.is_suppressed, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  INSERT INTO audience_enrollment_totals
  SELECT e.tenant_id, e.sequence_id, e.status, OLD.status, OLD.has_consent, OLD.is_suppressed, -1
  FROM audience_sequence_enrollments e WHERE e.subscriber_id = NEW.id
  ON CONFLICT DO UPDATE SET total = total - 1;
  INSERT INTO audience_enrollment_totals
  SELECT e.tenant_id, e.sequence_id, e.status, NEW.status, NEW.has_consent, NEW.is_suppressed, 1
  FROM audience_sequence_enrollments e WHERE e.subscriber_id = NEW.id
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

-- Before the row is gone, and with it, by cascade, its enrolments.
CREATE TRIGGER audience_subscribers_uncounted BEFORE DELETE ON audience_subscribers
BEGIN
  DELETE FROM audience_sequence_enrollments WHERE subscriber_id = OLD.id;
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'subscriber' AND id = OLD.source_form_id AND status = OLD.status;
  UPDATE audience_subscriber_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND source_form_id = OLD.source_form_id
    AND source_segment_id = COALESCE(OLD.source_segment_id, '') AND status = OLD.status
    AND has_consent = OLD.has_consent AND is_suppressed = OLD.is_suppressed;
END;

CREATE TRIGGER audience_consent_events_counted AFTER INSERT ON audience_consent_events
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'consent', NEW.consent_kind, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET has_consent = 1
  WHERE id = NEW.subscriber_id AND has_consent = 0 AND NEW.status = 'consented';
END;

CREATE TRIGGER audience_consent_events_recounted AFTER UPDATE OF status ON audience_consent_events
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'consent' AND id = OLD.consent_kind AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'consent', NEW.consent_kind, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET has_consent = 1
  WHERE id = NEW.subscriber_id AND has_consent = 0 AND NEW.status = 'consented';
END;

CREATE TRIGGER audience_consent_events_uncounted AFTER DELETE ON audience_consent_events
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'consent' AND id = OLD.consent_kind AND status = OLD.status;
END;

CREATE TRIGGER audience_tag_assignments_counted AFTER INSERT ON audience_tag_assignments
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'tag', NEW.tag_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_tag_assignments_recounted AFTER UPDATE OF status ON audience_tag_assignments
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'tag' AND id = OLD.tag_id AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'tag', NEW.tag_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_tag_assignments_uncounted AFTER DELETE ON audience_tag_assignments
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'tag' AND id = OLD.tag_id AND status = OLD.status;
END;

CREATE TRIGGER audience_sequence_enrollments_counted AFTER INSERT ON audience_sequence_enrollments
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'sequence', NEW.sequence_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  INSERT INTO audience_enrollment_totals
  SELECT NEW.tenant_id, NEW.sequence_id, NEW.status, s.status, s.has_consent, s.is_suppressed, 1
  FROM audience_subscribers s WHERE s.id = NEW.subscriber_id
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_sequence_enrollments_recounted AFTER UPDATE OF status ON audience_sequence_enrollments
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'sequence' AND id = OLD.sequence_id AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'sequence', NEW.sequence_id, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  INSERT INTO audience_enrollment_totals
  SELECT OLD.tenant_id, OLD.sequence_id, OLD.status, s.status, s.has_consent, s.is_suppressed, -1
  FROM audience_subscribers s WHERE s.id = OLD.subscriber_id
  ON CONFLICT DO UPDATE SET total = total - 1;
  INSERT INTO audience_enrollment_totals
  SELECT NEW.tenant_id, NEW.sequence_id, NEW.status, s.status, s.has_consent, s.is_suppressed, 1
  FROM audience_subscribers s WHERE s.id = NEW.subscriber_id
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_sequence_enrollments_uncounted AFTER DELETE ON audience_sequence_enrollments
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'sequence' AND id = OLD.sequence_id AND status = OLD.status;
  INSERT INTO audience_enrollment_totals
  SELECT OLD.tenant_id, OLD.sequence_id, OLD.status, s.status, s.has_consent, s.is_suppressed, -1
  FROM audience_subscribers s WHERE s.id = OLD.subscriber_id
  ON CONFLICT DO UPDATE SET total = total - 1;
END;

CREATE TRIGGER audience_suppression_entries_counted AFTER INSERT ON audience_suppression_entries
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'suppression', NEW.suppression_kind, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET is_suppressed = 1
  WHERE tenant_id = NEW.tenant_id AND email_hash = NEW.email_hash AND is_suppressed = 0 AND NEW.status = 'active';
END;

CREATE TRIGGER audience_suppression_entries_recounted AFTER UPDATE OF status ON audience_suppression_entries
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'suppression' AND id = OLD.suppression_kind AND status = OLD.status;
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'suppression', NEW.suppression_kind, NEW.status, 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
  UPDATE audience_subscribers SET is_suppressed = EXISTS (SELECT 1 FROM audience_suppression_entries x
    WHERE x.tenant_id = NEW.tenant_id AND x.email_hash = NEW.email_hash AND x.status = 'active')
  WHERE tenant_id = NEW.tenant_id AND email_hash = NEW.email_hash;
END;

CREATE TRIGGER audience_suppression_entries_uncounted AFTER DELETE ON audience_suppression_entries
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'suppression' AND id = OLD.suppression_kind AND status = OLD.status;
  UPDATE audience_subscribers SET is_suppressed = EXISTS (SELECT 1 FROM audience_suppression_entries x
    WHERE x.tenant_id = OLD.tenant_id AND x.email_hash = OLD.email_hash AND x.status = 'active')
  WHERE tenant_id = OLD.tenant_id AND email_hash = OLD.email_hash;
END;

CREATE TRIGGER audience_notes_counted AFTER INSERT ON evidence_records WHEN NEW.kind = 'crm_timeline_note'
BEGIN
  INSERT INTO audience_totals VALUES (NEW.tenant_id, 'note', 'owner_note', 'active', 1)
  ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER audience_notes_uncounted AFTER DELETE ON evidence_records WHEN OLD.kind = 'crm_timeline_note'
BEGIN
  UPDATE audience_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'note' AND id = 'owner_note' AND status = 'active';
END;
