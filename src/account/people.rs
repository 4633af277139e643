//! The handlers of the pages: the same acts as the API, for forms without script.

use super::desk::Desk;
use super::page::{self, Confirm, Door, Mode};
use super::{enter, join, link, model, serve};
use crate::cx::Cx;
use crate::http::error::Refused;
use crate::http::{Error, Fields, Reply, Req, Result};
use crate::kit::bounds::RETURN_URL_MAX_BYTES;
use crate::kit::email::Email;
use crate::kit::private::Private;

/// The notice of a confirmed address.
const CONFIRMED: &str = "confirmed";
/// The notice of a mail that was sent; no notice that goes on to somewhere is longer.
const CHECK_MAIL: &str = "check-mail";

/// Where somebody goes on to, if it is a place of this site. It has to fit into an address that may lead back here, for
/// the mails of an account carry it there.
fn next(given: Option<&str>) -> String {
    let fits = |next: &&str| model::is_local(next) && door(next, CHECK_MAIL).len() <= RETURN_URL_MAX_BYTES;
    let next = given.map(str::trim).filter(fits);
    next.unwrap_or(join::HOME).to_owned()
}

/// `GET /login`. Whoever is signed in goes straight on.
pub async fn login(cx: &Cx, req: &Req) -> Result<Reply> {
    Desk::open(cx, req)?;
    let next = next(req.query(&["callbackURL", "next"]).as_deref());
    let (error, notice) = (req.query(&["error"]), req.query(&["notice"]));
    if error.is_none() && super::session::current(cx, req).await?.is_some() {
        let news = notice.as_deref() == Some(CONFIRMED) && next == join::HOME;
        return Ok(Reply::see_other(if news { model::with_query(&next, "notice", CONFIRMED) } else { next }));
    }
    let mode = Mode::read(req.query(&["mode"]).as_deref());
    let email = req.query(&["email"]).filter(|email| Email::plain(email).is_some()).unwrap_or_default();
    let door = Door {
        mode,
        next: &next,
        email: &email,
        name: "",
        notice: notice.as_deref(),
        error: error.as_deref(),
        says: None,
    };
    Ok(Reply::page(200, page::login(&door)))
}

/// `POST /login`: signing in, making an account, or asking for a link.
pub async fn enter(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open_for_change(cx, req)?;
    let fields = Fields::read(req)?;
    let mode = Mode::read(fields.text("mode")?);
    let next = next(fields.text_of(&["callbackURL", "next"])?);
    let done = match mode {
        Mode::SignIn => sign_in(cx, req, &desk, &fields, &next).await,
        Mode::SignUp => sign_up(cx, req, &desk, &fields, &next).await,
        Mode::Link => send_link(cx, req, &desk, &fields, &next).await,
    };
    let refused = match done {
        Err(Error::Refused(refused)) => refused,
        done => return done,
    };
    let given = |name: &str| fields.exact(name).ok().flatten().unwrap_or_default();
    let code = refused.refusal.code.to_ascii_uppercase();
    let says = refused.extra.get("message").and_then(serde_json::Value::as_str);
    let door = Door {
        mode,
        next: &next,
        email: given("email"),
        name: given("name"),
        notice: None,
        error: Some(&code),
        says: says.map(|_| field_help(&refused)),
    };
    let mut reply = Reply::page(refused.refusal.status, page::login(&door));
    reply.headers.extend(refused.headers);
    Ok(reply)
}

/// Which field to look at again.
fn field_help(refused: &Refused) -> &'static str {
    let message = refused.extra.get("message").and_then(serde_json::Value::as_str).unwrap_or_default();
    match message.split(']').next().unwrap_or_default() {
        "[body.email" => "Please check the e-mail address.",
        "[body.name" => "Please enter your name.",
        "[body.password" => "Please enter a password.",
        _ => refused.refusal.says,
    }
}

async fn sign_in(cx: &Cx, req: &Req, desk: &Desk<'_>, fields: &Fields, next: &str) -> Result<Reply> {
    let email = model::address(fields.exact("email")?)?;
    let password = fields.exact("password")?.unwrap_or_default();
    let remembered = fields.flag("rememberMe")?;
    let (_, start) = enter::sign_in(cx, req, &email, password, remembered).await?;
    Ok(desk.keep(Reply::see_other(next.to_owned()), &start.token, start.remembered))
}

async fn sign_up(cx: &Cx, req: &Req, desk: &Desk<'_>, fields: &Fields, next: &str) -> Result<Reply> {
    let mut new = serve::application(cx, req, fields)?;
    new.callback = Some(door(next, CONFIRMED));
    let (_, remark) = join::sign_up(cx, req, desk, &new).await?;
    Ok(Reply::see_other(door(next, CHECK_MAIL)).remarked(remark))
}

async fn send_link(cx: &Cx, req: &Req, desk: &Desk<'_>, fields: &Fields, next: &str) -> Result<Reply> {
    let email = model::address(fields.exact("email")?)?;
    let callbacks = [("callbackURL", next), ("errorCallbackURL", "/login")];
    let remark = link::send(cx, req, desk, &email, None, &callbacks).await?;
    Ok(Reply::see_other(door(next, "link-sent")).remarked(remark))
}

