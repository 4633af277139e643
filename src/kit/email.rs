//! E-mail addresses, as loosely checked as the contract says: something, one @, a dot in what follows, no spaces.

use serde::{Deserialize, Deserializer};

use super::bounds::{EMAIL_LOCAL_MAX_BYTES, EMAIL_MAX_BYTES};
use super::hash::sha256_hex;
use super::private::Private;

/// An address that can be written to. Private by type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(Private<String>);

impl Email {
    /// Reads an address; `None` when it does not look like one. Case is kept, edges are trimmed.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.split_once('@')?;
        let (host, end) = domain.rsplit_once('.')?;
        let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        let whole = !local.is_empty() && !host.is_empty() && !end.is_empty() && !domain.contains('@');
        (plain && whole && text.len() <= EMAIL_MAX_BYTES).then(|| Self(Private::new(text.to_owned())))
    }

    /// Reads the address of an account or a mail's receiver, in lower case: plain letters, digits and `_'+-.` before the
    /// one @, a host name after it. Nothing in it can be mistaken for a part of a header or of an SMTP command.
    pub fn plain(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let (local, domain) = text.split_once('@')?;
        let local_fits = (1..=EMAIL_LOCAL_MAX_BYTES).contains(&local.len())
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"_'+-.".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with(['.', '\''])
            && !local.contains("..");
        let label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let (host, end) = domain.rsplit_once('.')?;
        let domain_fits =
            host.split('.').all(label) && end.len() >= 2 && end.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (local_fits && domain_fits && text.len() <= EMAIL_MAX_BYTES).then(|| Self(Private::new(text.clone())))
    }

    /// The address itself, for the database and the provider.
    pub fn open(&self) -> &str {
        self.0.open()
    }

    /// The same address in lower case.
    pub fn lower(&self) -> Self {
        Self(Private::new(self.open().to_lowercase()))
    }

    /// Enough of the address for its owner to know it, and for nobody else: `a***@e***.com`.
    pub fn masked(&self) -> String {
        let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
        let (local, domain) = self.open().split_once('@').unwrap_or_default();
        let (host, end) = domain.rsplit_once('.').unwrap_or_default();
        format!("{}***@{}***.{end}", first(local), first(host))
    }

    /// SHA-256 of the lower-cased address.
    pub fn digest(&self) -> String {
        sha256_hex(self.open().to_lowercase().as_bytes())
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an e-mail address"))
    }
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn a_plain_address_is_lower_case_and_holds_nothing_a_header_could_trip_over() {
        assert_eq!(
            Email::plain(" Ana.O'Neil+shop@Example.co.uk ").expect("plain").open(),
            "ana.o'neil+shop@example.co.uk"
        );
        for bad in [
            ".a@b.co",
            "a.@b.co",
            "a..b@c.co",
            "a@b",
            "a@b.c",
            "a@-b.co",
            "a b@c.co",
            "a>b@c.co",
            "<a@b.co>",
            "a,b@c.co",
            "\"a\"@b.co",
            "a@b@c.co",
            "ä@b.co",
            "a@ä.de",
            "a@b.co\r\nx",
            "",
            "@b.co",
            "a@.co",
            "a@b..co",
        ] {
            assert!(Email::plain(bad).is_none(), "{bad}");
        }
        assert!(Email::plain(&format!("{}@b.co", "a".repeat(65))).is_none());
    }

    #[test]
    fn an_address_needs_one_at_and_a_dotted_domain() {
        assert!(Email::parse(" ana@example.com ").is_some());
        for bad in
            ["", "ana", "ana@", "@example.com", "ana@example", "a na@example.com", "a@b@c.d", "a@b.c\r\nBcc: x@y.z"]
        {
            assert!(Email::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_masked_address_shows_two_letters_and_the_ending() {
        let masked = |text| Email::parse(text).map(|email| email.masked());
        assert_eq!(masked("ana@example.com").as_deref(), Some("a***@e***.com"));
        assert_eq!(masked("é@mail.example.org").as_deref(), Some("é***@m***.org"));
    }

    #[test]
    fn the_digest_ignores_case() {
        let digest = |text| Email::parse(text).map(|email| email.digest());
        assert_eq!(digest("Ana@Example.com"), digest("ana@example.com"));
    }
}
