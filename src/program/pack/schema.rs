//! The rule pack as values.

use super::choices::{CurrencyRate, ForecastRules, GoalSeekRules, OddsRules, WinRule};
use super::incentive::{CpiPack, GspRow};
use super::quantity::{CountedBy, LinesCounted, Quantity};
use super::read::Provenance;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::rules::{RiskLevel, Rules};
use crate::program::calendar::Calendar;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Everything the engine and the desk take as given.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// Id, e.g. `starter`.
    pub id: String,
    /// Title for the screen.
    pub title: String,
    /// The day it describes.
    pub as_of: NaiveDate,
    /// Weakest confidence that matters; `placeholder` for the starter pack's weights.
    pub confidence: String,
    /// Holds invented figures; never for a real book.
    pub demo: bool,
    /// Score edges.
    pub tiers: Tiers,
    /// Portfolios in the order of the screen.
    pub portfolios: Vec<PortfolioRule>,
    /// Category weights.
    pub categories: Vec<CategoryRule>,
    /// Metrics of each portfolio.
    pub metrics: Vec<MetricRule>,
    /// What the metrics are called and how their value is made.
    pub measures: Vec<Measure>,
    /// Step tables.
    pub bands: Vec<Band>,
    /// Step tables of named levels.
    pub levels: Vec<LevelBand>,
    /// Partner sizes, smallest first.
    pub sizes: Vec<SizeRule>,
    /// On-time renewal rules.
    pub otrr: OtrrRules,
    /// Growth rules.
    pub growth: GrowthRules,
    /// The base of buying-program penetration.
    pub buying_base: BuyingBase,
    /// How renewed use cases count in onboard and adoption.
    pub engagement: EngagementRules,
    /// How the probability-weighted view is made.
    pub scenario: ScenarioRules,
    /// Defaults of goal seek.
    pub goal_seek: GoalSeekRules,
    /// Defaults of the forecast.
    pub forecast: ForecastRules,
    /// How the book's history moves the win probabilities.
    pub odds: OddsRules,
    /// Win probabilities by stage and risk.
    pub win: Vec<WinRule>,
    /// The incentive: rules, and rates once a partner loads them.
    pub cpi: CpiPack,
    /// Offer groups of products.
    pub gsp: Vec<GspRow>,
    /// Rates between currencies.
    pub currency_rates: Vec<CurrencyRate>,
    /// Currency of thresholds and projection.
    pub currency: Currency,
    /// How the past rolls out of a window.
    pub rollout: RollOut,
    /// What an imported index that its own band contradicts means.
    pub mismatch: Mismatch,
    /// Whether the default horizon is the quarter's end or today's month.
    pub horizon: Horizon,
    /// The fiscal calendar by the pack's own choice of FY27's extra week.
    pub calendar: Calendar,
    /// The other choice.
    pub calendar_other: Calendar,
    /// Which choice `calendar` is: `m9` or `m12`.
    pub extra_week: String,
    /// The renewal rules.
    pub rules: Rules,
}

/// Score edges.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiers {
    /// Edges above zero, lowest first: basic, partner, preferred.
    pub edges: Vec<Tier>,
    /// Title and text of the tier below the first edge.
    pub below: (String, String),
    /// How a score compares with an edge.
    pub edge: Edge,
    /// Decimals the score is rounded to before the test; none tests the exact score.
    pub round_dp: Option<u32>,
    /// Within this distance of an edge the screen says so.
    pub near_edge: Decimal,
}

/// One tier.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Id, e.g. `partner`.
    pub id: Arc<str>,
    /// The score it begins at.
    pub from: Decimal,
    /// Title.
    pub title: String,
    /// What it opens, in words.
    pub opens: String,
}

/// A portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct PortfolioRule {
    /// Id in the pack, e.g. `cloud_ai`.
    pub id: Arc<str>,
    /// The portfolio.
    pub portfolio: Portfolio,
    /// The partner's size in it, an id of `sizes`.
    pub size: Arc<str>,
    /// A tier (id of an edge) reached before launch and still protected.
    pub protected_level: Option<Arc<str>>,
    /// Last day of that protection.
    pub protected_until: Option<NaiveDate>,
}

