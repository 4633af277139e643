//! Style as a test: lengths, layers, leftovers.

use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const FOLDERS: &[&str] = &["src", "tests", "dev", "bench", "public"];

/// Files that are long for a reason: written by a tool.
const LONG_FOR_A_REASON: &[&str] = &["dev/stripe/schema.json", "bench/results.json"];

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            walk(&entry, found);
        } else {
            found.push(entry);
        }
    }
}

fn files(folders: &[&str], endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    folders.iter().for_each(|folder| walk(Path::new(folder), &mut found));
    let wanted =
        |path: &&PathBuf| path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted));
    let read = |path: &PathBuf| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    let mut files: Vec<_> = found.iter().filter(wanted).map(read).collect();
    files.sort();
    files
}

#[test]
fn no_file_is_longer_than_400_lines() {
    for (path, text) in files(FOLDERS, &["rs", "mjs", "js", "ts", "json", "sql"]) {
        let lines = text.lines().count();
        assert!(lines <= FILE_LINES_MAX || LONG_FOR_A_REASON.contains(&path.as_str()), "{path} has {lines} lines");
    }
}

#[test]
fn no_function_is_longer_than_70_lines() {
    for (path, text) in files(FOLDERS, &["rs", "mjs", "js", "ts"]) {
        let mut open: Vec<(usize, usize, String)> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let closes = line.trim_start().starts_with('}');
            if closes {
                if let Some((start, at, name)) = open.pop_if(|(_, at, _)| *at == indent) {
                    let lines = number - start + 1;
                    assert!(lines <= FUNCTION_LINES_MAX, "{path}: {name} (indent {at}) has {lines} lines");
                }
            }
            let word =
                |word: &str| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|part| part == word);
            if (word("fn") || word("function")) && line.trim_end().ends_with('{') {
                open.push((number, indent, line.trim().to_owned()));
            }
        }
    }
}

#[test]
fn only_the_edge_names_the_platform_and_only_sql_files_hold_sql() {
    for (path, text) in files(&["src"], &["rs"]) {
        let edge = path.starts_with("src/edge/");
        assert!(edge || !text.contains("worker::"), "{path} names the platform");
        let sql = path.ends_with("/sql.rs")
            || path == "src/site/mod.rs"
            || path == "src/db/mod.rs"
            || path == "src/db/sqlite.rs";
        let statements = ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"];
        assert!(sql || !statements.iter().any(|word| text.contains(word)), "{path} holds SQL");
        let pages = path.ends_with("/page.rs") || path.starts_with("src/page/");
        assert!(pages || !text.contains("html! {"), "{path} holds HTML");
    }
}

/// Which features may call which. A feature calls another's `mod.rs`, never its `sql.rs`.
const MAY_CALL: &[(&str, &str)] = &[
    ("account", "billing"),
    ("account", "mail"),
    ("access", "membership"),
    ("audience", "account"),
    ("audience", "insight"),
    ("audience", "mail"),
    ("billing", "checkout"),
    ("catalog", "affiliate"),
    ("catalog", "audience"),
    ("catalog", "post_purchase"),
    ("checkout", "affiliate"),
    ("checkout", "membership"),
    ("commerce", "affiliate"),
    ("commerce", "billing"),
    ("commerce", "post_purchase"),
    ("checkout", "insight"),
    ("payment", "affiliate"),
    ("payment", "insight"),
    ("payment", "subscription"),
    ("post_purchase", "insight"),
    ("catalog", "insight"),
    ("insight", "account"),
    ("product", "access"),
];

#[test]
fn features_do_not_reach_into_each_other() {
    const FEATURES: &[&str] = &[
        "account",
        "affiliate",
        "audience",
        "insight",
        "mail",
        "post_purchase",
        "catalog",
        "checkout",
        "subscription",
        "membership",
        "payment",
        "access",
        "product",
        "billing",
        "commerce",
        "site",
    ];
    for (path, text) in files(&["src"], &["rs"]) {
        let Some(own) = FEATURES.iter().find(|feature| path.starts_with(&format!("src/{feature}/"))) else {
            continue;
        };
        for other in FEATURES.iter().filter(|other| other != &own) {
            let calls = text.contains(&format!("crate::{other}::"));
            assert!(!calls || MAY_CALL.contains(&(own, other)), "{path} calls {other}");
        }
    }
}

#[test]
fn nothing_in_src_knows_a_row_of_the_demo_shop() {
    for (path, text) in files(&["src"], &["rs"]) {
        for id in
            ["product-launch", "product-bumpgrade", "price-launch", "price-bumpgrade", "indie-launch", "asset-launch"]
        {
            let code = text.split("#[cfg(test)]").next().unwrap();
            assert!(!code.contains(id), "{path} knows {id}");
        }
    }
}

/// `kit/json.rs` hands out fields by their places, and an alias takes a place of its own.
#[test]
fn no_type_names_a_field_twice() {
    for (path, text) in files(&["src"], &["rs"]) {
        let spaceless: String = text.split_whitespace().collect();
        let found = ["serde(alias", ",alias=\""].iter().any(|alias| spaceless.contains(alias));
        assert!(!found, "{path} gives a field an alias");
    }
}

#[test]
fn nothing_is_left_over() {
    let marks = ["TO", "FIX", "XX", "HA"].iter().zip(["DO", "ME", "X", "CK"]).map(|(a, b)| format!("{a}{b}"));
    let marks: Vec<String> =
        marks.chain(["dbg!(", "todo!(", ".only(", "it.skip", "test.skip"].map(str::to_owned)).collect();
    for (path, text) in files(FOLDERS, &["rs", "mjs", "js", "ts", "css", "sql"]) {
        if path == "tests/it/laws/tidy.rs" {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let word = |mark: &String| {
                line.split(|c: char| c.is_whitespace() || c == ':').any(|part| part == mark)
                    || (mark.len() > 4 && line.contains(mark.as_str()))
            };
            assert!(!marks.iter().any(word), "{path}:{}: {line}", number + 1);
        }
    }
}

#[test]
fn the_crates_are_the_ones_that_were_chosen() {
    let manifest = std::fs::read_to_string("Cargo.toml").unwrap();
    for line in manifest.lines().filter(|line| line.contains("version = \"") || line.contains(" = \"=")) {
        let package = line.starts_with("version") || line.starts_with("rust-version");
        assert!(package || line.contains("\"="), "{line} is not pinned");
    }
}
