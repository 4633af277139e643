//! A letter to a reader says how to leave with one press, by every way that mail leaves.

use serde_json::{json, Value};

use crate::audience::{wish, ANA, JOIN};
use crate::ports::Stripe;
use crate::shop::{Shop, AUTH_SECRET};

/// A shop that sends by one way, and a reader who has just confirmed; their welcome waits in the outbox.
fn shop_by(way: &[(&str, &str)]) -> Shop {
    let usual = [("BETTER_AUTH_SECRET", AUTH_SECRET), ("MAIL_FROM", "The Shop <shop@example.test>")];
    let shop = Shop::with_settings(&usual.iter().chain(way).copied().collect::<Vec<_>>());
    shop.post_from("192.0.2.1", JOIN, &wish(ANA, "key-of-ana"));
    let body = shop.text("SELECT body_text FROM mail_outbox WHERE to_email = ?1", ANA);
    let token = body.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    shop.queue.messages.borrow_mut().clear();
    shop.run_sql("DELETE FROM mail_outbox");
    shop.presses(&token);
    shop
}

fn sent(way: &[(&str, &str)]) -> Value {
    let shop = shop_by(way);
    shop.stripe.script.borrow_mut().push_back(Ok(Stripe::answer(200, json!({}))));
    shop.drain();
    let request = shop.stripe.requests.borrow_mut().pop().unwrap();
    serde_json::from_str(request.body.as_deref().unwrap()).unwrap()
}

/// The address of the one press.
fn is_press(value: &Value) -> bool {
    value.as_str().is_some_and(|value| value.starts_with("<http://127.0.0.1:8787/audience/unsubscribe?token="))
}

#[test]
fn postmark_and_resend_are_told_the_headers() {
    let body = sent(&[("MAIL_TRANSPORT", "postmark"), ("POSTMARK_SERVER_TOKEN", "pm-token")]);
    let headers = body["Headers"].as_array().unwrap();
    assert_eq!((headers.len(), &headers[1]["Name"]), (3, &json!("List-Unsubscribe")));
    assert!(is_press(&headers[1]["Value"]), "{body}");
    assert_eq!(headers[2], json!({ "Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click" }));
    let body = sent(&[("MAIL_TRANSPORT", "resend"), ("RESEND_API_KEY", "re_key")]);
    assert!(is_press(&body["headers"]["List-Unsubscribe"]), "{body}");
    assert_eq!(body["headers"]["List-Unsubscribe-Post"], json!("List-Unsubscribe=One-Click"));
}

#[test]
fn a_mail_server_gets_them_in_the_message() {
    let shop = shop_by(&[("MAIL_TRANSPORT", "smtp"), ("SMTP_URL", "smtp://127.0.0.1:2525")]);
    for reply in ["220 hello", "250 hello", "250 ok", "250 ok", "354 go on", "250 taken"] {
        shop.post.says.borrow_mut().push_back(format!("{reply}\r\n"));
    }
    shop.drain();
    let heard = shop.post.heard.borrow().clone();
    assert!(heard.contains("\r\nList-Unsubscribe:\r\n <http://127.0.0.1:8787/audience/unsubscribe?token="), "{heard}");
    assert!(heard.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{heard}");
}
