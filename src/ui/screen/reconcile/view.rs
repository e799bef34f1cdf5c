//! Drawing the comparison: tabs by kind with their counts, the list, the row under the cursor in
//! full below it.

use super::{Model, Tab, quality};
use crate::reconcile::{Field, Finding, Kind, Report, decided};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::theme::Role;
use crate::ui::widget::picker;
use ratatui::layout::Rect;

/// From this width on customer and contract stand in the list.
const WIDE: u16 = 110;

/// Draws it.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let line = Rect::new(area.x, area.y, area.width, 1);
    tabs(model, canvas, line);
    let body = Rect::new(
        area.x,
        area.y + 1,
        area.width,
        area.height.saturating_sub(1),
    );
    if model.tab == Tab::Files {
        return files(model, canvas, body);
    }
    let low = (body.height * 2 / 5).clamp(5, 14).min(body.height);
    let top = Rect::new(body.x, body.y, body.width, body.height - low);
    let under = Rect::new(body.x, top.bottom(), body.width, low);
    match model.tab {
        Tab::Quality => {
            quality::customers(model, canvas, top);
            let told = quality::lines(&model.quality, model.list.cursor);
            details("What is missing", &told, canvas, under);
        }
        _ => {
            findings(model, canvas, top);
            let told = model
                .selected()
                .map(|f| finding_lines(&model.report, f, desk));
            details("The finding", &told.unwrap_or_default(), canvas, under);
        }
    }
}

fn tabs(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let named: Vec<(Tab, String)> = model
        .tabs()
        .into_iter()
        .map(|tab| (tab, name_of(model, tab)))
        .collect();
    let at = named
        .iter()
        .position(|(tab, _)| *tab == model.tab)
        .unwrap_or(0);
    // The tab shown is always in sight; those before it give way.
    let wide = |first: usize| -> usize {
        let seen = named.iter().take(at + 1).skip(first);
        seen.map(|(_, name)| format::width(name) + 2).sum()
    };
    let room = usize::from(area.width).saturating_sub(2);
    let first = (0..=at).find(|first| wide(*first) <= room).unwrap_or(at);
    let mut x = area.x + 1;
    for (at, (tab, name)) in named.into_iter().enumerate().skip(first) {
        if usize::from(area.right().saturating_sub(x)) < format::width(&name) + 2 {
            let room = usize::from(area.right().saturating_sub(x));
            canvas.text(x, area.y, room, "..", Role::TabAway);
            break;
        }
        let here = tab == model.tab;
        let (text, role) = match here {
            true => (format!("[{name}]"), Role::Tab),
            false => (format!(" {name} "), Role::TabAway),
        };
        let room = usize::from(area.right().saturating_sub(x));
        let wide = canvas.text(x, area.y, room, &text, role);
        let zone = Rect::new(x, area.y, wide, 1);
        canvas.zone(zone, Target::Header(Pane::List, at));
        x += wide;
    }
}

/// A tab with its count.
fn name_of(model: &Model, tab: Tab) -> String {
    match tab {
        Tab::Files => "Files".to_string(),
        Tab::Kind(kind) => {
            let count = model.counts.iter().find(|(known, _)| *known == kind);
            format!("{} {}", short(kind), count.map_or(0, |(_, n)| *n))
        }
        Tab::Settled => format!("Settled {}", model.settled),
        Tab::Quality => match model.quality.book.whole() {
            Some(whole) => format!("Quality {whole}"),
            None => "Quality".into(),
        },
    }
}

/// The kind in a word, so that all tabs fit on a small screen.
fn short(kind: Kind) -> &'static str {
    match kind {
        Kind::Fills => "Gaps",
        Kind::Only => "Only here",
        Kind::Missing => "Not in all",
        Kind::Duplicate => "Twice",
        other => other.title(),
    }
}

