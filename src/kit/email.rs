//! E-mail addresses, as loosely checked as the contract says: something, one @, a dot in what follows, no spaces.

use super::bounds::EMAIL_MAX_BYTES;
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

#[cfg(test)]
mod tests {
    use super::Email;

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