/// The weight of a category.
#[derive(Clone, Debug, PartialEq)]
pub struct CategoryRule {
    /// Portfolio id.
    pub portfolio: Arc<str>,
    /// foundational, capabilities, performance or engagement.
    pub id: Arc<str>,
    /// Weight in percent.
    pub weight_pct: Decimal,
    /// Whence.
    pub provenance: Provenance,
    /// First and last day the row holds.
    pub effective: Effective,
}

/// When a row holds; an open side is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effective {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Effective {
    /// True when the row holds on that day.
    pub fn on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// A metric of a portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricRule {
    /// Portfolio id.
    pub portfolio: Arc<str>,
    /// Category id.
    pub category: Arc<str>,
    /// Metric id, an id of `measures`.
    pub id: Arc<str>,
    /// Share in its category; 0 is off until an import brings it.
    pub share: Decimal,
    /// Weight within the category in percent; beats the share.
    pub weight_pct: Option<Decimal>,
    /// The imported index stays whatever happens.
    pub hold: bool,
    /// Months of its window.
    pub window_months: Option<usize>,
    /// Step table, an id of `bands` or `levels`.
    pub band: Option<Arc<str>>,
    /// Bookings below which the index is 0.
    pub minimum: Option<Minimum>,
    /// Whence.
    pub provenance: Provenance,
    /// When it holds.
    pub effective: Effective,
}

/// Minimum bookings of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimum {
    /// Tested on B rather than A.
    pub on_b: bool,
    /// The amount.
    pub amount: Decimal,
    /// Whether exactly the amount passes.
    pub edge: Edge,
}

/// What a metric is.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Id.
    pub id: Arc<str>,
    /// Title.
    pub title: String,
    /// How its value is made.
    pub kind: MeasureKind,
    /// What A adds up; none where deals do not move the metric (points, levels, unknown formula).
    pub a: Option<Quantity>,
    /// What B adds up; for growth the same as A, of the window before.
    pub b: Option<Quantity>,
    /// Which fiscal month an amount belongs to.
    pub month: CountedBy,
    /// Whose lines count.
    pub lines: LinesCounted,
}

impl Measure {
    /// True where the money that raises A raises B too: a ratio of bookings (premium of all
    /// services bookings), other than renewed of due.
    pub fn raises_base(&self) -> bool {
        self.kind == MeasureKind::Ratio && self.month == CountedBy::Booking
    }
}

/// How a metric's value is made from A and B.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureKind {
    /// A / B in percent.
    Ratio,
    /// A / B − 1 in percent.
    Growth,
    /// A.
    Points,
    /// A is 0 none, 1 basic, 2 intermediate, 3 advanced.
    Level,
}

/// How a value compares with an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Must be above.
    Gt,
    /// At the edge is enough.
    Ge,
}

/// A step table: index = floor + number of thresholds passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Id.
    pub id: Arc<str>,
    /// Partner size it is for; `*` for all.
    pub size: Arc<str>,
    /// Index below the first threshold.
    pub floor: i64,
    /// Comparison.
    pub edge: Edge,
    /// Index at A = 0, where it differs from the floor.
    pub zero_index: Option<i64>,
    /// Thresholds, ascending, in percent or points.
    pub thresholds: Vec<Decimal>,
    /// Whence.
    pub provenance: Provenance,
    /// When it holds.
    pub effective: Effective,
}

/// A step table of levels.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelBand {
    /// Id.
    pub id: Arc<str>,
    /// Index of none, basic, intermediate, advanced.
    pub index: [i64; 4],
    /// Whence.
    pub provenance: Provenance,
    /// When it holds.
    pub effective: Effective,
}

/// A partner size.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeRule {
    /// Id, e.g. `M`.
    pub id: Arc<str>,
    /// Largest TCV, included; none for the largest size.
    pub tcv_max: Option<Decimal>,
}

/// On-time renewal rules.
#[derive(Clone, Debug, PartialEq)]
pub struct OtrrRules {
    /// Days after the end that still count as on time.
    pub grace_days: i64,
    /// Credit never exceeds the value due.
    pub cap_at_due: bool,
    /// A move into an EA counts as renewed.
    pub ea_counts: bool,
    /// A renewal lost to another partner is no longer due.
    pub takeover_removes_due: bool,
}

