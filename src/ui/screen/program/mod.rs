//! The program: every portfolio against every metric as a heat table, for any fiscal month up to
//! the end of the next fiscal year and any set of deals. Below it what stands behind the cell
//! under the cursor. A figure can be supposed for a moment; nothing here writes to the book.

mod columns;
mod detail;
mod figures;
mod heat;
mod history;
mod ladder;
mod tiers;
mod view;
mod words;

pub use view::view;

use crate::domain::ids::RenewalId;
use crate::domain::portfolio::Portfolio;
use crate::program::{MetricBasis, MetricScore, PortfolioScore, Supposed, SupposedTo};
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::Input;
use crate::ui::model::Pane;
use crate::ui::overlay::{Overlay, goal};
use crate::ui::pane::explain;
use crate::ui::widget::list::List;
use columns::Column;
use figures::{Counted, Figures};
use rust_decimal::Decimal;
use std::sync::Arc;

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    /// The heat table.
    #[default]
    Table,
    /// What stands behind the cell.
    Detail,
}

/// What the part below shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    /// The steps of the metric's band.
    #[default]
    Steps,
    /// The deals that count in it.
    Deals,
    /// Scores by month.
    History,
    /// How sure the score is.
    Forecast,
    /// What renewals pay.
    Incentive,
}

impl Tab {
    const ALL: [Tab; 5] = [
        Tab::Steps,
        Tab::Deals,
        Tab::History,
        Tab::Forecast,
        Tab::Incentive,
    ];

    fn title(self) -> &'static str {
        match self {
            Tab::Steps => "1 Steps",
            Tab::Deals => "2 Deals",
            Tab::History => "3 By month",
            Tab::Forecast => "4 How sure",
            Tab::Incentive => "5 Incentive",
        }
    }
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    counted: Counted,
    figures: Figures,
    rows: List,
    /// 0 is the score, then the metrics.
    column: usize,
    focus: Focus,
    tab: Tab,
    supposed: Vec<Supposed>,
    marked: Vec<RenewalId>,
    below: List,
}

impl Model {
    /// Where the keys go.
    pub fn place(&self) -> Option<Place> {
        Some(Place::List)
    }

    /// The screen is gone to, with the renewals marked in the pipeline.
    pub fn shown(&mut self, marked: Vec<RenewalId>) {
        self.marked = marked;
    }

    /// What the status line says at rest: what the marks in the table mean.
    pub fn told(&self) -> String {
        let what_if = match self.supposed.len() {
            0 => "+ - suppose",
            _ => "* what if: Esc clears",
        };
        format!("{}  {what_if}", words::LEGEND)
    }

    fn score(&self) -> Option<&PortfolioScore> {
        self.figures.shown()?.portfolios.get(self.rows.cursor)
    }

    fn portfolio(&self) -> Option<Portfolio> {
        self.score().map(|score| score.portfolio.clone())
    }

    fn column(&self) -> Option<&Column> {
        self.figures.columns().get(self.column.checked_sub(1)?)
    }

    /// The metric under the cursor; none on the score or where the portfolio does not have it.
    fn metric(&self) -> Option<&MetricScore> {
        let id = &self.column()?.id;
        self.score()?.metrics.iter().find(|m| m.metric == *id)
    }

    /// What the cursor is on, for a goal to begin at.
    pub fn cell(&self) -> goal::From {
        goal::From {
            portfolio: self.portfolio(),
            metric: self.metric().map(|metric| Arc::clone(&metric.metric)),
            month: self.figures.shown().map(|shown| Arc::clone(&shown.month)),
        }
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        use ActionId::*;
        let asks = matches!(
            action,
            EarlierMonth | LaterMonth | NextView | PreviousView | Open | Explain | Copy
        );
        if asks && desk.engine.is_none() {
            return Some("the scores are being computed".into());
        }
        if matches!(action, IndexUp | IndexDown) {
            return self.cannot_suppose();
        }
        None
    }

