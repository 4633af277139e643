//! Settings of mail: who it is from, and the one way it leaves by.

use url::Url;

use super::account::is_loopback;
use super::ConfigError;
use crate::kit::email::Email;
use crate::kit::private::Private;

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The name that receivers see.
    pub from_name: String,
    /// The address that receivers see.
    pub from: Email,
    /// The way.
    pub transport: Transport,
}

/// A way for mail to leave.
#[derive(Clone, Debug)]
pub enum Transport {
    /// A mail server of one's own choice.
    Smtp(Smtp),
    /// Postmark's HTTP API.
    Postmark {
        /// Where it answers, without a trailing slash.
        base: String,
        /// The server token.
        token: Private<String>,
    },
    /// Resend's HTTP API.
    Resend {
        /// Where it answers, without a trailing slash.
        base: String,
        /// The API key.
        key: Private<String>,
    },
    /// Cloudflare's `send_email` binding.
    Cloudflare,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User and password, where the server wants them.
    pub login: Option<(String, Private<String>)>,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: only ever on loopback.
    Loopback,
    /// Plain at first, then TLS or nothing.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl Transport {
    /// As the log of verification mails names it.
    pub fn provider(&self) -> &'static str {
        match self {
            Self::Smtp(smtp) if smtp.security == Security::Loopback => "development",
            Self::Smtp(_) => "smtp",
            Self::Postmark { .. } => "postmark",
            Self::Resend { .. } => "resend",
            Self::Cloudflare => "cloudflare-binding",
        }
    }
}

impl Mail {
    /// Reads the settings through `get`.
    ///
    /// # Errors
    /// [`ConfigError`] naming what is missing or wrong. Only what needs mail stops working then.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let need = |name: &'static str| get(name).ok_or(ConfigError { name, problem: "is not set" });
        let base = |name: &'static str, usual: &str| {
            let text = get(name).unwrap_or_else(|| usual.to_owned());
            let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            url.map(|url| url.origin().ascii_serialization())
                .ok_or(ConfigError { name, problem: "is not a web address" })
        };
        let transport = match need("MAIL_TRANSPORT")?.as_str() {
            "smtp" => Transport::Smtp(smtp(&need("SMTP_URL")?)?),
            "postmark" => Transport::Postmark {
                base: base("POSTMARK_API_BASE", "https://api.postmarkapp.com")?,
                token: Private::new(need("POSTMARK_SERVER_TOKEN")?),
            },
            "resend" => Transport::Resend {
                base: base("RESEND_API_BASE", "https://api.resend.com")?,
                key: Private::new(need("RESEND_API_KEY")?),
            },
            "cloudflare" => Transport::Cloudflare,
            _ => {
                let problem = "must be smtp, postmark, resend or cloudflare";
                return Err(ConfigError { name: "MAIL_TRANSPORT", problem });
            }
        };
        let (from_name, from) = sender(&need("MAIL_FROM")?)
            .ok_or(ConfigError { name: "MAIL_FROM", problem: "must look like: Name <name@example.com>" })?;
        Ok(Self { from_name, from, transport })
    }
}

/// `Name <address>`, or an address alone.
fn sender(text: &str) -> Option<(String, Email)> {
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.split_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"').to_owned(), address),
        None => (String::new(), text),
    };
    let plain = !name.chars().any(char::is_control);
    Email::plain(address).filter(|_| plain).map(|email| (name, email))
}

