//! `init`, `doctor`, `backup`, `restore`.

use super::args;
use super::context::{Context, note};
use super::error::{Exit, Failure};
use super::output;
use crate::domain::text::clean;
use crate::program::pack;
use crate::runtime::clock::Clock;
use crate::store::{SCHEMA_VERSION, Store, synced_folder};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::path::Path;

/// Creates an empty book; an existing one is left alone and that is said.
pub fn init(context: &Context, out: &mut impl Write) -> Result<(), Failure> {
    let path = context.book_path();
    if Store::is_there(&path) {
        return Err(Failure::new(
            Exit::Conflict,
            format!(
                "there is a file at {} already; nothing was changed",
                path.display()
            ),
        )
        .hint("name another with --book FILE"));
    }
    context.open_or_create()?;
    writeln!(out, "{}", path.display())?;
    note("a new book; fill it with `renewdesk import FILE…`");
    Ok(())
}

#[derive(Serialize)]
struct Diagnosis {
    schema: &'static str,
    sound: bool,
    version: &'static str,
    book: String,
    book_exists: bool,
    schema_version: u32,
    sqlite_version: String,
    permissions: Option<String>,
    private: Option<bool>,
    sync_folder: Option<String>,
    operations: u64,
    faults: Vec<String>,
    /// What to do about the faults.
    advice: Vec<String>,
    pack_file: Option<String>,
    pack_problems: Vec<String>,
    data_folder: String,
    config_folder: String,
    terminal: Terminal,
}

#[derive(Serialize)]
struct Terminal {
    is_terminal: bool,
    columns: Option<u16>,
    rows: Option<u16>,
    term: Option<String>,
    no_color: bool,
}

/// Checks what can be checked, and says so in one page.
pub fn doctor(
    context: &Context,
    args: args::JsonOnly,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let found = diagnose(context)?;
    let sound = found.sound;
    if args.json {
        output::json(out, &found)?;
    } else {
        print(&found, out)?;
    }
    if sound {
        Ok(())
    } else {
        Err(Failure::new(
            Exit::Failed,
            "the book or the rule pack has faults, see above",
        )
        .hint(found.advice.join("; ")))
    }
}

fn diagnose(context: &Context) -> Result<Diagnosis, Failure> {
    let path = context.book_path();
    let book_exists = path.is_file() && Store::is_there(&path);
    let (mut faults, mut advice) = (Vec::new(), Vec::new());
    let mut operations = 0;
    if book_exists {
        match context.open_to_read().and_then(|store| Ok(store.check()?)) {
            Ok(report) => {
                operations = report.operations;
                faults.extend(report.integrity);
                faults.extend(report.references);
                faults.extend(report.history);
                if !faults.is_empty() {
                    advice.push("a damaged book: `renewdesk restore BACKUP`".to_string());
                }
            }
            Err(failure) => {
                faults.push(failure.message);
                advice.extend(failure.hint);
            }
        }
    }
    let pack_file = context.pack_file()?;
    let rules = context.rules()?;
    let found: Vec<pack::Problem> = context
        .named_pack()?
        .iter()
        .flat_map(|(name, text)| pack::check(name, text))
        .collect();
    let pack_sound = !found.iter().any(pack::Problem::is_error);
    let pack_problems: Vec<String> = found.iter().map(ToString::to_string).collect();
    if !pack_sound {
        advice.push(format!(
            "correct the rule pack; until then the one of {} is used",
            rules.source.words()
        ));
    }
    let mode = mode_of(&path);
    let size = crossterm::terminal::size().ok();
    Ok(Diagnosis {
        schema: "renewdesk.doctor/1",
        sound: faults.is_empty() && pack_sound,
        version: env!("CARGO_PKG_VERSION"),
        book: path.display().to_string(),
        book_exists,
        schema_version: SCHEMA_VERSION,
        sqlite_version: Store::sqlite_version().to_string(),
        private: mode.map(|mode| mode & 0o077 == 0),
        permissions: mode.map(|mode| format!("{mode:04o}")),
        sync_folder: synced_folder(&path).map(|folder| folder.name().to_string()),
        operations,
        faults,
        advice,
        pack_file: pack_file.map(|(name, _)| name),
        pack_problems,
        data_folder: context.paths.data.display().to_string(),
        config_folder: context.paths.config.display().to_string(),
        terminal: Terminal {
            is_terminal: std::io::stdout().is_terminal(),
            columns: size.map(|(columns, _)| columns),
            rows: size.map(|(_, rows)| rows),
            term: std::env::var("TERM").ok(),
            no_color: std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()),
        },
    })
}

