//! A block of cells pasted from a spreadsheet: shown cell by cell before anything is kept. Letters
//! in it never run a command; cells that are no values are named and left out.

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
use crate::ui::widget::grid::Cells;
use ratatui::layout::Rect;
use std::ops::RangeInclusive;

/// A pasted block with what it would change.
#[derive(Clone, Debug)]
pub struct Block {
    lines: Vec<(usize, QuoteLine)>,
    /// Text of each target cell, and whether it is a value there.
    cells: Vec<(String, bool)>,
    good: usize,
    first_column: Column,
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
        let Some(sheet) = &self.sheet else {
            return ctx.say(Tone::Note, "Pasted text is kept out: no cell is open");
        };
        if ctx.desk.read_only {
            return ctx.say(Tone::Refused, "The book is open for reading only");
        }
        let text = text.trim_end_matches(['\r', '\n']);
        if !text.contains(['\t', '\n', '\r']) {
            let event = self.grid.open_with(text, sheet);
            return self.answer(event, ctx);
        }
        self.block = Some(read(
            sheet,
            ctx.desk,
            self.grid.row(),
            self.grid.column,
            text,
        ));
    }

    /// Enter keeps the values of the block, Esc forgets it; every other key does nothing.
    pub(super) fn answer_block(&mut self, key: Key, ctx: &mut Ctx<'_>) {
        match key.code {
            Code::Enter => {
                if let Some(block) = self.block.take() {
                    let left_out = block.cells.len() - block.good;
                    self.put(block.lines, block.first_column, ctx);
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

/// Lays pasted text over the grid from a cell on.
fn read(sheet: &Sheet, desk: &Desk, row: usize, column: usize, text: &str) -> Block {
    let mut block = Block {
        lines: Vec::new(),
        cells: Vec::new(),
        good: 0,
        first_column: Column::at(column),
    };
    for (down, values) in text.lines().enumerate() {
        let at = row + down;
        let Some(mut line) = sheet.kept.lines.get(at).cloned() else {
            block.cells.push((
                format!("row {} of the block: the quote has no line there", down + 1),
                false,
            ));
            continue;
        };
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

/// Lines as tab-separated text with a header, as a spreadsheet takes it.
pub fn as_text(sheet: &Sheet, rows: RangeInclusive<usize>) -> String {
    let titles: Vec<&str> = Column::ALL.iter().map(|column| column.title()).collect();
    let mut out = titles.join("\t");
    for row in rows {
        if row >= sheet.rows() {
            break;
        }
        let cells: Vec<String> = Column::ALL
            .iter()
            .map(
                |column| match (column, sheet.typed.lines.get(row), sheet.priced.get(row)) {
                    (
                        Column::Number | Column::Item | Column::ExtendedNet | Column::ExtendedSell,
                        Some(line),
                        Some(priced),
                    ) => {
                        columns::shown(*column, line, priced, sheet.kept.currency).replace(',', "")
                    }
                    _ => sheet.text(row, column.index()),
                },
            )
            .collect();
        out.push('\n');
        out.push_str(&cells.join("\t"));
    }
    out
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
