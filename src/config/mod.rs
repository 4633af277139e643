//! Settings, typed and read once. A setting that is wrong is an error that names it; a value is never echoed.

pub mod account;
pub mod mail;

use url::Url;

use self::account::Accounts;
use self::mail::Mail;
use crate::kit::private::Private;

/// Test money or real money. Stripe keeps the two apart, and so does every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StripeMode {
    /// Test money.
    Sandbox,
    /// Real money.
    Live,
}

impl StripeMode {
    /// As the database and the wire write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        }
    }

    /// What Stripe's `livemode` must say.
    pub const fn livemode(self) -> bool {
        matches!(self, Self::Live)
    }

    /// What every kind of key of this mode starts with: secret keys and restricted keys.
    const fn key_prefixes(self) -> [&'static str; 2] {
        match self {
            Self::Sandbox => ["sk_test_", "rk_test_"],
            Self::Live => ["sk_live_", "rk_live_"],
        }
    }
}

/// A webhook signing secret and the mode it proves.
#[derive(Clone, Debug)]
pub struct WebhookSecret {
    /// The mode of the endpoint that the secret belongs to.
    pub mode: StripeMode,
    /// The secret, `whsec_` included.
    pub secret: Private<String>,
}

/// The settings of a deployment.
#[derive(Clone, Debug)]
pub struct Config {
    /// The mode that checkouts are started in.
    pub stripe_mode: StripeMode,
    /// The mode that the platform's own plans are sold in; `None` sells none of them.
    pub plan_mode: Option<StripeMode>,
    /// Where Stripe's API answers, without a trailing slash.
    pub stripe_api_base: String,
    /// Where Stripe's payment pages live: the one foreign origin that our forms may lead to.
    pub stripe_checkout_origin: String,
    /// The API key of each mode, where it is set and has the form of one.
    keys: [(StripeMode, Option<Private<String>>); 2],
    /// Every signing secret that is set. Two of one mode are normal while a secret is being rolled.
    pub webhook_secrets: Vec<WebhookSecret>,
    /// The host of the shop itself, without `www.`.
    pub apex_host: Option<String>,
    /// Signs cookies and tokens, and keys the hashes of private text. There is no fallback.
    auth_secret: Option<Private<String>>,
    /// Where people sign in, and who the owners are.
    pub accounts: Accounts,
    /// How mail leaves, or what is missing for it.
    mail: Result<Mail, ConfigError>,
}

/// The secret behind sessions and keyed hashes.
const AUTH_SECRET: &str = "BETTER_AUTH_SECRET";

/// A setting that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("setting {name} {problem}")]
pub struct ConfigError {
    /// The name of the variable or secret.
    pub name: &'static str,
    /// What is wrong, without the value.
    pub problem: &'static str,
}

/// Shortest secret that may sign sessions, in bytes.
const AUTH_SECRET_MIN_BYTES: usize = 32;

/// Shortest part after the prefix that makes a usable API key, in characters.
const KEY_TAIL_MIN_CHARS: usize = 20;

