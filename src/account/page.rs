//! The pages of accounts: the door, the links that mails lead to, and one's own account.

use maud::{html, Markup};

use crate::billing::HeldPlan;
use crate::kit::time::Moment;
use crate::page::{component, layout, Frame, Person};

/// What somebody wants at the door.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Sign in with a password.
    SignIn,
    /// Make an account.
    SignUp,
    /// Be sent a link.
    Link,
}

impl Mode {
    /// Reads the mode of an address or a form.
    pub fn read(given: Option<&str>) -> Self {
        match given {
            Some("sign-up") => Self::SignUp,
            Some("link") => Self::Link,
            _ => Self::SignIn,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignUp => "sign-up",
            Self::Link => "link",
        }
    }
}

/// The sign-in page.
pub struct Door<'a> {
    /// What is asked for.
    pub mode: Mode,
    /// Where it leads.
    pub next: &'a str,
    /// The address that was typed.
    pub email: &'a str,
    /// The name that was typed.
    pub name: &'a str,
    /// What went well.
    pub notice: Option<&'a str>,
    /// What did not.
    pub error: Option<&'a str>,
    /// Which field to look at again.
    pub says: Option<&'a str>,
}

/// The sign-in page in each of its modes.
pub fn login(door: &Door<'_>) -> Markup {
    let (title, lead, button) = match door.mode {
        Mode::SignIn => ("Sign in", "Welcome back.", "Sign in"),
        Mode::SignUp => {
            ("Make an account", "For owners and members of this shop. Buying needs no account.", "Make my account")
        }
        Mode::Link => ("Sign in by mail", "No password needed: we send a link that signs you in.", "Send me a link"),
    };
    let problem = door.says.or_else(|| door.error.map(problem));
    let content = html! {
        section.ask.door {
            h1 { (title) }
            p.lead { (lead) }
            @if let Some(text) = door.notice.and_then(notice).filter(|_| problem.is_none()) { p.flash.good role="status" { (text) } }
            @if let Some(text) = problem { p.flash.bad role="alert" { (text) } }
            form method="post" action="/login" {
                input type="hidden" name="mode" value=(door.mode.name());
                input type="hidden" name="callbackURL" value=(door.next);
                @if door.mode == Mode::SignUp {
                    label for="name" { "Your name" }
                    input #name type="text" name="name" required autocomplete="name" maxlength="100" value=(door.name);
                }
                label for="email" { "E-mail" }
                input #email type="email" name="email" required autocomplete="username" autocapitalize="none"
                    spellcheck="false" maxlength="254" value=(door.email);
                @if door.mode != Mode::Link { (password(door.mode)) }
                button.button type="submit" { (button) }
            }
            (other_ways(door))
        }
    };
    layout(&frame(title, Person::SignedOut), content)
}

fn frame(title: &str, person: Person) -> Frame<'_> {
    Frame { person, ..Frame::titled(title) }
}

fn password(mode: Mode) -> Markup {
    html! {
        label for="password" { "Password" }
        @if mode == Mode::SignUp {
            input #password type="password" name="password" required autocomplete="new-password" minlength="8"
                maxlength="128" aria-describedby="password-help";
            p.small #password-help { "At least 8 characters. Longer is better than complicated." }
        } @else {
            input #password type="password" name="password" required autocomplete="current-password" maxlength="128";
            label.check {
                input type="checkbox" name="rememberMe" value="true" checked;
                span { "Keep me signed in on this device" }
            }
        }
    }
}

fn other_ways(door: &Door<'_>) -> Markup {
    let to = |mode: Mode| format!("/login?mode={}&callbackURL={}", mode.name(), component(door.next));
    html! {
        ul.ways {
            @if door.mode != Mode::SignIn { li { a href=(to(Mode::SignIn)) { "Sign in with a password" } } }
            @if door.mode != Mode::Link { li { a href=(to(Mode::Link)) { "Send me a sign-in link instead" } } }
            @if door.mode != Mode::SignUp { li { a href=(to(Mode::SignUp)) { "Make an account" } } }
        }
    }
}

/// What went well, by code.
fn notice(code: &str) -> Option<&'static str> {
    Some(match code {
        "check-mail" => "Almost done. We sent you a mail: open its link to confirm your address, then sign in.",
        "link-sent" => "Look into your mail. The link signs you in and works for five minutes.",
        "signed-out" => "You are signed out.",
        "confirmed" => "Your address is confirmed.",
        "mail-sent" => "We sent you a mail. Open its link to confirm your address.",
        _ => return None,
    })
}

/// What did not, by code.
fn problem(code: &str) -> &'static str {
    match code {
        "INVALID_EMAIL_OR_PASSWORD" => "The address or the password is not right.",
        "PASSWORD_TOO_SHORT" => "The password needs at least 8 characters.",
        "PASSWORD_TOO_LONG" => "The password may have at most 128 characters.",
        "TOO_MANY_REQUESTS" => "Too many tries. Please wait a moment.",
        "VERIFICATION_EMAIL_COOLDOWN" => "We sent a mail a moment ago. Please wait before asking for another.",
        "EMAIL_ALREADY_VERIFIED" => "Your address is confirmed already.",
        "TOKEN_EXPIRED" => "This link has expired. Ask for a fresh one.",
        "INVALID_TOKEN" => "This link does not work any more. Each link works once, and only for a while.",
        "USER_NOT_FOUND" => "This account does not exist any more.",
        _ => "That did not work. Please try again.",
    }
}

