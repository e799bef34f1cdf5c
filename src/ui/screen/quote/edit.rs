//! From keys in the grid to changes of the quote. Every change is one `PutQuoteLines` with the
//! version it was made against, named as a person would say it: `discount line 4: 16.0 → 15.0`.

use super::columns::{self, Column};
use super::{Model, Sheet};
use crate::domain::command::Command;
use crate::domain::ids::{QuoteId, QuoteLineId};
use crate::domain::quote::QuoteLine;
use crate::pricing;
use crate::pricing::edit::EditError;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::input::{Code, Key};
use crate::ui::overlay::{Overlay, pick};
use crate::ui::widget::field::{FieldEdit, field_edit};
use crate::ui::widget::grid::{Cells, GridEvent, GridKey, Step};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::ops::Range;

impl Model {
    /// A request to the grid.
    pub(super) fn press(&mut self, key: GridKey, ctx: &mut Ctx<'_>) {
        if let Some(sheet) = &self.sheet {
            let event = self.grid.press(key, sheet);
            self.answer(event, ctx);
        }
    }

    /// A key while a cell is being typed.
    pub(super) fn type_key(&mut self, key: Key, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &self.sheet else { return };
        let event = match key.code {
            Code::Esc => self.grid.cancel(),
            Code::Enter => self.grid.keep(Step::Down, sheet),
            Code::Tab if key.shift => self.grid.keep(Step::Left, sheet),
            Code::Tab => self.grid.keep(Step::Right, sheet),
            Code::Char('s') if key.ctrl => self.grid.keep(Step::Stay, sheet),
            Code::F(4) => return self.take_latest(ctx),
            Code::Down if key.alt => return self.take_latest(ctx),
            _ => match field_edit(key) {
                Some(edit) => self.grid.type_into(edit),
                None => GridEvent::Idle,
            },
        };
        self.answer(event, ctx);
    }