impl Config {
    /// Reads the settings through `get`, which answers a variable's or secret's value.
    ///
    /// # Errors
    /// [`ConfigError`] naming the setting that cannot be used.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let get = |name: &str| get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let mode = |name: &'static str| match get(name).as_deref() {
            Some("live") => Ok(Some(StripeMode::Live)),
            Some("sandbox") => Ok(Some(StripeMode::Sandbox)),
            None => Ok(None),
            Some(_) => Err(ConfigError { name, problem: "must be sandbox or live" }),
        };
        let origin = |name: &'static str, default: &str| {
            let text = get(name).unwrap_or_else(|| default.to_owned());
            let url = Url::parse(&text).map_err(|_| ConfigError { name, problem: "is not a web address" })?;
            let origin = url.origin().ascii_serialization();
            matches!(url.scheme(), "http" | "https")
                .then_some(origin)
                .ok_or(ConfigError { name, problem: "is not a web address" })
        };
        let apex_host = match get("PUBLIC_SITE_URL") {
            None => None,
            Some(text) => {
                Some(host_of(&text).ok_or(ConfigError { name: "PUBLIC_SITE_URL", problem: "is not a web address" })?)
            }
        };
        let key =
            |mode: StripeMode, name: &str| (mode, get(name).filter(|key| usable_key(mode, key)).map(Private::new));
        let secrets = |mode: StripeMode, name: &str| {
            let list = get(name).unwrap_or_default();
            let of_mode = |secret: &str| WebhookSecret { mode, secret: Private::new(secret.to_owned()) };
            list.split(',').map(str::trim).filter(|secret| !secret.is_empty()).map(of_mode).collect::<Vec<_>>()
        };
        let auth_secret = get(AUTH_SECRET).map(Private::new);
        if auth_secret.as_ref().is_some_and(|secret| secret.open().len() < AUTH_SECRET_MIN_BYTES) {
            return Err(ConfigError { name: AUTH_SECRET, problem: "must have at least 32 characters" });
        }
        Ok(Self {
            stripe_mode: mode("STRIPE_ACTIVE_MODE")?.unwrap_or(StripeMode::Sandbox),
            plan_mode: mode("PLAN_BILLING_MODE")?,
            stripe_api_base: origin("STRIPE_API_BASE", "https://api.stripe.com")?,
            stripe_checkout_origin: origin("STRIPE_CHECKOUT_ORIGIN", "https://checkout.stripe.com")?,
            keys: [
                key(StripeMode::Sandbox, "STRIPE_SECRET_KEY_SANDBOX"),
                key(StripeMode::Live, "STRIPE_SECRET_KEY_LIVE"),
            ],
            webhook_secrets: [
                secrets(StripeMode::Sandbox, "STRIPE_WEBHOOK_SECRET_SANDBOX"),
                secrets(StripeMode::Live, "STRIPE_WEBHOOK_SECRET_LIVE"),
            ]
            .concat(),
            apex_host,
            auth_secret,
            accounts: Accounts::read(get)?,
            mail: Mail::read(get),
        })
    }

    /// The secret behind sessions and keyed hashes.
    ///
    /// # Errors
    /// [`ConfigError`] when it is not set: nothing that needs it works then.
    pub fn auth_secret(&self) -> Result<&Private<String>, ConfigError> {
        self.auth_secret.as_ref().ok_or(ConfigError { name: AUTH_SECRET, problem: "is not set" })
    }

    /// How mail leaves.
    ///
    /// # Errors
    /// [`ConfigError`] naming the setting that is missing or wrong.
    pub fn mail(&self) -> Result<&Mail, ConfigError> {
        self.mail.as_ref().map_err(Clone::clone)
    }

    /// The API key of a mode; `None` when it is missing or is not a whole key.
    pub fn stripe_key(&self, mode: StripeMode) -> Option<&Private<String>> {
        self.keys.iter().find(|(of, _)| *of == mode).and_then(|(_, key)| key.as_ref())
    }
}

fn usable_key(mode: StripeMode, key: &str) -> bool {
    mode.key_prefixes()
        .iter()
        .filter_map(|prefix| key.strip_prefix(prefix))
        .any(|tail| tail.len() >= KEY_TAIL_MIN_CHARS && tail.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

fn host_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?.to_ascii_lowercase();
    Some(host.strip_prefix("www.").map_or(host.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::{Config, StripeMode};

    fn read(pairs: &[(&str, &str)]) -> Result<Config, super::ConfigError> {
        Config::read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_half_pasted_key_is_no_key() {
        for (key, usable) in [
            ("sk_test_abcdefghijklmnopqrst", true),
            ("rk_test_abcdefghijklmnopqrst", true),
            ("sk_test_short", false),
            ("sk_live_abcdefghijklmnopqrst", false),
            ("sk_test_abcdefghijklmnopqrs-", false),
        ] {
            let config = read(&[("STRIPE_SECRET_KEY_SANDBOX", key)]).expect("settings");
            assert_eq!(config.stripe_key(StripeMode::Sandbox).is_some(), usable, "{key}");
        }
    }

    #[test]
    fn several_secrets_of_one_mode_are_all_kept() {
        let config =
            read(&[("STRIPE_WEBHOOK_SECRET_SANDBOX", "whsec_a, whsec_b,"), ("STRIPE_WEBHOOK_SECRET_LIVE", "whsec_c")])
                .expect("settings");
        let modes: Vec<_> = config.webhook_secrets.iter().map(|secret| secret.mode).collect();
        assert_eq!(modes, [StripeMode::Sandbox, StripeMode::Sandbox, StripeMode::Live]);
    }

    #[test]
    fn a_wrong_setting_is_named_and_its_value_is_not_echoed() {
        let error = read(&[("STRIPE_ACTIVE_MODE", "hunter2")]).expect_err("refused").to_string();
        assert_eq!(error, "setting STRIPE_ACTIVE_MODE must be sandbox or live");
        let error = read(&[("STRIPE_API_BASE", "javascript:hunter2")]).expect_err("refused").to_string();
        assert_eq!(error, "setting STRIPE_API_BASE is not a web address");
    }
}