/// Where a sign-in link leads: one button, which does it.
pub fn mailed_link(token: &str, callbacks: &[(&str, String)]) -> Markup {
    let content = html! {
        section.ask.door {
            h1 { "Sign in" }
            p.lead { "Press the button to sign in on this device." }
            form method="get" action="/api/auth/magic-link/verify" {
                input type="hidden" name="token" value=(token);
                @for (name, value) in callbacks { input type="hidden" name=(name) value=(value); }
                button.button type="submit" { "Sign me in" }
            }
        }
    };
    layout(&Frame::titled("Sign in"), content)
}

/// Where a verification mail leads.
pub struct Confirm<'a> {
    /// The token of the mail.
    pub token: &'a str,
    /// Where it leads on to.
    pub next: &'a str,
    /// Why it did not.
    pub error: Option<&'a str>,
}

/// The page that asks for the password that a verification mail was sent for.
pub fn confirm(confirm: &Confirm<'_>) -> Markup {
    let wrong = confirm.error == Some("INVALID_EMAIL_OR_PASSWORD");
    let content = html! {
        section.ask.door {
            h1 { "Confirm your address" }
            p.lead { "Type the password that you chose for this account. If you made no account here, close this page." }
            @if wrong {
                p.flash.bad role="alert" {
                    "This account was made with another password. If you are sure of yours, somebody else may have used \
                     your address before you: then do not confirm, and start again."
                }
            } @else if let Some(code) = confirm.error { p.flash.bad role="alert" { (problem(code)) } }
            form method="post" action="/login/confirm" {
                input type="hidden" name="token" value=(confirm.token);
                input type="hidden" name="callbackURL" value=(confirm.next);
                label for="password" { "Password" }
                input #password type="password" name="password" required autocomplete="current-password" maxlength="128";
                button.button type="submit" { "Yes, this is my address" }
            }
            @if wrong {
                p { "A sign-in link works at once and removes the other password. A new account can be made two minutes after the last mail." }
            }
            ul.ways {
                li { a href="/login?mode=link" { "Send me a sign-in link instead" } }
                li { a href="/login?mode=sign-up" { "Make the account again" } }
            }
        }
    };
    layout(&Frame::titled("Confirm your address"), content)
}

/// One's own account.
pub struct Account<'a> {
    /// The name.
    pub name: &'a str,
    /// The address.
    pub email: &'a str,
    /// True when it is confirmed.
    pub verified: bool,
    /// True when it is an owner's.
    pub owner: bool,
    /// Seconds until another mail may be sent.
    pub wait_seconds: i64,
    /// Their plan.
    pub plan: Option<&'a HeldPlan>,
    /// What went well.
    pub notice: Option<&'a str>,
    /// What did not.
    pub error: Option<&'a str>,
}

/// The page of one's own account.
pub fn account(account: &Account<'_>) -> Markup {
    let greeting = if account.name.is_empty() { "Your account" } else { account.name };
    let content = html! {
        section.door.own {
            p.eyebrow { "Your account" }
            h1 { (greeting) }
            @if let Some(text) = account.notice.and_then(notice).filter(|_| account.error.is_none()) { p.flash.good role="status" { (text) } }
            @if let Some(code) = account.error { p.flash.bad role="alert" { (problem(code)) } }
            dl.receipt {
                div { dt { "E-mail" } dd { (account.email) } }
                div {
                    dt { "Status" }
                    dd { @if account.verified { span.badge.good { "Confirmed" } } @else { span.badge.test { "Not confirmed" } } }
                }
                @if account.owner { div { dt { "Role" } dd { "Owner of this shop" } } }
                @if let Some(plan) = account.plan { (held(plan)) }
            }
            @if account.plan.is_some_and(|plan| !plan.open) {
                p.small { "Your plan was cancelled, its payment is missing, or the money went back. " a href="/pricing" { "See the plans" } }
            }
            @if !account.verified { (unconfirmed(account)) }
            @if account.owner && account.verified {
                h2 { "Run the shop" }
                ul.links.rooms {
                    li { a href="/admin/products" { "Products and files" } p { "What you sell, the files behind it, and who may open them." } }
                    li { a href="/admin/affiliates" { "Partners and commissions" } p { "Who brought a buyer, and what they earned." } }
                    li { a href="/admin/analytics" { "Figures" } p { "The experiment, and what you looked at before anybody is told." } }
                }
            }
            form method="post" action="/account" {
                input type="hidden" name="do" value="sign-out";
                button.button.quiet type="submit" { "Sign out" }
            }
        }
    };
    layout(&frame("My account", Person::SignedIn), content)
}

/// A plan among the facts of an account: which, how it stands, and until when.
fn held(plan: &HeldPlan) -> Markup {
    let until = plan.ends_at.map(Moment::day_for_people);
    html! {
        div { dt { "Plan" } dd { (plan.name) } }
        div {
            dt { "Plan status" }
            dd {
                @if !plan.open { span.badge.test { "Not open" } }
                @else if plan.cancelled { span.badge.test { "Cancelled" } }
                @else { span.badge.good { "Open" } }
            }
        }
        @if plan.open {
            div {
                dt { @if plan.cancelled { "Open until" } @else { "Paid until" } }
                dd { (until.as_deref().unwrap_or("No end date")) }
            }
        }
    }
}

fn unconfirmed(account: &Account<'_>) -> Markup {
    html! {
        div.step {
            p { "Open the link in the mail that we sent to " strong { (account.email) } ". Nothing there? Look into the spam folder." }
            form method="post" action="/account" {
                input type="hidden" name="do" value="resend";
                @if account.wait_seconds > 0 {
                    p.small { "You can ask for another mail in " (wait(account.wait_seconds)) "." }
                } @else {
                    button.button type="submit" { "Send the mail again" }
                }
            }
        }
    }
}

fn wait(seconds: i64) -> String {
    match seconds {
        1 => "one second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => "two minutes".to_owned(),
    }
}
