//! From keys in the grid to changes of the quote. Every change is one `PutQuoteLines` with the
//! version it was made against, named as a person would say it: `discount line 4: 16.0 → 15.0`.

use super::away::Task;
use super::columns::{self, Column};
use super::{Model, Sheet};
use crate::domain::command::Command;
use crate::domain::ids::{QuoteId, QuoteLineId};
use crate::domain::quote::QuoteLine;
use crate::pricing;
use crate::pricing::bulk::copied;
use crate::pricing::edit::{EditError, Field};
use crate::pricing::hold;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::input::{Code, Key};
use crate::ui::overlay::{Overlay, pick};
use crate::ui::widget::field::{FieldEdit, field_edit};
use crate::ui::widget::grid::{Cells, GridEvent, GridKey, Step};
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashSet};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// Rows a fill copies into, and what it copies.
pub(super) type Copies = (Vec<usize>, Vec<(Field, String)>);

impl Model {
    /// A request to the grid.
    pub(super) fn press(&mut self, key: GridKey, ctx: &mut Ctx<'_>) {
        if let Some(sheet) = self.sheet.as_deref() {
            let on_head = sheet.head_at(self.grid.row()).is_some();
            match key {
                GridKey::Edit if on_head => return self.fold(ctx),
                GridKey::Type(_) if on_head => {
                    let text = "A subtotal follows from its lines; b edits all of them together";
                    return ctx.say(Tone::Refused, text);
                }
                _ => {}
            }
            let event = self.grid.press(key, sheet);
            self.answer(event, ctx);
        }
    }

