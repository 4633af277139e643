//! What a click is, whose visit counts as one, and which click a browser keeps.

use serde::{Deserialize, Serialize};

use crate::config::ConfigError;
use crate::contract::redaction::{self, Flag};
use crate::cx::Cx;
use crate::db::truth;
use crate::http::{key, Error, Fields, Refusal, Req, Result};
use crate::kit::bounds::{ID_MAX_BYTES, REFERRAL_CODE_MAX_BYTES, REFERRAL_ROUTE_MAX_BYTES, VISITOR_KEY_MAX_BYTES};
use crate::kit::hash::fingerprint;
use crate::kit::id::ReferralClickId;
use crate::kit::private::Private;
use crate::kit::time::Moment;

/// No key.
pub const IDEMPOTENCY_REQUIRED: Refusal =
    Refusal::new(400, "idempotency_required", "A click needs an idempotency key.");
/// No link that takes clicks has this id and code.
pub const UNSUPPORTED_LINK: Refusal =
    Refusal::new(400, "unsupported_referral_link", "No partner link that takes clicks has this id and code.");
/// The link leads elsewhere.
pub const UNSUPPORTED_ROUTE: Refusal =
    Refusal::new(400, "unsupported_destination_route", "This partner link does not lead there.");
/// The key stands for another click.
pub const CONFLICT: Refusal =
    Refusal::new(409, "idempotency_conflict", "This idempotency key was used for another click.");
/// No link to follow.
pub const NO_SUCH_LINK: Refusal = Refusal::new(404, "not_found", "There is nothing at this address.");

/// Every refusal of a click that a program reports.
pub const REFUSALS: &[&Refusal] =
    &[&IDEMPOTENCY_REQUIRED, &key::INVALID, &UNSUPPORTED_LINK, &UNSUPPORTED_ROUTE, &CONFLICT];

/// What a click's answer does not hold.
pub const FLAGS: &[Flag] = &[redaction::PRIVATE_DATA, redaction::RAW_REQUEST_DATA];

/// A click as a program reports it.
#[derive(Debug)]
pub struct Click {
    /// The link, by id.
    pub link_id: Option<String>,
    /// The link, by code. Where both are given they must agree.
    pub code: Option<String>,
    /// Where the link is said to lead.
    pub route: String,
    /// The caller's key.
    pub key: String,
    /// What the caller knows the visitor by.
    pub visitor: Option<Private<String>>,
}

impl Click {
    /// Reads a click from a body.
    ///
    /// # Errors
    /// `idempotency_required`, `invalid_idempotency_key`, or `invalid_request` naming a field of the wrong form.
    pub fn read(fields: &Fields) -> Result<Self> {
        let key = fields.text(key::FIELD)?.ok_or_else(|| Error::from(&IDEMPOTENCY_REQUIRED))?;
        let key = key::ascii(key.to_owned())?;
        let visitor = fields.bounded("anonymousVisitorKey", VISITOR_KEY_MAX_BYTES)?;
        Ok(Self {
            link_id: fields.bounded("referralLinkId", ID_MAX_BYTES)?,
            code: fields.bounded("code", REFERRAL_CODE_MAX_BYTES)?.map(|code| code.to_ascii_uppercase()),
            route: fields.bounded("destinationRoute", REFERRAL_ROUTE_MAX_BYTES)?.unwrap_or_default(),
            key,
            visitor: visitor.map(Private::new),
        })
    }

    /// Everything that the key stands for. The visitor goes in as a keyed hash.
    ///
    /// # Errors
    /// When the secret of keyed hashes is not set.
    pub fn request_hash(&self, cx: &Cx) -> std::result::Result<String, ConfigError> {
        let visitor = self.visitor.as_ref().map(|visitor| cx.keyed_hash("affiliate-click-request", visitor.open()));
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        Ok(fingerprint(&[
            &text(&self.link_id),
            &text(&self.code),
            &self.route,
            &self.key,
            &visitor.transpose()?.unwrap_or_default(),
        ]))
    }
}

/// What is kept of a visitor: keyed hashes whose key changes every day, and for the caller's visitor key every month.
#[derive(Debug, Default)]
pub struct Traces {
    /// Of the link and the caller's visitor key.
    pub visitor: Option<String>,
    /// Of the address, as Cloudflare saw it. A forwarded address is anybody's claim, so it is not read.
    pub ip: Option<String>,
    /// Of the browser's name.
    pub user_agent: Option<String>,
    /// Of the page that the visitor came from.
    pub referrer: Option<String>,
}

