//! Long runs at random. The short form is part of the ordinary tests; `--long` goes on for hours'
//! worth of cases, `--seed N` repeats a run, and a word names one part:
//! `cargo test --release --test torture -- --long killed`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "../fuzz/bodies.rs"]
mod bodies;
mod fuzz;
mod killed;
#[path = "../fuzz/mutation.rs"]
mod mutation;

/// How long to go on, and from where.
pub struct Run {
    pub long: bool,
    pub seed: u64,
}

type Part = fn(&Run);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--list") {
        return;
    }
    let given = args.iter().position(|arg| arg == "--seed");
    let given = given.and_then(|at| args.get(at + 1));
    let run = Run {
        long: args.iter().any(|arg| arg == "--long"),
        seed: given.map_or(39, |seed| seed.parse().expect("--seed takes a number")),
    };
    let parts: [(&str, Part); 4] = [
        ("row_mapper", |run| fuzz::run(run, "row_mapper")),
        ("csv", |run| fuzz::run(run, "csv")),
        ("child_protocol", |run| fuzz::run(run, "child_protocol")),
        ("killed", killed::run),
    ];
    let named = |part: &str| args.iter().any(|arg| arg == part);
    let all = !parts.iter().any(|(part, _)| named(part));
    for (part, work) in parts {
        if all || named(part) {
            println!(
                "{part}, {}, seed {}",
                if run.long { "long" } else { "short" },
                run.seed
            );
            work(&run);
        }
    }
}
