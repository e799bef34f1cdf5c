//! The partner's assessment as a person sees, types and keeps it: which months the book holds, a
//! month as a form to fill in, and what keeping the form changes. Pure; the desk's form and the
//! command line both end in the same edit.

use super::band::{Scale, Steps};
use super::base::metric_of;
use super::baseline::recognise;
use super::calendar::parse_code;
use super::exact;
use super::pack::{MeasureKind, MetricRule, Pack};
use super::reseller::{self, Reseller};
use crate::domain::baseline::{BaselineRow, Typed};
use crate::domain::command::BaselineEdit;
use crate::domain::ids::{BaselineId, IdSource};
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One month of one reseller's assessment.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Fiscal month, `FY27M4`.
    pub month: Arc<str>,
    /// Whose.
    pub reseller: Reseller,
    /// Rows.
    pub rows: usize,
    /// Rows of them that a person typed.
    pub typed: usize,
    /// Portfolios it covers.
    pub portfolios: usize,
    /// Files and people the rows are from, each with its day.
    pub sources: Vec<String>,
    /// It is the chosen reseller's.
    pub counts: bool,
    /// Projections start from it.
    pub base: bool,
}

/// Every month the book holds, newest first; those of other resellers after the chosen one's.
pub fn kept(snapshot: &Snapshot) -> Vec<Kept> {
    let chosen = reseller::chosen(snapshot).unwrap_or_default();
    let everyone = reseller::all(snapshot);
    let mut found: Vec<Kept> = Vec::new();
    let mut portfolios: Vec<Vec<&Portfolio>> = Vec::new();
    for row in &snapshot.baseline {
        let of = Reseller::of(row);
        let of = match everyone.iter().find(|one| one.is(&of)) {
            Some(known) => known.clone(),
            None => chosen.clone(),
        };
        let known = |kept: &Kept| kept.month == row.month && kept.reseller == of;
        let at = found.iter().position(known).unwrap_or_else(|| {
            found.push(Kept {
                month: Arc::clone(&row.month),
                counts: of == chosen,
                reseller: of,
                rows: 0,
                typed: 0,
                portfolios: 0,
                sources: Vec::new(),
                base: false,
            });
            portfolios.push(Vec::new());
            found.len() - 1
        });
        let (Some(kept), Some(portfolios)) = (found.get_mut(at), portfolios.get_mut(at)) else {
            continue;
        };
        kept.rows += 1;
        kept.typed += usize::from(row.typed.is_some());
        if !portfolios.contains(&&row.portfolio) {
            portfolios.push(&row.portfolio);
            kept.portfolios += 1;
        }
        let source = source_of(row, snapshot);
        if !kept.sources.contains(&source) {
            kept.sources.push(source);
        }
    }
    let base = super::base::newest_month(snapshot);
    for kept in &mut found {
        kept.base = kept.counts && Some(&kept.month) == base.as_ref();
    }
    found.sort_by_key(|kept| (kept.counts, parse_code(&kept.month)));
    found.reverse();
    found
}

/// Where a row is from: `sheet.xlsx, imported 2026-11-20` or `typed by ana on 2026-11-24`.
pub fn source_of(row: &BaselineRow, snapshot: &Snapshot) -> String {
    if let Some(typed) = &row.typed {
        return format!("typed by {} on {}", typed.by, typed.on);
    }
    match row.batch.and_then(|batch| snapshot.batches.get(batch)) {
        Some(batch) => {
            let day = batch.at.get(..10).unwrap_or(&batch.at);
            format!("{}, imported {day}", batch.file)
        }
        None => "a sheet".into(),
    }
}

/// The figures of a row that a person may type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Weight of the category, percent.
    CategoryWeight,
    /// Weight within the category, percent.
    Weight,
    /// Measure A: numerator, current bookings, points, or the level.
    A,
    /// Measure B: denominator or prior bookings.
    B,
    /// Achieved index.
    AchievedIndex,
    /// Applied index.
    AppliedIndex,
}

