//! Every limit of the product, with its unit. A limit is a decision, so each says where it comes from.

/// Largest JSON body of an API route, in bytes.
pub const JSON_BODY_MAX_BYTES: usize = 256 * 1024;

/// Largest form body, in bytes.
pub const FORM_BODY_MAX_BYTES: usize = 64 * 1024;

/// Longest content that the form of an upload takes, in characters: a form writes a character of another script as up
/// to nine bytes, and the whole must fit into a form body.
pub const UPLOAD_FORM_MAX_CHARS: usize = 7_000;

/// Largest webhook body, in bytes. Stripe's largest events are a few hundred KiB.
pub const WEBHOOK_BODY_MAX_BYTES: usize = 1024 * 1024;

/// Largest `Stripe-Signature` header, in bytes.
pub const SIGNATURE_HEADER_MAX_BYTES: usize = 4 * 1024;

/// How far a webhook's stamp may be from now, in either direction, in seconds. Stripe's own libraries use 300.
pub const SIGNATURE_TOLERANCE_SECONDS: i64 = 300;

/// Shortest idempotency key that a client may choose, in characters.
pub const IDEMPOTENCY_KEY_MIN_CHARS: usize = 8;

/// Longest idempotency key that a client may choose, in characters.
pub const IDEMPOTENCY_KEY_MAX_CHARS: usize = 180;

/// Most order bumps in one checkout start. Stripe allows ten optional items; we ask no more of a buyer.
pub const ORDER_BUMPS_MAX: usize = 10;

/// Longest return address, in bytes.
pub const RETURN_URL_MAX_BYTES: usize = 2_000;

/// Longest e-mail address, in bytes (RFC 5321, section 4.5.3.1, less the angle brackets).
pub const EMAIL_MAX_BYTES: usize = 254;

/// Longest part of an address before the @, in bytes (RFC 5321, section 4.5.3.1.1).
pub const EMAIL_LOCAL_MAX_BYTES: usize = 64;

/// How long an order whose payment page did not open can be tried again, in seconds. Stripe keeps idempotency keys for
/// at least a day, and after that a repeated request could open a second session.
pub const CHECKOUT_RESUME_MAX_SECONDS: i64 = 86_400;

/// How long a second sign-up for one plan, address and place is taken as the first one, in seconds.
pub const PLAN_SIGNUP_WINDOW_SECONDS: i64 = 600;

/// How long the page after a plan's payment shows what was bought, in seconds after it was settled.
pub const PLAN_SUCCESS_SETTLED_SECONDS: i64 = 3_600;

/// How long that page waits for a payment, in seconds after the start: a payment page is open for a day.
pub const PLAN_SUCCESS_WAITING_SECONDS: i64 = 86_400 + 3_600;

/// Longest client name that an agent may give, in bytes.
pub const AGENT_CLIENT_ID_MAX_BYTES: usize = 120;

/// Longest id that is accepted from outside, in bytes.
pub const ID_MAX_BYTES: usize = 200;

/// How long a download token can be used, in seconds.
pub const DOWNLOAD_TOKEN_LIFE_SECONDS: i64 = 900;

/// Unused, unexpired download tokens that one entitlement may have.
pub const DOWNLOAD_TOKENS_LIVE_MAX: i64 = 5;

/// Longest code of a partner's link, in bytes; the table allows no longer one.
pub const REFERRAL_CODE_MAX_BYTES: usize = 40;

/// Longest destination that a click may name, in bytes.
pub const REFERRAL_ROUTE_MAX_BYTES: usize = 300;

/// Longest key that a caller may give a visitor, in bytes.
pub const VISITOR_KEY_MAX_BYTES: usize = 200;

/// How long a second click of one visitor on one link is the same click, in seconds: a reload is not a visit.
pub const REFERRAL_CLICK_REPEAT_SECONDS: i64 = 1_800;

/// Checkouts that one click can be attached to at once, not counting those that came to nothing: a buyer may start over,
/// a shared click must not credit a crowd.
pub const REFERRAL_CLICK_CHECKOUTS_MAX: i64 = 10;

/// Least days between a sale and the end of its refund window, whatever the rules say.
pub const COMMISSION_HOLD_DAYS_MIN: i64 = 14;

/// Longest reason that a partner may see, in characters.
pub const PUBLIC_REASON_MAX_CHARS: usize = 180;

/// Longest private reason, in characters.
pub const PRIVATE_REASON_MAX_CHARS: usize = 800;

/// Commissions, clicks' links or orders that the owner's page lists at once, newest first.
pub const AFFILIATE_PAGE_ROWS: i64 = 50;

