//! A letter: the same words as plain text and as HTML.

use crate::cx::PostError;

/// What a mail says.
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// The paragraphs before the button.
    pub opening: Vec<String>,
    /// The button: its label and where it leads.
    pub action: (&'static str, String),
    /// The paragraphs after it.
    pub closing: Vec<String>,
    /// A link at the very end, and what it says.
    pub footer: Option<(&'static str, String)>,
}

impl Letter {
    /// As plain text.
    pub fn text(&self) -> String {
        let (label, link) = &self.action;
        let action = format!("{label}:\n{link}");
        let footer = self.footer.as_ref().map(|(label, link)| format!("{label}:\n{link}"));
        let parts = self.opening.iter().chain([&action]).chain(&self.closing).chain(&footer);
        let mut text = parts.map(String::as_str).collect::<Vec<_>>().join("\n\n");
        text.push('\n');
        text
    }
}

/// Why a mail did not leave, in words that hold no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Worth another try.
    #[error("{0}")]
    Passing(String),
    /// Another try would end the same.
    #[error("{0}")]
    Lasting(String),
}

impl From<PostError> for Trouble {
    fn from(error: PostError) -> Self {
        Self::Passing(error.to_string())
    }
}

/// Seconds until the next try, after so many tries.
pub const fn pause_seconds(attempts: i64) -> i64 {
    match attempts {
        0 | 1 => 20,
        2 => 60,
        3 => 300,
        _ => 1_800,
    }
}

#[cfg(test)]
mod tests {
    use super::Letter;

    #[test]
    fn a_letter_keeps_its_link_on_a_line_of_its_own() {
        let letter = Letter {
            subject: "Hello".to_owned(),
            opening: vec!["One.".to_owned()],
            action: ("Open", "https://shop.example/a?b=c".to_owned()),
            closing: vec!["Two.".to_owned()],
            footer: None,
        };
        assert_eq!(letter.text(), "One.\n\nOpen:\nhttps://shop.example/a?b=c\n\nTwo.\n");
    }
}
