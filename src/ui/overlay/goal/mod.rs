//! Goal seek as a popup: a goal is chosen with single keys, a worker looks for the cheapest plan,
//! and the answer refines here while the keys go on working. What the plan asks for is done from
//! here: its renewals marked, its quotes opened, its suggestions put into quotes.

mod metrics;
mod steps;
mod view;

pub use view::view;

use crate::domain::ids::RenewalId;
use crate::domain::portfolio::Portfolio;
use crate::expand::Suggestions;
use crate::program::goal::{Answer, Goal, Outcome, PlanStep, What};
use crate::program::pack::GoalCost;
use crate::program::{MetricBasis, Month, View};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::{Code, Key};
use crate::ui::model::Screen;
use crate::ui::overlay::{Overlay, prompt};
use crate::ui::screen::expansion;
use crate::ui::widget::list::List;
use num_traits::Zero;
use rust_decimal::Decimal;
use std::sync::Arc;
use uuid::Uuid;

/// What a worker is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Names the request; an answer to an older one is dropped.
    pub ticket: Uuid,
    /// The portfolio.
    pub portfolio: Portfolio,
    /// The month.
    pub month: Month,
    /// What is wanted.
    pub goal: Goal,
    /// What is to be least.
    pub cost: GoalCost,
    /// Committed deals count as closed.
    pub committed: bool,
    /// Suggestions may be part of the plan.
    pub suggestions: bool,
}

/// What a worker found so far.
#[derive(Clone, Debug)]
pub struct Found {
    /// The request it answers.
    pub ticket: Uuid,
    /// The answer as of now, or why there is none.
    pub answer: Result<Answer, String>,
    /// Nothing better will come.
    pub over: bool,
    /// The suggestions a plan's numbers mean.
    pub suggestions: Arc<Suggestions>,
}

/// A portfolio that can be asked about, with the metrics that move in it.
#[derive(Clone, Debug)]
struct Field {
    portfolio: Portfolio,
    metrics: Vec<(Arc<str>, String)>,
}

/// Where a question begins: what the cursor stood on when it was asked.
#[derive(Clone, Debug, Default)]
pub struct From {
    /// The portfolio.
    pub portfolio: Option<Portfolio>,
    /// The metric: its next step is the goal, where deals move it.
    pub metric: Option<Arc<str>>,
    /// The month.
    pub month: Option<Arc<str>>,
}

/// The popup.
#[derive(Clone, Debug)]
pub struct Model {
    fields: Vec<Field>,
    months: Vec<Arc<str>>,
    edges: Vec<Decimal>,
    at: usize,
    month: usize,
    goal: usize,
    typed: Option<Decimal>,
    cost: GoalCost,
    committed: bool,
    suggestions: bool,
    ticket: Uuid,
    found: Option<Found>,
    list: List,
}

impl Model {
    /// The popup over a desk, beginning at what the cursor stood on, else at Services and the pack's
    /// horizon.
    ///
    /// # Errors
    /// Why nothing can be asked.
    pub fn new(desk: &Desk, from: &From) -> Result<Model, String> {
        let engine = desk
            .engine
            .as_ref()
            .ok_or("Scores are still being computed")?;
        let booked = engine.project(&View::Booked, &Month::Horizon);
        let booked = booked.map_err(|error| error.to_string())?;
        let scored = booked
            .portfolios
            .iter()
            .filter(|found| found.score.is_some());
        let fields: Vec<Field> = scored
            .map(|found| Field {
                portfolio: found.portfolio.clone(),
                metrics: found
                    .metrics
                    .iter()
                    .filter(|metric| !metric.metric_weight.is_zero())
                    .filter(|metric| metric.basis != MetricBasis::Held)
                    .map(|metric| (Arc::clone(&metric.metric), metric.title.clone()))
                    .collect(),
            })
            .collect();
        if fields.is_empty() {
            return Err("No score yet: import or type the partner's assessment (B)".into());
        }
        let week = desk.snapshot.settings.get("fy27_extra_week");
        let calendar = desk.pack.calendar_for(week.map_or("", String::as_str));
        let now = calendar.position_of(desk.today).unwrap_or_default();
        let months: Vec<Arc<str>> = calendar
            .months()
            .iter()
            .skip(now)
            .map(|month| Arc::clone(&month.code))
            .collect();
        let place = |month: &Arc<str>| months.iter().position(|code| code == month);
        let month = from.month.as_ref().and_then(place);
        let month = month.or_else(|| place(&booked.month));
        let edges = desk.pack.tiers.edges.iter().map(|tier| tier.from);
        let named = from.portfolio.as_ref().and_then(|named| {
            let mut all = fields.iter();
            all.position(|field| field.portfolio == *named)
        });
        let services = || {
            fields
                .iter()
                .position(|field| field.portfolio.is_services())
        };
        let at = named.or_else(services).unwrap_or_default();
        let mut model = Model {
            fields,
            month: month.unwrap_or_default(),
            months,
            edges: edges.filter(|edge| *edge > Decimal::ONE).collect(),
            at,
            goal: 0,
            typed: None,
            cost: desk.pack.goal_seek.cost,
            committed: false,
            suggestions: true,
            ticket: Uuid::nil(),
            found: None,
            list: List::default(),
        };
        if named.is_some()
            && let Some(metric) = &from.metric
        {
            let wanted = Goal::NextStep(Arc::clone(metric));
            let goals = model.goals();
            model.goal = goals.iter().position(|goal| *goal == wanted).unwrap_or(0);
        }
        Ok(model)
    }

