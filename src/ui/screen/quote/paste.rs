//! A block of cells pasted from a spreadsheet: shown cell by cell before anything is kept. Letters
//! in it never run a command; cells that are no values are named and left out.

use super::away::Task;
use super::{Column, Model, Sheet, columns, edit};
use crate::domain::quote::QuoteLine;
use crate::domain::text::clean;
use crate::pricing;
use crate::pricing::edit::Field;
use crate::pricing::hold;
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
    /// Its first row were headings.
    headed: bool,
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

/// Pasted text as rows of cells. A spreadsheet puts a cell with a line break, a tab or a quote in quotes and
/// doubles the quotes in it; rows without any text at the end only came along.
fn rows_of(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    let mut rest = text;
    loop {
        let (cell, after) = quoted(rest).unwrap_or_else(|| {
            let end = rest.find(['\t', '\n', '\r']).unwrap_or(rest.len());
            let (cell, after) = rest.split_at(end);
            (cell.to_string(), after)
        });
        row.push(clean(cell.trim()).into_owned());
        rest = match after.strip_prefix('\t') {
            Some(next) => next,
            None => {
                rows.push(std::mem::take(&mut row));
                let line = after.strip_prefix("\r\n");
                match line.or_else(|| after.strip_prefix(['\n', '\r'])) {
                    Some(next) => next,
                    None => break,
                }
            }
        };
    }
    while rows.last().is_some_and(|row| is_empty(row)) {
        rows.pop();
    }
    rows
}

/// A cell in quotes, and what follows it; none where the quotes do not hold a whole cell.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut cell = String::new();
    loop {
        let (part, after) = rest.split_once('"')?;
        cell.push_str(part);
        match after.strip_prefix('"') {
            Some(next) => {
                cell.push('"');
                rest = next;
            }
            None => {
                let whole = after.is_empty() || after.starts_with(['\t', '\n', '\r']);
                return whole.then_some((cell, after));
            }
        }
    }
}

fn is_empty(row: &[String]) -> bool {
    row.iter().all(String::is_empty)
}

/// Words of headings; none of them is a value of a cell.
const HEADS: [&str; 18] = [
    "#", "disc", "discount", "end", "item", "list", "margin", "markup", "net", "price", "product",
    "qty", "quantity", "sell", "sku", "start", "term", "unit",
];

/// True for a row of headings: it names a column and holds no number.
fn is_heads(row: &[String]) -> bool {
    let names = |text: &String| {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '#');
        words.any(|word| HEADS.contains(&word.to_lowercase().as_str()))
    };
    row.iter().any(names) && row.iter().all(|text| pricing::typed::number(text).is_err())
}

/// The column where headings begin that are the grid's own.
fn own_heads(row: &[String]) -> Option<usize> {
    let first = row.first()?;
    let from = Column::ALL.iter().position(|c| c.title() == first)?;
    let own = Column::ALL.get(from..from + row.len())?;
    let same = own.iter().zip(row).all(|(c, text)| c.title() == text);
    same.then_some(from)
}

/// Lays pasted text over the lines as they are seen, from a cell on; subtotals and lines of folded
/// groups are passed over. Headings are no values; where they are the grid's own, as after copying whole
/// lines, they say which column is which, and the number of a line says which line.
fn read(sheet: &Sheet, desk: &Desk, place: usize, column: usize, text: &str) -> Block {
    let rows = rows_of(text);
    let heads = rows.first().filter(|row| rows.len() > 1 && is_heads(row));
    let column = heads.and_then(|row| own_heads(row)).unwrap_or(column);
    let widest = rows.iter().map(Vec::len).max();
    let columns = Column::ALL.iter().skip(column).take(widest.unwrap_or(1));
    let mut block = Block {
        lines: Vec::new(),
        cells: Vec::new(),
        good: 0,
        columns: columns.copied().collect(),
        headed: heads.is_some(),
    };
    let mut seen = sheet.seen(place..usize::MAX);
    let by_number = block.columns.first() == Some(&Column::Number);
    for (down, values) in rows.iter().enumerate().skip(usize::from(block.headed)) {
        let row = match by_number {
            true => numbered(sheet, values.first()),
            false => seen.next(),
        };
        if is_empty(values) {
            continue;
        }
        match row.and_then(|row| Some((row, sheet.kept.lines.get(row)?))) {
            Some((row, line)) => block.take(sheet, desk, (row, line), (column, values)),
            None => {
                let what = match by_number || sheet.gathered_by().is_empty() {
                    true => "the quote has no line there",
                    false => "no line is seen there",
                };
                let text = format!("row {} of the block: {what}", down + 1);
                block.cells.push((text, false));
            }
        }
    }
    block
}

