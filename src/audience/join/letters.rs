//! What the mails about a list say. Nothing that a stranger typed is in them, so nobody can write to others through us.

use super::model::Asked;
use crate::mail::Letter;

/// The kind of the mail that asks for a confirmation, and of the one that says it is not needed.
pub const ASK: &str = "audience_confirm";
/// The kind of the mail to somebody who is on the list.
pub const MEMBER: &str = "audience_member";
/// The kind of the letter to a new reader.
pub const WELCOME: &str = "audience_welcome";

/// How a reader leaves, at the end of every letter to one.
const GOODBYE: &str = "No more letters? Leave with one press";

/// Asks for the confirmation of a wish to join.
pub fn ask(link: String, magnet: &str) -> Letter {
    Letter {
        subject: "Please confirm: you want our letters".to_owned(),
        opening: vec![format!(
            "Somebody, we hope you, asked to join our list with this address. Confirm it, and “{magnet}” opens at once."
        )],
        action: ("Yes, put me on the list", link),
        closing: vec![
            "The link works for three days.".to_owned(),
            "If it was not you, do nothing: you are not on the list, and you will not be written to.".to_owned(),
        ],
        footer: None,
    }
}

/// Tells a reader that somebody asked for them again.
pub fn member(link: String, magnet: &str, leave: &str) -> Letter {
    Letter {
        subject: "You are on the list already".to_owned(),
        opening: vec![format!(
            "Somebody, perhaps you, asked to join our list with this address. It is on the list, so nothing changes. \
             If you are looking for “{magnet}”, here it is."
        )],
        action: ("Open it", link),
        closing: vec!["If it was not you, do nothing.".to_owned()],
        footer: Some((GOODBYE, leave.to_owned())),
    }
}

/// The letter to a new reader.
pub fn welcome(link: String, asked: &Asked, leave: &str) -> Letter {
    Letter {
        subject: "You are on the list".to_owned(),
        opening: vec![format!(
            "Welcome. Here is “{}”. Keep this mail, and you will find it again.",
            asked.lead_magnet_title
        )],
        action: ("Open it", link),
        closing: vec![format!("You get this because you joined “{}” and confirmed it.", asked.form_title)],
        footer: Some((GOODBYE, leave.to_owned())),
    }
}
