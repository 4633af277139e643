//! What is true of every public document.

use serde_json::Value;

use crate::documents;
use crate::shop::Shop;

fn addresses() -> Vec<String> {
    documents::all().map(|(name, _)| format!("/{name}/source-data")).collect()
}

#[test]
fn a_document_is_one_read_batch_and_changes_nothing() {
    let shop = Shop::new();
    shop.buy("key-documents");
    let before = shop.changes();
    for address in addresses() {
        let calls = shop.calls_during(|shop| assert_eq!(shop.get(&address).status, 200));
        assert_eq!(calls, 1, "{address}");
    }
    assert_eq!(shop.changes(), before);
}

#[test]
fn a_copy_that_still_holds_is_not_sent_again() {
    let shop = Shop::new();
    for address in addresses() {
        let first = shop.get(&address);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{address}: {tag} is not a strong tag");
        let kept = first.header("cache-control");
        let brief = address.starts_with("/analytics");
        assert_eq!(kept, if brief { "public, max-age=60" } else { "public, max-age=0, must-revalidate" }, "{address}");
        assert_eq!(shop.get(&address).header("etag"), tag, "{address}: the same body, another tag");
        for known in [tag.clone(), format!("\"old\", W/{tag}"), "*".to_owned()] {
            let again = shop.send("GET", &address, &[("if-none-match", &known)], b"");
            assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", tag.as_str()), "{address}");
            assert_eq!(again.header("cache-control"), first.header("cache-control"));
        }
        let changed = shop.send("GET", &address, &[("if-none-match", "\"old\"")], b"");
        assert_eq!((changed.status, changed.text), (200, first.text));
        assert_eq!(shop.send("HEAD", &address, &[], b"").header("etag"), tag);
    }
}

#[test]
fn a_database_that_fails_is_a_503_and_never_a_text_in_a_document() {
    let shop = Shop::new();
    for address in addresses() {
        shop.db.fail_at.set(Some(0));
        let seen = shop.get(&address);
        shop.db.fail_at.set(None);
        assert_eq!((seen.status, seen.code().as_str()), (503, "unavailable"), "{address}");
        assert!(!seen.text.contains("injected") && seen.header("etag").is_empty());
        assert_eq!(seen.header("cache-control"), "no-store");
        assert!(seen.log.unwrap().contains("injected"));
    }
}

#[test]
fn a_document_fits_its_schema_before_and_after_a_purchase() {
    let shop = Shop::new();
    for round in 0..2 {
        for (name, _) in documents::all() {
            let schema = std::fs::read_to_string(format!("schema/contract/{name}.schema.json")).unwrap();
            let schema: Value = serde_json::from_str(&schema).unwrap();
            let document = shop.get(&format!("/{name}/source-data")).json();
            let mut errors = Vec::new();
            misfits(&schema, &schema, &document, name, &mut errors);
            assert!(errors.is_empty(), "{name}, round {round}: {errors:#?}");
        }
        shop.buy("key-schema");
    }
}

#[test]
fn a_shop_without_rows_has_documents_too() {
    let shop = Shop::new();
    shop.run_sql("INSERT INTO tenants VALUES ('tenant-empty', 'empty', 'Empty', 'active', 0, 0)");
    let shop = shop.of_tenant("tenant-empty");
    for address in addresses() {
        let seen = shop.get(&address);
        assert_eq!(seen.status, 200, "{address}: {}", seen.text);
        assert!(!seen.text.contains("indie-launch"), "{address} shows another shop");
    }
}

/// Where a value does not fit a schema, for the few words of JSON Schema that our generator writes; any other word fails.
fn misfits(root: &Value, schema: &Value, value: &Value, at: &str, errors: &mut Vec<String>) {
    let Some(words) = schema.as_object() else { return };
    for (word, rule) in words {
        let fits = match word.as_str() {
            "$ref" => {
                let pointer = rule.as_str().unwrap().trim_start_matches('#');
                misfits(root, root.pointer(pointer).unwrap(), value, at, errors);
                true
            }
            "type" => match rule.as_array() {
                Some(several) => several.iter().any(|one| is_a(value, one.as_str().unwrap())),
                None => is_a(value, rule.as_str().unwrap()),
            },
            "properties" => {
                for (key, rule) in rule.as_object().unwrap() {
                    let _ = value.get(key).map(|value| misfits(root, rule, value, &format!("{at}.{key}"), errors));
                }
                true
            }
            "additionalProperties" => {
                let known = |key: &str| schema["properties"].get(key).is_some();
                for (key, value) in value.as_object().into_iter().flatten().filter(|(key, _)| !known(key)) {
                    misfits(root, rule, value, &format!("{at}.{key}"), errors);
                }
                true
            }
            "required" => rule.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some()),
            "items" => {
                let list = value.as_array().into_iter().flatten().enumerate();
                list.for_each(|(index, value)| misfits(root, rule, value, &format!("{at}[{index}]"), errors));
                true
            }
            "anyOf" => rule.as_array().unwrap().iter().any(|one| {
                let mut own = Vec::new();
                misfits(root, one, value, at, &mut own);
                own.is_empty()
            }),
            "minimum" => value.as_f64() >= rule.as_f64(),
            "$schema" | "$defs" | "title" | "description" | "format" | "default" => true,
            other => panic!("{at}: the schema uses {other}, which this test does not know"),
        };
        if !fits {
            errors.push(format!("{at}: {word} is {rule}, the value {value}"));
        }
    }
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("a type called {other}"),
    }
}
