//! A block of cells pasted from a spreadsheet: shown cell by cell before anything is kept. Letters
//! in it never run a command; cells that are no values are named and left out.

use super::away::Task;
use super::{Column, Model, Sheet, columns, edit};
use crate::domain::quote::QuoteLine;
use crate::domain::text::clean;
use crate::pricing;
use crate::ui::canvas::Canvas;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::input::{Code, Key};
use crate::ui::theme::Role;
use crate::ui::widget::field::FieldEdit;
use ratatui::layout::Rect;
use rust_decimal::Decimal;
use std::ops::RangeInclusive;

/// A pasted block with what it would change.
#[derive(Clone, Debug)]
pub struct Block {
    lines: Vec<(usize, QuoteLine)>,
    /// Text of each target cell, and whether it is a value there.
    cells: Vec<(String, bool)>,
    good: usize,
    columns: Vec<Column>,
}

impl Model {
    /// Pasted text: into the open field, over one cell, or as a block to look at first.
    pub(super) fn paste(&mut self, text: &str, ctx: &mut Ctx<'_>) {
        // Without announced pastes the first keys of a block have opened a cell already: what they
        // typed belongs to the block.
        let block = text.trim_end_matches(['\r', '\n']);
        let mut begun = String::new();
        if self.grid.editing().is_some() && block.contains(['\t', '\n', '\r']) {
            self.grid.type_into(FieldEdit::Insert(String::new()));
            if let Some(open) = self.grid.editing() {
                begun = open.field.text().to_string();
            }
            let event = self.grid.cancel();
            self.answer(event, ctx);
        }
        let text = &format!("{begun}{text}");
        if self.grid.editing().is_some() {
            let event = self.grid.type_into(FieldEdit::Insert(text.to_string()));
            return self.answer(event, ctx);
        }
        let Some(sheet) = self.sheet.as_deref() else {
            return ctx.say(Tone::Note, "Pasted text is kept out: no cell is open");
        };
        if ctx.desk.read_only {
            return ctx.say(Tone::Refused, "The book is open for reading only");
        }
        if begun.is_empty() && self.is_much(text.lines().count(), ctx.desk) {
            return self.want(Task::Paste(text.clone()));
        }
        let text = text.trim_end_matches(['\r', '\n']);
        if !text.contains(['\t', '\n', '\r']) {
            let event = self.grid.open_with(text, sheet);
            return self.answer(event, ctx);
        }
        // a block that is marked says where the first cell goes
        let corner = self.grid.marked().zip(self.grid.across());
        let (place, column) = match &corner {
            Some((places, columns)) => (*places.start(), *columns.start()),
            None => (self.grid.row(), self.grid.column),
        };
        self.block = Some(read(sheet, ctx.desk, place, column, text));
    }

    fn keeps_much(&self, desk: &Desk) -> bool {
        let rows = self.block.as_ref().map(|block| block.lines.len());
        rows.is_some_and(|rows| self.is_much(rows, desk))
    }

    /// Enter keeps the values of the block, Esc forgets it; every other key does nothing.
    pub(super) fn answer_block(&mut self, key: Key, ctx: &mut Ctx<'_>) {
        match key.code {
            Code::Enter if self.keeps_much(ctx.desk) => self.want(Task::Block(key)),
            Code::Enter => {
                if let Some(block) = self.block.take() {
                    let left_out = block.cells.len() - block.good;
                    self.put(block.lines, &block.columns, ctx);
                    if left_out > 0 {
                        let text = format::count(left_out, "cell", "cells");
                        ctx.say(Tone::Refused, format!("{text} left out: no values there"));
                    }
                }
            }
            Code::Esc => self.block = None,
            _ => {}
        }
    }
}