/// `smtps://user:password@host:465` is TLS at once, `smtp://…:587` is STARTTLS, and `smtp://` on loopback is plain.
fn smtp(text: &str) -> Result<Smtp, ConfigError> {
    const NAME: &str = "SMTP_URL";
    let wrong = ConfigError { name: NAME, problem: "must look like: smtps://user:password@mail.example.com:465" };
    let url = Url::parse(text).map_err(|_| wrong.clone())?;
    // The parser knows hosts of web addresses only, so the host is read as one.
    let host = url.host_str().ok_or_else(|| wrong.clone())?.to_owned();
    let local = Url::parse(&format!("http://{host}")).is_ok_and(|url| is_loopback(&url));
    let (security, usual) = match url.scheme() {
        "smtps" => (Security::Tls, 465),
        "smtp" if local => (Security::Loopback, 25),
        "smtp" => (Security::StartTls, 587),
        _ => return Err(wrong),
    };
    let decoded = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8().map(|text| text.into_owned());
    let login = match (url.username(), url.password()) {
        ("", _) | (_, None) => None,
        (user, Some(password)) => {
            let (user, password) = (decoded(user).map_err(|_| wrong.clone())?, decoded(password).map_err(|_| wrong)?);
            Some((user, Private::new(password)))
        }
    };
    Ok(Smtp { host, port: url.port().unwrap_or(usual), security, login })
}

#[cfg(test)]
mod tests {
    use super::{Mail, Security, Transport};

    fn read(pairs: &[(&str, &str)]) -> Result<Mail, String> {
        let get = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Mail::read(get).map_err(|error| error.to_string())
    }

    fn smtp(url: &str) -> super::Smtp {
        let mail = read(&[("MAIL_TRANSPORT", "smtp"), ("SMTP_URL", url), ("MAIL_FROM", "a@b.co")]).expect(url);
        let Transport::Smtp(smtp) = mail.transport else { panic!("smtp") };
        smtp
    }

    #[test]
    fn a_mail_server_off_this_machine_is_only_spoken_to_through_tls() {
        for (url, security, port) in [
            ("smtps://u:p@mail.example.com", Security::Tls, 465),
            ("smtp://u:p@mail.example.com", Security::StartTls, 587),
            ("smtp://u:p@mail.example.com:2525", Security::StartTls, 2525),
            ("smtp://127.0.0.1:8790", Security::Loopback, 8790),
            ("smtp://localhost:8790", Security::Loopback, 8790),
            ("smtps://127.0.0.1", Security::Tls, 465),
        ] {
            let found = smtp(url);
            assert_eq!((found.security, found.port), (security, port), "{url}");
        }
        let (user, password) = smtp("smtps://api_token:p%40ss%2Fword@mail.example.com").login.expect("a login");
        assert_eq!((user.as_str(), password.open().as_str()), ("api_token", "p@ss/word"));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (pairs, says) in [
            (&[][..], "setting MAIL_TRANSPORT is not set"),
            (&[("MAIL_TRANSPORT", "pigeon")], "setting MAIL_TRANSPORT must be smtp, postmark, resend or cloudflare"),
            (&[("MAIL_TRANSPORT", "postmark")], "setting POSTMARK_SERVER_TOKEN is not set"),
            (&[("MAIL_TRANSPORT", "resend")], "setting RESEND_API_KEY is not set"),
            (&[("MAIL_TRANSPORT", "cloudflare")], "setting MAIL_FROM is not set"),
            (
                &[("MAIL_TRANSPORT", "cloudflare"), ("MAIL_FROM", "nobody")],
                "setting MAIL_FROM must look like: Name <name@example.com>",
            ),
            (
                &[("MAIL_TRANSPORT", "smtp"), ("SMTP_URL", "http://hunter2")],
                "setting SMTP_URL must look like: smtps://user:password@mail.example.com:465",
            ),
        ] {
            assert_eq!(read(pairs).expect_err(says), says);
        }
    }

    #[test]
    fn the_sender_has_a_name_or_none() {
        let from = |text: &str| {
            let mail = read(&[("MAIL_TRANSPORT", "cloudflare"), ("MAIL_FROM", text)]).expect(text);
            (mail.from_name, mail.from.open().to_owned())
        };
        assert_eq!(from("The Shop <Shop@Example.com>"), ("The Shop".to_owned(), "shop@example.com".to_owned()));
        assert_eq!(from("\"Käse, Inc.\" <k@x.co>"), ("Käse, Inc.".to_owned(), "k@x.co".to_owned()));
        assert_eq!(from("k@x.co"), (String::new(), "k@x.co".to_owned()));
    }
}