/// How long we wait for Stripe to answer one request, in milliseconds.
pub const STRIPE_TIMEOUT_MS: u32 = 15_000;

/// How often a request to Stripe is repeated after the first try.
pub const STRIPE_RETRIES_MAX: u32 = 1;

/// Pause before a request to Stripe is repeated, in milliseconds.
pub const STRIPE_RETRY_PAUSE_MS: u32 = 500;

/// Largest answer of Stripe that is read, in bytes. A page of 100 events stays well below.
pub const STRIPE_ANSWER_MAX_BYTES: usize = 8 * 1024 * 1024;

/// Events on one page of the missed-event sweep (Stripe allows 100).
pub const SWEEP_PAGE_EVENTS: usize = 100;

/// Pages that one run of the sweep reads; the next run goes on where this one stopped.
pub const SWEEP_PAGES_MAX: usize = 5;

/// How far back each sweep looks again over what it covered, in seconds: an event can become visible late.
pub const SWEEP_OVERLAP_SECONDS: i64 = 3_600;

/// How far back the first sweep looks, in seconds.
pub const SWEEP_FIRST_LOOK_BACK_SECONDS: i64 = 3 * 86_400;

/// How far back Stripe keeps events, in seconds (30 days).
pub const SWEEP_LOOK_BACK_MAX_SECONDS: i64 = 30 * 86_400;

/// How long one run of the sweep may hold its lease, in seconds.
pub const SWEEP_LEASE_SECONDS: i64 = 240;

/// Largest integer that D1 carries exactly: its numbers are IEEE doubles.
pub const D1_INTEGER_MAX: i64 = (1 << 53) - 1;

/// Largest number that a confirmed write takes: beyond every count, every moment in unix seconds and every sum of money in
/// cents that a shop sees, and small enough that sums over thousands of records are exact.
pub const WRITE_NUMBER_MAX: i64 = 1_000_000_000_000;

/// How long a session lasts, in seconds (7 days).
pub const SESSION_LIFE_SECONDS: i64 = 7 * 86_400;

/// How often a mail is tried.
pub const MAIL_ATTEMPTS_MAX: i64 = 5;

/// After how long a conversation with a mail server takes no further step, in seconds.
pub const MAIL_CONVERSATION_SECONDS: i64 = 75;

/// How long one try may hold a mail, in seconds: the conversation, its last step (see [`MAIL_TIMEOUT_MS`]), and half a
/// minute for the note about how it went.
pub const MAIL_LEASE_SECONDS: i64 = MAIL_CONVERSATION_SECONDS + 15 + 30;

/// How long the queue has for a mail before the sweep takes it, in seconds.
pub const MAIL_OVERDUE_SECONDS: i64 = 60;

/// Mails that one run of the sweep delivers.
pub const MAIL_SWEEP_MAX: i64 = 20;

/// How long the outbox remembers a mail, in seconds (30 days).
pub const MAIL_KEPT_SECONDS: i64 = 30 * 86_400;

/// Longest subject, in bytes.
pub const MAIL_SUBJECT_MAX_BYTES: usize = 200;

/// How long we wait for a mail provider, or for one step of a mail server, in milliseconds.
pub const MAIL_TIMEOUT_MS: u32 = 15_000;

/// Most lines of one reply of a mail server.
pub const SMTP_REPLY_LINES_MAX: usize = 64;

/// Most bytes of a mail server's replies that wait to be read.
pub const SMTP_REPLY_MAX_BYTES: usize = 16 * 1024;

/// Longest first name of a reader, in characters.
pub const READER_NAME_MAX_CHARS: usize = 120;

/// How long the link works that confirms a wish to join the list, in seconds (3 days).
pub const OPT_IN_LINK_LIFE_SECONDS: i64 = 3 * 86_400;

/// How long a letter to a new reader is worth sending, in seconds (a day).
pub const WELCOME_USELESS_SECONDS: i64 = 86_400;

/// How long a wish to join is kept that nobody confirms, in seconds (30 days).
pub const OPT_IN_UNPROVEN_SECONDS: i64 = 30 * 86_400;

/// Unconfirmed readers, and links to one's own data, that one run forgets.
pub const AUDIENCE_FORGET_ROWS: i64 = 200;

/// Wishes that cause a mail to one address: to join within [`AUDIENCE_ADDRESS_SECONDS`], to see one's own data within
/// [`OWN_DATA_LINK_LIFE_SECONDS`].
pub const AUDIENCE_MAILS_MAX: i64 = 3;

/// Wishes to leave that are counted for one address within [`AUDIENCE_ADDRESS_SECONDS`].
pub const LEAVE_ADDRESS_MAX: i64 = 10;

