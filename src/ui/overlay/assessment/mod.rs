//! A month of the partner's assessment as a form: per portfolio its size and a row for each metric
//! with weights, A, B and indexes. Everything typed is kept together as one change; closing with
//! something typed asks first, and a refused change leaves the form as it was.

pub mod months;
mod view;

pub use view::view;

use super::view::boxed as boxed_rows;
use crate::domain::baseline::Typed;
use crate::domain::command::Command;
use crate::domain::portfolio::Portfolio;
use crate::pricing::typed;
use crate::program::assessment::{self, CELLS, Cell, FormRow, LEVELS, level_word};
use crate::program::pack::MeasureKind;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::input::{Code, Key};
use crate::ui::widget::field::{Field, FieldEdit};
use crate::ui::widget::list::List;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Sizes of the partner by portfolio id.
type Sizes = BTreeMap<Arc<str>, Arc<str>>;

/// Clicks on a portfolio's name are told from clicks on cells by this.
const PORTFOLIOS: usize = 10_000;

/// The popup.
pub struct Model {
    month: Arc<str>,
    /// The month it began like, for a new one.
    like: Option<Arc<str>>,
    rows: Vec<FormRow>,
    sizes: Sizes,
    start: (Vec<FormRow>, Sizes),
    portfolios: Vec<Portfolio>,
    portfolio: usize,
    /// Line 0 is the size, the others the metrics of the portfolio.
    list: List,
    column: usize,
    line: Option<Field>,
    trouble: Option<String>,
    asking: bool,
    saving: bool,
}

impl Model {
    /// The form of a month; a month the book does not hold begins like another.
    pub fn new(desk: &Desk, month: &str, like: Option<&str>) -> Model {
        let rows = assessment::form(&desk.pack, &desk.snapshot, month, like);
        let mut portfolios: Vec<Portfolio> = Vec::new();
        for row in &rows {
            if !portfolios.contains(&row.row.portfolio) {
                portfolios.push(row.row.portfolio.clone());
            }
        }
        let settings = &desk.snapshot.settings;
        let sizes: Sizes = desk
            .pack
            .portfolios
            .iter()
            .map(|rule| {
                let typed = settings.get(&format!("size.{}", rule.id));
                let known = |id: &&String| desk.pack.sizes.iter().any(|s| *s.id == **id);
                let size = typed.filter(known).map(|id| id.as_str().into());
                (
                    Arc::clone(&rule.id),
                    size.unwrap_or_else(|| Arc::clone(&rule.size)),
                )
            })
            .collect();
        let new = rows.iter().all(|row| row.was.is_none());
        let mut list = List::default();
        list.go(1, usize::MAX);
        Model {
            month: month.into(),
            like: like.filter(|_| new).map(Arc::from),
            start: (rows.clone(), sizes.clone()),
            rows,
            sizes,
            portfolios,
            portfolio: 0,
            list,
            column: 2,
            line: None,
            trouble: None,
            asking: false,
            saving: false,
        }
    }

    /// True when a key only types or moves.
    pub fn harmless(&self, key: Key) -> bool {
        key.types() && !self.asking
    }

    /// What is typed and not yet kept.
    pub fn busy(&self) -> Option<String> {
        self.dirty()
            .then(|| format!("The assessment of {} is not kept", self.month))
    }

    /// True while its change is being written.
    pub fn saving(&self) -> bool {
        self.saving
    }

    /// The change was refused; what was typed stays.
    pub fn refused(&mut self) {
        self.saving = false;
    }

    fn dirty(&self) -> bool {
        self.line.is_some() || (&self.rows, &self.sizes) != (&self.start.0, &self.start.1)
    }

    /// Places in `rows` of the metrics of the portfolio shown.
    fn shown(&self) -> Vec<usize> {
        let Some(portfolio) = self.portfolios.get(self.portfolio) else {
            return Vec::new();
        };
        let own = |at: &usize| {
            let row = self.rows.get(*at);
            row.is_some_and(|row| row.row.portfolio == *portfolio)
        };
        (0..self.rows.len()).filter(own).collect()
    }

    /// The row under the cursor; none on the size.
    fn here(&self) -> Option<usize> {
        let at = self.list.cursor.checked_sub(1)?;
        self.shown().get(at).copied()
    }

    fn cell(&self) -> Cell {
        CELLS.get(self.column).copied().unwrap_or(Cell::A)
    }

    /// Takes a key; true when the popup is done.
    pub fn key(&mut self, key: Key, ctx: &mut Ctx<'_>) -> bool {
        if self.saving {
            return false;
        }
        if self.asking {
            return self.answer(key, ctx);
        }
        if key.is("ctrl-s") {
            if self.accept(ctx.desk) {
                self.keep(ctx);
            }
            return false;
        }
        match self.line.is_some() {
            true => self.typing(key, ctx.desk),
            false => return self.moving(key, ctx.desk),
        }
        false
    }

