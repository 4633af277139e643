//! From a request to an answer: host, path, method, gate, body, handler; then the answer of whatever went wrong.
//!
//! Every answer leaves through [`handle`], so the security headers and the shape of errors are decided here, once.

use std::panic::Location;

use matchit::Router;
use serde_json::{json, Map, Value};

use super::error::{common, Error, Refusal};
use super::gate::{Owner, SignedEvent};
use super::reply::{Body, Reply};
use super::req::{media_type, wants_page, BodyError, Incoming, Req, Verb};
use super::route::{Gate, Route, Shape};
use crate::contract::redaction;
use crate::cx::Cx;
use crate::kit::bounds::{FORM_BODY_MAX_BYTES, JSON_BODY_MAX_BYTES, WEBHOOK_BODY_MAX_BYTES};

/// The routes of one path.
type Methods = Vec<&'static Route>;

/// The route table, ready for look-ups. Built once per isolate.
pub struct Table {
    router: Router<Methods>,
}

/// A table that cannot be built: two routes collide, or a path is malformed.
#[derive(Debug, thiserror::Error)]
#[error("route {0} cannot be added")]
pub struct TableError(&'static str);

impl Table {
    /// Builds the table.
    ///
    /// # Errors
    /// [`TableError`] naming the path that collides with another.
    pub fn new(routes: impl IntoIterator<Item = &'static Route>) -> Result<Self, TableError> {
        let mut paths: Vec<(&'static str, Methods)> = Vec::new();
        for route in routes {
            match paths.iter_mut().find(|(path, _)| *path == route.path) {
                Some((_, methods)) if methods.iter().any(|known| known.verb == route.verb) => {
                    return Err(TableError(route.path));
                }
                Some((_, methods)) => methods.push(route),
                None => paths.push((route.path, vec![route])),
            }
        }
        let mut router = Router::new();
        for (path, methods) in paths {
            router.insert(path, methods).map_err(|_| TableError(path))?;
        }
        Ok(Self { router })
    }
}

/// One line for the log.
#[derive(Debug, PartialEq, Eq)]
pub struct LogLine(pub String);

/// Draws the page of a failure: status, title, sentence, correlation id.
pub type ErrorPage = fn(&Failure<'_>) -> maud::Markup;

/// A failure as a page shows it.
pub struct Failure<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: &'a str,
    /// What happened, in one sentence.
    pub says: &'a str,
    /// The id to mention to the owner, for failures that are ours.
    pub correlation: Option<&'a str>,
}

/// Answers a request. Never fails: whatever goes wrong becomes an answer, and sometimes a line for the log.
pub async fn handle(cx: &Cx, table: &Table, page: ErrorPage, incoming: Incoming) -> (Reply, Option<LogLine>) {
    let head = incoming.method.eq_ignore_ascii_case("HEAD");
    let wants_page = wants_page(incoming.source.as_ref());
    let mut found = None;
    let (mut reply, log) = match route(cx, table, incoming, head, &mut found).await {
        Ok(reply) => (reply, None),
        Err(error) => failure(cx, error, found, wants_page, page),
    };
    if head {
        reply.body = Body::Empty;
    }
    (secure(cx, reply), log)
}

async fn route(
    cx: &Cx,
    table: &Table,
    incoming: Incoming,
    head: bool,
    found: &mut Option<&'static Route>,
) -> Result<Reply, Error> {
    if !known_host(cx, incoming.url.host_str().unwrap_or_default()) {
        return Err(Error::from(&common::UNKNOWN_HOST));
    }
    let path = incoming.url.path().to_owned();
    let Ok(matched) = table.router.at(&path) else {
        return no_such_path(table, &incoming.url, &path);
    };
    let params = matched
        .params
        .iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let wanted = if head {
        Verb::Get.as_str()
    } else {
        incoming.method.as_str()
    };
    let Some(route) = matched.value.iter().find(|route| route.verb.as_str() == wanted) else {
        return Err(method_not_allowed(matched.value));
    };
    *found = Some(route);
    let Incoming { url, mut source, .. } = incoming;
    let body = match route.verb {
        Verb::Get => Vec::new(),
        Verb::Post => {
            let cap = body_cap(route, media_type(source.as_ref()).as_deref())?;
            read_body(source.as_mut(), cap).await?
        }
    };
    let mut req = Req {
        url,
        head,
        body,
        params,
        source,
    };
    match route.gate {
        Gate::Open(handler) => handler(cx, &req).await,
        Gate::Owner(handler) => handler(cx, Owner::of(&req)?, &req).await,
        Gate::SignedWebhook(handler) => handler(cx, SignedEvent::of(&cx.config, &mut req, cx.now())?).await,
    }
}

/// The apex, its `www.` and loopback are the platform's own shop.
fn known_host(cx: &Cx, host: &str) -> bool {
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let apex = cx.config.apex_host.as_deref().unwrap_or_default();
    loopback || (!apex.is_empty() && (host == apex || host.strip_prefix("www.") == Some(apex)))
}

/// One trailing-slash rule: `/a/` is answered with a redirect to `/a` when `/a` exists.
fn no_such_path(table: &Table, url: &url::Url, path: &str) -> Result<Reply, Error> {
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() < path.len() && !trimmed.contains("//") && table.router.at(trimmed).is_ok() {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(Reply {
            status: 308,
            headers: Vec::new(),
            body: Body::Empty,
        }
        .with("location", format!("{trimmed}{query}"))
        .with("cache-control", "no-store"));
    }
    Err(Error::from(&common::NOT_FOUND))
}

fn method_not_allowed(methods: &Methods) -> Error {
    let mut allow: Vec<&str> = methods.iter().map(|route| route.verb.as_str()).collect();
    if allow.contains(&"GET") {
        allow.push("HEAD");
    }
    let mut error = Error::from(&common::METHOD_NOT_ALLOWED);
    if let Error::Refused(refused) = &mut error {
        refused.headers.push(("allow", allow.join(", ")));
    }
    error
}

fn body_cap(route: &Route, media: Option<&str>) -> Result<usize, Error> {
    match (route.gate, media) {
        (Gate::SignedWebhook(_), _) => Ok(WEBHOOK_BODY_MAX_BYTES),
        (_, Some("application/x-www-form-urlencoded")) => Ok(FORM_BODY_MAX_BYTES),
        (_, Some(media)) if media.starts_with("multipart/") => Err(Error::from(&common::UNSUPPORTED_CONTENT_TYPE)),
        _ => Ok(JSON_BODY_MAX_BYTES),
    }
}

async fn read_body(source: &mut dyn super::req::Source, cap: usize) -> Result<Vec<u8>, Error> {
    let announced = source
        .header("content-length")
        .and_then(|length| length.trim().parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > cap)) {
        return Err(Error::from(&common::BODY_TOO_LARGE));
    }
    source.body(cap).await.map_err(|error| match error {
        BodyError::TooLarge => Error::from(&common::BODY_TOO_LARGE),
        BodyError::Broken => Error::from(&common::INVALID_REQUEST),
    })
}

/// The public half of a failure, and its line for the log.
fn failure(
    cx: &Cx,
    error: Error,
    route: Option<&'static Route>,
    wants_page: bool,
    page: ErrorPage,
) -> (Reply, Option<LogLine>) {
    const FAULT_SAYS: &str = "Something went wrong on our side. Nothing was lost; please try again.";
    let path = route.map_or("", |route| route.path);
    let mut headers = Vec::new();
    let mut correlation = None;
    let (status, code, state, says, mut extra, log) = match error {
        Error::Refused(refused) => {
            let Refusal {
                status,
                code,
                state,
                says,
            } = refused.refusal;
            headers = refused.headers;
            let log = refused
                .remark
                .map(|remark| log_line("notice", path, *status, code, "", remark, None));
            (*status, *code, *state, *says, refused.extra, log)
        }
        Error::Upstream(upstream) => {
            let Refusal {
                status,
                code,
                state,
                says,
            } = upstream.refusal;
            let id = correlation.insert(cx.fresh_audit()).as_str().to_owned();
            let log = log_line("error", path, *status, code, &id, &upstream.cause, None);
            (*status, *code, *state, *says, upstream.extra, Some(log))
        }
        Error::Fault(fault) => {
            let id = correlation.insert(cx.fresh_audit()).as_str().to_owned();
            let log = log_line(
                "error",
                path,
                fault.status,
                fault.code,
                &id,
                &fault.cause,
                Some(fault.at),
            );
            (
                fault.status,
                fault.code,
                "unavailable",
                FAULT_SAYS,
                Map::new(),
                Some(log),
            )
        }
    };
    let correlation = correlation.as_ref().map(|id| id.as_str());
    let shape = route.map_or(Shape::Code, |route| route.shape);
    let mut reply = if wants_page || matches!(shape, Shape::Page) {
        Reply::page(
            status,
            page(&Failure {
                status,
                code,
                says,
                correlation,
            }),
        )
    } else {
        if let Some(id) = correlation {
            extra.insert("correlationId".to_owned(), Value::from(id));
        }
        Reply::json_text(status, error_body(shape, code, state, says, extra))
    };
    reply.headers.extend(headers);
    (reply, log)
}

fn error_body(shape: Shape, code: &str, state: &str, says: &str, extra: Map<String, Value>) -> String {
    let mut body = Map::new();
    body.insert("ok".to_owned(), Value::from(false));
    if let Shape::State { issue, .. } = shape {
        body.insert("status".to_owned(), Value::from(state));
        body.insert("issue".to_owned(), Value::from(issue));
    }
    body.insert("code".to_owned(), Value::from(code));
    body.insert("message".to_owned(), Value::from(says));
    body.extend(extra);
    let mut text = Value::Object(body).to_string();
    if let Shape::State { redaction, .. } = shape {
        redaction::append(&mut text, redaction);
    }
    text
}

/// One JSON line. `route` is the pattern, never the path: a path can hold an id.
fn log_line(
    level: &str,
    route: &str,
    status: u16,
    code: &str,
    correlation: &str,
    cause: &str,
    at: Option<&Location<'_>>,
) -> LogLine {
    let mut line = json!({ "level": level, "route": route, "status": status, "code": code, "cause": cause });
    if let Value::Object(line) = &mut line {
        if !correlation.is_empty() {
            line.insert("correlationId".to_owned(), Value::from(correlation));
        }
        if let Some(at) = at {
            line.insert("at".to_owned(), Value::from(format!("{}:{}", at.file(), at.line())));
        }
    }
    LogLine(line.to_string())
}

/// The headers of every answer. A handler's own value stands, where it set one.
fn secure(cx: &Cx, mut reply: Reply) -> Reply {
    let add = |reply: &mut Reply, name: &'static str, value: &str| {
        if !reply.headers.iter().any(|(known, _)| *known == name) {
            reply.headers.push((name, value.to_owned()));
        }
    };
    add(&mut reply, "x-content-type-options", "nosniff");
    add(&mut reply, "referrer-policy", "strict-origin-when-cross-origin");
    add(
        &mut reply,
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    );
    add(&mut reply, "cross-origin-opener-policy", "same-origin");
    add(&mut reply, "x-frame-options", "DENY");
    if matches!(reply.body, Body::Html(_)) {
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
            cx.config.stripe_checkout_origin
        );
        add(&mut reply, "content-security-policy", &policy);
    } else {
        add(
            &mut reply,
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        );
    }
    reply
}