/// The window of what is counted for an address, in seconds (a day, which is as long as counters are kept).
pub const AUDIENCE_ADDRESS_SECONDS: i64 = 86_400;

/// Wishes to join, to leave or to see one's data from one place within [`AUDIENCE_PLACE_SECONDS`]: a room full of people
/// shares one.
pub const AUDIENCE_PLACE_MAX: i64 = 30;

/// The window of [`AUDIENCE_PLACE_MAX`], in seconds.
pub const AUDIENCE_PLACE_SECONDS: i64 = 600;

/// Longest reason for leaving, in characters.
pub const LEAVE_REASON_MAX_CHARS: usize = 240;

/// How long a link to one's own data works, in seconds (an hour).
pub const OWN_DATA_LINK_LIFE_SECONDS: i64 = 3_600;

/// How old an order that nobody paid must be before the address on it can be erased, in seconds (a day, which is as long
/// as Stripe keeps a payment page open).
pub const UNPAID_ORDER_SECONDS: i64 = 86_400;

/// How long a session lasts that ends with the browser, in seconds (a day).
pub const SESSION_BRIEF_SECONDS: i64 = 86_400;

/// How old a session must be before reading it prolongs it, in seconds (a day).
pub const SESSION_SLIDE_SECONDS: i64 = 86_400;

/// Longest browser name that a session keeps, in characters.
pub const USER_AGENT_MAX_CHARS: usize = 300;

/// Shortest password, in UTF-16 units.
pub const PASSWORD_MIN_CHARS: usize = 8;

/// Longest password, in UTF-16 units.
pub const PASSWORD_MAX_CHARS: usize = 128;

/// Longest name of a person, in bytes.
pub const PERSON_NAME_MAX_BYTES: usize = 200;

/// How long a verification link works, in seconds.
pub const VERIFICATION_LIFE_SECONDS: i64 = 3_600;

/// Pause between two verification mails to one address, in seconds.
pub const VERIFICATION_PAUSE_SECONDS: i64 = 120;

/// How long a sign-in link works, in seconds.
pub const SIGN_IN_LINK_LIFE_SECONDS: i64 = 300;

/// Sign-in links that one address may be sent within [`SIGN_IN_LINKS_WINDOW_SECONDS`].
pub const SIGN_IN_LINKS_MAX: i64 = 5;

/// The window of [`SIGN_IN_LINKS_MAX`], in seconds.
pub const SIGN_IN_LINKS_WINDOW_SECONDS: i64 = 900;

/// Pause between two mails that say an account exists already, to one address, in seconds.
pub const ACCOUNT_EXISTS_PAUSE_SECONDS: i64 = 3_600;

/// How long counters, ended sessions and old links are kept, in seconds (a day).
pub const ACCOUNT_LEFTOVERS_SECONDS: i64 = 86_400;

/// How long a verification mail is remembered, and an account whose address nobody proves after the last of them, in
/// seconds (30 days).
pub const UNPROVEN_KEPT_SECONDS: i64 = 30 * 86_400;

/// Verification mails, and accounts behind them, that one run forgets.
pub const ACCOUNT_FORGET_ROWS: i64 = 200;

/// When a message comes again that could not be worked on, in seconds.
pub const QUEUE_RETRY_SECONDS: u32 = 60;

/// Largest private file that an owner uploads through the shop, in bytes.
pub const UPLOAD_MAX_BYTES: usize = 65_536;

/// Longest file name that an owner may send, in characters.
pub const UPLOAD_NAME_MAX_CHARS: usize = 160;

/// Longest file name that is kept, in characters.
pub const UPLOAD_KEPT_NAME_MAX_CHARS: usize = 120;

/// Longest product or asset id of an upload, in characters.
pub const UPLOAD_ID_MAX_CHARS: usize = 120;

/// How long an upload may stay unfinished before it is given up, in seconds; and how long after that its object is
/// deleted. Both are longer than any request lives.
pub const UPLOAD_UNFINISHED_SECONDS: i64 = 3_600;

/// Uploads that one run of their sweep takes.
pub const UPLOAD_SWEEP_ROWS: i64 = 100;

/// Longest entitlement id of a revocation intent, in characters.
pub const REVOCATION_ID_MAX_CHARS: usize = 180;

/// Longest word of a revocation intent, in characters.
pub const REVOCATION_WORD_MAX_CHARS: usize = 80;

/// Longest reason that an owner gives in confidence, in characters.
pub const REVOCATION_REASON_MAX_CHARS: usize = 500;

/// Revocation intents that a list shows.
pub const REVOCATION_ROWS: i64 = 25;

/// Rows of each list on an owner's page.
pub const OWNER_PAGE_ROWS: i64 = 25;