    /// What came of a request to the grid.
    pub(super) fn answer(&mut self, event: GridEvent, ctx: &mut Ctx<'_>) {
        match event {
            GridEvent::Idle | GridEvent::Moved => {}
            GridEvent::Typing => {
                self.preview(ctx.desk);
                self.project(ctx.desk, false);
            }
            GridEvent::Restored => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.restore(ctx.desk);
                }
                self.project(ctx.desk, false);
            }
            GridEvent::Keep {
                row,
                column,
                text,
                step,
            } => self.keep(row, Column::at(column), &text, Some(step), ctx),
            GridEvent::Clear { row, column } => self.keep(row, Column::at(column), "", None, ctx),
            GridEvent::Pick { row, column } => self.pick(row, Column::at(column), ctx),
            GridEvent::Fill { from, into, column } => {
                self.fill(from, into, Column::at(column), ctx);
            }
            GridEvent::Refused(why) => ctx.say(Tone::Refused, why),
        }
    }

    /// Checks a typed value and, when it is one, asks for the change.
    fn keep(
        &mut self,
        row: usize,
        column: Column,
        text: &str,
        step: Option<Step>,
        ctx: &mut Ctx<'_>,
    ) {
        let Some(sheet) = &mut self.sheet else { return };
        let Some(outcome) = sheet.edited(ctx.desk, row, column, text) else {
            return;
        };
        match outcome {
            Ok(line) => {
                sheet.restore(ctx.desk);
                self.put(vec![(row, line)], column, ctx);
                if let (Some(step), Some(sheet)) = (step, &self.sheet) {
                    self.grid.accept(step, sheet);
                }
            }
            Err(error) => ctx.say(Tone::Refused, refusal(&error)),
        }
    }

    /// Asks for changed lines to be written, and shows them as kept until the book answers.
    pub(super) fn put(
        &mut self,
        lines: Vec<(usize, QuoteLine)>,
        column: Column,
        ctx: &mut Ctx<'_>,
    ) {
        let Some(sheet) = &mut self.sheet else { return };
        let changed: Vec<(usize, QuoteLine)> = lines
            .into_iter()
            .filter(|(row, line)| sheet.kept.lines.get(*row) != Some(line))
            .collect();
        if changed.is_empty() {
            self.project(ctx.desk, false);
            return;
        }
        let label = label(sheet, &changed, column, ctx.desk);
        let command = Command::PutQuoteLines {
            quote: sheet.kept.id,
            version: sheet.kept.version,
            lines: changed.iter().map(|(_, line)| line.clone()).collect(),
            add_renewals: Vec::new(),
        };
        sheet.take(ctx.desk, changed);
        ctx.apply(command, label);
        self.project(ctx.desk, false);
    }

    /// Puts the latest allowed date into a date cell that was refused.
    fn take_latest(&mut self, ctx: &mut Ctx<'_>) {
        let latest = self.sheet.as_ref().and_then(|sheet| {
            let draft = sheet.draft.as_ref()?;
            latest(draft.outcome.as_ref().err()?)
        });
        let Some(latest) = latest else {
            ctx.say(Tone::Note, "There is no list for this cell; type a value");
            return;
        };
        self.grid.type_into(FieldEdit::SelectAll);
        let event = self.grid.type_into(FieldEdit::Insert(latest.to_string()));
        self.answer(event, ctx);
    }

    fn fill(&mut self, from: usize, into: Range<usize>, column: Column, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &self.sheet else { return };
        let text = sheet.text(from, column.index());
        if column.field().is_empty() {
            ctx.say(
                Tone::Refused,
                "This figure is computed; fill the cells it follows from",
            );
            return;
        }
        self.put_many(into, column, &text, ctx);
    }

    /// The same value into one column of many lines; lines that cannot take it keep theirs, and
    /// the first reason is said.
    fn put_many(
        &mut self,
        rows: impl Iterator<Item = usize>,
        column: Column,
        text: &str,
        ctx: &mut Ctx<'_>,
    ) {
        let Some(sheet) = &self.sheet else { return };
        let mut lines = Vec::new();
        let mut refused = Vec::new();
        for row in rows {
            match sheet.edited(ctx.desk, row, column, text) {
                Some(Ok(line)) => lines.push((row, line)),
                Some(Err(error)) => refused.push((row, refusal(&error))),
                None => {}
            }
        }
        let first = refused.first().and_then(|(row, why)| {
            let number = sheet.kept.lines.get(*row)?.number;
            Some(format!(
                "{} kept its value. Line {number}: {why}",
                format::count(refused.len(), "line", "lines")
            ))
        });
        self.put(lines, column, ctx);
        if let Some(text) = first {
            ctx.say(Tone::Refused, text);
        }
    }

    /// Offers the values of a choice cell; the choice goes into every marked line.
    fn pick(&mut self, row: usize, column: Column, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &self.sheet else { return };
        let rows = self.grid.marked().unwrap_or(row..=row);
        let lines: Vec<QuoteLineId> = rows
            .filter_map(|row| sheet.kept.lines.get(row))
            .map(|line| line.id)
            .collect();
        let now = sheet.text(row, column.index());
        let values = choices(column, ctx.desk);
        let at = values.iter().position(|(v, _)| *v == now).unwrap_or(0);
        let quote = sheet.kept.id;
        let title = format!(
            "{} of {}",
            column.words(),
            format::count(lines.len(), "line", "lines")
        );
        let texts: Vec<String> = values.iter().map(|(v, _)| v.clone()).collect();
        let popup = pick::Model::new(title, values, at, move |chosen, ctx| {
            if let Some(text) = texts.get(chosen) {
                put_choice(quote, &lines, column, text, ctx);
            }
        });
        ctx.open(Overlay::Pick(popup));
    }

    pub(super) fn remove_lines(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &self.sheet else { return };
        let at = self.grid.row();
        let rows = self.grid.marked().unwrap_or(at..=at);
        let lines: Vec<&QuoteLine> = rows.filter_map(|row| sheet.kept.lines.get(row)).collect();
        let label = match lines.as_slice() {
            [] => return,
            [line] => format!("remove line {} of {}", line.number, sheet.kept.number),
            many => format!("remove {} lines of {}", many.len(), sheet.kept.number),
        };
        let command = Command::RemoveQuoteLines {
            quote: sheet.kept.id,
            version: sheet.kept.version,
            lines: lines.iter().map(|line| line.id).collect(),
        };
        ctx.apply(command, label);
        self.grid.press(GridKey::Escape, sheet);
    }
}