    fn cannot_suppose(&self) -> Option<String> {
        if self.score().is_some_and(|score| score.score.is_none()) {
            return Some("this portfolio has no baseline, so it has no score to move".into());
        }
        match self.metric() {
            None => Some("put the cursor on a metric".into()),
            Some(metric) if metric.index.is_none() => {
                Some("this metric has no index to start from".into())
            }
            Some(_) => None,
        }
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        use ActionId::*;
        let desk = ctx.desk;
        match action {
            EarlierMonth => self.figures.turn_month(-1, &self.supposed, desk),
            LaterMonth => self.figures.turn_month(1, &self.supposed, desk),
            NextView => self.turn_view(1, ctx),
            PreviousView => self.turn_view(-1, ctx),
            IndexUp => self.suppose(Decimal::ONE, desk),
            IndexDown => self.suppose(Decimal::NEGATIVE_ONE, desk),
            SeeSteps => self.turn_to(Tab::Steps, ctx),
            SeeDeals => self.turn_to(Tab::Deals, ctx),
            SeeHistory => self.turn_to(Tab::History, ctx),
            SeeForecast => self.turn_to(Tab::Forecast, ctx),
            SeeIncentive => self.turn_to(Tab::Incentive, ctx),
            NextPane | PreviousPane => self.turn_pane(),
            Open => self.open(ctx),
            Explain => self.explain(ctx),
            Copy => self.copy(ctx),
            Back => self.back(ctx),
            _ => self.travel(action),
        }
        self.look_behind(desk);
    }

    fn turn_to(&mut self, tab: Tab, ctx: &mut Ctx<'_>) {
        let name = tab.title();
        ctx.say(
            Tone::Note,
            format!("{name}: w goes into it, z fills the screen"),
        );
        self.see(tab);
    }

    fn see(&mut self, tab: Tab) {
        self.tab = tab;
        self.below = List::default();
    }

    fn turn_pane(&mut self) {
        self.focus = match self.focus {
            Focus::Table => Focus::Detail,
            Focus::Detail => Focus::Table,
        };
    }

    fn travel(&mut self, action: ActionId) {
        use ActionId::*;
        if self.focus == Focus::Detail && !matches!(action, ColumnLeft | ColumnRight) {
            let len = self.figures.deals().len();
            return match action {
                RowUp => self.below.step(-1, len),
                RowDown => self.below.step(1, len),
                PageUp => self.below.turn(-1, len),
                PageDown => self.below.turn(1, len),
                First => self.below.go(0, len),
                Last => self.below.go(usize::MAX, len),
                _ => {}
            };
        }
        let len = self.figures.rows();
        let columns = self.figures.columns().len();
        match action {
            RowUp => self.rows.step(-1, len),
            RowDown => self.rows.step(1, len),
            PageUp | First => self.rows.go(0, len),
            PageDown | Last => self.rows.go(usize::MAX, len),
            ColumnLeft => self.column = self.column.saturating_sub(1),
            ColumnRight => self.column = (self.column + 1).min(columns),
            _ => return,
        }
        self.below = List::default();
    }

    fn turn_view(&mut self, by: isize, ctx: &mut Ctx<'_>) {
        self.counted = self.counted.turned(by);
        self.refresh(ctx.desk);
        if self.counted == Counted::Marked && self.marked.is_empty() {
            ctx.say(
                Tone::Note,
                "No renewal is marked: mark some in the pipeline (Space), then come back",
            );
        }
    }

    /// Supposes the index under the cursor so much higher; back where it was it is no supposition.
    fn suppose(&mut self, by: Decimal, desk: &Desk) {
        let (Some(portfolio), Some(metric)) = (self.portfolio(), self.metric()) else {
            return;
        };
        let id = metric.metric.clone();
        let index = metric.index.unwrap_or_default() + by;
        let index = index.clamp(Decimal::ZERO, Decimal::TEN);
        let own = self
            .figures
            .projected(&portfolio, &id)
            .and_then(|m| m.index);
        self.supposed
            .retain(|one| one.portfolio != portfolio || one.metric != id);
        if own != Some(index) {
            self.supposed.push(Supposed {
                portfolio,
                metric: id,
                to: SupposedTo::Index(index),
            });
        }
        self.figures.suppose(&self.supposed, desk);
    }

    fn open(&mut self, ctx: &mut Ctx<'_>) {
        if self.focus == Focus::Table {
            self.focus = Focus::Detail;
            return;
        }
        if self.tab != Tab::Deals {
            return self.see(Tab::Deals);
        }
        match self.figures.deals().get(self.below.cursor) {
            Some(deal) => match deal.renewal {
                Some(id) => ctx.ask(Effect::ShowRenewal(id)),
                None => ctx.say(Tone::Note, "This quote renews nothing; g q shows quotes"),
            },
            None => ctx.say(Tone::Note, "No deal counts here"),
        }
    }

