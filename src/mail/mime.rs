//! A whole message: headers and two bodies (RFC 5322, 2045, 2046, 2047).
//!
//! Nothing that comes from outside reaches a header unencoded: text that is not plain becomes an encoded word, addresses
//! are of the plain kind only, and bodies are base64, so that no line of them can look like a part of the envelope.

use base64::engine::general_purpose::STANDARD;
use base64::Engine;

use crate::kit::email::Email;
use crate::kit::id::MailId;
use crate::kit::time::Moment;

/// Characters of a base64 line (RFC 2045, section 6.8).
const LINE_CHARS: usize = 76;
/// Bytes of text in one encoded word: a line holds it together with the name of the header.
const WORD_BYTES: usize = 39;

/// A message before it is written.
pub struct Message<'a> {
    /// Its id; the same in every try, so that a receiver can tell a repetition.
    pub id: &'a MailId,
    /// When it is sent.
    pub at: Moment,
    /// The sender's name; may be empty.
    pub from_name: &'a str,
    /// The sender.
    pub from: &'a Email,
    /// The receiver.
    pub to: &'a Email,
    /// The subject.
    pub subject: &'a str,
    /// The plain text.
    pub text: &'a str,
    /// The HTML.
    pub html: &'a str,
    /// The address that takes the receiver off a list, if this is a mail to one.
    pub unsubscribe: Option<&'a str>,
}

/// Writes a message, lines ended by CR LF.
pub fn write(message: &Message<'_>) -> String {
    let from = message.from.open();
    let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let boundary = format!("={}=", message.id.as_str());
    let mut head = vec![
        format!("Date: {}", message.at.mail()),
        format!("From: {}", mailbox(message.from_name, from)),
        format!("To: {}", message.to.open()),
        format!("Subject: {}", text(message.subject)),
        format!("Message-ID: <{}@{domain}>", message.id.as_str()),
        "Auto-Submitted: auto-generated".to_owned(),
        "MIME-Version: 1.0".to_owned(),
        format!("Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\""),
    ];
    if let Some(url) = message.unsubscribe {
        let joint = |name: &str, value: &str| if name.len() + value.len() < LINE_CHARS { " " } else { "\r\n " };
        head.extend(leave(url).map(|(name, value)| format!("{name}:{}{value}", joint(name, &value))));
    }
    let part = |kind: &str, body: &str| {
        format!(
            "--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            lines(body)
        )
    };
    let (plain, html) = (part("plain", message.text), part("html", message.html));
    format!("{}\r\n\r\n{plain}{html}--{boundary}--\r\n", head.join("\r\n"))
}

/// The headers by which a mail program offers to leave a list with one press (RFC 2369, RFC 8058).
pub fn leave(url: &str) -> [(&'static str, String); 2] {
    [("List-Unsubscribe", format!("<{url}>")), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned())]
}

/// `Name <address>`, as a header writes it.
pub fn mailbox(name: &str, address: &str) -> String {
    if name.is_empty() {
        return address.to_owned();
    }
    if is_plain(name) {
        let quoted: String =
            name.chars().flat_map(|c| matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c])).collect();
        return format!("\"{quoted}\" <{address}>");
    }
    format!("{} <{address}>", words(name))
}

/// Unstructured text of a header.
fn text(value: &str) -> String {
    if is_plain(value) {
        value.to_owned()
    } else {
        words(value)
    }
}

/// Printable ASCII that cannot be taken for an encoded word.
fn is_plain(value: &str) -> bool {
    value.bytes().all(|b| (0x20..0x7f).contains(&b)) && !value.contains("=?") && value.len() <= LINE_CHARS
}

/// Encoded words, one to a line, none of which splits a character.
fn words(value: &str) -> String {
    let mut chunks = vec![String::new()];
    for c in value.chars() {
        let full = chunks.last().is_some_and(|chunk| chunk.len() + c.len_utf8() > WORD_BYTES);
        if full {
            chunks.push(String::new());
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(c);
        }
    }
    let encoded = chunks.iter().map(|chunk| format!("=?UTF-8?B?{}?=", STANDARD.encode(chunk)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

/// A body in base64 lines.
fn lines(body: &str) -> String {
    let encoded = STANDARD.encode(body);
    let mut text = String::with_capacity(encoded.len() + encoded.len() / LINE_CHARS * 2 + 2);
    for (index, c) in encoded.chars().enumerate() {
        if index > 0 && index % LINE_CHARS == 0 {
            text.push_str("\r\n");
        }
        text.push(c);
    }
    text.push_str("\r\n");
    text
}

#[cfg(test)]
mod tests {
    use super::{mailbox, write, Message};
    use crate::kit::email::Email;
    use crate::kit::id::MailId;
    use crate::kit::time::Moment;
    use proptest::prelude::*;

    fn message(name: &str, subject: &str, body: &str) -> String {
        let email = |text| Email::plain(text).expect("an address");
        write(&Message {
            id: &MailId::from_uuid("00000000-0000-4000-8000-000000000001"),
            at: Moment::from_unix_seconds(1_779_193_439),
            from_name: name,
            from: &email("shop@example.com"),
            to: &email("ana@example.com"),
            subject,
            text: body,
            html: "<p>Hello</p>",
            unsubscribe: None,
        })
    }

    #[test]
    fn a_message_is_written_as_reviewed() {
        insta::assert_snapshot!(message("The \"Shop\"", "Your sign-in link", "Hello\n").replace("\r\n", "\n"));
    }

    #[test]
    fn a_name_in_any_script_is_an_encoded_word() {
        assert_eq!(mailbox("Käse", "k@x.co"), "=?UTF-8?B?S8Okc2U=?= <k@x.co>");
        assert_eq!(mailbox("", "k@x.co"), "k@x.co");
        let long = message("", &"ä".repeat(60), "");
        assert!(long.contains("=?UTF-8?B?") && long.lines().all(|line| line.len() <= 78), "{long}");
    }

    proptest! {
        #[test]
        fn no_text_adds_a_header_or_ends_the_message(name in "\\PC*|[\\x00-\\x1f]*", subject in "\\PC*|[\r\n: a-zA-Z]*", body in "\\PC*|[\r\n.]*") {
            let whole = message(&name, &subject, &body);
            let (head, rest) = whole.split_once("\r\n\r\n").expect("a head");
            let headers = head.split("\r\n").filter(|line| !line.starts_with(' ')).count();
            prop_assert_eq!(headers, 8);
            prop_assert!(whole.bytes().all(|b| b == b'\r' || b == b'\n' || (0x20..0x7f).contains(&b)));
            prop_assert!(!whole.replace("\r\n", "").contains(['\r', '\n']));
            prop_assert!(!rest.contains("\r\n."));
        }
    }
}
