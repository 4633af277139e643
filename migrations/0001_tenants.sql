-- Who owns what. Every owned table below carries tenant_id, and every owned query starts from it.
-- Times are unix seconds (UTC) in INTEGER columns; they come from the application's clock, never from SQL,
-- so that tests can move time.

CREATE TABLE tenants (
  id TEXT PRIMARY KEY NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