    /// Asks the worker for the goal as it is chosen now.
    pub fn ask(&mut self, ctx: &mut Ctx<'_>) {
        self.ticket = ctx.ids.next();
        self.found = None;
        let Some(field) = self.fields.get(self.at) else {
            return;
        };
        let month = self.months.get(self.month);
        ctx.ask(Effect::SeekGoal(Box::new(Query {
            ticket: self.ticket,
            portfolio: field.portfolio.clone(),
            month: month.map_or(Month::Horizon, |code| Month::Code(Arc::clone(code))),
            goal: self.wanted(),
            cost: self.cost,
            committed: self.committed,
            suggestions: self.suggestions,
        })));
    }

    /// Takes what the worker found, if it answers the newest request.
    pub fn take(&mut self, found: Found) {
        if found.ticket == self.ticket {
            self.found = Some(found);
        }
    }

    /// The goals of the portfolio: the thresholds, the cheapest step, the step of each metric, and
    /// a score that was typed.
    fn goals(&self) -> Vec<Goal> {
        let mut goals = vec![Goal::CheapestStep];
        goals.extend(self.typed.map(Goal::Score));
        goals.extend(self.edges.iter().map(|edge| Goal::Score(*edge)));
        let metrics = self
            .fields
            .get(self.at)
            .map_or(&[][..], |field| &field.metrics);
        goals.extend(
            metrics
                .iter()
                .map(|(metric, _)| Goal::NextStep(Arc::clone(metric))),
        );
        goals
    }

    fn wanted(&self) -> Goal {
        let goals = self.goals();
        goals.get(self.goal).cloned().unwrap_or(Goal::CheapestStep)
    }

    fn steps(&self) -> &[PlanStep] {
        let answer = self
            .found
            .as_ref()
            .and_then(|found| found.answer.as_ref().ok());
        match answer.map(|answer| &answer.outcome) {
            Some(Outcome::Plan(plan)) => &plan.steps,
            _ => &[],
        }
    }

    /// Takes a key; true when the popup is done.
    pub fn key(&mut self, key: Key, ctx: &mut Ctx<'_>) -> bool {
        let rows = self.steps().len();
        match key.code {
            Code::Esc | Code::Char('q') => {
                ctx.ask(Effect::DropGoal);
                return true;
            }
            Code::Up | Code::Char('k') => self.list.step(-1, rows),
            Code::Down | Code::Char('j') => self.list.step(1, rows),
            Code::PageUp => self.list.turn(-1, rows),
            Code::PageDown => self.list.turn(1, rows),
            Code::Char('t') => return self.type_score(ctx),
            Code::Char('a') => return self.mark(ctx),
            Code::Char('u') => self.accept(ctx),
            Code::Enter => return self.open(ctx),
            Code::Char(letter) => self.change(letter, ctx),
            _ => {}
        }
        false
    }

