//! The figures the screen draws: a projection for every month ahead, the one shown with what is
//! supposed, the deals behind a cell. Computed when the desk, the view or the month changes, never
//! while drawing.

use super::columns::{self, Column};
use crate::domain::ids::RenewalId;
use crate::domain::portfolio::Portfolio;
use crate::program::{self, Assessed, MetricScore, Projection, Share, Supposed, View};
use crate::ui::desk::Desk;
use std::sync::Arc;

/// Which deals count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// What is booked.
    Booked,
    /// And what is committed.
    #[default]
    Committed,
    /// And everything open.
    Open,
    /// Everything open by its chance.
    Weighted,
    /// What is booked and the renewals marked in the pipeline.
    Marked,
}

impl Counted {
    const ALL: [Counted; 5] = [
        Counted::Booked,
        Counted::Committed,
        Counted::Open,
        Counted::Weighted,
        Counted::Marked,
    ];

    /// The next one, or the one before.
    pub fn turned(self, by: isize) -> Counted {
        let all = Counted::ALL;
        let at = all.iter().position(|one| *one == self).unwrap_or(0) as isize;
        let next = (at + by).rem_euclid(all.len() as isize) as usize;
        all.get(next).copied().unwrap_or_default()
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Counted::Booked => "booked only",
            Counted::Committed => "booked + committed",
            Counted::Open => "all open",
            Counted::Weighted => "all open, by chance",
            Counted::Marked => "booked + marked",
        }
    }

    /// As the engine knows it.
    pub fn view(self, marked: &[RenewalId]) -> View {
        match self {
            Counted::Booked => View::Booked,
            Counted::Committed => View::Committed,
            Counted::Open => View::Open,
            Counted::Weighted => View::Weighted,
            Counted::Marked => View::Marked(marked.into()),
        }
    }
}

/// What the screen draws.
#[derive(Debug, Default)]
pub struct Figures {
    /// A projection a month, in order.
    months: Vec<Projection>,
    /// The month shown, once one was chosen; else the pack's horizon.
    chosen: Option<Arc<str>>,
    at: usize,
    shown: Option<Projection>,
    columns: Vec<Column>,
    deals: Vec<Share>,
    /// The month and the cell they are behind; none once they may have changed.
    behind: Option<(usize, (Portfolio, Arc<str>))>,
    past: Vec<Assessed>,
    trouble: Option<String>,
}

impl Figures {
    /// The projection shown, with what is supposed.
    pub fn shown(&self) -> Option<&Projection> {
        self.shown.as_ref()
    }

    /// A projection a month, in order, nothing supposed.
    pub fn months(&self) -> &[Projection] {
        &self.months
    }

    /// The place of the month shown.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The months assessed, oldest first.
    pub fn past(&self) -> &[Assessed] {
        &self.past
    }

    /// The metrics of the table.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Portfolios of the table.
    pub fn rows(&self) -> usize {
        self.shown.as_ref().map_or(0, |p| p.portfolios.len())
    }

    /// The deals behind the cell under the cursor, largest first.
    pub fn deals(&self) -> &[Share] {
        &self.deals
    }

    /// Why there is nothing to show.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// A metric as projected, nothing supposed.
    pub fn projected(&self, portfolio: &Portfolio, metric: &str) -> Option<&MetricScore> {
        let month = self.months.get(self.at)?;
        let score = month
            .portfolios
            .iter()
            .find(|p| p.portfolio == *portfolio)?;
        score.metrics.iter().find(|m| &*m.metric == metric)
    }

    /// Projects every month of a view.
    pub fn compute(&mut self, view: &View, supposed: &[Supposed], desk: &Desk) {
        let Some(engine) = &desk.engine else {
            return;
        };
        self.trouble = None;
        self.behind = None;
        match engine.project_months(view) {
            Ok(months) => self.months = months,
            Err(error) => {
                self.months = Vec::new();
                self.trouble = Some(error.to_string());
            }
        }
        match self.chosen.clone().map_or_else(|| engine.horizon(), Ok) {
            Ok(code) => {
                let at = self.months.iter().position(|m| m.month == code);
                self.at = at.unwrap_or(0);
            }
            Err(error) => self.trouble = Some(error.to_string()),
        }
        self.past = program::assessed(&desk.pack, &desk.snapshot, desk.today);
        self.suppose(supposed, desk);
        self.columns = self.shown.as_ref().map(columns::of).unwrap_or_default();
    }

    /// The month shown with these things supposed.
    pub fn suppose(&mut self, supposed: &[Supposed], desk: &Desk) {
        let (Some(engine), Some(month)) = (&desk.engine, self.months.get(self.at)) else {
            return;
        };
        self.shown = Some(engine.suppose(month, supposed));
    }

    /// Shows a month so many later.
    pub fn turn_month(&mut self, by: isize, supposed: &[Supposed], desk: &Desk) {
        self.go_to_month(self.at.saturating_add_signed(by), supposed, desk);
    }

    /// Shows a month by its place.
    pub fn go_to_month(&mut self, at: usize, supposed: &[Supposed], desk: &Desk) {
        self.at = at.min(self.months.len().saturating_sub(1));
        self.chosen = self.months.get(self.at).map(|m| m.month.clone());
        self.suppose(supposed, desk);
    }

    /// Finds the deals behind a cell.
    pub fn look_behind(&mut self, cell: Option<(Portfolio, Arc<str>)>, desk: &Desk) {
        let cell = cell.map(|cell| (self.at, cell));
        if self.behind.is_some() && self.behind == cell {
            return;
        }
        self.deals = match (&cell, &desk.engine, self.months.get(self.at)) {
            (Some((_, (portfolio, metric))), Some(engine), Some(month)) => {
                engine.behind(month, portfolio, metric)
            }
            _ => Vec::new(),
        };
        self.behind = cell;
    }
}