    fn explain(&self, ctx: &mut Ctx<'_>) {
        let (Some(engine), Some(shown)) = (&ctx.desk.engine, self.figures.shown()) else {
            return ctx.pass();
        };
        let Some(portfolio) = self.portfolio() else {
            return ctx.pass();
        };
        if self.tab == Tab::Forecast
            && self.focus == Focus::Detail
            && let Some(forecast) = &ctx.desk.forecasts.book
        {
            let lines = forecast.odds.lines();
            return ctx.open(Overlay::Explain(explain::Model::new(
                "Odds of the forecast",
                lines,
            )));
        }
        let metric = self.metric().map(|metric| &*metric.metric);
        let why = engine.explain_from(shown, &portfolio, metric, &ctx.desk.snapshot);
        ctx.open(Overlay::Explain(explain::Model::new(why.title, why.lines)));
    }

    fn copy(&self, ctx: &mut Ctx<'_>) {
        let Some(shown) = self.figures.shown() else {
            return;
        };
        ctx.ask(Effect::Copy(words::table(shown, self.figures.columns())));
    }

    fn back(&mut self, ctx: &mut Ctx<'_>) {
        if self.focus == Focus::Detail {
            self.focus = Focus::Table;
        } else if !self.supposed.is_empty() {
            self.supposed.clear();
            self.figures.suppose(&self.supposed, ctx.desk);
            ctx.say(
                Tone::Note,
                "What if is cleared: the scores are projected again",
            );
        } else {
            ctx.pass();
        }
    }

    /// Takes what no action took.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        match target {
            Target::Cell(Pane::List, row, column) => {
                self.focus = Focus::Table;
                self.rows.go(row, self.figures.rows());
                self.column = column.min(self.figures.columns().len());
            }
            Target::Row(Pane::Detail, at) => {
                let again = self.focus == Focus::Detail && self.below.cursor == at;
                self.focus = Focus::Detail;
                self.below.go(at, self.figures.deals().len());
                if again {
                    self.open(ctx);
                }
            }
            Target::Header(Pane::Detail, at) => {
                if let Some(tab) = Tab::ALL.get(at) {
                    self.see(*tab);
                }
            }
            Target::Header(Pane::List, at) => {
                self.figures.go_to_month(at, &self.supposed, ctx.desk);
            }
            Target::Pane(Pane::Detail) => self.focus = Focus::Detail,
            _ => self.focus = Focus::Table,
        }
        self.look_behind(ctx.desk);
    }

    /// Follows a change of the desk.
    pub fn follow(&mut self, desk: &Desk) {
        self.refresh(desk);
        self.look_behind(desk);
    }

    fn refresh(&mut self, desk: &Desk) {
        let view = self.counted.view(&self.marked);
        self.figures.compute(&view, &self.supposed, desk);
        self.rows.go(self.rows.cursor, self.figures.rows());
        self.column = self.column.min(self.figures.columns().len());
    }

    /// The deals behind the cell under the cursor.
    fn look_behind(&mut self, desk: &Desk) {
        let cell = self
            .portfolio()
            .zip(self.metric().map(|m| m.metric.clone()));
        self.figures.look_behind(cell, desk);
    }

    /// A supposed metric in words, for the line above the table.
    fn supposed_words(&self) -> Vec<String> {
        let scores = self.figures.shown();
        let title = |one: &Supposed| {
            let score = scores?
                .portfolios
                .iter()
                .find(|p| p.portfolio == one.portfolio)?;
            let metric = score.metrics.iter().find(|m| m.metric == one.metric)?;
            let index = metric.index?.normalize();
            let name = words::short(&metric.metric, &metric.title, 7);
            Some(format!("{} {name} {index}", one.portfolio.short()))
        };
        self.supposed.iter().filter_map(title).collect()
    }
}

/// The sign a cell carries beside its figure.
fn sign(basis: MetricBasis, drift: bool) -> char {
    match basis {
        MetricBasis::Held => 'h',
        MetricBasis::Shifted => '~',
        MetricBasis::BelowMinimum => '!',
        MetricBasis::NoBaseline => '?',
        MetricBasis::WhatIf => '*',
        MetricBasis::Imported | MetricBasis::Projected if drift => 'd',
        MetricBasis::Imported | MetricBasis::Projected => ' ',
    }
}