fn mode_of(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let meta = std::fs::metadata(path).ok()?;
        Some(meta.permissions().mode() & 0o777)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

fn print(found: &Diagnosis, out: &mut impl Write) -> Result<(), Failure> {
    let mut line = |name: &str, value: &str| writeln!(out, "{name:<16}{}", clean(value));
    line("renewdesk", found.version)?;
    let exists = if found.book_exists {
        ""
    } else {
        " (not there yet)"
    };
    line("book", &format!("{}{exists}", found.book))?;
    line("schema", &found.schema_version.to_string())?;
    line("SQLite", &found.sqlite_version)?;
    if let Some(permissions) = &found.permissions {
        let word = match found.private {
            Some(false) => " (others can read it; chmod 600)",
            _ => " (only you)",
        };
        line("permissions", &format!("{permissions}{word}"))?;
    }
    if let Some(client) = &found.sync_folder {
        let advice = "may copy the book half-written; keep it elsewhere and back up to there";
        line("sync folder", &format!("{client} {advice}"))?;
    }
    line("changes", &found.operations.to_string())?;
    let integrity = if found.faults.is_empty() {
        "sound"
    } else {
        "FAULTS"
    };
    line("integrity", integrity)?;
    for fault in &found.faults {
        line("", fault)?;
    }
    line(
        "rule pack",
        found.pack_file.as_deref().unwrap_or("as shipped"),
    )?;
    for problem in &found.pack_problems {
        line("", problem)?;
    }
    line("data folder", &found.data_folder)?;
    line("config folder", &found.config_folder)?;
    let size = match (found.terminal.columns, found.terminal.rows) {
        (Some(columns), Some(rows)) => format!("{columns} x {rows}"),
        _ => "size unknown".into(),
    };
    let term = found.terminal.term.as_deref().unwrap_or("TERM not set");
    line("terminal", &format!("{size}, {term}"))?;
    Ok(())
}

#[derive(Serialize)]
struct Copied {
    schema: &'static str,
    file: String,
    kept_aside: Option<String>,
}

/// Copies the book. Without a name: into the backups folder, under day and time.
pub fn backup(context: &Context, args: &args::Backup, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let to = match &args.to {
        Some(to) => to.clone(),
        None => {
            crate::runtime::backup::next_name(&context.paths, store.path(), context.clock.now())?
        }
    };
    if to.exists() {
        return Err(Failure::new(
            Exit::Conflict,
            format!("{} exists; a backup never replaces a file", to.display()),
        ));
    }
    store.backup(&to)?;
    report(args.json, "renewdesk.backup/1", &to, None, out)
}

/// Puts a backup in the place of the book; the replaced book is kept aside.
pub fn restore(
    context: &Context,
    args: &args::Restore,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let to = context.book_path();
    let place = |path: &Path| std::fs::canonicalize(path).ok();
    if place(&args.from).is_some_and(|from| place(&to) == Some(from)) {
        return Err(Failure::refused(format!(
            "{} is the book itself, not a backup of it; nothing was changed",
            args.from.display()
        ))
        .hint("name a file of the folder `backups` beside the book"));
    }
    let aside = Store::restore(&args.from, &to)?;
    if let Some(aside) = &aside {
        note(&format!(
            "the book before the restore is kept as {}",
            aside.display()
        ));
    }
    report(args.json, "renewdesk.restore/1", &to, aside.as_deref(), out)
}

fn report(
    json: bool,
    schema: &'static str,
    file: &Path,
    aside: Option<&Path>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let file = file.display().to_string();
    if json {
        let kept_aside = aside.map(|path| path.display().to_string());
        return output::json(
            out,
            &Copied {
                schema,
                file,
                kept_aside,
            },
        );
    }
    writeln!(out, "{file}")?;
    Ok(())
}