    /// A cell is open.
    fn typing(&mut self, key: Key, desk: &Desk) {
        match key.code {
            Code::Esc => {
                self.line = None;
                self.trouble = None;
            }
            Code::Enter | Code::Down => self.accept_and(desk, |form| form.step(1)),
            Code::Up => self.accept_and(desk, |form| form.step(-1)),
            Code::Tab if key.shift => self.accept_and(desk, |form| form.turn(-1)),
            Code::Tab => self.accept_and(desk, |form| form.turn(1)),
            _ => {
                if let Some(line) = &mut self.line {
                    line.key(key);
                }
                self.trouble = None;
            }
        }
    }

    /// No cell is open; true when the popup is done.
    fn moving(&mut self, key: Key, desk: &Desk) -> bool {
        self.trouble = None;
        match key.code {
            Code::Esc if self.dirty() => self.asking = true,
            Code::Esc => return true,
            Code::Up => self.step(-1),
            Code::Down => self.step(1),
            Code::Left => self.column = self.column.saturating_sub(1),
            Code::Right => self.column = (self.column + 1).min(CELLS.len() - 1),
            Code::Tab if key.shift => self.turn(-1),
            Code::Tab => self.turn(1),
            Code::PageUp => self.show(self.portfolio.saturating_sub(1)),
            Code::PageDown => self.show(self.portfolio + 1),
            Code::Home => self.column = 0,
            Code::End => self.column = CELLS.len() - 1,
            Code::Enter | Code::F(2) => self.open(None, desk),
            Code::Delete | Code::Backspace => self.clear(),
            _ => {
                if let Some(letter) = key.text().filter(|c| *c != ' ') {
                    self.open(Some(&letter.to_string()), desk);
                }
            }
        }
        false
    }

    fn step(&mut self, by: isize) {
        let lines = self.shown().len() + 1;
        self.list.step(by, lines);
    }

    /// The next or previous cell, going on in the next line.
    fn turn(&mut self, by: isize) {
        let columns = if self.list.cursor == 0 {
            1
        } else {
            CELLS.len()
        };
        let lines = self.shown().len() + 1;
        if by > 0 && self.column.min(columns - 1) + 1 < columns {
            self.column += 1;
        } else if by > 0 && self.list.cursor + 1 < lines {
            self.list.step(1, lines);
            self.column = 0;
        } else if by < 0 && self.column > 0 && columns > 1 {
            self.column -= 1;
        } else if by < 0 && self.list.cursor > 0 {
            self.list.step(-1, lines);
            self.column = CELLS.len() - 1;
        }
    }

    fn show(&mut self, portfolio: usize) {
        self.portfolio = portfolio.min(self.portfolios.len().saturating_sub(1));
        let lines = self.shown().len() + 1;
        self.list.go(self.list.cursor, lines);
    }

    /// A cell or a portfolio was clicked.
    pub fn choose(&mut self, at: usize) {
        if self.line.is_some() || self.asking {
            return;
        }
        if let Some(portfolio) = at.checked_sub(PORTFOLIOS) {
            return self.show(portfolio);
        }
        self.list.go(at / CELLS.len(), self.shown().len() + 1);
        self.column = at % CELLS.len();
    }

    /// Pasted text goes into the open cell, or opens the one under the cursor.
    pub fn paste(&mut self, text: &str) {
        if self.asking || self.saving {
            return;
        }
        match &mut self.line {
            Some(line) => line.insert(text),
            None => self.line = Some(Field::new(text.trim())),
        }
    }

    /// Opens the cell under the cursor with a text, or with what it holds.
    fn open(&mut self, text: Option<&str>, desk: &Desk) {
        if desk.read_only {
            self.trouble = Some("The book is open read-only".into());
            return;
        }
        let held = match self.here() {
            None => self
                .size(desk)
                .map(|size| size.to_string())
                .unwrap_or_default(),
            Some(at) => self
                .rows
                .get(at)
                .map(|row| written(row, self.cell()))
                .unwrap_or_default(),
        };
        let mut line = Field::new(text.unwrap_or(&held));
        if text.is_none() {
            line.apply(FieldEdit::SelectAll);
        }
        self.line = Some(line);
    }

    /// Size of the partner in the portfolio shown.
    fn size(&self, desk: &Desk) -> Option<Arc<str>> {
        let rule = desk.pack.portfolio(self.portfolios.get(self.portfolio)?)?;
        self.sizes.get(&rule.id).cloned()
    }

    fn clear(&mut self) {
        let cell = self.cell();
        if let Some(row) = self.here().and_then(|at| self.rows.get_mut(at)) {
            row.set(cell, None);
        }
    }

    fn accept_and(&mut self, desk: &Desk, then: impl FnOnce(&mut Model)) {
        if self.accept(desk) {
            then(self);
        }
    }

