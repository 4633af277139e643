//! The handlers of `/api/auth` and `/api/account`: Better Auth's wire.

use serde::Serialize;
use serde_json::json;

use super::desk::Desk;
use super::join::{self, Application};
use super::model::{self, invalid, SessionView, UserView};
use super::password::Length;
use super::sql::{LastAsk, User};
use super::{enter, link, password};
use crate::cx::Cx;
use crate::http::error::Refused;
use crate::http::{Body, Error, Fields, Reply, Req, Result};
use crate::kit::bounds::{PERSON_NAME_MAX_BYTES, RETURN_URL_MAX_BYTES};
use crate::kit::email::Email;
use crate::kit::private::Private;
use crate::wire;

wire! {
    /// `200` of `POST /api/auth/sign-up/email`.
    pub struct SignedUp {
        /// Always null: an account is made without signing in.
        token: Option<String>,
        /// The account as it was asked for.
        user: UserView,
    }

    /// `200` of `GET /api/auth/get-session`, when somebody is signed in.
    pub struct CurrentSession {
        /// The session.
        session: SessionView,
        /// Whose it is.
        user: UserView,
    }

    /// `200` of `GET /api/auth/magic-link/verify` without an address to go on to.
    pub struct LinkUsed {
        /// The session's token.
        token: String,
        /// Whose it is.
        user: UserView,
        /// The session.
        session: SessionView,
    }

    /// `200` of `GET /api/account/email-verification/status`.
    pub struct VerificationStatus {
        /// Always true.
        ok: bool,
        /// The address of whoever asks.
        email: String,
        /// True when it is confirmed.
        email_verified: bool,
        /// Seconds until another mail may be sent.
        cooldown_seconds: i64,
        /// The last mail.
        last_sent: Option<LastSent>,
    }

    /// A verification mail.
    pub struct LastSent {
        /// Its subject.
        subject: String,
        /// `sent` or `failed`.
        status: String,
        /// The way it left by.
        provider: String,
        /// What caused it.
        source: String,
        /// When.
        sent_at: String,
    }
}

/// `200` of `POST /api/auth/sign-in/email`.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SignedIn {
    /// True when there is an address to go on to.
    redirect: bool,
    /// The session's token.
    token: String,
    /// Where to go on to.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Who is signed in.
    user: UserView,
}

/// Text of a field that must be there.
fn needed<'a>(fields: &'a Fields, name: &str) -> Result<&'a str> {
    let given = fields.exact(name).map_err(|_| invalid(name, "Invalid input: expected string"))?;
    given.ok_or_else(|| invalid(name, "Invalid input: expected string, received undefined"))
}

/// Text of a field that may be absent.
fn optional<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a str>> {
    fields.exact(name).map_err(|_| invalid(name, "Invalid input: expected string"))
}

/// Remembered, unless the caller says otherwise.
fn remember(fields: &Fields) -> Result<bool> {
    if fields.is_form() && fields.exact("rememberMe").is_ok_and(|given| given.is_none()) {
        return Ok(true);
    }
    let wrong = |_| invalid("rememberMe", "Invalid input: expected boolean");
    Ok(!fields.has("rememberMe") || fields.flag("rememberMe").map_err(wrong)?)
}

/// Reads what somebody typed to make an account.
///
/// # Errors
/// `validation_error` naming the field, `password_too_short`, `password_too_long`, `invalid_callback_url`.
pub fn application<'a>(cx: &Cx, req: &Req, fields: &'a Fields) -> Result<Application<'a>> {
    let name = needed(fields, "name")?.trim();
    if name.is_empty() || name.len() > PERSON_NAME_MAX_BYTES || name.chars().any(char::is_control) {
        return Err(invalid("name", "A name of at most 200 characters is needed"));
    }
    let email = model::address(Some(needed(fields, "email")?))?;
    let password = needed(fields, "password")?;
    let image = optional(fields, "image")?.filter(|image| !image.is_empty());
    if image.is_some_and(|image| image.len() > RETURN_URL_MAX_BYTES || !image.starts_with("https://")) {
        return Err(invalid("image", "Invalid URL"));
    }
    let callback = model::callback(cx, req, optional(fields, "callbackURL")?)?;
    remember(fields)?;
    match password::length(password) {
        Length::Short => Err(Error::from(&model::PASSWORD_SHORT)),
        Length::Long => Err(Error::from(&model::PASSWORD_LONG)),
        Length::Fits => Ok(Application { name, email, password, image, callback }),
    }
}