/// The row of the line a cell names by its number, with or without the marks beside it.
fn numbered(sheet: &Sheet, cell: Option<&String>) -> Option<usize> {
    let digits = cell?.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number: u32 = digits.parse().ok()?;
    let mut lines = sheet.kept.lines.iter();
    lines.position(|line| line.number == number)
}

impl Block {
    /// Takes the cells of a row into a line: all together, so that a term may move as a whole, or where
    /// one of them is no value, each for itself.
    fn take(
        &mut self,
        sheet: &Sheet,
        desk: &Desk,
        (at, line): (usize, &QuoteLine),
        (column, values): (usize, &[String]),
    ) {
        let alone = values.len() == 1;
        let name = |column: Column| format!("line {} {}", line.number, column.words());
        let mut edits: Vec<(Column, Field, &str)> = Vec::new();
        for (right, value) in values.iter().enumerate() {
            let target = Column::ALL.get(column + right).copied();
            let field = target.and_then(|c| pricing::edit::parse_field(c.field()));
            match (target, field) {
                (Some(Column::Number), _) => {}
                // a gap in the block, over a cell that is never empty
                (_, Some(field)) if !alone && value.is_empty() && !may_be_empty(field) => {}
                (Some(target), Some(_)) if !alone && is_shown(value, sheet, at, target) => {
                    self.say(format!("{} stays {value}", name(target)), true);
                }
                (Some(target), Some(field)) => edits.push((target, field, value)),
                _ => self.say(format!("{value}: no cell to type into there"), false),
            }
        }
        let on = (desk.today, &*desk.rules);
        let currency = sheet.kept.currency;
        let set = |line: &QuoteLine, edits: &[(Field, &str)]| {
            hold::apply(line, edits, sheet.hold, currency, on)
        };
        let cell = |line: &QuoteLine, target| {
            let priced = pricing::price_line(line, currency, &desk.rules);
            match target {
                Column::Item => line.service_sku.as_deref().unwrap_or("-").to_string(),
                _ => columns::shown(target, line, &priced, currency),
            }
        };
        let told = |target, old: &QuoteLine, new: &QuoteLine| {
            format!(
                "{}: {} → {}",
                name(target),
                cell(old, target),
                cell(new, target)
            )
        };
        let all: Vec<(Field, &str)> = edits.iter().map(|(_, f, text)| (*f, *text)).collect();
        let mut new = line.clone();
        if let Ok(together) = set(line, &all) {
            for (target, ..) in edits {
                self.say(told(target, line, &together), true);
            }
            new = together;
        } else {
            for (target, field, value) in edits {
                match set(&new, &[(field, value)]) {
                    Ok(next) => {
                        self.say(told(target, &new, &next), true);
                        new = next;
                    }
                    Err(error) => {
                        // which names its field
                        let why = edit::refusal(&error);
                        self.say(format!("line {}: {why}", line.number), false);
                    }
                }
            }
        }
        self.lines.push((at, new));
    }

    fn say(&mut self, text: String, good: bool) {
        self.cells.push((text, good));
        self.good += usize::from(good);
    }
}

/// True for a cell that can be emptied.
fn may_be_empty(field: Field) -> bool {
    !matches!(field, Field::Start | Field::End) && (!field.is_number() || field == Field::UnitList)
}

/// True for the value that the cell shows anyway: `1240.5` and `1,240.50` are the same. What only came
/// along when a block went through a spreadsheet shall not turn a figure that follows into a typed one, nor
/// the words of an item into a SKU.
fn is_shown(value: &str, sheet: &Sheet, row: usize, column: Column) -> bool {
    let number = |text: &str| text.replace(',', "").parse::<Decimal>().ok();
    let shown = sheet.cell(row, column);
    let same = number(value).is_some_and(|value| number(&shown) == Some(value));
    same || value == shown || value == clean(out(sheet, row, column).trim())
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
        "Paste: {} of {} are values{}  Enter keep  Esc forget",
        block.good,
        format::count(block.cells.len(), "cell", "cells"),
        if block.headed {
            ", headings left out"
        } else {
            ""
        }
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