    /// Takes what is typed in the open cell; false, with the reason, where it will not do.
    fn accept(&mut self, desk: &Desk) -> bool {
        let Some(line) = &self.line else { return true };
        let text = line.text().trim().to_string();
        let done = match self.here() {
            None => self.accept_size(&text, desk),
            Some(at) => self.accept_figure(at, &text),
        };
        match done {
            Ok(()) => {
                self.line = None;
                self.trouble = None;
                true
            }
            Err(why) => {
                self.trouble = Some(why);
                false
            }
        }
    }

    fn accept_size(&mut self, text: &str, desk: &Desk) -> Result<(), String> {
        let known: Vec<&str> = desk.pack.sizes.iter().map(|size| &*size.id).collect();
        let size = desk
            .pack
            .sizes
            .iter()
            .find(|size| size.id.eq_ignore_ascii_case(text));
        let size = size.ok_or_else(|| format!("The sizes are {}", known.join(", ")))?;
        let portfolio = self.portfolios.get(self.portfolio);
        let rule = portfolio.and_then(|portfolio| desk.pack.portfolio(portfolio));
        let rule = rule.ok_or("The rule pack has no sizes for this portfolio")?;
        self.sizes
            .insert(Arc::clone(&rule.id), Arc::clone(&size.id));
        Ok(())
    }

    fn accept_figure(&mut self, at: usize, text: &str) -> Result<(), String> {
        let cell = self.cell();
        let Some(row) = self.rows.get_mut(at) else {
            return Ok(());
        };
        let value = read(row, cell, text)?;
        let mut tried = row.clone();
        tried.set(cell, value);
        match tried.fault() {
            Some((_, why)) => Err(why),
            None => {
                *row = tried;
                Ok(())
            }
        }
    }

    /// Esc with something typed: keep it, forget it, or go on.
    fn answer(&mut self, key: Key, ctx: &mut Ctx<'_>) -> bool {
        match key.code {
            Code::Enter | Code::Char('k' | 'y') => {
                self.asking = false;
                self.keep(ctx);
            }
            Code::Char('f') => return true,
            Code::Esc => self.asking = false,
            _ => {}
        }
        false
    }

    /// Asks for the change; the popup closes once it is written.
    fn keep(&mut self, ctx: &mut Ctx<'_>) {
        let desk = ctx.desk;
        let typed = Typed {
            by: desk.user.to_string(),
            on: desk.today,
        };
        let changed: Sizes = self
            .sizes
            .iter()
            .filter(|(id, size)| self.start.1.get(*id) != Some(size))
            .map(|(id, size)| (Arc::clone(id), Arc::clone(size)))
            .collect();
        match assessment::edit(&self.rows, &changed, &desk.snapshot, &typed, ctx.ids) {
            Err((at, cell, why)) => {
                self.go_to(at, cell);
                self.trouble = Some(why);
            }
            Ok(edit) if edit.put.is_empty() && edit.drop.is_empty() && edit.settings.is_empty() => {
                ctx.say(Tone::Note, "Nothing was changed");
            }
            Ok(edit) => {
                self.saving = true;
                let rows = edit.put.len() + edit.drop.len();
                let many = crate::ui::format::count(rows, "metric", "metrics");
                let label = format!("typed the assessment of {}: {many}", self.month);
                ctx.apply(Command::PutBaseline(Box::new(edit)), label);
            }
        }
    }

    /// Puts the cursor on a figure, whichever portfolio it is in.
    fn go_to(&mut self, at: usize, cell: Cell) {
        let portfolio = self.rows.get(at).map(|row| row.row.portfolio.clone());
        if let Some(number) = self
            .portfolios
            .iter()
            .position(|p| Some(p) == portfolio.as_ref())
        {
            self.portfolio = number;
        }
        let shown = self.shown();
        if let Some(line) = shown.iter().position(|row| *row == at) {
            self.list.go(line + 1, shown.len() + 1);
        }
        self.column = CELLS.iter().position(|one| *one == cell).unwrap_or(0);
    }
}

/// A figure as it is shown and edited: levels as words, numbers plain.
fn written(row: &FormRow, cell: Cell) -> String {
    let Some(value) = row.get(cell) else {
        return String::new();
    };
    if cell == Cell::A
        && row.kind == Some(MeasureKind::Level)
        && let Some(word) = level_word(value)
    {
        return word.into();
    }
    value.normalize().to_string()
}

/// A figure as typed; nothing typed is no figure.
fn read(row: &FormRow, cell: Cell, text: &str) -> Result<Option<Decimal>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    if cell == Cell::A && row.kind == Some(MeasureKind::Level) {
        let level = assessment::level(text);
        return match level {
            Some(level) => Ok(Some(level)),
            None => Err(format!("{text:?} is no level: {}", LEVELS.join(", "))),
        };
    }
    let number = typed::number(text).map_err(|bad| format!("{bad}; {}", bad.hint))?;
    Ok(Some(number))
}
