//! What a browser may report, what is kept of it, and what is not counted.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::account::limit::Rule;
use crate::account::model::TOO_MANY;
use crate::contract::redaction::{self, Flag};
use crate::db::truth;
use crate::http::origin::INVALID_ORIGIN;
use crate::http::{key, Error, Fields, Refusal, Req, Result};
use crate::insight::VISITOR_FIELD;
use crate::kit::bounds::{
    ANONYMOUS_ID_MAX_BYTES, EVENTS_MAX, EVENTS_WINDOW_SECONDS, EVENT_PROPERTIES_MAX, EVENT_SOURCE_MAX_UNITS,
    EVENT_TEXT_MAX_UNITS, SOURCE_ROUTE_MAX_BYTES,
};
use crate::kit::hash::fingerprint;
use crate::kit::private::Private;

/// No key.
pub const IDEMPOTENCY_REQUIRED: Refusal =
    Refusal::new(400, "idempotency_required", "This needs an idempotency key in the body.");
/// Not an event that browsers report.
pub const UNSUPPORTED_EVENT: Refusal =
    Refusal::new(400, "unsupported_event", "No event that a page may report has this id.");
/// Not a page that reports this.
pub const UNSUPPORTED_ROUTE: Refusal = Refusal::new(400, "unsupported_source_route", "This page does not take part.");
/// The key stands for something else.
pub const CONFLICT: Refusal =
    Refusal::new(409, "idempotency_conflict", "This idempotency key was used for something else.");

/// Every refusal of an event.
pub const REFUSALS: &[&Refusal] = &[
    &IDEMPOTENCY_REQUIRED,
    &key::INVALID,
    &UNSUPPORTED_EVENT,
    &UNSUPPORTED_ROUTE,
    &INVALID_ORIGIN,
    &CONFLICT,
    &TOO_MANY,
];

/// What an answer does not hold.
pub const FLAGS: &[Flag] = &[redaction::PRIVATE_DATA, redaction::RAW_REQUEST_DATA];

/// How many events one address may report; a household or an office shares one.
pub const RULE: Rule = Rule { path: "/api/analytics/events", max: EVENTS_MAX, window_seconds: EVENTS_WINDOW_SECONDS };

/// Where a visitor says to come from.
const CAMPAIGN: &[&str] = &["utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm"];
/// Digits of a campaign's name with which it may be a telephone number.
const CAMPAIGN_DIGITS: usize = 7;
/// The site before this one.
const REFERRER: &str = "referrerHost";
/// What marks a look that is not a visit.
const SUPPRESSING: &[&str] = &["preview", "previewMode", "testMode", "suppressAnalytics", "analyticsSuppressed"];
/// Words in the names of programs that are not people.
const ROBOTS: &[&str] = &[
    "bot",
    "crawler",
    "spider",
    "slurp",
    "bingpreview",
    "facebookexternalhit",
    "twitterbot",
    "linkedinbot",
    "slackbot",
    "discordbot",
    "telegrambot",
    "whatsapp",
    "yandex",
    "baiduspider",
    "duckduckbot",
];

/// An event as a browser reports it.
#[derive(Debug)]
pub struct Report {
    /// Which.
    pub definition: String,
    /// On which page.
    pub route: String,
    /// The caller's key.
    pub key: String,
    /// What the browser session calls itself.
    pub visitor: Option<Private<String>>,
    /// The properties, made harmless.
    pub properties: Map<String, Value>,
    /// Why it is not counted, if it is not.
    pub ignored: Option<&'static str>,
}

impl Report {
    /// Reads an event.
    ///
    /// # Errors
    /// `idempotency_required`, `invalid_idempotency_key`, or `invalid_request` naming a field of the wrong form.
    pub fn read(fields: &Fields, req: &Req) -> Result<Self> {
        let key = own_key(fields)?;
        let given = fields.object("publicProperties");
        if given.is_some_and(|given| given.len() > EVENT_PROPERTIES_MAX) {
            return Err(crate::http::fields::wrong("publicProperties"));
        }
        let empty = Map::new();
        let given = given.unwrap_or(&empty);
        let ignored = match suppressed(given) {
            true => Some("preview_or_test"),
            false => is_robot(req).then_some("bot_or_crawler"),
        };
        let mut properties = harmless(given);
        // From one page of the shop to another is not from elsewhere.
        if properties.get(REFERRER).and_then(Value::as_str) == req.url.host_str() {
            properties.remove(REFERRER);
        }
        Ok(Self {
            definition: fields.text_of(&["eventDefinitionId", "eventId"])?.unwrap_or_default().to_owned(),
            route: fields.bounded("sourceRoute", SOURCE_ROUTE_MAX_BYTES)?.unwrap_or_default(),
            key,
            visitor: fields.bounded(VISITOR_FIELD, ANONYMOUS_ID_MAX_BYTES)?.map(Private::new),
            properties,
            ignored,
        })
    }

