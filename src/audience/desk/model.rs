//! What the owner's pages about people are made from.

use serde::Deserialize;

use crate::db::{texts, truth};
use crate::http::Req;
use crate::kit::bounds::{AUDIENCE_SEARCH_MAX_CHARS, D1_INTEGER_MAX, ID_MAX_BYTES};
use crate::kit::email::Email;
use crate::kit::json;
use crate::kit::time::Moment;
use crate::page::component;

/// A person on the list, as the owner sees them.
#[derive(Deserialize)]
pub struct Person {
    /// The person.
    pub id: String,
    /// Their address.
    pub email: Email,
    /// Their name, when they gave one.
    pub first_name: Option<String>,
    /// `pending`, `subscribed` or `unsubscribed`.
    pub status: String,
    /// Their address is not written to.
    #[serde(deserialize_with = "truth")]
    pub is_suppressed: bool,
    /// When they first asked.
    pub created_at: Moment,
    /// When anything last changed.
    pub updated_at: Moment,
    /// When they last proved the address.
    pub confirmed_at: Option<Moment>,
    /// What they belong to.
    pub segment_title: Option<String>,
    /// Where they came from.
    pub form_title: String,
    /// How often they agreed.
    pub consents: i64,
    /// When they last agreed.
    pub last_consented_at: Option<Moment>,
    /// Their tags.
    #[serde(deserialize_with = "texts")]
    pub tags: Vec<String>,
    /// Their sequences, as a JSON array of title, status and next letter.
    pub sequences: String,
    /// How many notes there are about them.
    pub notes: i64,
}

impl Person {
    /// What to call them.
    pub fn name(&self) -> &str {
        self.first_name.as_deref().unwrap_or_else(|| self.email.open())
    }

    /// Their sequences: title, status, next letter.
    pub fn sequences(&self) -> Vec<(String, String, String)> {
        json::read(&self.sequences).unwrap_or_default()
    }

    /// Their page.
    pub fn page(&self) -> String {
        page_of(&self.id)
    }
}

/// The page of a person.
pub fn page_of(id: &str) -> String {
    format!("{}/{}", crate::audience::OWNER_PAGE, component(id))
}

/// What the steps on the owner's page may be about, as parameters of its address.
pub const ABOUT: [&str; 2] = ["draftId", "importIntentId"];

/// The owner's page with the steps of what is named; an empty name is none.
pub fn steps_of<'a>(named: impl Fn(&str) -> &'a str) -> String {
    let words = ABOUT.map(|name| (name, named(name)));
    let query: Vec<String> = words
        .iter()
        .filter(|(_, id)| (1..=ID_MAX_BYTES).contains(&id.len()))
        .map(|(name, id)| format!("{name}={}", component(id)))
        .collect();
    let joint = if query.is_empty() { "" } else { "?" };
    format!("{}{joint}{}", crate::audience::OWNER_PAGE, query.join("&"))
}

/// Something that happened with a person.
#[derive(Deserialize)]
pub struct Happening {
    /// `consent`, `tag`, `sequence`, `suppression` or `note`.
    pub kind: String,
    /// How it stands.
    pub status: String,
    /// What it says.
    pub text: String,
    /// When.
    pub at: Moment,
}

/// Who is wanted on a page of the list.
#[derive(Debug, Default)]
pub struct Wanted {
    /// What the address or the name begins with; empty for everybody.
    pub search: String,
    /// Only this status; empty for all.
    pub status: String,
    /// Only this segment; empty for all.
    pub segment: String,
    /// Only this tag; empty for all.
    pub tag: String,
    /// Where the page before ended: the moment and the id of its last person.
    pub from: Option<(i64, String)>,
}

impl Wanted {
    /// Reads what is wanted; what makes no sense is left out.
    pub fn of(req: &Req) -> Self {
        let word = |name: &str, chars: usize| {
            let text = req.query(&[name]).unwrap_or_default();
            text.trim().chars().filter(|c| !c.is_control()).take(chars).collect::<String>()
        };
        let from = req.query(&["after"]).and_then(|text| {
            let (at, id) = text.split_once('.')?;
            let at = at.parse().ok().filter(|at| (0..D1_INTEGER_MAX).contains(at))?;
            (id.len() <= ID_MAX_BYTES).then(|| (at, id.to_owned()))
        });
        Self {
            search: word("search", AUDIENCE_SEARCH_MAX_CHARS),
            status: word("status", ID_MAX_BYTES),
            segment: word("segment", ID_MAX_BYTES),
            tag: word("tag", ID_MAX_BYTES),
            from,
        }
    }

    /// Where the page begins.
    pub fn after(&self) -> (i64, &str) {
        self.from.as_ref().map_or((D1_INTEGER_MAX, ""), |(at, id)| (*at, id.as_str()))
    }

    /// True when everybody is wanted.
    pub fn everybody(&self) -> bool {
        [&self.search, &self.status, &self.segment, &self.tag].iter().all(|word| word.is_empty())
    }

    /// The address of the page that follows the one that ends with this person.
    pub fn next(&self, last: &Person) -> String {
        let after = format!("{}.{}", last.updated_at.unix_seconds(), last.id);
        let words = [
            ("search", &self.search),
            ("status", &self.status),
            ("segment", &self.segment),
            ("tag", &self.tag),
            ("after", &after),
        ];
        let query: Vec<String> = words
            .iter()
            .filter(|(_, word)| !word.is_empty())
            .map(|(name, word)| format!("{name}={}", component(word)))
            .collect();
        format!("{}?{}#people", crate::audience::OWNER_PAGE, query.join("&"))
    }
}