/// All of them in the order of the form.
pub const CELLS: [Cell; 6] = [
    Cell::CategoryWeight,
    Cell::Weight,
    Cell::A,
    Cell::B,
    Cell::AchievedIndex,
    Cell::AppliedIndex,
];

impl Cell {
    /// The column's title.
    pub fn title(self) -> &'static str {
        match self {
            Cell::CategoryWeight => "category weight %",
            Cell::Weight => "weight %",
            Cell::A => "A",
            Cell::B => "B",
            Cell::AchievedIndex => "achieved index",
            Cell::AppliedIndex => "applied index",
        }
    }
}

/// One row of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormRow {
    /// The row of the book it changes; none where the month has no such row yet.
    pub was: Option<BaselineRow>,
    /// The row as it would be kept.
    pub row: BaselineRow,
    /// Title of the metric.
    pub title: String,
    /// How its value is made, where a rule knows.
    pub kind: Option<MeasureKind>,
    /// A public scale exists; without one the index is held.
    pub scaled: bool,
}

impl FormRow {
    /// A figure as it stands.
    pub fn get(&self, cell: Cell) -> Option<Decimal> {
        match cell {
            Cell::CategoryWeight => self.row.category_weight_pct,
            Cell::Weight => self.row.measurement_weight_pct,
            Cell::A => self.row.a,
            Cell::B => self.row.b,
            Cell::AchievedIndex => self.row.achieved_index,
            Cell::AppliedIndex => self.row.applied_index,
        }
    }

    /// Sets a figure; `None` empties it. A new A or B makes the value as once written untrue.
    pub fn set(&mut self, cell: Cell, value: Option<Decimal>) {
        let changed = self.get(cell) != value;
        let slot = match cell {
            Cell::CategoryWeight => &mut self.row.category_weight_pct,
            Cell::Weight => &mut self.row.measurement_weight_pct,
            Cell::A => &mut self.row.a,
            Cell::B => &mut self.row.b,
            Cell::AchievedIndex => &mut self.row.achieved_index,
            Cell::AppliedIndex => &mut self.row.applied_index,
        };
        *slot = value;
        if changed && matches!(cell, Cell::A | Cell::B) {
            self.row.achieved = None;
        }
    }

    /// True where the row says something that is worth keeping.
    pub fn says_something(&self) -> bool {
        [Cell::A, Cell::B, Cell::AchievedIndex, Cell::AppliedIndex]
            .into_iter()
            .any(|cell| self.get(cell).is_some())
    }

    /// True where keeping it changes the book.
    pub fn changed(&self) -> bool {
        match &self.was {
            Some(was) => was.figures() != self.row.figures(),
            None => self.says_something(),
        }
    }

    /// Why the row cannot be kept, as a sentence and the figure it is about.
    pub fn fault(&self) -> Option<(Cell, String)> {
        let name = format!("{} of {}", self.title, self.row.portfolio);
        let within = |cell: Cell, most: i64| {
            let value = self.get(cell)?;
            let outside = value < Decimal::ZERO || value > Decimal::from(most);
            outside.then(|| {
                let title = cell.title();
                (
                    cell,
                    format!("{name}: {title} is between 0 and {most}, not {value}"),
                )
            })
        };
        if let Some(fault) = within(Cell::CategoryWeight, 100)
            .or_else(|| within(Cell::Weight, 100))
            .or_else(|| within(Cell::AchievedIndex, 10))
            .or_else(|| within(Cell::AppliedIndex, 10))
        {
            return Some(fault);
        }
        if self.kind == Some(MeasureKind::Level)
            && self.row.a.is_some_and(|a| level_word(a).is_none())
        {
            let words = LEVELS.join(", ");
            return Some((Cell::A, format!("{name}: the level is one of {words}")));
        }
        if self.row.b.is_some_and(|b| b < Decimal::ZERO) {
            return Some((Cell::B, format!("{name}: B is not below 0")));
        }
        None
    }
}