    /// Everything that the key stands for. Where the visitor comes from is no part of it: who opens a page again in the
    /// same tab by another link has still looked once.
    pub fn request_hash(&self, visitor: Option<&str>) -> String {
        let stays = |name: &&String| !CAMPAIGN.contains(&name.as_str()) && name.as_str() != REFERRER;
        let names = self.properties.keys().filter(stays);
        let properties: Map<String, Value> =
            names.map(|name| (name.clone(), self.properties.get(name).cloned().unwrap_or_default())).collect();
        let properties = Value::Object(properties).to_string();
        fingerprint(&[&self.definition, &self.route, &properties, visitor.unwrap_or_default()])
    }
}

/// The key in a body; a header is not looked at, because a beacon has none of its own.
///
/// # Errors
/// `idempotency_required` or `invalid_idempotency_key`.
pub fn own_key(fields: &Fields) -> Result<String> {
    let key = fields.text(key::FIELD)?.ok_or_else(|| Error::from(&IDEMPOTENCY_REQUIRED))?;
    key::ascii(key.to_owned())
}

/// True for a program that says it is one. A request without a name is not taken for a program.
pub fn is_robot(req: &Req) -> bool {
    let agent = req.header("user-agent").unwrap_or_default().to_ascii_lowercase();
    ROBOTS.iter().any(|word| agent.contains(word))
}

fn suppressed(given: &Map<String, Value>) -> bool {
    let says = |value: &Value| match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => matches!(text.trim().to_lowercase().as_str(), "true" | "1" | "yes" | "preview"),
        _ => false,
    };
    SUPPRESSING.iter().filter_map(|name| given.get(*name)).any(says)
}

/// The properties of a report that can be kept. Whether the event may carry them is decided where its definition is.
pub fn harmless(given: &Map<String, Value>) -> Map<String, Value> {
    let one = |(name, value): (&String, &Value)| Some((name.clone(), kept(name, value)?));
    given.iter().filter_map(one).collect()
}

/// What is kept of a property; `None` when it is of no use.
fn kept(name: &str, value: &Value) -> Option<Value> {
    let named = CAMPAIGN.contains(&name) || name == REFERRER;
    match value {
        Value::String(text) if name == REFERRER => Some(host(text).into()),
        Value::String(text) if named => Some(campaign(text).into()),
        Value::String(text) => Some(plain(&cut(text.trim(), EVENT_TEXT_MAX_UNITS)).into()),
        Value::Null => Some(Value::Null),
        Value::Bool(_) | Value::Number(_) if !named => Some(value.clone()),
        _ => None,
    }
}

/// The name of a campaign: one line, no address of a site, no number to call, no query. Names are public, and anybody
/// can send one.
fn campaign(text: &str) -> Option<String> {
    let line = cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), EVENT_SOURCE_MAX_UNITS);
    let foreign = line.contains(['?', '&', '#', '=', '/', ':']);
    plain(&line).filter(|line| !foreign && !names_a_site(line) && digits(line) < CAMPAIGN_DIGITS)
}

/// True when a dot stands before a letter and after no space, as in the name of a site.
fn names_a_site(line: &str) -> bool {
    let letters: Vec<char> = line.chars().collect();
    letters.windows(3).any(|three| matches!(three, [a, '.', b] if a.is_alphanumeric() && b.is_alphabetic()))
}

fn digits(line: &str) -> usize {
    line.chars().filter(|c| c.is_numeric()).count()
}

/// The host of a page before this one.
fn host(text: &str) -> Option<String> {
    let text = text.trim();
    let address = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{}", text.split('/').next().unwrap_or_default())
    };
    let url = url::Url::parse(&address).ok()?;
    let host = cut(&url.host_str()?.to_lowercase(), EVENT_SOURCE_MAX_UNITS);
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    (!host.is_empty() && host.chars().all(fits) && !looks_private(&host)).then_some(host)
}

/// Text of letters, digits and the signs that names and paths need; anything else, and whatever looks like an address of
/// a person or a secret, is dropped as a whole.
fn plain(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || " ._-+|~,:/#".contains(c);
    (!text.is_empty() && text.chars().all(fits) && !looks_private(text)).then(|| text.to_owned())
}

fn looks_private(text: &str) -> bool {
    [redaction::PRIVATE_DATA, redaction::RAW_STRIPE_IDS, redaction::CHECKOUT_URL, redaction::RAW_R2_KEYS]
        .iter()
        .any(|flag| (flag.holds)(text))
}

