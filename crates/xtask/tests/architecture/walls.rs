//! Which crate may know which. A new arrow is a change of the architecture: ARCHITECTURE.md says how and why.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Arrows between our crates that ship.
const MAY_USE: &[(&str, &[&str])] = &[
    ("cheval-domain", &[]),
    ("cheval-perception", &["cheval-domain"]),
    ("cheval-tryon", &["cheval-domain"]),
    ("cheval-content", &["cheval-domain"]),
    ("cheval-report", &["cheval-domain"]),
    ("cheval-hub-api", &["cheval-domain"]),
    (
        "cheval-agent",
        &[
            "cheval-domain",
            "cheval-content",
            "cheval-report",
            "cheval-hub-api",
        ],
    ),
    (
        "cheval-hub",
        &["cheval-domain", "cheval-hub-api", "cheval-content"],
    ),
    (
        "cheval-test-kit",
        &[
            "cheval-domain",
            "cheval-perception",
            "cheval-tryon",
            "cheval-content",
            "cheval-report",
            "cheval-hub-api",
            "cheval-agent",
            "cheval-hub",
        ],
    ),
    // The agent because `cheval run` is the agent's process; the screen's plugins never use it (see tidy.rs).
    (
        "cheval",
        &[
            "cheval-domain",
            "cheval-perception",
            "cheval-tryon",
            "cheval-content",
            "cheval-report",
            "cheval-agent",
        ],
    ),
    ("xtask", &[]),
];

/// Arrows that only tests may add, beside `cheval-test-kit`, which every crate's tests may use.
const TESTS_MAY_USE: &[(&str, &str)] = &[("cheval", "cheval-hub"), ("cheval", "cheval-hub-api")];

/// Foreign crates (`*` stands for any ending) and our crates that may depend on them directly, in tests too.
const SOLE_OWNERS: &[(&str, &[&str])] = &[
    ("ort*", &["cheval-perception"]),
    ("nokhwa*", &["cheval-perception"]),
    ("v4l*", &["cheval-perception"]),
    ("reqwest", &["cheval-hub-api"]),
    ("ureq", &[]),
    ("hyper*", &[]),
    ("axum*", &["cheval-hub"]),
    ("rusqlite", &["cheval-hub", "cheval-report"]),
    ("libsqlite3-sys", &[]),
    ("sqlx*", &["cheval-hub"]),
    ("postgres*", &["cheval-hub"]),
    ("tokio-postgres*", &["cheval-hub"]),
    ("rodio", &["cheval"]),
    ("cpal", &[]),
    ("bevy*", &["cheval"]),
    ("wgpu*", &["cheval"]),
    ("winit*", &["cheval"]),
];

/// All that `cheval-domain` may use: nothing that reaches a file, a socket, a thread or a window.
const DOMAIN_MAY_USE: &[&str] = &["cel", "jiff", "serde", "thiserror", "uuid"];

/// Crates that bring a network, kept out of where pixels are.
const NETWORK: &[&str] = &["tokio", "mio", "socket2", "rustls", "tungstenite"];
const PIXEL_CRATES: &[&str] = &["cheval-perception", "cheval-tryon", "cheval"];

/// One line of a manifest's dependencies.
#[derive(Clone)]
struct Edge {
    from: String,
    to: String,
    for_tests: bool,
}

