//! What the audience tests share: joining and leaving as a person does, and totals recounted from the rows themselves.

use serde_json::{json, Value};

use crate::shop::{Seen, Shop};

pub const JOIN: &str = "/api/audience/opt-in";
pub const LEAVE: &str = "/api/audience/unsubscribe";
pub const ANA: &str = "ana@example.test";
pub const FORM: &str = "opt-in-form-indie-launch-waitlist";
pub const PERSON: &str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";

/// The body of a wish to join.
pub fn wish(email: &str, key: &str) -> Value {
    json!({ "email": email, "firstName": "Ana", "consent": true, "formId": FORM, "idempotencyKey": key })
}

impl Shop {
    /// A JSON POST by somebody at a network address.
    pub fn post_from(&self, ip: &str, path: &str, body: &Value) -> Seen {
        let headers = [("content-type", "application/json"), ("cf-connecting-ip", ip), ("user-agent", PERSON)];
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// Asks to join and returns the token of the mail.
    pub fn asks_to_join(&self, email: &str, key: &str) -> String {
        let seen = self.post_from("192.0.2.7", JOIN, &wish(email, key));
        assert_eq!(seen.status, 200, "{}", seen.text);
        self.last_mail().given("token")
    }

    /// Presses the button of the mailed page.
    pub fn presses(&self, token: &str) -> Seen {
        let seen = self.form("/audience/confirm", &format!("token={token}"));
        assert_eq!((seen.status, seen.header("location")), (303, format!("/audience/confirm?token={token}").as_str()));
        seen
    }

    /// Joins and confirms; returns the token.
    pub fn joins(&self, email: &str) -> String {
        let token = self.asks_to_join(email, &format!("join-{email}"));
        self.presses(&token);
        token
    }

    /// The status of a subscriber; empty when there is none.
    pub fn standing(&self, email: &str) -> String {
        self.text("SELECT COALESCE((SELECT status FROM audience_subscribers WHERE email = ?1), '')", email)
    }

    /// A header of the last mail that left.
    pub fn mail_header(&self, name: &str) -> String {
        self.drain();
        let taken = self.post.taken.borrow();
        let head = taken.last().expect("a mail").2.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let found = head.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        found.unwrap_or_default()
    }

    /// The address of the one press in the last mail, within this site.
    pub fn one_press(&self) -> String {
        let header = self.mail_header("List-Unsubscribe");
        header.trim_matches(['<', '>']).replace(crate::shop::ORIGIN, "")
    }

    /// The owner notes something about a subscriber.
    pub fn notes(&self, email: &str, status: &str) {
        let id = self.text("SELECT id FROM audience_subscribers WHERE email = ?1", email);
        let note = json!({
            "subscriberId": id, "expectedSubscriberStatus": status, "noteBody": "Met them at the fair of Bergen.",
            "idempotencyKey": format!("note-about-{id}"),
            "confirmationText": "Create private Bumpgrade audience timeline note",
        });
        let seen = self.post_as(&self.owner(), "/api/admin/audience/notes", &note);
        assert_eq!(seen.status, 201, "{}", seen.text);
    }

    /// What the cron does every five minutes.
    pub fn ticks(&self) {
        futures_executor::block_on(bumpgrade::job::tick(&self.cx));
    }

    /// The names of the statements that an act runs, in order.
    pub fn asked_during(&self, act: impl FnOnce(&Self)) -> Vec<&'static str> {
        self.db.asked.borrow_mut().clear();
        act(self);
        self.db.asked.borrow().clone()
    }
}

/// Every total that the triggers keep, beside what a plain recount finds; both sides must read the same.
const TOTALS: &[(&str, &str)] = &[
    (
        "SELECT json_group_array(json_array(subject, id, status, total) ORDER BY subject, id, status)
         FROM audience_totals WHERE subject <> 'note' AND total <> 0",
        "SELECT json_group_array(json_array(subject, id, status, total) ORDER BY subject, id, status) FROM (
           SELECT 'subscriber' AS subject, source_form_id AS id, status, COUNT(*) AS total
             FROM audience_subscribers GROUP BY 2, 3
           UNION ALL SELECT 'consent', consent_kind, status, COUNT(*) FROM audience_consent_events GROUP BY 2, 3
           UNION ALL SELECT 'tag', tag_id, status, COUNT(*) FROM audience_tag_assignments GROUP BY 2, 3
           UNION ALL SELECT 'sequence', sequence_id, status, COUNT(*) FROM audience_sequence_enrollments GROUP BY 2, 3
           UNION ALL SELECT 'suppression', suppression_kind, status, COUNT(*) FROM audience_suppression_entries GROUP BY 2, 3)",
    ),
    (
        "SELECT json_group_array(json_array(id, status, total)) FROM audience_totals WHERE subject = 'note' AND total <> 0",
        "SELECT json_group_array(json_array(entry_kind, status, total)) FROM (
           SELECT entry_kind, status, COUNT(*) AS total FROM audience_timeline_entries GROUP BY 1, 2)",
    ),
    (
        "SELECT json_group_array(json_array(source_form_id, source_segment_id, status, has_consent, is_suppressed, total)
           ORDER BY status, has_consent, is_suppressed, source_segment_id)
         FROM audience_subscriber_totals WHERE total <> 0",
        "SELECT json_group_array(json_array(form, segment, status, consent, held, total)
           ORDER BY status, consent, held, segment)
         FROM (SELECT s.source_form_id AS form, COALESCE(s.source_segment_id, '') AS segment, s.status,
             EXISTS (SELECT 1 FROM audience_consent_events c WHERE c.subscriber_id = s.id AND c.status = 'consented') AS consent,
             EXISTS (SELECT 1 FROM audience_suppression_entries x
               WHERE x.email_hash = s.email_hash AND x.status = 'active') AS held, COUNT(*) AS total
           FROM audience_subscribers s GROUP BY 1, 2, 3, 4, 5)",
    ),
    (
        "SELECT json_group_array(json_array(sequence_id, status, subscriber_status, has_consent, is_suppressed, total)
           ORDER BY status, subscriber_status, has_consent, is_suppressed)
         FROM audience_enrollment_totals WHERE total <> 0",
        "SELECT json_group_array(json_array(sequence_id, status, who, consent, held, total)
           ORDER BY status, who, consent, held)
         FROM (SELECT e.sequence_id, e.status, s.status AS who,
             EXISTS (SELECT 1 FROM audience_consent_events c WHERE c.subscriber_id = s.id AND c.status = 'consented') AS consent,
             EXISTS (SELECT 1 FROM audience_suppression_entries x
               WHERE x.email_hash = s.email_hash AND x.status = 'active') AS held, COUNT(*) AS total
           FROM audience_sequence_enrollments e JOIN audience_subscribers s ON s.id = e.subscriber_id GROUP BY 1, 2, 3, 4, 5)",
    ),
];

/// Holds the totals against the rows.
pub fn assert_totals(shop: &Shop) {
    for (kept, counted) in TOTALS {
        assert_eq!(
            shop.text(&format!("{kept} AND ?1 <> ''"), "x"),
            shop.text(&format!("{counted} WHERE ?1 <> ''"), "x")
        );
    }
}