/// The beginning of a text, measured as browsers measure it.
fn cut(text: &str, units_max: usize) -> String {
    let mut units = 0;
    let within = |c: &char| {
        units += c.len_utf16();
        units <= units_max
    };
    text.chars().take_while(within).collect::<String>().trim_end().to_owned()
}

/// What the batch of an event found.
#[derive(Debug, Deserialize)]
pub struct Found {
    /// True when a page may report the event.
    #[serde(deserialize_with = "truth")]
    pub known: bool,
    /// True when this page may.
    #[serde(deserialize_with = "truth")]
    pub placed: bool,
    /// The definition's kind.
    pub kind: Option<String>,
    /// The event of the key.
    pub id: Option<String>,
    /// What its key stands for.
    pub request_hash: Option<String>,
    /// The properties that were kept, or would be.
    pub properties: Option<String>,
}

/// `200` of an event.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Always true.
    pub ok: bool,
    /// `recorded`, or `ignored` when it was not counted.
    pub status: &'static str,
    /// False when it was not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<bool>,
    /// `preview_or_test` or `bot_or_crawler`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_reason: Option<&'static str>,
    /// True when the key was used for this very event before.
    pub duplicate: bool,
    /// The event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analytics_event_id: Option<String>,
    /// Its definition.
    pub event_definition_id: String,
    /// Its kind.
    pub event_kind: String,
    /// The page.
    pub source_route: String,
    /// What was kept of the properties.
    pub public_properties: Value,
}

/// The body of an event, for the documents.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// An event that pages report; `eventId` means the same.
    pub event_definition_id: String,
    /// A page that reports it.
    pub source_route: String,
    /// 8 to 180 printable characters.
    #[schemars(length(min = 8, max = 180))]
    pub idempotency_key: String,
    /// What the browser session calls itself; only a keyed hash of it is kept.
    pub anonymous_id: Option<String>,
    /// What the definition does not allow is dropped.
    pub public_properties: Option<std::collections::BTreeMap<String, Value>>,
}

#[cfg(test)]
mod tests {
    use serde_json::{json, Map, Value};

    use super::harmless;

    fn of(value: Value) -> Value {
        let Value::Object(given) = value else { return Value::Null };
        Value::Object(harmless(&given))
    }

    #[test]
    fn campaign_names_are_one_harmless_line() {
        for (given, kept) in [
            (json!("  Spring \n  Sale "), json!("Spring Sale")),
            (json!("Žluťoučký kůň"), json!("Žluťoučký kůň")),
            (json!("<script>alert(1)</script>"), Value::Null),
            (json!("a\"onload"), Value::Null),
            (json!("https://evil.example"), Value::Null),
            (json!("a?b"), Value::Null),
            (json!("a&b"), Value::Null),
            (json!("a#b"), Value::Null),
            (json!("a=b"), Value::Null),
            (json!("Cheap pills at evil.example"), Value::Null),
            (json!("blog/evil"), Value::Null),
            (json!("call: now"), Value::Null),
            (json!("call 555 01 23"), Value::Null),
            (json!("version 1.2 of 2026"), json!("version 1.2 of 2026")),
            (json!("ana@example.com"), Value::Null),
            (json!("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), Value::Null),
            (json!("cs_test_a1b2c3d4e5f6g7h8"), Value::Null),
            (json!("   "), Value::Null),
            (json!("x".repeat(200)), json!("x".repeat(120))),
        ] {
            assert_eq!(of(json!({ "utmSource": given }))["utmSource"], kept, "{given}");
        }
        assert_eq!(of(json!({ "utmSource": 5, "utmTerm": ["x"], "utmContent": true })), json!({}));
    }

    #[test]
    fn a_referrer_is_a_host_and_nothing_more() {
        for (given, kept) in [
            ("https://News.Example.com/path?secret=1", json!("news.example.com")),
            ("blog.example/post/1", json!("blog.example")),
            ("example.com:8080", json!("example.com")),
            ("https://ana@example.com/", json!("example.com")),
            ("ex ample", Value::Null),
            ("http://[::1]/", Value::Null),
            ("<b>", Value::Null),
            ("", Value::Null),
        ] {
            assert_eq!(of(json!({ "referrerHost": given }))["referrerHost"], kept, "{given}");
        }
    }

    #[test]
    fn other_properties_keep_numbers_flags_and_short_texts() {
        let kept = of(json!({ "route": "  /a ", "n": 1.5, "b": false, "none": null, "list": [1], "markup": "<i>" }));
        assert_eq!(kept, json!({ "route": "/a", "n": 1.5, "b": false, "none": null, "markup": null }));
        assert_eq!(of(json!({ "stepId": "é".repeat(300) }))["stepId"], json!("é".repeat(240)));
        assert_eq!(harmless(&Map::new()), Map::new());
    }
}