/// The words of the levels 0 to 3.
pub const LEVELS: [&str; 4] = ["none", "basic", "intermediate", "advanced"];

/// The level of a word (any case, or its first letters if no other begins so), or of its number.
pub fn level(text: &str) -> Option<Decimal> {
    let text = text.trim().to_lowercase();
    let at = LEVELS
        .iter()
        .position(|word| !text.is_empty() && word.starts_with(&text))
        .or_else(|| text.parse().ok().filter(|n| *n < LEVELS.len()))?;
    Some(Decimal::from(at))
}

/// The word of a level.
pub fn level_word(level: Decimal) -> Option<&'static str> {
    let at = usize::try_from(level).ok()?;
    (level.fract().is_zero())
        .then(|| LEVELS.get(at).copied())
        .flatten()
}

/// A month of the assessment as a form: a row for every row of that month (or, where the book has
/// none, for every row of the newest month before it, as a start) and for every metric the pack
/// scores that is not among them.
pub fn form(pack: &Pack, snapshot: &Snapshot, month: &str, like: Option<&str>) -> Vec<FormRow> {
    let mut rows: Vec<FormRow> = Vec::new();
    for row in reseller::rows(snapshot).filter(|row| &*row.month == month) {
        rows.push(form_row(pack, Some(row.clone()), row.clone()));
    }
    let copied: Vec<&BaselineRow> = match like {
        Some(like) if rows.is_empty() => reseller::rows(snapshot)
            .filter(|row| &*row.month == like)
            .collect(),
        _ => Vec::new(),
    };
    for row in copied {
        let fresh = BaselineRow {
            id: BaselineId(uuid::Uuid::nil()),
            month: month.into(),
            batch: None,
            ..row.clone()
        };
        rows.push(form_row(pack, None, fresh));
    }
    let whose = reseller::chosen(snapshot).unwrap_or_default();
    for rule in pack.metrics.iter().filter(|rule| !rule.share.is_zero()) {
        let Some(portfolio) = pack.portfolios.iter().find(|p| p.id == rule.portfolio) else {
            continue;
        };
        let there = rows.iter().any(|row| {
            row.row.portfolio == portfolio.portfolio && metric_of(&row.row) == Some(&*rule.id)
        });
        if !there {
            let row = blank(pack, &portfolio.portfolio, rule, month, &whose);
            rows.push(form_row(pack, None, row));
        }
    }
    let place = |row: &FormRow| {
        let at = pack
            .portfolios
            .iter()
            .position(|p| p.portfolio == row.row.portfolio);
        at.unwrap_or(pack.portfolios.len())
    };
    rows.sort_by_key(|row| (place(row), row.row.row.unwrap_or(u32::MAX)));
    rows
}

/// The newest month of the chosen reseller before another.
pub fn newest_before(snapshot: &Snapshot, month: &str) -> Option<Arc<str>> {
    let limit = parse_code(month)?;
    reseller::rows(snapshot)
        .filter_map(|row| Some((parse_code(&row.month)?, &row.month)))
        .filter(|(order, _)| *order < limit)
        .max_by_key(|(order, _)| *order)
        .map(|(_, month)| Arc::clone(month))
}

/// A row for one metric, by its id or (where no rule knows it) by its measurement as written.
pub fn row_for(
    pack: &Pack,
    snapshot: &Snapshot,
    portfolio: &Portfolio,
    metric: &str,
    month: &str,
) -> FormRow {
    let whose = reseller::chosen(snapshot).unwrap_or_default();
    let rule = rule_of(pack, portfolio, metric);
    let row = match rule {
        Some(rule) => blank(pack, portfolio, rule, month, &whose),
        None => BaselineRow {
            metric: recognise(metric).map(Into::into),
            measurement: metric.into(),
            category: None,
            ..unnamed(portfolio, month, &whose)
        },
    };
    form_row(pack, None, row)
}