/// The sign-in page with a notice, and what comes after it.
fn door(next: &str, notice: &str) -> String {
    let door = format!("/login?notice={notice}");
    if next == join::HOME {
        door
    } else {
        model::with_query(&door, "callbackURL", next)
    }
}

/// `GET /login/link`: a page with one button. The link in a mail leads here, because a mail scanner opens links and
/// presses no buttons.
pub async fn mailed_link(cx: &Cx, req: &Req) -> Result<Reply> {
    Desk::open(cx, req)?;
    let token = req.query(&["token"]).unwrap_or_default();
    let callbacks: Vec<(&str, String)> = serve::LINK_CALLBACKS
        .iter()
        .filter_map(|name| Some((*name, req.query(&[name]).filter(|value| !value.is_empty())?)))
        .collect();
    Ok(Reply::page(200, page::mailed_link(&token, &callbacks)).with("referrer-policy", "no-referrer"))
}

/// `GET /login/confirm`: where a verification mail leads. It asks for the password that the mail was sent for.
pub async fn confirm_page(cx: &Cx, req: &Req) -> Result<Reply> {
    Desk::open(cx, req)?;
    let (token, next) = (req.query(&["token"]).unwrap_or_default(), req.query(&["callbackURL"]).unwrap_or_default());
    Ok(confirming(200, &Confirm { token: &token, next: &next, error: None }))
}

/// `POST /login/confirm`: proves an address. Signs nobody in.
pub async fn confirm(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open_for_change(cx, req)?;
    let fields = Fields::read(req)?;
    let given = |name: &str| Ok::<_, Error>(fields.exact(name)?.unwrap_or_default());
    let (token, typed) = (given("token")?, given("password")?);
    let next = model::callback(cx, req, Some(given("callbackURL")?))?.unwrap_or_else(|| join::CONFIRMED.to_owned());
    let done = join::confirm_by_password(cx, req, &desk, &Private::new(token.to_owned()), typed).await;
    let refused = match done {
        Ok(()) => return Ok(Reply::see_other(next)),
        Err(Error::Refused(refused)) => refused,
        Err(error) => return Err(error),
    };
    let code = refused.refusal.code.to_ascii_uppercase();
    if ![model::WRONG.code, model::TOO_MANY.code].contains(&refused.refusal.code) {
        return Ok(Reply::see_other(model::with_query(&next, "error", &code)));
    }
    let mut reply = confirming(refused.refusal.status, &Confirm { token, next: &next, error: Some(&code) });
    reply.headers.extend(refused.headers);
    Ok(reply)
}

/// The address of this page holds a bearer, so its path is told to nobody. Its origin has to be: a browser that tells
/// nothing sends its form as if from nowhere.
fn confirming(status: u16, confirm: &Confirm<'_>) -> Reply {
    Reply::page(status, page::confirm(confirm)).with("referrer-policy", "strict-origin")
}

/// `GET /account`. Prolongs the session if it is due.
pub async fn account(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open(cx, req)?;
    shown(cx, req, &desk, 200, req.query(&["notice"]).as_deref(), req.query(&["error"]).as_deref()).await
}

async fn shown(
    cx: &Cx,
    req: &Req,
    desk: &Desk<'_>,
    status: u16,
    notice: Option<&str>,
    error: Option<&str>,
) -> Result<Reply> {
    let wanted = enter::standing(cx, req, !req.head && status == 200).await?;
    let Some(enter::Standing { current, last_ask, plan }) = wanted else {
        return Ok(Reply::see_other(format!("/login?callbackURL={}", crate::page::component(join::HOME))));
    };
    let user = &current.found.session.user;
    let view = page::Account {
        name: &user.name,
        email: user.email.open(),
        verified: user.email_verified,
        owner: cx.config.accounts.is_owner(user.email.open()),
        wait_seconds: last_ask.map_or(0, |last| join::pause_left(last.sent_at, cx.now())),
        plan: plan.as_ref(),
        notice,
        error,
    };
    Ok(current.kept(desk, Reply::page(status, page::account(&view))))
}

/// `POST /account`: signing out, or asking for another verification mail.
pub async fn act(cx: &Cx, req: &Req) -> Result<Reply> {
    let desk = Desk::open_for_change(cx, req)?;
    let fields = Fields::read(req)?;
    if fields.text("do")? == Some("sign-out") {
        enter::sign_out(cx, req).await?;
        return Ok(desk.clear(Reply::see_other("/login?notice=signed-out".to_owned())));
    }
    match join::ask_again(cx, req, &desk, None, Some("/account?notice=confirmed")).await {
        Ok((_, asked)) => Ok(Reply::see_other("/account?notice=mail-sent".to_owned()).remarked(asked.remark)),
        Err(Error::Refused(refused)) if refused.refusal.status == 429 || refused.refusal.status == 400 => {
            let code = refused.refusal.code.to_ascii_uppercase();
            let mut reply = shown(cx, req, &desk, refused.refusal.status, None, Some(&code)).await?;
            reply.headers.extend(refused.headers);
            Ok(reply)
        }
        Err(Error::Refused(refused)) if refused.refusal.status == 401 => Ok(Reply::see_other("/login".to_owned())),
        Err(error) => Err(error),
    }
}

/// `GET /account/setup`: an old address of the same page.
pub async fn setup(_cx: &Cx, _req: &Req) -> Result<Reply> {
    Ok(Reply::see_other(join::HOME.to_owned()))
}