/// An error as one sentence with what to do next.
pub fn refusal(error: &EditError) -> String {
    match latest(error) {
        Some(latest) => format!("{error} F4 takes {}.", format::day(latest)),
        None => format!("{error} {}", error.hint()),
    }
}

/// The latest day allowed, where that is what was refused.
fn latest(error: &EditError) -> Option<NaiveDate> {
    match error {
        EditError::PastLdos { latest, .. } => Some(*latest),
        _ => None,
    }
}

/// What the history calls a change of lines.
fn label(sheet: &Sheet, changed: &[(usize, QuoteLine)], column: Column, desk: &Desk) -> String {
    let currency = sheet.kept.currency;
    match changed {
        [(row, line)] => {
            let cell = |line: &QuoteLine| {
                let priced = pricing::price_line(line, currency, &desk.rules);
                match column {
                    Column::Item => line.service_sku.as_deref().unwrap_or("-").to_string(),
                    column => columns::shown(column, line, &priced, currency),
                }
            };
            let before = sheet
                .kept
                .lines
                .get(*row)
                .map_or_else(|| "-".to_string(), cell);
            format!(
                "{} line {}: {before} → {}",
                column.words(),
                line.number,
                cell(line)
            )
        }
        many => format!(
            "{} of {} lines of {}",
            column.words(),
            many.len(),
            sheet.kept.number
        ),
    }
}

/// The values of a choice cell, each with a word on it.
fn choices(column: Column, desk: &Desk) -> Vec<(String, String)> {
    let with = |text: &str, hint: &str| (text.to_string(), hint.to_string());
    match column {
        Column::Portfolio => {
            let mut titles: BTreeSet<&str> = BTreeSet::new();
            titles.extend(desk.pack.portfolios.iter().map(|p| p.portfolio.title()));
            titles.into_iter().map(|title| with(title, "")).collect()
        }
        Column::Premium => vec![
            with("yes", "counts as premium service"),
            with("no", "does not"),
            with("unknown", "counts as no, and says so"),
        ],
        Column::Ai => vec![
            with("yes", "counts as an AI booking"),
            with("no", "does not"),
            with("unknown", "counts as no, and says so"),
        ],
        _ => vec![
            with("yes", "sold under an EA or MSLA"),
            with("no", "not under one"),
            with("unknown", "counts as no, and says so"),
        ],
    }
}

/// Writes a choice into lines, from the book as it stands when it is chosen.
fn put_choice(
    quote: QuoteId,
    lines: &[QuoteLineId],
    column: Column,
    text: &str,
    ctx: &mut Ctx<'_>,
) {
    let Some((quote, field)) = ctx
        .desk
        .quote(quote)
        .zip(pricing::edit::parse_field(column.field()))
    else {
        return;
    };
    let mut changed = Vec::new();
    for line in quote.lines.iter().filter(|line| lines.contains(&line.id)) {
        match pricing::edit::apply(line, field, text, ctx.desk.today, &ctx.desk.rules) {
            Ok(new) if new != *line => changed.push(new),
            Ok(_) => {}
            Err(error) => return ctx.say(Tone::Refused, refusal(&error)),
        }
    }
    let what = match changed.as_slice() {
        [] => return,
        [line] => format!("{} line {}: {text}", column.words(), line.number),
        many => format!(
            "{} of {} lines of {}: {text}",
            column.words(),
            many.len(),
            quote.number
        ),
    };
    let command = Command::PutQuoteLines {
        quote: quote.id,
        version: quote.version,
        lines: changed,
        add_renewals: Vec::new(),
    };
    ctx.apply(command, what);
}
