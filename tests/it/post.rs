//! What a test does with mail: let the queue deliver it, open it, find its link.

use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use bumpgrade::job;
use futures_executor::block_on;
use serde_json::{json, Value};

use crate::shop::{Seen, Shop};

pub const PASSWORD: &str = "correct horse";

/// A mail as its receiver reads it.
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Mail {
    /// The address of the page behind the mail's button.
    pub fn link(&self) -> String {
        self.text.lines().find(|line| line.starts_with("http")).expect("a link").to_owned()
    }

    /// A parameter of that address.
    pub fn given(&self, name: &str) -> String {
        let link: url::Url = self.link().parse().unwrap();
        link.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

fn open((_, to, whole): &(String, String, String)) -> Mail {
    let (head, rest) = whole.split_once("\r\n\r\n").unwrap();
    let subject = head.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap().to_owned();
    let parts: Vec<String> = rest
        .split("\r\n\r\n")
        .skip(1)
        .map(|part| part.split("--=").next().unwrap().replace("\r\n", ""))
        .map(|part| String::from_utf8(STANDARD.decode(part).unwrap()).unwrap())
        .collect();
    Mail { to: to.clone(), subject, text: parts[0].clone(), html: parts[1].clone() }
}

impl Shop {
    /// Works on everything that waits in the queue; returns what should be logged.
    pub fn drain(&self) -> Vec<job::Taken> {
        let waiting: Vec<_> = self.queue.messages.borrow_mut().drain(..).collect();
        waiting.iter().map(|message| block_on(job::take(&self.cx, &job::written(message).unwrap()))).collect()
    }

    /// Every mail that has left by the platform's binding.
    pub fn mails(&self) -> Vec<Mail> {
        self.drain();
        self.post.taken.borrow().iter().map(open).collect()
    }

    pub fn last_mail(&self) -> Mail {
        self.mails().pop().expect("a mail")
    }

    /// A POST of the official client's kind, from an address of its own.
    pub fn auth(&self, path: &str, body: &Value) -> Seen {
        self.auth_from("192.0.2.1", path, body)
    }

    pub fn auth_from(&self, ip: &str, path: &str, body: &Value) -> Seen {
        let headers = [("content-type", "application/json"), ("cf-connecting-ip", ip), ("user-agent", "Tests")];
        self.send("POST", &format!("/api/auth{path}"), &headers, body.to_string().as_bytes())
    }

    /// Makes an account; its mail waits in the queue.
    pub fn sign_up(&self, email: &str) -> Seen {
        self.auth_from(
            &unlike(email),
            "/sign-up/email",
            &json!({ "name": "Ana", "email": email, "password": PASSWORD }),
        )
    }

    /// Makes an account and confirms its address.
    pub fn join(&self, email: &str) {
        assert_eq!(self.sign_up(email).status, 200);
        let token = self.last_mail().given("token");
        assert_eq!(self.get(&format!("/api/auth/verify-email?token={token}")).status, 200);
    }

    /// Signs in with a password.
    pub fn sign_in(&self, email: &str, password: &str) -> Seen {
        self.auth_from(&unlike(email), "/sign-in/email", &json!({ "email": email, "password": password }))
    }

    /// The `Cookie` header after an answer.
    pub fn cookie_of(seen: &Seen) -> String {
        let cookie = seen.header("set-cookie");
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Every `Set-Cookie` of an answer.
    pub fn cookies_of(seen: &Seen) -> Vec<&str> {
        seen.headers.iter().filter(|(name, _)| *name == "set-cookie").map(|(_, value)| value.as_str()).collect()
    }
}

/// A network address that no other name in the tests has.
fn unlike(name: &str) -> String {
    let sum: u32 = name.bytes().fold(7, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("10.{}.{}.{}", (sum >> 16) & 255, (sum >> 8) & 255, sum & 255)
}
