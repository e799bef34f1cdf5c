//! Previews of imports: a file is read and planned against the book as it stands, on a thread and
//! a read-only look of its own, so that nobody waits; writing it is the book's thread's work.

use super::{Event, book, seen};
use crate::catalogue::Catalogue;
use crate::domain::text::clean;
use crate::ingest::map::ACCEPT_LOSS;
use crate::ingest::{IngestError, Report};
use crate::runtime::import::{
    ImportError, ImportOptions, Importer, Progress, file_name, import_file, look_file,
};
use crate::store::{OpenMode, Store};
use crate::ui::msg::{Msg, Planned, Preview, Trouble, Unplanned};
use crate::ui::seen::Seen;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};

/// Sentences of a report that are handed to the screen at most; the rejects file has them all.
const MOST_SENTENCES: usize = 1_000;

/// A file to read, as it was asked for.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Names it.
    pub ticket: u64,
    /// The file.
    pub path: PathBuf,
    /// Format and mapping.
    pub options: ImportOptions,
    /// Raised when nobody wants it any more.
    pub cancel: Arc<AtomicBool>,
}

/// A path as typed: `~` is the person's own folder.
pub fn typed_path(text: &str) -> PathBuf {
    let text = text.trim();
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    match (text.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(text),
    }
}

/// Runs until no file can come any more.
pub fn run(setup: &book::Setup, plans: &Receiver<Plan>, to: &SyncSender<Event>) {
    let catalogue = setup.catalogue();
    while let Ok(plan) = plans.recv() {
        let file = file_name(&plan.path);
        let ticket = plan.ticket;
        let preview = match preview(setup, &catalogue, &plan, to) {
            Ok((planned, seen)) => Preview {
                ticket,
                file,
                outcome: Ok(planned),
                seen,
                question: None,
            },
            Err(error) => refused(setup, &plan, file, &error),
        };
        let msg = Msg::Planned(Box::new(preview));
        if to.send(Event::Msg(Box::new(msg))).is_err() {
            return;
        }
    }
}

fn preview(
    setup: &book::Setup,
    catalogue: &Catalogue,
    plan: &Plan,
    to: &SyncSender<Event>,
) -> Result<(Planned, Seen), ImportError> {
    let mut store = Store::open(&setup.book, &OpenMode::ReadOnly)?;
    // what is read before the book says otherwise goes by the person's file
    let rules = setup.rules_of(&store.rules()?);
    let with = Importer {
        paths: &setup.paths,
        catalogue,
        rules: &rules.pack.rules,
        clock: &setup.clock,
        actor: &setup.user,
    };
    let options = ImportOptions {
        dry_run: true,
        ..plan.options.clone()
    };
    let mut tell = |step: Progress| {
        if let Progress::Reading(rows) = step {
            let ticket = plan.ticket;
            let msg = Msg::Progress { ticket, rows };
            let _ = to.try_send(Event::Msg(Box::new(msg)));
        }
    };
    let done = import_file(
        &plan.path,
        &options,
        &mut store,
        &with,
        &mut tell,
        &plan.cancel,
    )?;
    let seen = seen::seen(&done.report.outline);
    Ok((told(&done.report, &plan.path), seen))
}

/// A file there is no plan for, with what can be seen in it all the same: a person may know what
/// its headers do not say.
fn refused(setup: &book::Setup, plan: &Plan, file: String, error: &ImportError) -> Preview {
    let of_reader = match error {
        ImportError::Ingest(error) => Some(error),
        _ => None,
    };
    let helps = of_reader.is_some_and(|error| {
        use IngestError::*;
        let fits = matches!(
            error,
            NeedsAnswer { .. } | UnknownKind { .. } | WrongKind { .. } | BadMap { .. }
        );
        fits && !plan.cancel.load(Ordering::Relaxed)
    });
    let look = || {
        let store = Store::open(&setup.book, &OpenMode::ReadOnly).ok()?;
        let book = store.rules().ok()?;
        let outline = look_file(&plan.path, &plan.options, &book, &mut |_| {}, &plan.cancel);
        outline.ok().map(|outline| seen::seen(&outline))
    };
    let lost = lost(of_reader);
    let question = of_reader.and_then(seen::question);
    Preview {
        ticket: plan.ticket,
        file,
        seen: helps
            .then(look)
            .flatten()
            .filter(|_| lost.is_none())
            .unwrap_or_default(),
        question: question.filter(|_| lost.is_none()),
        outcome: Err(match lost {
            Some(question) => Unplanned::Lost(question),
            None => Unplanned::Failed(
                of_reader
                    .and_then(seen::trouble)
                    .unwrap_or_else(|| trouble(error)),
            ),
        }),
    }
}

/// The question about a file that lacks many lines: the screen asks it by itself.
fn lost(error: Option<&IngestError>) -> Option<String> {
    match error {
        Some(IngestError::NeedsAnswer { question, key, .. }) if key == ACCEPT_LOSS => {
            Some(clean(question).into_owned())
        }
        _ => None,
    }
}