/// Page views that one address may report within [`EVENTS_WINDOW_SECONDS`]. An office or a school shares one address.
pub const EVENTS_MAX: i64 = 600;

/// Assignments that one address may ask for within [`EVENTS_WINDOW_SECONDS`].
pub const ASSIGNMENTS_MAX: i64 = 300;

/// The window of [`EVENTS_MAX`] and [`ASSIGNMENTS_MAX`], in seconds.
pub const EVENTS_WINDOW_SECONDS: i64 = 60;

/// Page views, and assignments, that one address may report within [`EVENTS_DAY_SECONDS`].
pub const EVENTS_DAY_MAX: i64 = 2_000;

/// The window of [`EVENTS_DAY_MAX`], in seconds (a day, which is as long as counters are kept).
pub const EVENTS_DAY_SECONDS: i64 = 86_400;

/// Events, and assignments, that a shop takes from visitors within an hour, whoever reports them: a full database would
/// take no payments either. An event needs about 2 kB, so those of [`EVENTS_KEPT_SECONDS`] stay below 7 GB.
pub const EVENTS_HOUR_MAX: i64 = 4_000;

/// How long single events, visits and assignments are kept, in seconds (35 days): longer than the longest window of a
/// report. Totals stay.
pub const EVENTS_KEPT_SECONDS: i64 = 35 * 86_400;

/// Rows of each kind that one run of the cron removes when they are too old: more than can come between two runs.
pub const EVENTS_FORGET_ROWS: i64 = 2_000;

/// Most properties that a reported event may carry, those that are dropped among them.
pub const EVENT_PROPERTIES_MAX: usize = 40;

/// Longest text of a property, in UTF-16 units; what goes beyond is cut off.
pub const EVENT_TEXT_MAX_UNITS: usize = 240;

/// Longest name of a campaign or a site that a visitor comes from, in UTF-16 units; what goes beyond is cut off.
pub const EVENT_SOURCE_MAX_UNITS: usize = 120;

/// Longest name that a browser session gives itself, in bytes.
pub const ANONYMOUS_ID_MAX_BYTES: usize = 240;

/// Longest address within the shop that an event names, in bytes.
pub const SOURCE_ROUTE_MAX_BYTES: usize = 200;

/// Rows of sources that a report shows.
pub const SOURCE_ROWS: i64 = 50;

/// Page views that a source needs within a window to be shown by name, and different visitors who ever came by it: fewer
/// could tell who somebody is, or be somebody who wants to see a name here. The database counts visitors as far as this.
pub const SOURCE_ROWS_MIN: i64 = 5;

/// Sources of a page that are kept by name when their hours are summed up; the others are counted together.
pub const SOURCE_ROWS_KEPT: i64 = 1_000;

/// Days of a report's chart.
pub const REPORT_DAYS: i64 = 30;

/// How long a copy of the document of figures may be used without asking again, in seconds: it is large, and takes much
/// reading.
pub const REPORT_FRESH_SECONDS: i64 = 60;

/// How long totals are kept by the hour, in seconds (31 days): longer than the longest window.
pub const REPORT_HOURS_KEPT_SECONDS: i64 = 31 * 86_400;

/// Within how many seconds after midnight (UTC) old hours are summed up, once a day: the cron comes every five minutes.
pub const REPORT_FOLD_SECONDS: i64 = 300;

/// Workspaces, drafts, or parts of their way, that the document about the audience shows of each.
pub const AUDIENCE_DOCUMENT_ROWS: i64 = 100;

/// People that one page of the owner's list shows.
pub const AUDIENCE_PAGE_ROWS: i64 = 25;

/// What the page of a person shows of what happened, in entries.
pub const AUDIENCE_STORY_ROWS: i64 = 200;

/// Longest beginning of an address or a name that an owner looks for, in characters.
pub const AUDIENCE_SEARCH_MAX_CHARS: usize = 120;

/// Newest records of each kind of evidence that a summary may show.
pub const EVIDENCE_LATEST_ROWS: i64 = 10;

/// Longest private note beside a record of evidence, in characters.
pub const EVIDENCE_NOTE_MAX_CHARS: usize = 800;

/// Longest id or status in a record of evidence, in characters.
pub const EVIDENCE_TEXT_MAX_CHARS: usize = 220;

/// Longest note about somebody on the list, in characters.
pub const TIMELINE_NOTE_MAX_CHARS: usize = 800;

/// Longest name that an owner gives the source of an import, in characters.
pub const IMPORT_LABEL_MAX_CHARS: usize = 120;

/// Variants of an experiment that a decision may name.
pub const EXPERIMENT_VARIANTS_MAX: usize = 20;