/// Growth rules.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthRules {
    /// Renewals count as bookings.
    pub renewals_count: bool,
    /// Months between the windows compared.
    pub prior_offset_months: usize,
}

/// Which lines are in the base of buying-program penetration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuyingBase {
    /// Subscriptions and software lines.
    SubscriptionSoftware,
    /// Every line.
    All,
}

/// Onboard and adoption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngagementRules {
    /// A renewed use case enters the base anew.
    pub renewal_reenters: bool,
}

/// The probability-weighted view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScenarioRules {
    /// The band at the expected ratio.
    ExpectedRatio,
}

/// How the past rolls out of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollOut {
    /// From the book's history where it is marked complete, else even.
    HistoryThenEven,
    /// Always even.
    Even,
}

/// When the band of imported A and B gives another index than the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Move the imported index by the change of band.
    Shift,
    /// Take the band's index.
    Band,
}

/// The default month of a projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Horizon {
    /// The last month of today's fiscal quarter.
    QuarterEnd,
    /// Today's fiscal month.
    CurrentMonth,
}

impl Pack {
    /// The title without the remark on weights, for a book that brings its own.
    pub fn plain_title(&self) -> &str {
        self.title
            .split_once(" (placeholder")
            .map_or(&self.title, |(name, _)| name)
    }

    /// The calendar with FY27's extra week in month `m9` or `m12`; any other word is the pack's
    /// own choice.
    pub fn calendar_for(&self, extra_week: &str) -> &Calendar {
        if matches!(extra_week, "m9" | "m12") && extra_week != self.extra_week {
            &self.calendar_other
        } else {
            &self.calendar
        }
    }

    /// The rule of a portfolio.
    pub fn portfolio(&self, portfolio: &Portfolio) -> Option<&PortfolioRule> {
        self.portfolios.iter().find(|p| p.portfolio == *portfolio)
    }

    /// What a metric is.
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| &*measure.id == id)
    }

    /// The step table of an id for a size on a day.
    pub fn band(&self, id: &str, size: &str, day: NaiveDate) -> Option<&Band> {
        self.bands
            .iter()
            .filter(|band| &*band.id == id && (&*band.size == "*" || &*band.size == size))
            .find(|band| band.effective.on(day))
    }

    /// The step table of levels of an id on a day.
    pub fn level(&self, id: &str, day: NaiveDate) -> Option<&LevelBand> {
        self.levels
            .iter()
            .find(|level| &*level.id == id && level.effective.on(day))
    }

    /// The probability in percent that a renewal of a stage and risk is won, if the pack says.
    pub fn win_pct(&self, stage: &str, risk: RiskLevel) -> Option<Decimal> {
        self.win
            .iter()
            .find(|rule| &*rule.stage == stage && rule.risk == risk)
            .map(|rule| rule.pct)
    }

    /// Units of the pack's currency for one of `from` on a day: 1 for the currency itself, else
    /// the newest rate begun by then and not ended. None without such a rate; deals in that
    /// currency are then left out (decision 20).
    pub fn rate_of(&self, from: Currency, day: NaiveDate) -> Option<Decimal> {
        if from == self.currency {
            return Some(Decimal::ONE);
        }
        self.currency_rates
            .iter()
            .filter(|rate| rate.from == from && rate.to == self.currency)
            .filter(|rate| rate.on <= day && rate.until.is_none_or(|until| day <= until))
            .max_by_key(|rate| rate.on)
            .map(|rate| rate.rate)
    }

    /// The offer group of a product on a day.
    pub fn gsp_of(&self, product: &str, day: NaiveDate) -> Option<&str> {
        self.gsp
            .iter()
            .find(|row| &*row.product == product && row.effective.on(day))
            .map(|row| &*row.gsp)
    }

    /// The size of a partner by its TCV in the pack's currency: 2,000,000.00 is XS and
    /// 2,000,000.01 is S (P12).
    pub fn size_of(&self, tcv: Decimal) -> Option<&SizeRule> {
        self.sizes
            .iter()
            .find(|size| size.tcv_max.is_none_or(|max| tcv <= max))
    }
}