fn files(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let mut told: Vec<(String, Role)> = Vec::new();
    if let Some(trouble) = &model.trouble {
        let text = match trouble.hint.is_empty() {
            true => trouble.what.clone(),
            false => format!("{}   {}", trouble.what, trouble.hint),
        };
        told.push((text, Role::Bad));
    } else if model.waiting && !model.choose.chosen().is_empty() && model.held.is_empty() {
        told.push(("Reading and comparing…".into(), Role::Strong));
    } else if !model.report.sources.is_empty() {
        for source in &model.report.sources {
            let day = source
                .day
                .map_or_else(String::new, |day| format!(", {}", format::day(day)));
            let left = match source.left_out.len() {
                0 => String::new(),
                n => format!(", {} could not be read", format::count(n, "row", "rows")),
            };
            let lines = format::count(source.records.len(), "line", "lines");
            let text = format!(
                "{} ({}): {lines}{day}{left}",
                source.name,
                source.rank.word()
            );
            told.push((text, Role::Good));
        }
    } else {
        let text = "The lists are read and laid beside the book; nothing of them is imported. \
                    Findings are settled one by one, and Ctrl+Z takes a step back.";
        told.push((text.into(), Role::Dim));
    }
    picker::view(
        model.choose.picker(),
        "Compare the book with other lists",
        &told,
        canvas,
        area,
    );
}

/// Columns of the findings: title and cells; the last takes the rest.
fn columns(width: u16) -> Vec<(&'static str, usize)> {
    match width >= WIDE {
        true => vec![
            ("Serial", 14),
            ("Product", 18),
            ("Contract", 12),
            ("Customer", 22),
            ("What", 0),
        ],
        false => vec![("Serial", 13), ("Product", 15), ("What", 0)],
    }
}

fn findings(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let title = match model.tab {
        Tab::Kind(kind) => format!("{}   {}", kind.title(), meaning(kind)),
        _ => "Settled   what was decided; u asks again".to_string(),
    };
    let inside = canvas.frame(area, &title, true);
    let columns = columns(inside.width);
    let titles: Vec<String> = columns.iter().map(|(title, _)| title.to_string()).collect();
    put_row(canvas, inside, inside.y, &columns, &titles, Role::Title);
    if model.shown.is_empty() {
        let lines = ["Nothing left here"];
        return crate::ui::layout::paragraph(canvas, inside, &lines, Role::Dim);
    }
    let height = usize::from(inside.height.saturating_sub(1));
    for (line, at) in model.list.rows(model.shown.len(), height).enumerate() {
        let finding = model
            .shown
            .get(at)
            .and_then(|at| model.report.findings.get(*at));
        let Some(finding) = finding else { break };
        let y = inside.y + 1 + line as u16;
        let text = |field| known(&model.report, finding, field);
        let mut cells = vec![text(Field::Serial), text(Field::Pid)];
        if columns.len() > 3 {
            cells.extend([text(Field::Contract), text(Field::Customer)]);
        }
        cells.push(brief(&model.report, finding));
        put_row(canvas, inside, y, &columns, &cells, Role::Text);
        let row = Rect::new(inside.x, y, inside.width, 1);
        canvas.zone(row, Target::Row(Pane::List, at));
        if at == model.list.cursor {
            canvas.ground(row, Role::Cursor);
        }
    }
}

fn put_row(
    canvas: &mut Canvas<'_>,
    inside: Rect,
    y: u16,
    columns: &[(&str, usize)],
    texts: &[String],
    role: Role,
) {
    let mut x = inside.x + 1;
    for ((_, width), text) in columns.iter().zip(texts) {
        let room = usize::from(inside.right().saturating_sub(x));
        let cells = if *width == 0 {
            room
        } else {
            (*width).min(room)
        };
        canvas.text(x, y, cells, text, role);
        x = x.saturating_add(cells as u16 + 1);
    }
}

/// A finding in a row of the list: each field as the strongest source has it, and what others say.
fn brief(report: &Report, finding: &Finding) -> String {
    if finding.differs.is_empty() {
        return report.says(finding);
    }
    let shown =
        |value: Option<&crate::reconcile::Value>| value.map_or_else(|| "-".to_string(), in_words);
    let fields = finding.differs.iter().map(|differs| {
        let ours = shown(differs.given.first().and_then(|given| given.value.as_ref()));
        let mut others: Vec<String> = Vec::new();
        for given in differs.given.iter().skip(1) {
            let value = given.value.as_ref();
            let value = value.map(in_words).filter(|value| *value != ours);
            others.extend(value.filter(|value| !others.contains(value)));
        }
        format!("{} {ours} | {}", differs.field.title(), others.join(" | "))
    });
    fields.collect::<Vec<_>>().join("; ")
}

