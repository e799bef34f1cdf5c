//! Drawing the import: the chooser, the progress, the preview, the result.

use super::columns::About;
use super::{Model, Step, columns_view};
use crate::domain::batch::{Batch, Counts};
use crate::ui::action::ActionId;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::msg::Planned;
use crate::ui::theme::Role;
use crate::ui::widget::picker;
use ratatui::layout::Rect;

/// Lines of text with their look, scrolled as one.
type Lines = Vec<(String, Role)>;

/// Draws it.
pub fn view(model: &Model, _desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    steps(model, canvas, area);
    let body = Rect::new(
        area.x,
        area.y + 1,
        area.width,
        area.height.saturating_sub(1),
    );
    match &model.step {
        Step::Choose => picker::view(&model.picker, "Choose a file", &[], canvas, body),
        Step::Reading { rows } => reading(model, *rows, canvas, body),
        Step::Look { file, planned } => {
            let title = format!("{file}: nothing is written yet");
            text(model, &title, preview(planned, &model.about), canvas, body);
        }
        Step::Writing {
            file,
            planned,
            stopping,
        } => {
            let (title, keys) = match stopping {
                false => (
                    format!("Writing {file}"),
                    "Being written   Esc stops it; nothing of it stays then",
                ),
                true => (
                    format!("Stopping {file}"),
                    "Stopping: what was written of it so far is taken back",
                ),
            };
            let mut lines = preview(planned, &model.about);
            lines.pop();
            lines.push((keys.into(), Role::Key));
            text(model, &title, lines, canvas, body);
        }
        Step::Columns { file, trouble, .. } => {
            columns_view::view(&model.about, file, trouble.as_ref(), canvas, body);
        }
        Step::Failed { file, trouble } => {
            let lines = vec![
                (trouble.what.clone(), Role::Bad),
                (trouble.hint.clone(), Role::Text),
                (String::new(), Role::Text),
                (
                    "Nothing was changed. Enter or Esc: choose another file".into(),
                    Role::Key,
                ),
            ];
            text(
                model,
                &format!("{file} could not be read"),
                lines,
                canvas,
                body,
            );
        }
        Step::Lost { file, question } => {
            let lines = lost(question);
            text(model, &format!("Is {file} whole?"), lines, canvas, body);
        }
        Step::Done {
            batch,
            planned,
            told,
        } => {
            let mut lines = done(batch, planned.as_deref(), told, &model.about);
            lines.push((String::new(), Role::Text));
            lines.push((
                "Enter: next file   g c: what changed   Ctrl+Z: take all of it back   g p: pipeline".into(),
                Role::Key,
            ));
            text(
                model,
                &format!("Imported {}", batch.file),
                lines,
                canvas,
                body,
            );
        }
    }
}

/// The report on screen as text; none while nothing was read.
pub fn report(step: &Step, about: &About) -> Option<String> {
    let lines = match step {
        Step::Look { planned, .. } | Step::Writing { planned, .. } => preview(planned, about),
        Step::Done {
            batch,
            planned,
            told,
        } => done(batch, planned.as_deref(), told, about),
        Step::Failed { trouble, .. } => vec![
            (trouble.what.clone(), Role::Bad),
            (trouble.hint.clone(), Role::Text),
        ],
        Step::Lost { question, .. } => lost(question),
        Step::Columns { .. } | Step::Choose | Step::Reading { .. } => return None,
    };
    let lines: Vec<String> = lines.into_iter().map(|(text, _)| text).collect();
    Some(lines.join("\n"))
}

