use std::process::Command;

use serde_json::Value;

/// Licences that allow shipping the Worker under any terms.
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "Unlicense",
    "0BSD",
    "CC0-1.0",
    "BSL-1.0",
    "CC0",
    "MIT-0",
];

#[test]
fn every_crate_has_a_licence_that_allows_shipping_it() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output =
        Command::new(cargo).args(["metadata", "--format-version", "1", "--locked", "--offline"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50);
    for package in packages.iter().filter(|package| package["name"] != "bumpgrade") {
        let licence = package["license"].as_str().unwrap_or_default().replace('/', " OR ");
        let alternatives = licence.split(" OR ").map(|part| part.trim_matches(|c| matches!(c, '(' | ')' | ' ')));
        let allowed = |part: &str| {
            part.split(" AND ")
                .all(|one| ALLOWED.contains(&one.split(" WITH ").next().unwrap().trim_matches(['(', ')'])))
        };
        assert!(alternatives.clone().any(allowed), "{} is under {licence:?}", package["name"]);
    }
}
