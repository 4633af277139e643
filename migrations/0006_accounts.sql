-- Who signs in: the tables of Better Auth 1.6, so that its clients and its operators find what they know.
-- Accounts belong to the deployment as a whole, not to one tenant: one person may own several shops.

CREATE TABLE user (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
  email_verified INTEGER NOT NULL DEFAULT 0 CHECK (email_verified IN (0, 1)),
  image TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- token holds the SHA-256 of the session token, in hex: a copy of this table signs nobody in. A session that is not
-- remembered ends after a day and is never prolonged.
CREATE TABLE session (
  id TEXT PRIMARY KEY NOT NULL,
  expires_at INTEGER NOT NULL,
  token TEXT NOT NULL UNIQUE CHECK (length(token) = 64),
  remembered INTEGER NOT NULL DEFAULT 1 CHECK (remembered IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ip_address TEXT,
  user_agent TEXT,
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_by_expiry ON session (expires_at);

-- How somebody proves to be a user. Only passwords so far; the columns of foreign providers stay empty.
CREATE TABLE account (
  id TEXT PRIMARY KEY NOT NULL,
  account_id TEXT NOT NULL,
  provider_id TEXT NOT NULL CHECK (provider_id IN ('credential')),
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  access_token TEXT,
  refresh_token TEXT,
  id_token TEXT,
  access_token_expires_at INTEGER,
  refresh_token_expires_at INTEGER,
  scope TEXT,
  password TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (user_id, provider_id)
) STRICT;

-- Sign-in links. identifier is the SHA-256 of the token, value the JSON of what it is for. claim names the request that
-- uses the row up, so that of several requests with one token exactly one goes on.
CREATE TABLE verification (
  id TEXT PRIMARY KEY NOT NULL,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value)),
  claim TEXT UNIQUE,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX verification_by_identifier ON verification (identifier);
CREATE INDEX verification_by_expiry ON verification (expires_at);

-- Every mail that asks somebody to confirm an address. The cool-down between two of them is read from here.
CREATE TABLE account_verification_emails (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT REFERENCES user (id) ON DELETE SET NULL,
  email TEXT NOT NULL,
  subject TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'sent' CHECK (status IN ('sent', 'failed')),
  provider TEXT NOT NULL CHECK (provider IN (
    'cloudflare-binding', 'test', 'development', 'not-configured', 'smtp', 'postmark', 'resend')),
  source TEXT NOT NULL CHECK (source IN ('better-auth', 'signed-in-resend')),
  error TEXT CHECK (length(error) <= 500),
  sent_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX account_verification_emails_by_email ON account_verification_emails (email, sent_at);
CREATE INDEX account_verification_emails_by_user ON account_verification_emails (user_id);
CREATE INDEX account_verification_emails_by_status ON account_verification_emails (status, sent_at);

-- How often somebody asked for something within a window. key is a keyed hash of the caller's address and the path;
-- the count stops one past the limit, so that a flood of refused requests writes nothing.
CREATE TABLE rate_limits (
  key TEXT PRIMARY KEY NOT NULL,
  count INTEGER NOT NULL CHECK (count > 0),
  window_started_at INTEGER NOT NULL
) STRICT;

CREATE INDEX rate_limits_by_age ON rate_limits (window_started_at);