/// Where one is in the way from file to book.
fn steps(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let at = match model.step {
        Step::Choose => 0,
        Step::Reading { .. } | Step::Failed { .. } | Step::Lost { .. } => 1,
        Step::Columns { .. } => 2,
        Step::Look { .. } => 3,
        Step::Writing { .. } => 4,
        Step::Done { .. } => 5,
    };
    let mut x = area.x + 1;
    for (index, name) in ["File", "Read", "Columns", "Preview", "Write", "Done"]
        .into_iter()
        .enumerate()
    {
        let (shown, role) = if index == at {
            (format!("[{name}]"), Role::Strong)
        } else {
            (name.to_string(), Role::Dim)
        };
        let room = usize::from(area.right().saturating_sub(x));
        x += canvas.text(x, area.y, room, &shown, role);
        if index < 5 {
            let room = usize::from(area.right().saturating_sub(x));
            x += canvas.text(x, area.y, room, " > ", Role::Dim);
        }
    }
}

fn reading(model: &Model, rows: u64, canvas: &mut Canvas<'_>, area: Rect) {
    let inside = canvas.frame(area, "Reading", true);
    let cells = usize::from(inside.width);
    canvas.text(inside.x, inside.y, cells, &model.about.path, Role::Text);
    let told = match rows {
        0 => "Looking at it".to_string(),
        1 => "1 row read".to_string(),
        rows => format!("{} rows read", format::decimal(rows.into(), 0)),
    };
    canvas.text(inside.x, inside.y + 2, cells, &told, Role::Text);
    let hint = "Esc stops; nothing is written before the preview was seen";
    canvas.text(inside.x, inside.y + 4, cells, hint, Role::Key);
}

/// The counts as a sum that a person can check.
fn counts(counts: &Counts) -> Lines {
    let number = |n: u64| format::decimal(n.into(), 0);
    let sum = format!(
        "Read {} = new {} + changed {} + unchanged {} + skipped {} + rejected {}",
        number(counts.read),
        number(counts.new),
        number(counts.changed),
        number(counts.unchanged),
        number(counts.skipped),
        number(counts.rejected)
    );
    let mut out = vec![(sum, Role::Strong)];
    if !counts.adds_up() {
        out.push((
            "These counts do not add up: please report this file's format".into(),
            Role::Bad,
        ));
    }
    out
}

/// The kind a file was read as: in words where they are known, and as map files name it.
fn read_as(format: &str, about: &About) -> String {
    match about
        .sheet()
        .filter(|sheet| sheet.taken && !sheet.kind.is_empty())
    {
        Some(sheet) => format!("Read as {} ({format})", sheet.kind),
        None => format!("Read as {format}"),
    }
}

fn preview(planned: &Planned, about: &About) -> Lines {
    let mut out = vec![(read_as(&planned.format, about), Role::Text)];
    out.extend(counts(&planned.counts));
    if let Some(sheet) = about.sheet() {
        let all = sheet.columns.len();
        let used = sheet.columns.iter().filter(|c| !c.field.is_empty()).count();
        let row = sheet.header_row;
        let text = format!("{used} of {all} columns read, header in row {row}   c shows them");
        out.push((text, Role::Text));
    }
    out.extend(columns_view::remembered(about));
    if planned.repeated {
        out.push((
            "No line of it is new to the book or changed".into(),
            Role::Soon,
        ));
    }
    let facts = planned.facts.iter();
    out.extend(facts.map(|(label, text)| (format!("{label}: {text}"), Role::Text)));
    out.extend(details(planned));
    out.push((String::new(), Role::Text));
    let rows = planned.counts.new + planned.counts.changed;
    let does: Vec<String> = [
        (
            rows,
            format!("imports {}", format::count(rows as usize, "row", "rows")),
        ),
        (
            planned.gone,
            format!(
                "marks {} gone",
                format::count(planned.gone as usize, "line", "lines")
            ),
        ),
    ]
    .into_iter()
    .filter_map(|(n, text)| (n > 0).then_some(text))
    .collect();
    let text = if does.is_empty() {
        "The book holds all of it already. Enter or Esc: choose another file".to_string()
    } else {
        format!(
            "Enter {}   Esc forgets it   Afterwards Ctrl+Z takes all of it back",
            does.join(" and ")
        )
    };
    out.push((text, Role::Key));
    out
}

