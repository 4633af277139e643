-- What the public documents say about offers and access, the sections that a purchase opens for reading, and totals that
-- are kept while rows change, so that a public address never counts a table that grows.

-- What happens after the payment: the way through the upsell and the downsell.
ALTER TABLE offer_stacks ADD COLUMN post_purchase_path_id TEXT;
ALTER TABLE offer_stacks ADD COLUMN post_purchase_starts_after TEXT;
ALTER TABLE offer_stacks ADD COLUMN post_purchase_minutes INTEGER NOT NULL DEFAULT 30
  CHECK (post_purchase_minutes BETWEEN 1 AND 1440);

-- Whether the public document shows a stack. What is listed in the shop need not be published to programs.
ALTER TABLE offer_stacks ADD COLUMN published INTEGER NOT NULL DEFAULT 1 CHECK (published IN (0, 1));

-- The order in which documents list them, and what they say.
ALTER TABLE access_assets ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE access_assets ADD COLUMN storage_boundary TEXT NOT NULL DEFAULT '';
ALTER TABLE access_rules ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE access_rules ADD COLUMN grants TEXT NOT NULL DEFAULT '';
ALTER TABLE access_rules ADD COLUMN write_boundary TEXT NOT NULL DEFAULT '';
ALTER TABLE entitlement_templates ADD COLUMN grants_json TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(grants_json));
ALTER TABLE entitlement_templates ADD COLUMN revocation_rules_json TEXT NOT NULL DEFAULT '[]'
  CHECK (json_valid(revocation_rules_json));
ALTER TABLE entitlement_templates ADD COLUMN private_data_excluded_json TEXT NOT NULL DEFAULT '[]'
  CHECK (json_valid(private_data_excluded_json));
ALTER TABLE grant_mappings ADD COLUMN position INTEGER NOT NULL DEFAULT 0;

CREATE INDEX access_product_assets_by_asset ON access_product_assets (asset_id);
-- A document reads what one shop has, whatever the others have.
CREATE INDEX access_products_by_tenant ON access_products (tenant_id, position);
CREATE INDEX entitlement_templates_by_product ON entitlement_templates (product_id);
CREATE INDEX grant_mappings_by_tenant ON grant_mappings (tenant_id, position);
CREATE INDEX private_files_by_tenant ON private_files (tenant_id);