/// `POST /api/auth/sign-up/email`.
pub async fn sign_up(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open_for_change(cx, req)?;
    let fields = body(req)?;
    let new = application(cx, req, &fields)?;
    let (user, remark) = join::sign_up(cx, req, &desk, &new).await?;
    Ok(Reply::json(200, &SignedUp { token: None, user })?.remarked(remark))
}

/// `POST /api/auth/sign-in/email`.
pub async fn sign_in(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open_for_change(cx, req)?;
    let fields = body(req)?;
    let email = needed(&fields, "email")?;
    let email = Email::plain(email).ok_or_else(|| Error::from(&model::INVALID_EMAIL))?;
    let password = needed(&fields, "password")?;
    let url = model::callback(cx, req, optional(&fields, "callbackURL")?)?;
    let (user, start) = enter::sign_in(cx, req, &email, password, remember(&fields)?).await?;
    let token = start.token.open().to_owned();
    let answer = SignedIn { redirect: url.is_some(), token, url: url.clone(), user: UserView::of(&user) };
    let reply = desk.keep(Reply::json(200, &answer)?, &start.token, start.remembered);
    Ok(match url {
        Some(url) => reply.with("location", url),
        None => reply,
    })
}

/// `POST /api/auth/sign-out`.
pub async fn sign_out(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open_for_change(cx, req)?;
    enter::sign_out(cx, req).await?;
    Ok(desk.clear(Reply::json(200, &json!({ "success": true }))?))
}

/// `GET /api/auth/get-session`. Beside one's own page, the look-up that also prolongs a session.
pub async fn get_session(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open(cx, req)?;
    let prolong = !req.head && req.query(&["disableRefresh"]).as_deref() != Some("true");
    let reply = match enter::read(cx, req, prolong).await? {
        None if req.header("cookie").is_some() => desk.clear(Reply::json(200, &())?),
        None => Reply::json(200, &())?,
        Some(current) => {
            let found = &current.found;
            let (session, user) =
                (SessionView::of(&found.session, found.token.open()), UserView::of(&found.session.user));
            current.kept(&desk, Reply::json(200, &CurrentSession { session, user })?)
        }
    };
    Ok(reply.with("pragma", "no-cache"))
}

/// `POST /api/auth/send-verification-email`.
pub async fn send_verification(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open_for_change(cx, req)?;
    match ask_again(cx, req, &desk).await {
        Ok(reply) => Ok(reply),
        Err(Error::Refused(refused)) => Err(with_flags(*refused)),
        Err(error) => Err(error),
    }
}

async fn ask_again(cx: &Cx, req: &Req, desk: &Desk<'_>) -> Result<Reply> {
    let fields = body(req)?;
    let email = optional(&fields, "email").ok().flatten().and_then(Email::plain);
    let email = email.ok_or_else(|| Error::from(&model::INVALID_EMAIL))?;
    let callback = model::callback(cx, req, optional(&fields, "callbackURL")?)?;
    let (signed_in, asked) = join::ask_again(cx, req, desk, Some(&email), callback.as_deref()).await?;
    let answer = if signed_in {
        json!({ "ok": true, "status": true, "provider": asked.provider })
    } else {
        json!({ "status": true })
    };
    Ok(Reply::json(200, &answer)?.remarked(asked.remark))
}

/// This route's own clients read two flags and a sentence beside the code.
fn with_flags(mut refused: Refused) -> Error {
    refused.extra.insert("ok".to_owned(), false.into());
    refused.extra.insert("status".to_owned(), false.into());
    refused.extra.insert("error".to_owned(), refused.refusal.says.into());
    Error::Refused(Box::new(refused))
}

/// `GET /api/auth/verify-email`. HEAD only looks: it changes nothing.
pub async fn verify_email(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open(cx, req)?;
    let callback = model::callback(cx, req, req.query(&["callbackURL"]).as_deref())?;
    let token = req.query(&["token"]).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| {
        Error::refused_with(&model::VALIDATION, [("message", "[query.token] Invalid input: expected string".into())])
    })?;
    if req.head {
        return Ok(quiet(Reply::new(200, Body::Empty)));
    }
    match (join::confirm(cx, &desk, &Private::new(token)).await, callback) {
        (Ok(()), Some(callback)) => Ok(quiet(go(absolute(&desk, &callback)))),
        (Ok(()), None) => Ok(quiet(Reply::json(200, &json!({ "status": true, "user": null }))?)),
        (Err(Error::Refused(refused)), Some(callback)) => Ok(quiet(go(with_error(&desk, &callback, &refused)))),
        (Err(error), _) => Err(error),
    }
}