/// What an answer that is none leads to.
pub fn unanswered(ticket: u64, path: &Path, error: &IngestError) -> Msg {
    let told = || Trouble {
        what: clean(&error.to_string()).into_owned(),
        hint: String::new(),
    };
    Msg::Planned(Box::new(Preview {
        ticket,
        file: file_name(path),
        outcome: Err(Unplanned::Failed(seen::trouble(error).unwrap_or_else(told))),
        seen: Seen::default(),
        question: None,
    }))
}

/// A sentence that names a line of a map file names the key of the screen instead.
fn on_screen(text: &str) -> String {
    let text = &text.replace(
        "import it alone with `sheet = …`",
        "c, then s, reads it alone",
    );
    let part = |from: usize| {
        let map = text.get(from..)?.find("--map file")?;
        let end = text.get(from + map..)?.find(')')?;
        Some(from + map + end)
    };
    match text.find(" (`").and_then(|from| Some((from, part(from)?))) {
        Some((from, end)) => format!(
            "{} (c, then a, says it){}",
            text.get(..from).unwrap_or_default(),
            text.get(end + 1..).unwrap_or_default()
        ),
        None => text.to_string(),
    }
}

/// The report in the screen's words.
fn told(report: &Report, path: &std::path::Path) -> Planned {
    let warnings = report
        .warnings
        .iter()
        .map(|w| clean(&on_screen(&w.to_string())).into());
    let rejects = report.rejects.iter().map(|reject| {
        let sheet = reject
            .of
            .sheet
            .as_deref()
            .map_or(String::new(), |sheet| format!("sheet {sheet}, "));
        let reason = on_screen(&reject.reason);
        clean(&format!("{sheet}row {}: {reason}", reject.row)).into_owned()
    });
    let counts = report.counts;
    let brought = report.parts.iter().map(|brought| {
        let part = &brought.part;
        let title = clean(&part.title);
        match part.sheets.is_empty() {
            true => (title.into_owned(), brought.counts.to_string()),
            false => (
                clean(&part.place()).into_owned(),
                format!("{title}: {}", brought.counts),
            ),
        }
    });
    let mut facts: Vec<(String, String)> = brought.collect();
    if counts.rejected > 0 {
        let to = path.with_extension("rejects.csv");
        let text = format!(
            "kept in {} with the import, or in the data folder where that cannot be written",
            to.display()
        );
        facts.push(("Rejected rows".to_string(), clean(&text).into_owned()));
    }
    Planned {
        format: report.format.clone(),
        counts,
        warnings: warnings.take(MOST_SENTENCES).collect(),
        rejects: rejects.take(MOST_SENTENCES).collect(),
        repeated: counts.read > 0 && counts.new + counts.changed + report.gone == 0,
        gone: report.gone,
        changes: seen::changes(&report.changes),
        facts,
    }
}

/// A failure in the screen's words.
pub fn trouble(error: &ImportError) -> Trouble {
    let hint = match error {
        ImportError::Store(error) => error.hint().to_string(),
        ImportError::Io { .. } => "look at the path and the file's rights".into(),
        _ => String::new(),
    };
    Trouble {
        what: clean(&error.to_string()).into_owned(),
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::batch::Counts;
    use crate::ingest::row::RowKind;
    use crate::ingest::several::{Brought, Part};

    #[test]
    fn the_preview_says_what_each_table_brings() {
        let brought = |sheets: &[&str], kind, new| Brought {
            part: Part {
                format: "f".into(),
                title: "Covered\u{1b} Assets".into(),
                sheets: sheets.iter().map(|name| (*name).to_string()).collect(),
                kind,
            },
            counts: Counts {
                read: new,
                new,
                ..Counts::default()
            },
        };
        let report = Report {
            format: "a + b".into(),
            file: "x.xlsx".into(),
            counts: Counts::default(),
            warnings: Vec::new(),
            rejects: Vec::new(),
            gone: 0,
            changes: crate::ingest::changes::Changes::default(),
            outline: crate::ingest::outline::Outline::default(),
            parts: vec![
                brought(&["North", "South\u{1b}[2J"], RowKind::Line, 7),
                brought(&[], RowKind::Eox, 2),
            ],
        };
        let facts = told(&report, std::path::Path::new("x.xlsx")).facts;
        let counts = "changed 0 + unchanged 0 + skipped 0 + rejected 0";
        let wanted = [
            (
                "sheets North, South[2J",
                format!("Covered Assets: read 7 = new 7 + {counts}"),
            ),
            ("Covered Assets", format!("read 2 = new 2 + {counts}")),
        ];
        let wanted = wanted.map(|(label, text)| (label.to_string(), text));
        assert_eq!(facts, wanted);
    }
}
