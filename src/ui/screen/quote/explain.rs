//! `i` in the quote: how the figure under the cursor came about, from what was typed or imported.

use super::columns::Column;
use super::{Model, Sheet, columns, rules};
use crate::domain::line::LineKind;
use crate::domain::quote::{Quote, QuoteLine};
use crate::pricing;
use crate::pricing::coterm;
use crate::program;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::overlay::Overlay;
use crate::ui::pane::{explain, incentive};

impl Model {
    /// Opens the explanation of the figure under the cursor.
    pub(super) fn explain(&mut self, ctx: &mut Ctx<'_>) {
        let found = match (&self.sheet, self.focus) {
            (Some(sheet), focus) if focus != Pane::Projection => {
                let (place, column) = (self.grid.row(), Column::at(self.grid.column));
                match (sheet.line_at(place), sheet.head_at(place)) {
                    (Some(row), _) => cell(sheet, ctx.desk, row, column),
                    (_, Some(head)) => Some(sheet.worked(head)),
                    _ => None,
                }
            }
            _ => self.subject(ctx.desk),
        };
        match found {
            Some(popup) => ctx.open(Overlay::Explain(popup)),
            None => ctx.say(Tone::Note, "There is no figure under the cursor"),
        }
    }

    /// The explanation of the projection's row under its cursor; the heading between its tables
    /// says what all of it rests on.
    pub fn subject(&self, desk: &Desk) -> Option<explain::Model> {
        let live = self.live.as_ref()?;
        let leading = live.leading();
        if let (Some(subject), Some(engine)) = (live.subject(self.projection.cursor), &desk.engine)
        {
            let metric = subject.metric.as_deref();
            let told = engine.explain(leading, &subject.portfolio, metric);
            return Some(explain::Model::new(told.title, told.lines));
        }
        let mut lines = Vec::new();
        let mut say = |label: &str, text: String| lines.push((label.to_string(), text));
        say(
            "view",
            format!(
                "booked, then this quote as typed, then all committed; as at {}",
                leading.month
            ),
        );
        say(
            "pack",
            format!(
                "{} of {}, {}",
                leading.pack.name, leading.pack.as_of, leading.pack.confidence
            ),
        );
        for text in &leading.assumptions {
            say("assumed", text.clone());
        }
        for group in program::left_out_groups(&leading.left_out) {
            say("left out", group);
        }
        say(
            "official",
            "an estimate; the vendor's portal holds the official score".into(),
        );
        let title = "What the projection rests on";
        Some(explain::Model::new(title, lines))
    }
}

/// The incentive of the quote on screen, as it is typed.
impl Model {
    /// The arithmetic of what the quote pays.
    pub fn incentive(&self, desk: &Desk) -> Option<explain::Model> {
        let sheet = self.sheet.as_ref()?;
        incentive::of_quote(&sheet.typed, &sheet.priced, desk)
    }
}

/// The worked steps of a line with where its inputs come from.
fn cell(sheet: &Sheet, desk: &Desk, row: usize, column: Column) -> Option<explain::Model> {
    let line = sheet.typed.lines.get(row)?;
    let priced = sheet.priced.get(row)?;
    let currency = sheet.kept.currency;
    let value = columns::shown(column, line, priced, currency);
    let title = format!("{} of line {}: {value}", column.words(), line.number);
    let mut lines = Vec::new();
    if sheet.draft.as_ref().is_some_and(|draft| draft.row == row) {
        lines.push(("typing".into(), "not kept yet: Enter keeps it".into()));
    }
    lines.extend(rules::explained(line, &sheet.typed, desk));
    for step in pricing::steps(line, currency, &desk.rules) {
        lines.push((step.name, format!("{} = {}", step.formula, step.result)));
        lines.push((String::new(), step.rule));
    }
    for warning in &priced.warnings {
        lines.push(("note".into(), columns::warning(warning)));
    }
    if let Some(ldos) = line.ldos {
        lines.push(("last date of support".into(), format::day(ldos)));
    }
    lines.extend(follows(line, &sheet.typed, desk).map(|text| ("old cover".into(), text)));
    lines.extend(sources(line, desk));
    Some(explain::Model::new(title, lines))
}

/// How a line follows on the cover it renews, where it does not simply follow: after a gap and what that
/// would have cost, over days that are covered already, or from a day that has passed.
pub(super) fn follows(line: &QuoteLine, quote: &Quote, desk: &Desk) -> Option<String> {
    let from = line.renews.and_then(|id| desk.snapshot.lines.get(id))?;
    let end = from.end?;
    if let Some((days, cost)) = coterm::gap(line, Some(end), quote, &desk.rules) {
        let cost = cost.map_or("at an unknown price".to_string(), |cost| {
            format!(
                "{} at its own net price",
                format::amount(cost, quote.currency)
            )
        });
        let days = format::count(days.unsigned_abs() as usize, "day", "days");
        return Some(format!("{days} without cover before it, {cost}"));
    }
    let twice = (end - line.start).num_days() + 1;
    if twice > 0 && line.kind != LineKind::Asset {
        let days = format::count(twice.unsigned_abs() as usize, "day", "days");
        return Some(format!(
            "{days} of it covered to {} already",
            format::day(end)
        ));
    }
    let back = (desk.today - line.start).num_days();
    (back > 0).then(|| {
        let days = format::count(back.unsigned_abs() as usize, "day", "days");
        format!("back-dated {days}, to follow without a gap")
    })
}

/// Where the expiring line under a quote line was read from.
fn sources(line: &QuoteLine, desk: &Desk) -> Vec<(String, String)> {
    let Some(from) = line.renews.and_then(|id| desk.snapshot.lines.get(id)) else {
        return vec![("source".into(), "added by hand: it renews nothing".into())];
    };
    let mut out = Vec::new();
    if let Some(origin) = from.origin {
        let file = desk
            .snapshot
            .batches
            .get(origin.batch)
            .map_or("(file unknown)", |batch| &batch.file);
        let sheet = from.origin_sheet.as_deref();
        out.push(("source".into(), origin.words(&format!("{file},"), sheet)));
    }
    if let (Some(start), Some(end)) = (from.start, from.end) {
        let text = format!("{} to {}", format::day(start), format::day(end));
        out.push(("expiring term".into(), text));
    }
    if let (Some(net), Some(currency)) = (from.extended_net, from.currency) {
        let text = format!(
            "{currency} {} for quantity and term",
            format::amount(net, currency)
        );
        out.push(("expiring net".into(), text));
    }
    out
}
