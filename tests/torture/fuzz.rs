//! The bodies of the fuzz targets on damaged files of the corpus, at random.

use crate::Run;
use crate::bodies::TARGETS;
use crate::mutation::{Dice, damaged};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

pub fn run(run: &Run, name: &str) {
    // Readers of workbooks that panic are caught by their caller; what gets past it is told here.
    std::panic::set_hook(Box::new(|_| {}));
    let rounds = if run.long { 400_000 } else { 60 };
    for target in TARGETS.iter().filter(|target| target.name == name) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
        let mut paths: Vec<_> = std::fs::read_dir(folder.join(target.name))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        paths.sort();
        let corpus: Vec<Vec<u8>> = paths.iter().map(|p| std::fs::read(p).unwrap()).collect();
        let mut dice = Dice(run.seed);
        for round in 0..rounds {
            let mut bytes = corpus[dice.below(corpus.len())].clone();
            if dice.below(4) == 0 {
                let other = &corpus[dice.below(corpus.len())];
                bytes.truncate(dice.below(bytes.len() + 1));
                bytes.extend_from_slice(&other[dice.below(other.len() + 1)..]);
            }
            let bytes = damaged(&bytes, &mut dice);
            if let Err(fault) = catch_unwind(AssertUnwindSafe(|| (target.body)(&bytes))) {
                let name = format!("{}-{}-{round}", target.name, run.seed);
                let found = std::env::temp_dir().join(name);
                std::fs::write(&found, &bytes).unwrap();
                eprintln!("{} fell over {}", target.name, found.display());
                let words = fault.downcast_ref::<String>();
                drop(std::panic::take_hook());
                panic!("{}", words.map_or("", String::as_str));
            }
        }
        println!("{}: {rounds} rounds", target.name);
    }
    drop(std::panic::take_hook());
}
