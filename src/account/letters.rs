//! What our mails say. Nothing that a stranger typed is in them, so nobody can write to others through us.

use super::model::with_query;
use crate::mail::Letter;

/// Asks for a confirmation.
pub const CONFIRM_SUBJECT: &str = "Confirm your e-mail address";

/// The mail behind a new account.
pub fn confirm(base: &str, token: &str, callback: &str) -> Letter {
    let link = with_query(&format!("{base}/login/confirm?token={token}"), "callbackURL", callback);
    Letter {
        subject: CONFIRM_SUBJECT.to_owned(),
        opening: vec![
            "Somebody, we hope you, made an account with this address. Please confirm that it is yours: the page asks \
             for the password that you chose."
                .to_owned(),
        ],
        action: ("Confirm my address", link),
        closing: vec![
            "The link works for one hour.".to_owned(),
            "If you did not make an account, do nothing: without your confirmation nobody can act in your name."
                .to_owned(),
        ],
        footer: None,
    }
}

/// The mail behind a sign-in by link.
pub fn link(base: &str, token: &str, callbacks: &[(&str, &str)]) -> Letter {
    let start = format!("{base}/login/link?token={token}");
    let link = callbacks.iter().fold(start, |link, (name, value)| with_query(&link, name, value));
    Letter {
        subject: "Your sign-in link".to_owned(),
        opening: vec!["Here is the link you asked for. It signs you in without a password.".to_owned()],
        action: ("Sign in", link),
        closing: vec![
            "The link works once, within five minutes.".to_owned(),
            "If you did not ask for it, do nothing: nobody gets in without this mail.".to_owned(),
        ],
        footer: None,
    }
}

/// The mail to somebody who has an account and whose address was given for a new one.
pub fn exists(base: &str) -> Letter {
    Letter {
        subject: "You already have an account".to_owned(),
        opening: vec![
            "Somebody, perhaps you, tried to make an account with this address. There is one already.".to_owned()
        ],
        action: ("Sign in", format!("{base}/login")),
        closing: vec![
            "Forgot the password? On the same page you can ask for a sign-in link instead.".to_owned(),
            "If it was not you, do nothing: your account is unchanged.".to_owned(),
        ],
        footer: None,
    }
}
