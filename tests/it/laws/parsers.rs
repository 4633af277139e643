//! Whatever comes in from outside: no text can cause a panic, and what is accepted has the form it promises.

use bumpgrade::checkout::session::{return_url, success_address};
use bumpgrade::kit::email::Email;
use bumpgrade::kit::id::{CheckoutIntentId, DownloadToken, StripeEventId};
use bumpgrade::kit::money::{Currency, Money};
use bumpgrade::stripe::event::Event;
use proptest::prelude::*;

use crate::shop::{Shop, ORIGIN};

proptest! {
    #[test]
    fn any_header_and_body_of_the_webhook_gets_a_4xx(header in "\\PC{0,200}", body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let shop = Shop::new();
        let seen = shop.send("POST", "/api/stripe/webhook", &[("stripe-signature", &header)], &body);
        prop_assert_eq!(seen.status, 400);
        prop_assert_eq!(shop.count("SELECT COUNT(*) FROM stripe_webhook_events"), 0);
    }

    #[test]
    fn any_signed_body_gets_an_answer_that_is_no_fault(body in "\\PC{0,200}|\\{\"id\":\"evt_[a-z]{1,8}\",\"type\":\"\\PC{0,20}\",\"created\":[0-9]{1,10},\"livemode\":false,\"data\":\\{\"object\":\\{\\}\\}\\}") {
        let shop = Shop::new();
        let seen = shop.send("POST", "/api/stripe/webhook", &[("stripe-signature", &shop.signature(&body))], body.as_bytes());
        prop_assert!(seen.status == 200 || seen.status == 400, "{} {}", seen.status, seen.text);
    }

    #[test]
    fn any_body_of_a_start_gets_an_answer_that_is_no_fault(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let shop = Shop::new();
        for media in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
            let seen = shop.send("POST", "/api/commerce/checkout", &[("content-type", media)], &body);
            prop_assert!(seen.status < 500, "{} {}", seen.status, seen.text);
        }
    }

    #[test]
    fn any_query_of_the_public_reads_gets_an_answer_that_is_no_fault(query in "[a-zA-Z0-9_%=&+.;:/?-]{0,120}") {
        let shop = Shop::new();
        for path in ["/api/products/entitlements", "/api/products/downloads", "/products/entitlements", "/commerce/checkout/success"] {
            let seen = shop.get(&format!("{path}?{query}"));
            prop_assert!(seen.status < 500, "{path}?{query}: {}", seen.status);
        }
    }

    #[test]
    fn an_accepted_return_address_is_on_this_origin(text in "\\PC{0,80}|https?://[a-z.:@/\\\\]{0,40}|[/\\\\]{1,3}[a-z.]{0,20}") {
        let own = format!("{ORIGIN}/api/commerce/checkout").parse().unwrap();
        if let Ok(url) = return_url(&own, Some(&text), "/") {
            prop_assert_eq!(url.origin().ascii_serialization(), ORIGIN);
            let intent = CheckoutIntentId::from_uuid("00000000-0000-4000-8000-000000000001");
            let address = success_address(url, &intent);
            let literal = address.ends_with("&session_id={CHECKOUT_SESSION_ID}");
            prop_assert!(literal);
            prop_assert!(address.starts_with(ORIGIN) && !address.contains('#'));
        }
    }

    #[test]
    fn ids_emails_and_events_never_panic(text in "\\PC{0,100}|(checkout-intent|download-token|evt)[-_a-f0-9]{0,60}") {
        let _ = Event::read(text.as_bytes());
        prop_assert!(CheckoutIntentId::parse(&text).is_none_or(|id| id.as_str() == text));
        prop_assert!(StripeEventId::parse(&text).is_none_or(|id| id.as_str() == text));
        prop_assert!(DownloadToken::parse(&text).is_none_or(|token| token.open() == text));
        prop_assert!(Email::parse(&text).is_none_or(|email| !email.open().contains(char::is_whitespace)));
    }

    #[test]
    fn money_keeps_its_digits(minor in -9_007_199_254_740_991_i64..=9_007_199_254_740_991, code in "usd|jpy|kwd") {
        let currency = Currency::parse(&code).unwrap();
        let digits = Money::new(minor, currency).unwrap().digits();
        prop_assert_eq!(digits.replace('.', "").parse::<i64>().unwrap(), minor);
    }
}

proptest! {
    // Each case makes a shop and knocks at every door.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_body_of_the_doors_gets_an_answer_that_is_no_fault(body in proptest::collection::vec(any::<u8>(), 0..200), email in "\\PC{0,40}", password in "\\PC{0,20}") {
        let shop = Shop::new();
        let json = serde_json::json!({ "name": email, "email": email, "password": password, "callbackURL": email }).to_string();
        for path in ["/api/auth/sign-in/email", "/api/auth/sign-up/email", "/api/auth/sign-in/magic-link", "/api/auth/send-verification-email", "/login", "/account"] {
            for (media, body) in [("application/json", json.as_bytes()), ("application/json", &body), ("application/x-www-form-urlencoded", &body)] {
                let seen = shop.send("POST", path, &[("content-type", media)], body);
                prop_assert!(seen.status < 500, "{path} {} {}", seen.status, seen.text);
            }
        }
    }

    #[test]
    fn any_body_of_the_list_gets_an_answer_that_is_no_fault(body in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,60}|[\\x00-\\x1f]{1,8}", token in "\\PC{0,40}|[a-f0-9]{96}|[a-zA-Z0-9]{32}") {
        let shop = Shop::new();
        let json = serde_json::json!({ "email": text, "firstName": text, "consent": true, "formId": text, "reason": text, "idempotencyKey": text, "token": token }).to_string();
        let known = serde_json::json!({ "email": "ana@example.test", "firstName": text, "consent": true, "reason": text }).to_string();
        for path in ["/api/audience/opt-in", "/api/audience/unsubscribe", "/audience/confirm", "/audience/unsubscribe", "/audience/my-data", "/audience/my-data/erase"] {
            for (media, body) in [("application/json", json.as_bytes()), ("application/json", known.as_bytes()), ("application/json", &body), ("application/x-www-form-urlencoded", &body), ("multipart/form-data", &body)] {
                let seen = shop.send("POST", path, &[("content-type", media)], body);
                prop_assert!(seen.status < 500, "{path} {} {}", seen.status, seen.text);
            }
        }
        let token = bumpgrade::page::component(&token);
        for path in ["/audience/confirm", "/audience/unsubscribe", "/audience/my-data", "/audience/my-data/copy"] {
            let seen = shop.get(&format!("{path}?token={token}"));
            prop_assert!(seen.status < 500, "{path} {} {}", seen.status, seen.text);
        }
    }

    #[test]
    fn any_cookie_token_and_query_of_the_doors_gets_an_answer_that_is_no_fault(cookie in "\\PC{0,60}|better-auth\\.session_token=[a-zA-Z0-9.%]{0,90}", query in "[a-zA-Z0-9_%=&+.;:/?-]{0,120}") {
        let shop = Shop::new();
        for path in ["/api/auth/get-session", "/api/auth/verify-email", "/api/auth/magic-link/verify", "/login", "/login/link", "/account"] {
            let seen = shop.get_as(&cookie, &format!("{path}?token=x&{query}"));
            prop_assert!(seen.status < 500, "{path} {} {}", seen.status, seen.text);
        }
    }
}
