//! The thread that lays other lists beside the book: reads files and pictures, compares, writes
//! answers and documents to files, and works out where customers stand. Only the newest question counts;
//! whoever asked for an older one no longer waits.

use super::Event;
use super::importer::{self, typed_path};
use crate::domain::ids::QuoteId;
use crate::domain::text::clean;
use crate::export::Table;
use crate::reconcile::Source;
use crate::runtime::clock::{Clock, SystemClock};
use crate::runtime::compare::{offered, read_offer, read_source, save};
use crate::runtime::import::{ImportError, ImportOptions};
use crate::runtime::picture;
use crate::runtime::save::save_bytes;
use crate::ui::document::Wish;
use crate::ui::msg::Msg;
use crate::ui::screen::expansion;
use crate::ui::screen::quote::vendor::Offer;
use crate::ui::screen::reconcile::{Answer, File, Question};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, SyncSender};

/// Something to do.
pub enum Wanted {
    /// Compare.
    Answer(Box<Question>),
    /// Write a table to a new file, by its path as typed.
    File(String, Box<Table>),
    /// Work out where customers stand.
    Standing(Box<expansion::Question>),
    /// Make a document and write it to a new file.
    Document(Box<Wish>),
    /// Read a picture, by its path as typed.
    Picture(String),
    /// Read a vendor's priced file for a quote, by its path as typed.
    Offer(QuoteId, String),
}

/// Runs until nothing can be asked any more.
pub fn run(clock: &SystemClock, wanted: &Receiver<Wanted>, to: &SyncSender<Event>) {
    let mut next = None;
    loop {
        let Some(one) = next.take().or_else(|| wanted.recv().ok()) else {
            return;
        };
        let msg = match one {
            Wanted::File(path, table) => Msg::Exported(written(&path, &table, clock)),
            Wanted::Standing(question) => Msg::Standing(Box::new(question.found())),
            Wanted::Document(wish) => Msg::Exported(made(&wish)),
            Wanted::Picture(path) => Msg::Picture(picture::read(&typed_path(&path))),
            Wanted::Offer(quote, path) => Msg::Offer(quote, Box::new(offer(&path, clock))),
            Wanted::Answer(question) => {
                // A newer question says all that an older one did.
                match wanted.try_recv() {
                    Ok(Wanted::Answer(newer)) if question.files == newer.files => {
                        next = Some(Wanted::Answer(newer));
                        continue;
                    }
                    Ok(other) => next = Some(other),
                    Err(_) => {}
                }
                Msg::Compared(Box::new(answer(&question, clock)))
            }
        };
        if to.send(Event::Msg(Box::new(msg))).is_err() {
            return;
        }
    }
}

/// Reads the files of a question that are not held yet, and answers it.
pub fn answer(question: &Question, clock: &SystemClock) -> Answer {
    let read = question.files.iter().map(|file| read(file, clock));
    let read: Result<Vec<Arc<Source>>, ImportError> = read.collect();
    let outcome = read.map_err(|error| importer::trouble(&error)).map(|read| {
        let held = question.held.iter().cloned().chain(read).collect();
        question.found(held)
    });
    Answer {
        ticket: question.ticket,
        outcome,
    }
}

fn read(file: &File, clock: &SystemClock) -> Result<Arc<Source>, ImportError> {
    let map = Some(file.map.as_str()).filter(|map| !map.is_empty());
    let options = ImportOptions {
        map: map.map(typed_path),
        dry_run: true,
        ..ImportOptions::default()
    };
    let never = AtomicBool::new(false);
    let path = typed_path(&file.path);
    read_source(&path, &options, clock, &mut |_| {}, &never).map(Arc::new)
}

/// A vendor's file, or a sentence that says why it cannot be read.
fn offer(path: &str, clock: &SystemClock) -> Result<Offer, String> {
    let options = ImportOptions {
        dry_run: true,
        ..ImportOptions::default()
    };
    let (path, never) = (typed_path(path), AtomicBool::new(false));
    let read = read_offer(&path, &options, clock, &mut |_| {}, &never);
    let (source, terms) = read.map_err(|error| {
        let trouble = importer::trouble(&error);
        match trouble.hint.is_empty() {
            true => trouble.what,
            false => format!("{}: {}", trouble.what, trouble.hint),
        }
    })?;
    Ok(Offer {
        file: source.name.to_string(),
        rows: offered(&source),
        left_out: source.left_out.clone(),
        terms,
    })
}

fn made(wish: &Wish) -> Result<String, String> {
    let path = typed_path(&wish.path);
    let words = |error: &dyn std::fmt::Display| clean(&error.to_string()).into_owned();
    let bytes = wish.make().ok_or("The quote is no longer in the book")?;
    let (bytes, remark) = bytes.map_err(|error| words(&error))?;
    save_bytes(&path, &bytes).map_err(|error| words(&error))?;
    let remark = remark.map_or(String::new(), |remark| format!("; {remark}"));
    Ok(format!(
        "Written: {}{remark}",
        clean(&path.display().to_string())
    ))
}

fn written(path: &str, table: &Table, clock: &SystemClock) -> Result<String, String> {
    let path = typed_path(path);
    let shown = clean(&path.display().to_string()).into_owned();
    save(&path, table, "Reconcile", clock.today())
        .map(|()| format!("Written: {shown}"))
        .map_err(|error| clean(&error.to_string()).into_owned())
}