fn rule_of<'a>(pack: &'a Pack, portfolio: &Portfolio, metric: &str) -> Option<&'a MetricRule> {
    let id = &pack.portfolio(portfolio)?.id;
    let own = |rule: &&MetricRule| rule.portfolio == *id && &*rule.id == metric;
    pack.metrics.iter().find(own)
}

fn form_row(pack: &Pack, was: Option<BaselineRow>, row: BaselineRow) -> FormRow {
    let metric = metric_of(&row).map(str::to_string);
    let measure = metric.as_deref().and_then(|id| pack.measure(id));
    let rule = metric
        .as_deref()
        .and_then(|id| rule_of(pack, &row.portfolio, id));
    FormRow {
        was,
        title: measure.map_or_else(|| row.measurement.to_string(), |m| m.title.clone()),
        kind: measure.map(|m| m.kind),
        scaled: rule.is_some_and(|rule| rule.band.is_some()),
        row,
    }
}

fn blank(
    pack: &Pack,
    portfolio: &Portfolio,
    rule: &MetricRule,
    month: &str,
    whose: &Reseller,
) -> BaselineRow {
    let title = pack.measure(&rule.id).map(|measure| measure.title.as_str());
    let mut category = rule.category.to_string();
    if let Some(first) = category.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    BaselineRow {
        category: Some(category.into()),
        measurement: title.unwrap_or(&rule.id).into(),
        metric: Some(Arc::clone(&rule.id)),
        ..unnamed(portfolio, month, whose)
    }
}

fn unnamed(portfolio: &Portfolio, month: &str, whose: &Reseller) -> BaselineRow {
    BaselineRow {
        id: BaselineId(uuid::Uuid::nil()),
        reseller: whose.name.clone(),
        be_id: whose.be_id.clone(),
        portfolio: portfolio.clone(),
        category: None,
        category_weight_pct: None,
        measurement: "".into(),
        metric: None,
        measurement_weight_pct: None,
        month: month.into(),
        achieved: None,
        achieved_index: None,
        applied_index: None,
        a: None,
        b: None,
        c: None,
        counts: [None; 3],
        batch: None,
        row: None,
        typed: None,
    }
}

/// What keeping the form changes: changed rows become typed rows of `typed`; a row whose figures
/// were all emptied is taken away. `sizes` are portfolio ids with the partner's size in them.
///
/// # Errors
/// The first row that cannot be kept, with the figure it is about and a sentence.
pub fn edit(
    rows: &[FormRow],
    sizes: &BTreeMap<Arc<str>, Arc<str>>,
    snapshot: &Snapshot,
    typed: &Typed,
    ids: &mut dyn IdSource,
) -> Result<BaselineEdit, (usize, Cell, String)> {
    let mut out = BaselineEdit::default();
    for (at, row) in rows.iter().enumerate() {
        if !row.changed() {
            continue;
        }
        if let Some((cell, sentence)) = row.fault() {
            return Err((at, cell, sentence));
        }
        match &row.was {
            Some(was) if !row.says_something() => out.drop.push(was.clone()),
            was => {
                let id = was.as_ref().map(|was| was.id);
                let kept = BaselineRow {
                    id: id.unwrap_or_else(|| BaselineId(ids.next())),
                    batch: None,
                    typed: Some(typed.clone()),
                    ..row.row.clone()
                };
                out.put.push((was.clone(), kept));
            }
        }
    }
    for (portfolio, size) in sizes {
        let key = format!("size.{portfolio}");
        if snapshot.settings.get(&key).map(String::as_str) != Some(&**size) {
            out.settings.push((key, Some(size.to_string())));
        }
    }
    Ok(out)
}