/// `POST /api/auth/sign-in/magic-link`.
pub async fn send_link(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open_for_change(cx, req)?;
    let fields = body(req)?;
    let email = model::address(Some(needed(&fields, "email")?))?;
    let name = optional(&fields, "name")?.map(str::trim).filter(|name| !name.is_empty());
    if name.is_some_and(|name| name.len() > PERSON_NAME_MAX_BYTES || name.chars().any(char::is_control)) {
        return Err(invalid("name", "A name of at most 200 characters is needed"));
    }
    let mut callbacks = Vec::new();
    for field in LINK_CALLBACKS {
        if let Some(callback) = model::callback(cx, req, optional(&fields, field)?)? {
            callbacks.push((*field, callback));
        }
    }
    let callbacks: Vec<(&str, &str)> = callbacks.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let remark = link::send(cx, req, &desk, &email, name, &callbacks).await?;
    Ok(Reply::json(200, &json!({ "status": true }))?.remarked(remark))
}

/// The addresses that a link can lead on to.
pub const LINK_CALLBACKS: &[&str] = &["callbackURL", "newUserCallbackURL", "errorCallbackURL"];

/// `GET /api/auth/magic-link/verify`. HEAD only looks: it does not use the link up.
pub async fn use_link(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open(cx, req)?;
    let given = |name: &str| model::callback(cx, req, req.query(&[name]).as_deref());
    let (callback, newcomers, errors) =
        (given("callbackURL")?, given("newUserCallbackURL")?, given("errorCallbackURL")?);
    let token = req.query(&["token"]).unwrap_or_default();
    if req.head && !token.is_empty() {
        return Ok(quiet(Reply::new(200, Body::Empty)));
    }
    let Some(used) = link::consume(cx, req, &token).await? else {
        let to = errors.or(callback).unwrap_or_else(|| "/login".to_owned());
        let to = model::with_query(&absolute(&desk, &to), "error", "INVALID_TOKEN");
        return Ok(quiet(go(to)));
    };
    let next = if used.is_new { newcomers.or(callback) } else { callback };
    let token = used.start.token.open().to_owned();
    let reply = match next {
        Some(next) => go(absolute(&desk, &next)),
        None => {
            let (user, session) = (UserView::of(&used.session.user), SessionView::of(&used.session, &token));
            Reply::json(200, &LinkUsed { token, user, session })?
        }
    };
    Ok(quiet(desk.keep(reply, &used.start.token, true)))
}

/// `GET /api/account/email-verification/status`.
pub async fn verification_status(cx: &Cx, req: &Req) -> Result<Reply> {
    Desk::open(cx, req)?;
    let Some((user, last)) = enter::asked(cx, req).await? else {
        let says = model::SESSION_REQUIRED.says;
        return Err(Error::refused_with(&model::SESSION_REQUIRED, [("error", says.into())]));
    };
    Reply::json(200, &status_of(cx, &user, last))
}

fn status_of(cx: &Cx, user: &User, last: Option<LastAsk>) -> VerificationStatus {
    let cooldown_seconds = last.as_ref().map_or(0, |last| join::pause_left(last.sent_at, cx.now()));
    let last_sent = last.map(|LastAsk { mine: _, subject, status, provider, source, sent_at }| LastSent {
        subject,
        status,
        provider,
        source,
        sent_at: sent_at.iso(),
    });
    VerificationStatus {
        ok: true,
        email: user.email.open().to_owned(),
        email_verified: user.email_verified,
        cooldown_seconds,
        last_sent,
    }
}

/// The fields of a body, JSON or form.
fn body(req: &Req) -> Result<Fields> {
    Fields::read(req).map_err(|error| match error {
        Error::Refused(refused) if refused.refusal.status == 400 => {
            Error::refused_with(&model::VALIDATION, [("message", "[body] Invalid input: expected object".into())])
        }
        error => error,
    })
}

fn go(location: String) -> Reply {
    Reply::new(302, Body::Empty).with("location", location).with("cache-control", "no-store")
}

/// The address of these answers holds a bearer, so it is told to nobody.
fn quiet(reply: Reply) -> Reply {
    reply.with("referrer-policy", "no-referrer")
}

fn absolute(desk: &Desk<'_>, callback: &str) -> String {
    if callback.starts_with('/') {
        format!("{}{callback}", desk.base)
    } else {
        callback.to_owned()
    }
}

fn with_error(desk: &Desk<'_>, callback: &str, refused: &Refused) -> String {
    model::with_query(&absolute(desk, callback), "error", &refused.refusal.code.to_ascii_uppercase())
}
