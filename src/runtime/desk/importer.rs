//! Previews of imports: a file is read and planned against the book as it stands, on a thread and
//! a read-only look of its own, so that nobody waits; writing it is the book's thread's work.

use super::{Event, book};
use crate::catalogue::Catalogue;
use crate::domain::text::clean;
use crate::ingest::map::ACCEPT_LOSS;
use crate::ingest::{IngestError, Report};
use crate::runtime::import::{
    ImportError, ImportOptions, Importer, Progress, file_name, import_file,
};
use crate::store::{OpenMode, Store};
use crate::ui::msg::{Msg, Planned, Preview, Trouble, Unplanned};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
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
        let outcome = preview(setup, &catalogue, &plan, to).map_err(unplanned);
        let msg = Msg::Planned(Box::new(Preview {
            ticket,
            file,
            outcome,
        }));
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
) -> Result<Planned, ImportError> {
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
        if let Progress::Reading(done) = step {
            let (ticket, of) = (plan.ticket, 0);
            let msg = Msg::Progress { ticket, done, of };
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
    Ok(told(&done.report, &plan.path))
}

/// The report in the screen's words.
fn told(report: &Report, path: &std::path::Path) -> Planned {
    let warnings = report.warnings.iter().map(|w| clean(&w.to_string()).into());
    let rejects = report.rejects.iter().map(|reject| {
        let sheet = reject
            .sheet
            .as_deref()
            .map_or(String::new(), |sheet| format!("sheet {sheet}, "));
        clean(&format!("{sheet}row {}: {}", reject.row, reject.reason)).into_owned()
    });
    let counts = report.counts;
    let mut facts = Vec::new();
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
        facts,
    }
}

/// Why there is no plan: what only a person can say is asked on the screen where it can be.
fn unplanned(error: ImportError) -> Unplanned {
    match error {
        ImportError::Ingest(IngestError::NeedsAnswer { question, key, .. })
            if key == ACCEPT_LOSS =>
        {
            Unplanned::Lost(clean(&question).into_owned())
        }
        other => Unplanned::Failed(trouble(&other)),
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