    /// A row was clicked.
    pub fn choose(&mut self, at: usize, ctx: &mut Ctx<'_>) -> bool {
        if self.list.cursor == at {
            return self.open(ctx);
        }
        self.list.go(at, self.steps().len());
        false
    }

    /// A letter changes a part of the question; a capital goes the other way round.
    fn change(&mut self, letter: char, ctx: &mut Ctx<'_>) {
        let back = letter.is_uppercase();
        let turned = |at: usize, many: usize| match (many, back) {
            (0, _) => 0,
            (_, true) => (at + many - 1) % many,
            (_, false) => (at + 1) % many,
        };
        match letter.to_ascii_lowercase() {
            'p' => {
                self.at = turned(self.at, self.fields.len());
                // the goals of metrics differ by portfolio
                self.goal = self.goal.min(self.goals().len().saturating_sub(1));
            }
            'g' => self.goal = turned(self.goal, self.goals().len()),
            'm' => self.month = turned(self.month, self.months.len()),
            'c' => {
                let at = GoalCost::ALL.iter().position(|cost| *cost == self.cost);
                let next = turned(at.unwrap_or_default(), GoalCost::ALL.len());
                self.cost = GoalCost::ALL.get(next).copied().unwrap_or(self.cost);
            }
            's' => self.committed = !self.committed,
            'x' => self.suggestions = !self.suggestions,
            _ => return,
        }
        self.list = List::default();
        self.ask(ctx);
    }

    /// Asks for a score in its own popup, which opens this one again.
    fn type_score(&self, ctx: &mut Ctx<'_>) -> bool {
        let mut next = self.clone();
        let check = |text: &str| {
            let score = text.trim().parse::<Decimal>().ok();
            score.filter(|score| *score > Decimal::ZERO && *score <= Decimal::TEN)
        };
        let popup = prompt::Model::new(
            "Which score?",
            "above 0 and up to 10, as 5.5",
            "",
            move |text, _| match check(text) {
                Some(score) => Ok(format!("the cheapest way to {score}")),
                None => Err("Write a score above 0 and up to 10".into()),
            },
            move |text, ctx| {
                next.typed = check(text);
                next.goal = 1;
                next.list = List::default();
                next.ask(ctx);
                ctx.open(Overlay::Goal(Box::new(next)));
            },
        );
        ctx.open(Overlay::Prompt(popup));
        true
    }

    /// Marks the plan's renewals in the pipeline.
    fn mark(&self, ctx: &mut Ctx<'_>) -> bool {
        let renewals: Vec<RenewalId> = self
            .steps()
            .iter()
            .filter_map(|step| match step.candidate.what {
                What::Renew(id) => Some(id),
                _ => None,
            })
            .collect();
        if renewals.is_empty() {
            ctx.say(Tone::Note, "The plan holds no renewal to mark");
            return false;
        }
        ctx.ask(Effect::DropGoal);
        ctx.ask(Effect::MarkRenewals(renewals));
        true
    }

    /// Shows what the row under the cursor is about: its quote, or its renewal.
    fn open(&self, ctx: &mut Ctx<'_>) -> bool {
        let Some(step) = self.steps().get(self.list.cursor) else {
            return false;
        };
        match step.candidate.what {
            What::Renew(id) | What::Uplift(id) => match ctx.desk.quote_of(id) {
                Some(quote) => ctx.ask(Effect::ShowQuote(quote.id)),
                None => ctx.ask(Effect::ShowRenewal(id)),
            },
            What::Quote(id) => ctx.ask(Effect::ShowQuote(id)),
            What::Suggestion(_) => ctx.ask(Effect::Go(Screen::Expansion)),
        }
        ctx.ask(Effect::DropGoal);
        true
    }

    /// Puts the suggestion under the cursor into a quote.
    fn accept(&self, ctx: &mut Ctx<'_>) {
        let step = self.steps().get(self.list.cursor);
        let suggestions = self
            .found
            .as_ref()
            .map(|found| Arc::clone(&found.suggestions));
        match (step.map(|step| step.candidate.what), suggestions) {
            (Some(What::Suggestion(at)), Some(all)) => {
                let full = all.full(at, ctx.desk.scene());
                expansion::accept(full.as_deref(), ctx);
            }
            _ => ctx.say(Tone::Note, "u puts a suggestion of the plan into a quote"),
        }
    }
}