fn edges_of_the_workspace() -> (BTreeSet<String>, Vec<Edge>) {
    let metadata = MetadataCommand::new()
        .manifest_path(super::root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    let mut members = BTreeSet::new();
    let mut edges = Vec::new();
    for package in metadata.packages {
        let from = package.name.to_string();
        for dependency in package.dependencies {
            edges.push(Edge {
                from: from.clone(),
                to: dependency.name,
                for_tests: dependency.kind == DependencyKind::Development,
            });
        }
        members.insert(from);
    }
    (members, edges)
}

/// Everything wrong with the arrows, each as a sentence that names both ends.
fn faults(members: &BTreeSet<String>, edges: &[Edge]) -> Vec<String> {
    let mut faults = Vec::new();
    let listed: BTreeSet<String> = MAY_USE.iter().map(|(name, _)| (*name).to_owned()).collect();
    for name in members.symmetric_difference(&listed) {
        faults.push(format!(
            "{name} is only in one of the workspace and the table of walls"
        ));
    }
    for edge in edges {
        let own = members.contains(&edge.to);
        if own && !own_arrow_is_allowed(edge) {
            faults.push(format!(
                "{} must not depend on {}{}",
                edge.from,
                edge.to,
                if edge.for_tests { " in tests" } else { "" }
            ));
        }
        for (pattern, owners) in SOLE_OWNERS {
            if !own && matches(pattern, &edge.to) && !owners.contains(&edge.from.as_str()) {
                faults.push(format!(
                    "{} must not depend on {}: {}",
                    edge.from,
                    edge.to,
                    owner_sentence(owners)
                ));
            }
        }
        if edge.from == "cheval-domain"
            && !own
            && !edge.for_tests
            && !DOMAIN_MAY_USE.contains(&edge.to.as_str())
        {
            faults.push(format!(
                "cheval-domain must not depend on {}: it is plain data and pure functions",
                edge.to
            ));
        }
        if PIXEL_CRATES.contains(&edge.from.as_str())
            && NETWORK.contains(&edge.to.as_str())
            && !edge.for_tests
        {
            faults.push(format!(
                "{} must not depend on {}: pixels and network never meet",
                edge.from, edge.to
            ));
        }
    }
    faults
}

fn own_arrow_is_allowed(edge: &Edge) -> bool {
    let ships = MAY_USE
        .iter()
        .any(|(from, to)| *from == edge.from && to.contains(&edge.to.as_str()));
    let tests = edge.to == "cheval-test-kit"
        || TESTS_MAY_USE.contains(&(edge.from.as_str(), edge.to.as_str()));
    ships || (edge.for_tests && tests)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => {
            name == start
                || name
                    .strip_prefix(start)
                    .is_some_and(|rest| rest.starts_with(['-', '_']))
        }
        None => name == pattern,
    }
}

fn owner_sentence(owners: &[&str]) -> String {
    if owners.is_empty() {
        "nobody uses it directly".to_owned()
    } else {
        format!("it belongs to {}", owners.join(" and "))
    }
}

#[test]
fn every_arrow_of_the_workspace_is_allowed() {
    let (members, edges) = edges_of_the_workspace();
    assert!(
        members.len() >= MAY_USE.len() && edges.len() > 50,
        "cargo metadata answered too little: {} crates",
        members.len()
    );
    let faults = faults(&members, &edges);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_planted_arrow_is_reported() {
    let (members, edges) = edges_of_the_workspace();
    let before = faults(&members, &edges).len();
    for (from, to, for_tests) in [
        ("cheval-domain", "cheval-report", false),
        ("cheval-domain", "bevy_ecs", false),
        ("cheval-domain", "getrandom", false),
        ("cheval-perception", "reqwest", true),
        ("cheval-perception", "tokio", false),
        ("cheval-tryon", "ort", false),
        ("cheval-report", "cheval-perception", false),
        ("cheval-agent", "cheval-perception", false),
        ("cheval-agent", "nokhwa-core", false),
        ("cheval-agent", "cheval-test-kit", false),
        ("cheval-agent", "rusqlite", false),
        ("cheval-hub", "cheval-agent", false),
        ("cheval-hub", "bevy", false),
        ("cheval", "cheval-hub", false),
        ("cheval", "reqwest", false),
        ("cheval", "rusqlite", true),
        ("xtask", "cheval-domain", false),
        ("cheval-hub-api", "axum", false),
        ("cheval-content", "rodio", false),
    ] {
        let planted = Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            for_tests,
        };
        let found = faults(&members, &[edges.as_slice(), &[planted]].concat());
        assert!(found.len() > before, "nobody noticed {from} -> {to}");
        assert!(
            found
                .iter()
                .any(|fault| fault.contains(from) && fault.contains(to)),
            "{from} -> {to}: {found:?}"
        );
    }
}

#[test]
fn arrows_that_only_tests_may_add_are_left_alone() {
    let (members, edges) = edges_of_the_workspace();
    let before = faults(&members, &edges).len();
    for (from, to) in [
        ("cheval", "cheval-hub"),
        ("cheval-agent", "cheval-test-kit"),
        ("cheval-domain", "proptest"),
    ] {
        let planted = Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            for_tests: true,
        };
        assert_eq!(
            faults(&members, &[edges.as_slice(), &[planted]].concat()).len(),
            before,
            "{from} -> {to}"
        );
    }
}

#[test]
fn a_crate_without_walls_is_reported() {
    let (mut members, edges) = edges_of_the_workspace();
    members.insert("cheval-attic".to_owned());
    assert!(
        faults(&members, &edges)
            .iter()
            .any(|fault| fault.contains("cheval-attic"))
    );
}

#[test]
fn a_pattern_stands_for_a_family_and_nothing_else() {
    assert!(matches("ort*", "ort") && matches("ort*", "ort-sys") && matches("bevy*", "bevy_ecs"));
    assert!(!matches("ort*", "orthogonal") && !matches("reqwest", "reqwest-middleware"));
}