impl Traces {
    /// Hashes what a request says about its sender.
    ///
    /// # Errors
    /// When the secret of keyed hashes is not set.
    pub fn of(cx: &Cx, req: &Req, visitor: Option<&str>, now: Moment) -> std::result::Result<Self, ConfigError> {
        cx.config.auth_secret()?;
        let day = now.day();
        let month: String = day.chars().take("2026-11".len()).collect();
        let header = |name: &'static str, purpose: &str| {
            let value = req.header(name).filter(|value| !value.is_empty());
            value.map(|value| cx.keyed_hash(&format!("affiliate-{purpose} {day}"), &value)).transpose()
        };
        Ok(Self {
            visitor: visitor.map(|key| cx.keyed_hash(&format!("affiliate-visitor {month}"), key)).transpose()?,
            ip: header("cf-connecting-ip", "ip")?,
            user_agent: header("user-agent", "user-agent")?,
            referrer: header("referer", "referrer")?,
        })
    }
}

/// Words in the names of programs that fetch a link without anybody having followed it.
const ROBOTS: &[&str] = &[
    "bot",
    "crawl",
    "spider",
    "slurp",
    "preview",
    "facebookexternalhit",
    "whatsapp",
    "monitor",
    "headless",
    "curl/",
    "wget/",
    "python",
    "go-http",
    "okhttp",
    "scrapy",
    "archiver",
    "validator",
    "lighthouse",
];

/// True when a person followed the link: not a look at the headers, not a browser fetching ahead or loading a picture of
/// another site, not a robot.
pub fn is_visit(req: &Req) -> bool {
    let ahead = ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| {
        req.header(name).is_some_and(|value| {
            let value = value.to_ascii_lowercase();
            value.contains("prefetch") || value.contains("prerender") || value.contains("preview")
        })
    });
    let opens_page = [("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")]
        .iter()
        .all(|(name, page)| req.header(name).is_none_or(|value| value == *page));
    let agent = req.header("user-agent").unwrap_or_default().to_ascii_lowercase();
    !req.head && !ahead && opens_page && !agent.is_empty() && !ROBOTS.iter().any(|word| agent.contains(word))
}

/// A link as the redirect finds it.
#[derive(Debug, Deserialize)]
pub struct Followed {
    /// Where the visitor goes.
    pub landing_route: String,
    /// Whose click counts.
    pub model: String,
    /// For how many days.
    pub window_days: i64,
    /// True when the browser's earlier click still counts for the same offer.
    #[serde(deserialize_with = "truth")]
    pub earlier_counts: bool,
    /// True when this click was written down.
    #[serde(deserialize_with = "truth")]
    pub recorded: bool,
}

impl Followed {
    /// True when the browser should keep this click from now on: it was written down, it can be credited, and no earlier
    /// one goes first.
    pub fn takes_over(&self) -> bool {
        self.recorded && self.window_days > 0 && !(self.model == "first_click" && self.earlier_counts)
    }
}

/// A recorded click, as the database has it and as the answer shows it.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all(serialize = "camelCase"))]
pub struct ClickRow {
    /// The click.
    #[serde(rename(deserialize = "id"))]
    pub referral_click_id: ReferralClickId,
    /// The link.
    pub referral_link_id: String,
    /// Its code.
    pub referral_code: String,
    /// Whose link it is.
    pub partner_id: String,
    /// What it recommends.
    pub destination_route: String,
    #[serde(skip_serializing, default)]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(skip))]
    pub(super) request_hash: String,
}

/// `200` of a reported click.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Recorded {
    /// Always true.
    pub ok: bool,
    /// True when the key was used for this very click before.
    pub duplicate: bool,
    /// `recorded`.
    pub status: &'static str,
    /// The click.
    #[serde(flatten)]
    pub click: ClickRow,
}

/// The body of a reported click, for the documents.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClickBody {
    /// The link's id; this or the code must be given, and where both are, they must agree.
    pub referral_link_id: Option<String>,
    /// The link's code, in either case.
    pub code: Option<String>,
    /// Where the link leads.
    pub destination_route: String,
    /// 8 to 180 printable characters.
    #[schemars(length(min = 8, max = 180))]
    pub idempotency_key: String,
    /// What the caller knows the visitor by; only a keyed hash of it is kept.
    pub anonymous_visitor_key: Option<String>,
}