    /// A key while a cell is being typed.
    pub(super) fn type_key(&mut self, key: Key, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
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
                    Arc::make_mut(sheet).restore(ctx.desk);
                }
                self.project(ctx.desk, false);
            }
            GridEvent::Keep {
                row,
                column,
                text,
                step,
            } => self.keep(row, Column::at(column), &text, step, ctx),
            GridEvent::Clear { ref rows, .. } if self.is_much(rows.clone().count(), ctx.desk) => {
                self.want(Task::Grid(event));
            }
            GridEvent::Fill { ref into, .. } if self.is_much(into.len(), ctx.desk) => {
                self.glance(&event, ctx.desk);
                self.want(Task::Grid(event));
            }
            GridEvent::Clear { rows, columns } => self.clear(rows, columns, ctx),
            GridEvent::Pick { row, column } => self.pick(row, Column::at(column), ctx),
            GridEvent::Fill {
                from,
                into,
                columns,
            } => self.fill(from..into.end, columns, ctx),
            GridEvent::Refused(why) => ctx.say(Tone::Refused, why),
        }
    }

    /// Checks a typed value and, when it is one, asks for the change.
    fn keep(&mut self, place: usize, column: Column, text: &str, step: Step, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &mut self.sheet else { return };
        let sheet = Arc::make_mut(sheet);
        let Some(row) = sheet.line_at(place) else {
            return;
        };
        let Some(outcome) = sheet.edited(ctx.desk, row, column, text) else {
            return;
        };
        match outcome {
            Ok(line) => {
                sheet.restore(ctx.desk);
                // before the line may go to another group: what comes next is what is seen next
                self.grid.accept(step, sheet);
                self.put(vec![(row, line)], &[column], ctx);
            }
            Err(error) => ctx.say(Tone::Refused, refusal(&error)),
        }
    }

    /// Asks for changed lines to be written, and shows them as kept until the book answers.
    pub(super) fn put(
        &mut self,
        lines: Vec<(usize, QuoteLine)>,
        columns: &[Column],
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
        let label = label(sheet, &changed, columns, ctx.desk);
        let command = Command::PutQuoteLines {
            quote: sheet.kept.id,
            version: sheet.kept.version,
            lines: changed.iter().map(|(_, line)| line.clone()).collect(),
            add_renewals: Vec::new(),
        };
        let rows: Vec<usize> = changed.iter().map(|(row, _)| *row).collect();
        let sheet = Arc::make_mut(sheet);
        sheet.take(ctx.desk, changed);
        self.settle(ctx.desk, &rows);
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

    /// Copies the first line seen in these rows of the screen into the others, as seen.
    fn fill(&mut self, places: Range<usize>, across: RangeInclusive<usize>, ctx: &mut Ctx<'_>) {
        match self.copies(places, &columns_in(across.clone())) {
            Ok((rows, texts)) => {
                let edits: Vec<(Field, &str)> =
                    texts.iter().map(|(f, text)| (*f, &**text)).collect();
                self.put_many(&rows, &columns_in(across), &edits, ctx);
            }
            Err(why) => ctx.say(Tone::Refused, why),
        }
    }

    /// What a fill copies, and into which rows; or why nothing.
    pub(super) fn copies(
        &self,
        places: Range<usize>,
        columns: &[Column],
    ) -> Result<Copies, &'static str> {
        let none = "No line is seen there to copy";
        let sheet = self.sheet().ok_or(none)?;
        let mut rows = sheet.seen(places);
        let first = rows.next().ok_or(none)?;
        let line = sheet.kept.lines.get(first).ok_or(none)?;
        let into: Vec<usize> = rows.collect();
        if into.is_empty() {
            return Err("No line is seen below to copy into");
        }
        let fields: Vec<Field> = columns.iter().filter_map(|column| field(*column)).collect();
        let texts = copied(line, &fields).into_iter().filter_map(|wanted| {
            let column = columns
                .iter()
                .find(|column| field(**column) == Some(wanted))?;
            Some((wanted, sheet.cell(first, *column)))
        });
        let texts: Vec<(Field, String)> = texts.collect();
        if texts.is_empty() {
            return Err("This figure is computed; fill the cells it follows from");
        }
        Ok((into, texts))
    }

    /// Empties the cells that may be empty; of a block, all of them in one step.
    fn clear(
        &mut self,
        places: RangeInclusive<usize>,
        across: RangeInclusive<usize>,
        ctx: &mut Ctx<'_>,
    ) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let columns = columns_in(across);
        let rows: Vec<usize> = sheet.seen(*places.start()..places.end() + 1).collect();
        let fields = columns.iter().filter_map(|column| field(*column));
        let edits: Vec<(Field, &str)> = fields.map(|field| (field, "")).collect();
        let (mut lines, mut stays, mut first) = (Vec::new(), 0, None);
        for row in rows {
            let Some(old) = sheet.kept.lines.get(row) else {
                continue;
            };
            let mut line = old.clone();
            for edit in &edits {
                let on = (ctx.desk.today, &*ctx.desk.rules);
                match hold::apply(&line, &[*edit], self.hold, sheet.kept.currency, on) {
                    Ok(new) => line = new,
                    Err(error) => {
                        stays += 1;
                        first.get_or_insert((old.number, refusal(&error)));
                    }
                }
            }
            lines.push((row, line));
        }
        self.put(lines, &columns, ctx);
        if let Some((number, why)) = first {
            let text = match stays {
                1 => why,
                n => format!("{n} cells kept their values. Line {number}: {why}"),
            };
            ctx.say(Tone::Refused, text);
        }
    }

    /// The same values into many lines; lines that cannot take them keep theirs, and the first reason
    /// is said.
    fn put_many(
        &mut self,
        rows: &[usize],
        columns: &[Column],
        edits: &[(Field, &str)],
        ctx: &mut Ctx<'_>,
    ) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let mut lines = Vec::new();
        let mut refused = Vec::new();
        for row in rows {
            match sheet.with(ctx.desk, *row, edits) {
                Some(Ok(line)) => lines.push((*row, line)),
                Some(Err(error)) => refused.push((*row, refusal(&error))),
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
        self.put(lines, columns, ctx);
        if let Some(text) = first {
            ctx.say(Tone::Refused, text);
        }
    }

    /// Offers the values of a choice cell; the choice goes into every marked line.
    fn pick(&mut self, place: usize, column: Column, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let rows = self.chosen();
        let lines = rows.iter().filter_map(|row| sheet.kept.lines.get(*row));
        let lines: Vec<QuoteLineId> = lines.map(|line| line.id).collect();
        let now = sheet.text(place, column.index());
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
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let rows = self.chosen();
        let lines = rows.iter().filter_map(|row| sheet.kept.lines.get(*row));
        let lines: Vec<&QuoteLine> = lines.collect();
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

/// The columns of a block.
pub(super) fn columns_in(across: RangeInclusive<usize>) -> Vec<Column> {
    let columns = Column::ALL.iter().enumerate();
    let inside = columns.filter(|(at, _)| across.contains(at));
    inside.map(|(_, column)| *column).collect()
}

fn field(column: Column) -> Option<Field> {
    pricing::edit::parse_field(column.field())
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
fn label(sheet: &Sheet, changed: &[(usize, QuoteLine)], columns: &[Column], desk: &Desk) -> String {
    let currency = sheet.kept.currency;
    let column = match columns {
        [column] => *column,
        _ => {
            let lines = format::count(changed.len(), "line", "lines");
            let words: Vec<&str> = columns.iter().map(|column| column.words()).collect();
            return match (words.first(), words.last()) {
                (Some(first), Some(last)) => {
                    format!("{first} to {last} of {lines} of {}", sheet.kept.number)
                }
                _ => format!("{lines} of {}", sheet.kept.number),
            };
        }
    };
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
    let lines: HashSet<QuoteLineId> = lines.iter().copied().collect();
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
