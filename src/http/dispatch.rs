//! From a request to an answer: host, path, method, gate, body, handler; then the answer of whatever went wrong.
//!
//! Every answer leaves through [`handle`], so the security headers and the shape of errors are decided here, once.

use std::borrow::Cow;

use super::error::{common, Error};
use super::failure::{failure, remark_line, Asked, ErrorPage, LogLine};
use super::gate::{self, OwnerCheck, SignedEvent};
use super::reply::{Body, Reply};
use super::req::{preference, BodyError, Incoming, Req, Verb};
use super::route::{Gate, Route};
use crate::cx::Cx;
use crate::kit::bounds::{FORM_BODY_MAX_BYTES, JSON_BODY_MAX_BYTES, WEBHOOK_BODY_MAX_BYTES};
use matchit::Router;

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

/// What dispatch needs from the features above it.
#[derive(Clone, Copy)]
pub struct House {
    /// Draws the page of a failure.
    pub failure: ErrorPage,
    /// Finds out whether an owner is calling.
    pub owner: OwnerCheck,
}

/// Answers a request. Never fails: whatever goes wrong becomes an answer, and sometimes a line for the log.
pub async fn handle(cx: &Cx, table: &Table, house: House, incoming: Incoming) -> (Reply, Option<LogLine>) {
    let Incoming { method, url, source } = incoming;
    let head = method.eq_ignore_ascii_case("HEAD");
    let mut req = Req { url, head, body: Vec::new(), params: Vec::new(), source };
    let mut found = None;
    let (mut reply, log) = match route(cx, table, house.owner, &method, &mut req, &mut found).await {
        Ok(reply) => {
            let route = found.map_or("", |route| route.path);
            let log = reply.remark.map(|remark| remark_line(route, reply.status, remark));
            (reply, log)
        }
        Err(error) => {
            let asked = Asked { prefers: preference(req.source.as_ref()), wanted: &page_wanted(&method, &req) };
            failure(cx, error, found, &asked, house.failure)
        }
    };
    reply = secure(reply, &cx.config.stripe_checkout_origin);
    if head {
        reply.body = Body::Empty;
    }
    (reply, log)
}

async fn route(
    cx: &Cx,
    table: &Table,
    owner: OwnerCheck,
    method: &str,
    req: &mut Req,
    found: &mut Option<&'static Route>,
) -> Result<Reply, Error> {
    if !known_host(cx, req.url.host_str().unwrap_or_default()) {
        return Err(Error::from(&common::UNKNOWN_HOST));
    }
    let path = req.url.path().to_owned();
    let Ok(matched) = table.router.at(&path) else {
        return no_such_path(table, &req.url, &path);
    };
    let wanted = if req.head { Verb::Get.as_str() } else { method };
    let Some(route) = matched.value.iter().find(|route| route.verb.as_str() == wanted) else {
        return Err(method_not_allowed(matched.value));
    };
    *found = Some(route);
    req.params = matched.params.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    if route.verb == Verb::Post {
        let cap = body_cap(route, req.media_type().as_deref())?;
        req.body = read_body(req.source.as_mut(), cap).await?;
    }
    match route.gate {
        Gate::Open(handler) => handler(cx, req).await,
        Gate::Owner(handler) => {
            let owner = owner(cx, req).await?;
            if route.verb == Verb::Post {
                gate::deliberate(cx, req)?;
            }
            handler(cx, &owner, req).await
        }
        Gate::SignedWebhook(handler) => handler(cx, SignedEvent::of(&cx.config, req, cx.now())?).await,
    }
}

/// The apex, its `www.` and loopback are the platform's own shop.
fn known_host(cx: &Cx, host: &str) -> bool {
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let apex = cx.config.apex_host.as_deref().unwrap_or_default();
    loopback || (!apex.is_empty() && (host == apex || host.strip_prefix("www.") == Some(apex)))
}

/// Below this, Better Auth's clients expect an unknown address to be answered with nothing at all.
const AUTH_BASE: &str = "/api/auth/";

/// The address within this site.
fn path_and_query(url: &url::Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// The page that somebody wanted to see, to lead back to after signing in: this one, or for a form the one it came from.
fn page_wanted(method: &str, req: &Req) -> String {
    if matches!(method, "GET" | "HEAD") {
        return path_and_query(&req.url);
    }
    let from = req.header("referer").and_then(|address| address.parse::<url::Url>().ok());
    from.filter(|from| from.origin() == req.url.origin())
        .map_or_else(|| "/account".to_owned(), |from| path_and_query(&from))
}

/// One trailing-slash rule: `/a/` is answered with a redirect to `/a` when `/a` exists.
fn no_such_path(table: &Table, url: &url::Url, path: &str) -> Result<Reply, Error> {
    let trimmed = path.strip_suffix('/').filter(|rest| !rest.ends_with('/') && table.router.at(rest).is_ok());
    if let Some(trimmed) = trimmed {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(Reply::new(308, Body::Empty)
            .with("location", format!("{trimmed}{query}"))
            .with("cache-control", "no-store"));
    }
    if path.starts_with(AUTH_BASE) {
        return Ok(Reply::new(404, Body::Empty).with("cache-control", "no-store"));
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
        refused.headers.push(("allow", allow.join(", ").into()));
    }
    error
}

fn body_cap(route: &Route, media: Option<&str>) -> Result<usize, Error> {
    match (route.gate, media) {
        (Gate::SignedWebhook(_), _) => Ok(WEBHOOK_BODY_MAX_BYTES),
        (_, Some("application/x-www-form-urlencoded")) => Ok(FORM_BODY_MAX_BYTES),
        _ => Ok(JSON_BODY_MAX_BYTES),
    }
}

async fn read_body(source: &mut dyn super::req::Source, cap: usize) -> Result<Vec<u8>, Error> {
    let announced = source.header("content-length").and_then(|length| length.trim().parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > cap)) {
        return Err(Error::from(&common::BODY_TOO_LARGE));
    }
    source.body(cap).await.map_err(|error| match error {
        BodyError::TooLarge => Error::from(&common::BODY_TOO_LARGE),
        BodyError::Broken => Error::from(&common::INVALID_REQUEST),
    })
}

/// The headers of every answer. A handler's own value stands, where it set one.
pub(super) fn secure(mut reply: Reply, checkout_origin: &str) -> Reply {
    let policy: Cow<'static, str> = if matches!(reply.body, Body::Html(_)) {
        Cow::Owned(format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self' {checkout_origin}; base-uri 'none'; frame-ancestors 'none'"
        ))
    } else {
        Cow::Borrowed("default-src 'none'; frame-ancestors 'none'")
    };
    for (name, value) in [
        ("x-content-type-options", Cow::Borrowed("nosniff")),
        ("referrer-policy", Cow::Borrowed("strict-origin-when-cross-origin")),
        ("strict-transport-security", Cow::Borrowed("max-age=31536000; includeSubDomains")),
        ("cross-origin-opener-policy", Cow::Borrowed("same-origin")),
        ("x-frame-options", Cow::Borrowed("DENY")),
        ("content-security-policy", policy),
    ] {
        if !reply.headers.iter().any(|(known, _)| *known == name) {
            reply.headers.push((name, value));
        }
    }
    reply
}