/// The asset in a line: serial, product, contract, customer.
fn subject_of(report: &Report, finding: &Finding) -> String {
    let fields = [Field::Serial, Field::Pid, Field::Contract, Field::Customer];
    let said = fields.map(|field| known(report, finding, field));
    let said: Vec<String> = said.into_iter().filter(|text| text != "-").collect();
    said.join("  ")
}

/// What a kind means, for its title.
fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Disagree => "same asset, other values: the book | the others",
        Kind::Moved => "other contract, customer or site: the book | the others",
        Kind::Fills => "another list knows what the book does not",
        Kind::Only => "one source alone has it",
        Kind::Missing => "another source lacks it",
        Kind::Duplicate => "stands in its own source once more",
        Kind::Matched => "all sources agree",
    }
}

fn known(report: &Report, finding: &Finding, field: Field) -> String {
    let mut records = finding.members.iter().filter_map(|m| report.record(*m));
    let value = records.find_map(|record| record.get(field));
    value.map_or_else(|| "-".to_string(), in_words)
}

/// A finding in full, label and text: what each source says, where and of which day.
pub(super) fn finding_lines(
    report: &Report,
    finding: &Finding,
    desk: &Desk,
) -> Vec<(String, String)> {
    let mut lines = vec![(
        finding.kind.title().to_string(),
        subject_of(report, finding),
    )];
    if finding.differs.is_empty() {
        lines.push((String::new(), report.says(finding)));
    } else if !finding.missing.is_empty() {
        let names = finding
            .missing
            .iter()
            .filter_map(|at| report.sources.get(*at));
        let names: Vec<&str> = names.map(|source| &*source.name).collect();
        lines.push(("not in".into(), names.join(", ")));
    }
    for differs in &finding.differs {
        for given in &differs.given {
            let member = finding.members.iter().find(|m| m.source == given.source);
            let Some(record) = member.and_then(|member| report.record(*member)) else {
                continue;
            };
            let value = given.value.as_ref();
            let value = value.map_or_else(|| "not known".to_string(), in_words);
            let place = place(record);
            lines.push((
                differs.field.title().to_string(),
                format!("{value}   {place}"),
            ));
        }
    }
    if finding.differs.is_empty() {
        let all = finding.members.iter().chain(&finding.twin);
        for record in all.filter_map(|member| report.record(*member)) {
            let said: Vec<String> = record
                .values()
                .iter()
                .map(|(field, value)| format!("{} {}", field.title(), in_words(value)))
                .collect();
            lines.push((place(record), said.join(", ")));
        }
    }
    if let Some(decision) = decided(finding, &desk.snapshot.settings, desk.today) {
        let until = decision.until;
        let until = until.map_or_else(String::new, |day| format!(" until {}", format::day(day)));
        let day = format::day(decision.on);
        let text = format!("{}{until}, {day}, {}", decision.how.word(), decision.by);
        lines.push(("settled".into(), text));
    }
    lines
}

/// A value as screens show it: a day as everywhere on them, where files have it in ISO form.
fn in_words(value: &crate::reconcile::Value) -> String {
    match value {
        crate::reconcile::Value::Day(day) => format::day(*day),
        other => other.to_string(),
    }
}

/// File, row and day of a record.
fn place(record: &crate::reconcile::Record) -> String {
    let row = record
        .row
        .map_or_else(String::new, |row| format!(" row {row}"));
    let day = record
        .day
        .map_or_else(String::new, |day| format!(", {}", format::day(day)));
    let own = match record.line.is_some() && &*record.file != "the book" {
        true => "the book, from ",
        false => "",
    };
    format!("{own}{}{row}{day}", record.file)
}

fn details(title: &str, told: &[(String, String)], canvas: &mut Canvas<'_>, area: Rect) {
    let inside = canvas.frame(area, title, false);
    let label = usize::from(inside.width / 4).min(34);
    let cells = usize::from(inside.width).saturating_sub(label + 3);
    let mut y = inside.y;
    for (name, text) in told {
        for (at, line) in format::wrap(text, cells.max(1)).iter().enumerate() {
            if y >= inside.bottom() {
                return;
            }
            if at == 0 {
                canvas.text(inside.x + 1, y, label, name, Role::Dim);
            }
            canvas.text(inside.x + 2 + label as u16, y, cells, line, Role::Text);
            y += 1;
        }
    }
}