/// Lays pasted text over the lines as they are seen, from a cell on; subtotals and lines of folded
/// groups are passed over.
fn read(sheet: &Sheet, desk: &Desk, place: usize, column: usize, text: &str) -> Block {
    let widest = text.lines().map(|row| row.split('\t').count()).max();
    let columns = Column::ALL.iter().skip(column).take(widest.unwrap_or(1));
    let mut block = Block {
        lines: Vec::new(),
        cells: Vec::new(),
        good: 0,
        columns: columns.copied().collect(),
    };
    let mut seen = sheet.seen(place..usize::MAX);
    for (down, values) in text.lines().enumerate() {
        let line = seen.next();
        let line = line.and_then(|row| Some((row, sheet.kept.lines.get(row)?.clone())));
        let Some((at, mut line)) = line else {
            let what = match sheet.gathered_by().is_empty() {
                true => "the quote has no line there",
                false => "no line is seen there",
            };
            let text = format!("row {} of the block: {what}", down + 1);
            block.cells.push((text, false));
            continue;
        };
        let alone = !values.contains('\t');
        for (right, value) in values.split('\t').enumerate() {
            let value = clean(value.trim());
            let target = Column::ALL.get(column + right).copied();
            let Some((target, field)) =
                target.and_then(|c| Some((c, pricing::edit::parse_field(c.field())?)))
            else {
                block
                    .cells
                    .push((format!("{value}: no cell to type into there"), false));
                continue;
            };
            let name = format!("line {} {}", line.number, target.words());
            if !alone && is_shown(&value, &sheet.cell(at, target)) {
                block.cells.push((format!("{name} stays {value}"), true));
                block.good += 1;
                continue;
            }
            match pricing::edit::apply(&line, field, &value, desk.today, &desk.rules) {
                Ok(new) => {
                    let cell = |line: &QuoteLine| {
                        let priced = pricing::price_line(line, sheet.kept.currency, &desk.rules);
                        columns::shown(target, line, &priced, sheet.kept.currency)
                    };
                    block
                        .cells
                        .push((format!("{name}: {} → {}", cell(&line), cell(&new)), true));
                    block.good += 1;
                    line = new;
                }
                Err(error) => block
                    .cells
                    .push((format!("{name}: {}", edit::refusal(&error)), false)),
            }
        }
        block.lines.push((at, line));
    }
    block
}

/// True for the value that the cell shows anyway: `1240.5` and `1,240.50` are the same. What only came
/// along when a block went through a spreadsheet shall not turn a figure that follows into a typed one.
fn is_shown(value: &str, shown: &str) -> bool {
    let number = |text: &str| text.replace(',', "").parse::<Decimal>().ok();
    value == shown || number(value).is_some_and(|value| number(shown) == Some(value))
}

/// The cells of a block as tab-separated text, a line each as they are seen; it can be pasted back.
pub fn block_text(
    sheet: &Sheet,
    places: RangeInclusive<usize>,
    columns: RangeInclusive<usize>,
) -> String {
    let rows = sheet.seen(*places.start()..places.end() + 1);
    let line = |row| {
        let cells = columns
            .clone()
            .map(|column| out(sheet, row, Column::at(column)));
        cells.collect::<Vec<String>>().join("\t")
    };
    rows.map(line).collect::<Vec<String>>().join("\n")
}

/// A cell as a spreadsheet takes it: no thousands signs.
fn out(sheet: &Sheet, row: usize, column: Column) -> String {
    let line = sheet.typed.lines.get(row).zip(sheet.priced.get(row));
    match (column, line) {
        (
            Column::Number | Column::Item | Column::ExtendedNet | Column::ExtendedSell,
            Some((line, priced)),
        ) => columns::shown(column, line, priced, sheet.kept.currency).replace(',', ""),
        _ => sheet.cell(row, column),
    }
}

/// Lines as tab-separated text with a header, as a spreadsheet takes it.
pub fn as_text(sheet: &Sheet, rows: &[usize]) -> String {
    let titles: Vec<&str> = Column::ALL.iter().map(|column| column.title()).collect();
    let mut text = titles.join("\t");
    for row in rows {
        let cells = Column::ALL.iter().map(|column| out(sheet, *row, *column));
        text.push('\n');
        text.push_str(&cells.collect::<Vec<String>>().join("\t"));
    }
    text
}

/// Draws the block over an area.
pub fn draw(block: &Block, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.fill(area, Role::Popup);
    let title = format!(
        "Paste: {} of {} are values   Enter keep them   Esc forget",
        block.good,
        format::count(block.cells.len(), "cell", "cells")
    );
    let inside = canvas.frame(area, &title, true);
    // What cannot be kept comes first: that is what a person has to see.
    let refused = block.cells.iter().filter(|(_, good)| !good);
    let taken = block.cells.iter().filter(|(_, good)| *good);
    let cells = usize::from(inside.width);
    for (y, (text, good)) in (inside.y..inside.bottom()).zip(refused.chain(taken)) {
        let role = if *good { Role::Text } else { Role::Bad };
        canvas.text(inside.x, y, cells, text, role);
    }
    let hidden = block.cells.len().saturating_sub(usize::from(inside.height));
    if hidden > 0 && inside.height > 0 {
        let text = format!(
            "... and {} more",
            format::count(hidden + 1, "cell", "cells")
        );
        canvas.text(
            inside.x,
            inside.bottom() - 1,
            cells,
            &format::fit(&text, cells, false, "…"),
            Role::Dim,
        );
    }
}
