//! Settings of accounts: where people sign in, and whose addresses are the owners'.

use url::{Host, Url};

use super::ConfigError;
use crate::kit::private::Private;

/// Where accounts live and who owns the shop.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// The address that links in mails begin with, and the only one where people sign in.
    base: Option<Url>,
    /// The owners' addresses, lower-case.
    owners: Private<Vec<String>>,
}

/// Every setting that names owners. Their lists add up.
const OWNER_LISTS: &[&str] = &["PLATFORM_OWNER_EMAILS", "BUMPGRADE_OWNER_EMAILS", "OWNER_EMAILS"];

/// The shop's address.
const SITE_URL: &str = "PUBLIC_SITE_URL";
/// Where people sign in, if that is another name of the shop.
const AUTH_URL: &str = "BETTER_AUTH_URL";

impl Accounts {
    /// Reads the settings through `get`.
    ///
    /// # Errors
    /// [`ConfigError`] when the base address is no web address, or names a host that the shop does not answer under.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let address = |name: &'static str| match get(name).map(|text| Url::parse(&text)) {
            None => Ok(None),
            Some(Ok(url)) if matches!(url.scheme(), "http" | "https") => Ok(Some(url)),
            Some(_) => Err(ConfigError { name, problem: "is not a web address" }),
        };
        let (site, own) = (address(SITE_URL)?, address(AUTH_URL)?);
        let lists = OWNER_LISTS.iter().filter_map(|name| get(name)).collect::<Vec<_>>().join(",");
        let owners = lists.split(',').map(|one| one.trim().to_lowercase()).filter(|one| !one.is_empty()).collect();
        let accounts = Self { base: own.or_else(|| site.clone()), owners: Private::new(owners) };
        let reachable = match &site {
            Some(site) => accounts.answers(site) || accounts.is_twin(site),
            None => accounts.base.as_ref().is_none_or(is_loopback),
        };
        let problem = "must have the host of PUBLIC_SITE_URL, with or without www.";
        reachable.then_some(accounts).ok_or(ConfigError { name: AUTH_URL, problem })
    }

    /// Scheme, host and port of the base address; without one, those that a request on loopback came on.
    pub fn origin(&self, asked: &Url) -> String {
        self.base.as_ref().unwrap_or(asked).origin().ascii_serialization()
    }

    /// True when cookies must only travel encrypted.
    pub fn secure(&self) -> bool {
        self.base.as_ref().is_some_and(|base| base.scheme() == "https")
    }

    /// True for the host where people sign in. A deployment on loopback answers under every name of loopback.
    pub fn answers(&self, asked: &Url) -> bool {
        match &self.base {
            Some(base) if !is_loopback(base) => base.host() == asked.host(),
            _ => is_loopback(asked),
        }
    }

    /// True for the name that differs from the base address by its `www.` alone.
    pub fn is_twin(&self, asked: &Url) -> bool {
        let (Some(base), Some(asked)) = (self.base.as_ref().and_then(Url::host_str), asked.host_str()) else {
            return false;
        };
        asked.strip_prefix("www.") == Some(base) || base.strip_prefix("www.") == Some(asked)
    }

    /// True for an origin whose pages may change something here: our own, and nothing else.
    pub fn trusts(&self, origin: &str, asked: &Url) -> bool {
        let ours = self.origin(asked);
        let local = self.base.as_ref().is_none_or(is_loopback) && is_loopback(asked);
        origin == ours || (local && origin == asked.origin().ascii_serialization())
    }

    /// True for the address of an owner.
    pub fn is_owner(&self, email: &str) -> bool {
        let email = email.to_lowercase();
        self.owners.open().contains(&email)
    }
}

/// True for the names of this very machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Accounts, ConfigError};

    fn tried(pairs: &[(&str, &str)]) -> Result<Accounts, ConfigError> {
        Accounts::read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    fn read(pairs: &[(&str, &str)]) -> Accounts {
        tried(pairs).expect("settings")
    }

    #[test]
    fn the_owner_lists_add_up_and_ignore_case() {
        let accounts = read(&[("PLATFORM_OWNER_EMAILS", "A@x.test, ,b@x.test"), ("OWNER_EMAILS", " C@X.test ")]);
        for owner in ["a@x.test", "B@x.test", "c@x.test"] {
            assert!(accounts.is_owner(owner), "{owner}");
        }
        assert!(!accounts.is_owner("d@x.test") && !accounts.is_owner("") && !read(&[]).is_owner(""));
    }

    #[test]
    fn only_the_base_address_is_trusted_and_loopback_only_from_loopback() {
        let url = |text: &str| text.parse().expect("an address");
        let live = read(&[("PUBLIC_SITE_URL", "https://shop.example/")]);
        assert!(live.trusts("https://shop.example", &url("https://shop.example/login")));
        for other in ["http://shop.example", "https://www.shop.example", "http://localhost:8787", "null", ""] {
            assert!(!live.trusts(other, &url("https://shop.example/login")), "{other}");
        }
        assert!(!live.trusts("http://127.0.0.1:8787", &url("http://127.0.0.1:8787/login")));
        assert!(live.answers(&url("https://shop.example/x")) && !live.answers(&url("https://www.shop.example/x")));
        assert!(!live.answers(&url("http://127.0.0.1/x")));
        assert!(live.is_twin(&url("https://www.shop.example/x")) && !live.is_twin(&url("https://shop.example/x")));
        assert!(
            !live.is_twin(&url("https://www.www.shop.example/x")) && !live.is_twin(&url("https://x.shop.example/"))
        );
        let local = read(&[("PUBLIC_SITE_URL", "http://127.0.0.1:8787")]);
        assert!(local.trusts("http://localhost:8787", &url("http://localhost:8787/login")));
        assert!(!local.trusts("http://localhost:9999", &url("http://localhost:8787/login")));
        assert!(local.answers(&url("http://[::1]:8787/")) && !local.secure() && live.secure());
    }

    #[test]
    fn the_auth_address_goes_before_the_shop_s() {
        let both =
            read(&[("PUBLIC_SITE_URL", "https://shop.example"), ("BETTER_AUTH_URL", "https://www.shop.example/x")]);
        assert_eq!(both.origin(&"http://a.b".parse().expect("an address")), "https://www.shop.example");
    }

    #[test]
    fn people_sign_in_under_a_name_that_the_shop_answers_to() {
        for (site, auth, fits) in [
            ("https://shop.example", "https://shop.example/api", true),
            ("https://www.shop.example", "https://shop.example", true),
            ("http://127.0.0.1:8787", "http://localhost:8787", true),
            ("", "http://localhost:8787", true),
            ("", "https://shop.example", false),
            ("https://shop.example", "https://id.shop.example", false),
            ("https://shop.example", "https://id.example", false),
            ("https://shop.example", "http://localhost:8787", false),
            ("http://localhost:8787", "https://shop.example", false),
        ] {
            let pairs = [("PUBLIC_SITE_URL", site), ("BETTER_AUTH_URL", auth)];
            let set: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            let refused = tried(&set).err().map(|error| error.to_string());
            let expected = "setting BETTER_AUTH_URL must have the host of PUBLIC_SITE_URL, with or without www.";
            assert_eq!(refused.as_deref(), (!fits).then_some(expected), "{site} {auth}");
        }
        let wrong = tried(&[("BETTER_AUTH_URL", "nowhere")]).err().map(|error| error.to_string());
        assert_eq!(wrong.as_deref(), Some("setting BETTER_AUTH_URL is not a web address"));
    }
}
