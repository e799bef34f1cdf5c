//! `demo`: a filled book of its own, opened or written to a file.

use super::args;
use super::context::{Context, note};
use super::error::{Exit, Failure};
use crate::demo::{DemoOptions, generate};
use crate::domain::command::{Command, Stamp};
use crate::runtime::clock::Clock;
use crate::store::{OpenMode, Store, StoreError};
use indicatif::ProgressBar;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Runs the command: with `--into` (or `--book`) writes that file, else opens the desk on the
/// demo book, which is made the first time and kept after that.
pub fn run(context: &Context, args: &args::Demo, out: &mut impl Write) -> Result<u8, Failure> {
    let options = DemoOptions {
        lines: args.lines,
        seed: args.seed,
        today: context.today(),
        accounts: None,
    };
    if let Some(into) = &args.into {
        if into.exists() {
            return Err(taken(into));
        }
        write(context, into, &options)?;
        writeln!(out, "{}", into.display())?;
        return Ok(0);
    }
    let named = context.global.book.clone();
    let path = named.unwrap_or_else(|| context.paths.demo_book());
    let path = kept(context, &path, &options)?;
    super::desk::open(context, &path)
}

fn taken(path: &Path) -> Failure {
    Failure::new(
        Exit::Conflict,
        format!(
            "there is a file at {} already; nothing was changed",
            path.display()
        ),
    )
    .hint("a demo never replaces a file: remove it, or name another")
}

/// The kept demo book. One with other parameters gets a file of its own; a book that is no demo is
/// never touched.
fn kept(context: &Context, path: &Path, options: &DemoOptions) -> Result<PathBuf, Failure> {
    if !path.exists() {
        write(context, path, options)?;
        return Ok(path.to_path_buf());
    }
    let store = match Store::open(path, &OpenMode::ReadOnly) {
        // the desk's own demo book of an earlier version climbs like any book; a file that a person
        // named may not be a demo and is left as it is
        Err(StoreError::Older { .. }) if context.global.book.is_none() => {
            Store::open(path, &OpenMode::ReadWrite)?
        }
        opened => opened?,
    };
    let settings = store.rules()?.settings;
    drop(store);
    if settings.get("demo").map(String::as_str) != Some("true") {
        return Err(Failure::new(
            Exit::Refused,
            format!("{} is a book of your own, not a demo book", path.display()),
        )
        .hint("leave out --book, or use --into FILE"));
    }
    if same_world(
        settings.get("demo_options").map_or("", String::as_str),
        options,
    ) {
        return Ok(path.to_path_buf());
    }
    let other = sibling(path, options);
    if !other.exists() {
        write(context, &other, options)?;
    }
    Ok(other)
}

/// The same lines, seed and customers; the day it was made around is the book's own.
fn same_world(kept: &str, options: &DemoOptions) -> bool {
    let world = |text: &str| {
        let words = text.split(' ').filter(|word| !word.starts_with("today="));
        words.collect::<Vec<_>>().join(" ")
    };
    world(kept) == world(&options.fingerprint())
}

/// `demo-l100000-s7.renewdesk` beside the usual one.
fn sibling(path: &Path, options: &DemoOptions) -> PathBuf {
    let stem = path
        .file_stem()
        .map_or("demo".into(), |s| s.to_string_lossy().into_owned());
    path.with_file_name(format!(
        "{stem}-l{}-s{}.renewdesk",
        options.lines, options.seed
    ))
}

/// Writes a demo book under a temporary name first, so that a broken-off run leaves no half book.
fn write(context: &Context, path: &Path, options: &DemoOptions) -> Result<(), Failure> {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar.set_message(format!("inventing {} lines", options.lines));
    let plan = generate(options, &context.catalogue(), &context.pack_of_demo()?);
    bar.set_message("saving");
    let part = path.with_extension("part");
    discard(&part);
    let mut store = Store::open(&part, &OpenMode::Create)?;
    // Two demo books of one seed and day are the same to the last cell, the history too.
    let stamp = Stamp {
        at: options.today.and_time(chrono::NaiveTime::MIN).and_utc(),
        ..context.clock.stamp("demo")
    };
    let label = format!("demo book, {} lines, seed {}", options.lines, options.seed);
    store.apply(&Command::Import(Box::new(plan)), &label, &stamp)?;
    let saved = store.backup(path);
    drop(store);
    discard(&part);
    bar.finish_and_clear();
    saved?;
    note(&format!("demo book: {}", path.display()));
    Ok(())
}

/// Removes the temporary book with its side files; what is not there needs no removing.
fn discard(part: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = part.as_os_str().to_owned();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
}
