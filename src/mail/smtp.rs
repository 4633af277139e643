//! SMTP (RFC 5321) as a client that sends one message: greeting, TLS, login, envelope, message.
//!
//! Never sends a password or a mail over a connection that is neither encrypted nor on this machine, and never repeats
//! what a server said: its words can hold an address.

use base64::engine::general_purpose::STANDARD;
use base64::Engine;

use super::model::Trouble;
use crate::config::mail::{Security, Smtp};
use crate::cx::{Clock, Line, Post};
use crate::kit::bounds::{MAIL_CONVERSATION_SECONDS, SMTP_REPLY_LINES_MAX, SMTP_REPLY_MAX_BYTES};
use crate::kit::time::Moment;

/// Who writes to whom.
pub struct Envelope<'a> {
    /// The sender's address, of the plain kind.
    pub from: &'a str,
    /// The receiver's address, of the plain kind.
    pub to: &'a str,
}

/// Sends one message. However slowly the server speaks, the conversation ends before the mail's lease does.
///
/// # Errors
/// [`Trouble`] naming the step and the server's code.
pub async fn send(
    post: &dyn Post,
    clock: &dyn Clock,
    server: &Smtp,
    envelope: &Envelope<'_>,
    message: &str,
) -> Result<(), Trouble> {
    let ends_at = clock.now().plus_seconds(MAIL_CONVERSATION_SECONDS);
    let mut dialogue = Dialogue { line: post.dial(server).await?, read: Vec::new(), clock, ends_at };
    let own = envelope.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let hello = format!("EHLO {own}");
    dialogue.expect("greeting", 220).await?;
    let mut offers = dialogue.ask("EHLO", &hello, 250).await?;
    if server.security == Security::StartTls {
        if !offers.iter().any(|offer| offer == "STARTTLS") {
            return Err(Trouble::Passing("smtp: the server offers no TLS".to_owned()));
        }
        dialogue.ask("STARTTLS", "STARTTLS", 220).await?;
        dialogue = dialogue.encrypted()?;
        offers = dialogue.ask("EHLO", &hello, 250).await?;
    }
    if let Some((user, password)) = &server.login {
        login(&mut dialogue, &offers, user, password.open()).await?;
    }
    dialogue.ask("MAIL", &format!("MAIL FROM:<{}>", envelope.from), 250).await?;
    dialogue.ask("RCPT", &format!("RCPT TO:<{}>", envelope.to), 250).await?;
    dialogue.ask("DATA", "DATA", 354).await?;
    dialogue.ask("message", &format!("{}\r\n.", stuffed(message)), 250).await?;
    // The mail is theirs now; how they take the goodbye changes nothing.
    let _ = dialogue.say("QUIT", "QUIT").await;
    Ok(())
}

/// A wrong password is the operator's to mend, so the mail waits for that.
async fn login(dialogue: &mut Dialogue<'_>, offers: &[String], user: &str, password: &str) -> Result<(), Trouble> {
    let knows = |way: &str| {
        let lists = offers.iter().filter_map(|offer| offer.strip_prefix("AUTH "));
        lists.flat_map(str::split_whitespace).any(|known| known == way)
    };
    let done = if knows("PLAIN") {
        let both = STANDARD.encode(format!("\0{user}\0{password}"));
        dialogue.ask("AUTH", &format!("AUTH PLAIN {both}"), 235).await
    } else if knows("LOGIN") {
        dialogue.ask("AUTH", "AUTH LOGIN", 334).await?;
        dialogue.ask("AUTH", &STANDARD.encode(user), 334).await?;
        dialogue.ask("AUTH", &STANDARD.encode(password), 235).await
    } else {
        Err(Trouble::Passing("smtp: the server knows neither AUTH PLAIN nor AUTH LOGIN".to_owned()))
    };
    done.map(drop).map_err(|trouble| Trouble::Passing(trouble.to_string()))
}

/// A line that begins with a dot gets a second one (RFC 5321, section 4.5.2).
fn stuffed(message: &str) -> String {
    let dotted = message.trim_end_matches("\r\n").replace("\r\n.", "\r\n..");
    if dotted.starts_with('.') {
        format!(".{dotted}")
    } else {
        dotted
    }
}

struct Dialogue<'a> {
    line: Box<dyn Line>,
    read: Vec<u8>,
    clock: &'a dyn Clock,
    ends_at: Moment,
}

impl Dialogue<'_> {
    /// Each step has a limit of its own; so many of them could still outlast the lease.
    fn in_time(&self, step: &str) -> Result<(), Trouble> {
        let late = || Trouble::Passing(format!("smtp: the conversation took too long at {step}"));
        (self.clock.now() < self.ends_at).then_some(()).ok_or_else(late)
    }

    async fn say(&mut self, step: &str, command: &str) -> Result<(), Trouble> {
        self.in_time(step)?;
        Ok(self.line.write(format!("{command}\r\n").as_bytes()).await?)
    }

    /// Sends a command and reads its reply.
    async fn ask(&mut self, step: &str, command: &str, wanted: u16) -> Result<Vec<String>, Trouble> {
        self.say(step, command).await?;
        self.expect(step, wanted).await
    }

    /// Reads a reply; its texts, in upper case, if it has the code that is wanted.
    async fn expect(&mut self, step: &str, wanted: u16) -> Result<Vec<String>, Trouble> {
        let mut texts = Vec::new();
        loop {
            let line = self.next_line(step).await?;
            let code = line.get(..3).and_then(|code| code.parse::<u16>().ok());
            let code = code.ok_or_else(|| Trouble::Passing(format!("smtp: no reply at {step}")))?;
            texts.push(line.get(4..).unwrap_or_default().trim().to_ascii_uppercase());
            if line.as_bytes().get(3) == Some(&b'-') && texts.len() < SMTP_REPLY_LINES_MAX {
                continue;
            }
            // 251 is "not here, and passed on".
            return match code {
                code if code == wanted || (wanted == 250 && code == 251) => Ok(texts),
                500..=599 => Err(Trouble::Lasting(format!("smtp: {code} at {step}"))),
                _ => Err(Trouble::Passing(format!("smtp: {code} at {step}"))),
            };
        }
    }

    async fn next_line(&mut self, step: &str) -> Result<String, Trouble> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.in_time(step)?;
            let more = self.line.read().await?;
            if more.is_empty() || self.read.len() + more.len() > SMTP_REPLY_MAX_BYTES {
                return Err(Trouble::Passing(format!("smtp: the connection ended at {step}")));
            }
            self.read.extend(more);
        }
    }

    /// Goes on under TLS. Whatever was sent before it and not yet read could come from somebody in between.
    fn encrypted(self) -> Result<Self, Trouble> {
        if !self.read.is_empty() {
            return Err(Trouble::Passing("smtp: the server spoke before TLS began".to_owned()));
        }
        Ok(Self { line: self.line.start_tls()?, read: Vec::new(), ..self })
    }
}