/// The index the pack's band gives the A and B of a row in the form, for a partner of that size;
/// `None` without a scale or without A and B.
pub fn band_index(pack: &Pack, row: &FormRow, size: &str, day: NaiveDate) -> Option<i64> {
    let rule = rule_of(pack, &row.row.portfolio, metric_of(&row.row)?)?;
    let id = rule.band.as_deref()?;
    let band = pack.band(id, size, day).cloned().map(Steps::Band);
    let levels = || pack.levels.iter().find(|level| &*level.id == id);
    let scale = Scale {
        kind: row.kind?,
        steps: band.or_else(|| levels().cloned().map(Steps::Levels))?,
        minimum: rule.minimum.clone(),
    };
    let b = match scale.kind {
        MeasureKind::Ratio | MeasureKind::Growth => row.row.b?,
        MeasureKind::Points | MeasureKind::Level => row.row.b.unwrap_or_default(),
    };
    let a = exact::of(row.row.a?);
    Some(scale.read(&a, &exact::of(b)).index())
}

/// The fiscal month after the newest the book holds; without any, the one before `today`'s.
pub fn next_month(pack: &Pack, snapshot: &Snapshot, today: NaiveDate) -> Option<Arc<str>> {
    let at = match super::base::newest_month(snapshot) {
        Some(newest) => pack.calendar.position(&newest)? + 1,
        None => pack.calendar.position_of(today)?.checked_sub(1)?,
    };
    pack.calendar.at(at).map(|month| Arc::clone(&month.code))
}

/// Taking a whole month of a reseller away.
pub fn without(snapshot: &Snapshot, month: &str, whose: &Reseller) -> BaselineEdit {
    let of_month = |row: &&BaselineRow| {
        let of = Reseller::of(row);
        &*row.month == month && (of.is_blank() || of.is(whose))
    };
    BaselineEdit {
        drop: snapshot.baseline.iter().filter(of_month).cloned().collect(),
        ..BaselineEdit::default()
    }
}

/// What is odd about one row.
fn remark(row: &FormRow) -> Option<String> {
    let name = format!("{}: {}", row.row.portfolio, row.title);
    let ratio = matches!(row.kind, Some(MeasureKind::Ratio | MeasureKind::Growth));
    let indexed = row.row.applied_index.or(row.row.achieved_index).is_some();
    if ratio && row.row.a.is_some() != row.row.b.is_some() {
        return Some(format!(
            "{name} has only one of A and B, so nothing is projected"
        ));
    }
    (row.says_something() && !indexed && !row.scaled)
        .then(|| format!("{name} has no index and no public scale, so it counts nothing"))
}

/// What is odd about typed rows, as sentences: weights that do not sum to 100, rows without one.
pub fn remarks(rows: &[FormRow]) -> Vec<String> {
    let mut portfolios: Vec<&Portfolio> = Vec::new();
    for row in rows.iter().filter(|row| row.says_something()) {
        if !portfolios.contains(&&row.row.portfolio) {
            portfolios.push(&row.row.portfolio);
        }
    }
    let mut out: Vec<String> = rows.iter().filter_map(remark).collect();
    for portfolio in portfolios {
        let own = || {
            rows.iter()
                .filter(|row| row.says_something() && row.row.portfolio == *portfolio)
        };
        let weight = |row: &FormRow| {
            let category = row.row.category_weight_pct?;
            category.checked_mul(row.row.measurement_weight_pct?)
        };
        let weighted = own().filter(|row| weight(row).is_some()).count();
        if weighted == 0 {
            continue;
        }
        if weighted < own().count() {
            let missing = match own().count() - weighted {
                1 => "1 metric has no weight and counts 0".to_string(),
                many => format!("{many} metrics have no weight and count 0"),
            };
            out.push(format!("{portfolio}: {missing}"));
        }
        let sum: Decimal = own().filter_map(weight).sum();
        let overall = sum / Decimal::ONE_HUNDRED;
        if (overall - Decimal::ONE_HUNDRED).abs() > Decimal::new(5, 2) {
            out.push(format!(
                "{portfolio}: the weights sum to {} %, not 100; used as given",
                overall.normalize()
            ));
        }
    }
    out
}