/// The question a file asks that lost too many lines.
fn lost(question: &str) -> Lines {
    let line = |text: &str, role| (text.to_string(), role);
    vec![
        line(question, Role::Soon),
        line("", Role::Text),
        line(
            "Only a part was exported: Esc, and export it again whole. Nothing was changed.",
            Role::Text,
        ),
        line(
            "It is whole: y goes on to the preview. Lines that are not in it any more are marked as gone; none is deleted, and what you typed on them stays.",
            Role::Text,
        ),
        line("", Role::Text),
        line("y: import anyway   Esc: cancel", Role::Key),
    ]
}

/// What was written, and where the rows are that were not.
fn done(batch: &Batch, planned: Option<&Planned>, told: &str, about: &About) -> Lines {
    let mut out = counts(&batch.counts);
    out.push((told.to_string(), Role::Text));
    if batch.counts.rejected > 0 {
        let text = "Mend the rejected rows in their file and import it: only they are read again";
        out.push((text.into(), Role::Soon));
    }
    out.push((read_as(&batch.format, about), Role::Text));
    out.extend(planned.iter().flat_map(|planned| details(planned)));
    out
}

fn details(planned: &Planned) -> Lines {
    let mut out = Lines::new();
    let count = |title: &str, lines: &[String]| format!("{title} ({})", lines.len());
    let title = count("Rejected, each with its reason", &planned.rejects);
    section(&title, &planned.rejects, Role::Bad, &mut out);
    for (title, lines) in &planned.changes {
        section(title, lines, Role::Text, &mut out);
    }
    let title = count("Worth knowing", &planned.warnings);
    section(&title, &planned.warnings, Role::Soon, &mut out);
    out
}

fn section(title: &str, lines: &[String], role: Role, out: &mut Lines) {
    if lines.is_empty() {
        return;
    }
    out.push((String::new(), Role::Text));
    out.push((title.to_string(), Role::Title));
    out.extend(lines.iter().map(|line| (format!("  {line}"), role)));
}

/// Scrolled text in a frame; the last line, which says what to press, always stays in sight, all of
/// it, and can be clicked where it begins with Enter.
fn text(model: &Model, title: &str, mut lines: Lines, canvas: &mut Canvas<'_>, area: Rect) {
    let inside = canvas.frame(area, title, true);
    let (cells, high) = (usize::from(inside.width), usize::from(inside.height));
    let Some((keys, role)) = lines.pop() else {
        return;
    };
    let rows: Lines = lines
        .into_iter()
        .flat_map(|(text, role)| {
            // Cells stand under their line, also where they go over the edge.
            let indent = text.len() - text.trim_start().len();
            let room = cells.saturating_sub(indent).max(1);
            format::wrap(text.trim_start(), room)
                .into_iter()
                .map(move |line| (format!("{}{line}", " ".repeat(indent)), role))
        })
        .collect();
    let foot = |hidden: usize| {
        let keys = match hidden {
            0 => keys.clone(),
            hidden => {
                let more = format::count(hidden, "more line", "more lines");
                format!("... {more} (PgDn)   {keys}")
            }
        };
        format::wrap(&keys, cells.max(1))
    };
    let fits = rows.len() + foot(0).len() <= high;
    let room = foot(if fits { 0 } else { rows.len() }).len();
    let shown = model.text.part(rows.len(), high.saturating_sub(room));
    let places = inside.y..inside.bottom();
    for (y, (line, role)) in places.zip(rows.get(shown.clone()).unwrap_or_default()) {
        canvas.text(inside.x, y, cells, line, *role);
    }
    let foot = foot(rows.len().saturating_sub(shown.end));
    let top = high.saturating_sub(foot.len());
    let places = (inside.y..inside.bottom()).skip(top);
    for (y, line) in places.zip(&foot) {
        canvas.text(inside.x, y, cells, line, role);
        if keys.starts_with("Enter") {
            let row = Rect::new(inside.x, y, inside.width, 1);
            canvas.zone(row, Target::Act(ActionId::Open));
        }
    }
}