-- Which rules open a product, and which offers sell it.
CREATE TABLE access_product_rules (
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  access_rule_id TEXT NOT NULL REFERENCES access_rules (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id, access_rule_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_product_offers (
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  position INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id, offer_id)
) STRICT, WITHOUT ROWID;

-- Something to read behind a purchase. Everything in this table may be public; the text itself lies in the next one.
CREATE TABLE product_protected_content_sections (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  product_id TEXT NOT NULL REFERENCES access_products (id) ON DELETE CASCADE,
  asset_id TEXT NOT NULL REFERENCES access_assets (id) ON DELETE CASCADE,
  entitlement_template_id TEXT NOT NULL REFERENCES entitlement_templates (id),
  -- The rule that opens this section. An entitlement that another kind of rule opened does not.
  access_rule_id TEXT NOT NULL REFERENCES access_rules (id),
  position INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'protected_content_ready'
    CHECK (status IN ('protected_content_ready', 'protected_content_draft')),
  content_kind TEXT NOT NULL CHECK (content_kind IN ('course_module', 'member_area')),
  title TEXT NOT NULL,
  public_summary TEXT NOT NULL,
  access_policy TEXT NOT NULL,
  private_content_boundary TEXT NOT NULL,
  delivery_enabled INTEGER NOT NULL DEFAULT 0 CHECK (delivery_enabled IN (0, 1)),
  protected_body_included INTEGER NOT NULL DEFAULT 0 CHECK (protected_body_included IN (0, 1)),
  metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX product_protected_content_sections_by_tenant ON product_protected_content_sections (tenant_id, position);
CREATE INDEX product_protected_content_sections_by_product ON product_protected_content_sections (product_id, status);
CREATE INDEX product_protected_content_sections_by_kind ON product_protected_content_sections (content_kind, status);
CREATE INDEX product_protected_content_sections_by_asset ON product_protected_content_sections (asset_id);

-- The private text of a section. Only the statement that has checked an entitlement reads it.
CREATE TABLE protected_content_bodies (
  section_id TEXT PRIMARY KEY NOT NULL REFERENCES product_protected_content_sections (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  body_format TEXT NOT NULL DEFAULT 'markdown' CHECK (body_format = 'markdown'),
  body TEXT NOT NULL CHECK (length(body) > 0),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Every section that an entitlement covers, and whether it opens now. It covers a section of its own product and
-- template, and one whose asset its product lists. It opens the section only when it was granted under the same kind of
-- rule as the section demands: a payment made once does not open what an active subscription opens.
CREATE VIEW covered_sections AS
SELECT e.tenant_id, e.id AS entitlement_id, e.checkout_intent_id, s.id AS section_id, s.position,
  e.status AS entitlement_status, i.status AS checkout_status,
  (e.status = 'active' AND i.status IN ('paid', 'completed') AND granted.timing = demanded.timing) AS opens
FROM product_entitlements e
JOIN checkout_intents i ON i.id = e.checkout_intent_id
JOIN entitlement_templates t ON t.id = e.entitlement_template_id AND t.product_id = e.product_id
JOIN product_protected_content_sections s ON s.tenant_id = e.tenant_id AND (
  (s.product_id = e.product_id AND s.entitlement_template_id = e.entitlement_template_id)
  OR EXISTS (SELECT 1 FROM access_product_assets x WHERE x.product_id = e.product_id AND x.asset_id = s.asset_id))
JOIN protected_content_bodies b ON b.section_id = s.id
JOIN access_rules granted ON granted.id = e.access_rule_id
JOIN access_rules demanded ON demanded.id = s.access_rule_id
WHERE s.status = 'protected_content_ready' AND s.delivery_enabled = 1;

-- Totals by what is counted: entitlements by product and by template, tasks by kind, checkouts that opened something.
-- The triggers below keep them; nothing else writes here.
CREATE TABLE access_totals (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  subject TEXT NOT NULL CHECK (subject IN ('product', 'template', 'fulfillment', 'checkout')),
  id TEXT NOT NULL,
  status TEXT NOT NULL,
  total INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, subject, id, status)
) STRICT, WITHOUT ROWID;

INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at)
SELECT tenant_id, 'product', product_id, status, COUNT(*), MAX(granted_at) FROM product_entitlements
GROUP BY tenant_id, product_id, status
UNION ALL
SELECT tenant_id, 'template', entitlement_template_id, status, COUNT(*), MAX(granted_at) FROM product_entitlements
GROUP BY tenant_id, entitlement_template_id, status
UNION ALL
SELECT tenant_id, 'fulfillment', fulfillment_kind, status, COUNT(*), MAX(updated_at) FROM product_fulfillment_tasks
GROUP BY tenant_id, fulfillment_kind, status
UNION ALL
SELECT tenant_id, 'checkout', '', '', COUNT(DISTINCT checkout_intent_id), MAX(granted_at) FROM product_entitlements
GROUP BY tenant_id;

CREATE TRIGGER product_entitlements_counted AFTER INSERT ON product_entitlements
BEGIN
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at) VALUES
    (NEW.tenant_id, 'product', NEW.product_id, NEW.status, 1, NEW.granted_at),
    (NEW.tenant_id, 'template', NEW.entitlement_template_id, NEW.status, 1, NEW.granted_at)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at)
  SELECT NEW.tenant_id, 'checkout', '', '', 1, NEW.granted_at
  WHERE NEW.checkout_intent_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM product_entitlements WHERE checkout_intent_id = NEW.checkout_intent_id AND id <> NEW.id)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER product_entitlements_recounted AFTER UPDATE OF status ON product_entitlements
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND status = OLD.status AND (
    (subject = 'product' AND id = OLD.product_id) OR (subject = 'template' AND id = OLD.entitlement_template_id));
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at) VALUES
    (NEW.tenant_id, 'product', NEW.product_id, NEW.status, 1, NEW.granted_at),
    (NEW.tenant_id, 'template', NEW.entitlement_template_id, NEW.status, 1, NEW.granted_at)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER product_entitlements_uncounted AFTER DELETE ON product_entitlements
BEGIN
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND status = OLD.status AND (
    (subject = 'product' AND id = OLD.product_id) OR (subject = 'template' AND id = OLD.entitlement_template_id));
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'checkout' AND OLD.checkout_intent_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM product_entitlements WHERE checkout_intent_id = OLD.checkout_intent_id);
END;

CREATE TRIGGER product_fulfillment_tasks_counted AFTER INSERT ON product_fulfillment_tasks
BEGIN
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at)
  VALUES (NEW.tenant_id, 'fulfillment', NEW.fulfillment_kind, NEW.status, 1, NEW.updated_at)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER product_fulfillment_tasks_recounted AFTER UPDATE OF status ON product_fulfillment_tasks
WHEN OLD.status <> NEW.status
BEGIN
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'fulfillment' AND id = OLD.fulfillment_kind AND status = OLD.status;
  INSERT INTO access_totals (tenant_id, subject, id, status, total, last_at)
  VALUES (NEW.tenant_id, 'fulfillment', NEW.fulfillment_kind, NEW.status, 1, NEW.updated_at)
  ON CONFLICT DO UPDATE SET total = total + 1, last_at = max(last_at, excluded.last_at);
END;

CREATE TRIGGER product_fulfillment_tasks_uncounted AFTER DELETE ON product_fulfillment_tasks
BEGIN
  UPDATE access_totals SET total = total - 1
  WHERE tenant_id = OLD.tenant_id AND subject = 'fulfillment' AND id = OLD.fulfillment_kind AND status = OLD.status;
END;
