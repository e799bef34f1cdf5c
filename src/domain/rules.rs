//! The renewal rules as values: stages, clocks, risk signals, rounding, quote defaults. They are
//! data of the rule pack (`assets/programs/`), read by `program::pack`; nothing here is a constant
//! of the program. Decimals arrive as text and stay exact.

use super::quote::Proration;
use super::renewal::StageId;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Every renewal rule the pack holds. Field names follow the pack's tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// How terms are prorated and bounded.
    pub term: TermRules,
    /// Offers that are prorated in a way of their own, the first that matches wins.
    pub offer_terms: Vec<OfferTerm>,
    /// Order of rounding.
    pub rounding: RoundingOrder,
    /// When renewals open, in days before the end.
    pub window: WindowRules,
    /// What holds after the end.
    pub lapse: LapseRules,
    /// Notice days of subscriptions that renew by themselves.
    pub autorenew: AutoRenewRules,
    /// Price change on a copied line.
    pub uplift: UpliftRules,
    /// Quote validity and defaults.
    pub quote: QuoteRules,
    /// Tolerance of "flat", in percent of the value due.
    pub flat_tolerance_pct: Decimal,
    /// Stages in the order of work.
    pub stages: Vec<StageRule>,
    /// Win probability by health, and what lowers it.
    pub health: HealthRules,
    /// Urgency by days to the end, first match wins.
    pub urgency: Vec<UrgencyRule>,
    /// Risk signals.
    pub signals: Vec<SignalRule>,
    /// Why renewals are lost.
    pub loss_reasons: Vec<LossReason>,
    /// Outcomes of a logged contact, in the order of the list.
    pub outcomes: Vec<Outcome>,
    /// Bands of the countdown: at or below these days a clock is soon, or critical.
    pub bands: Vec<ClockBand>,
    /// Thresholds of the expansion plays.
    pub plays: PlayRules,
    /// The tier ladder.
    pub tiers: Vec<Tier>,
    /// Which devices take which licences.
    pub attaches: Vec<Attach>,
    /// Service levels by SKU code.
    pub service_codes: Vec<ServiceCode>,
}

/// Term rules.
#[derive(Clone, Debug, PartialEq)]
pub struct TermRules {
    /// Proration of services.
    pub services: Proration,
    /// Proration of subscriptions.
    pub subscription: Proration,
    /// Shorter terms warn.
    pub min_months_warn: i32,
    /// Longer terms warn.
    pub max_months: i32,
}

/// How an offer is prorated.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferTerm {
    /// Pattern of product id or service SKU, with `*` and `?`.
    pub product: Arc<str>,
    /// Its proration.
    pub mode: Proration,
}

/// Where rounding happens on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingOrder {
    /// Round the unit, then multiply: 33.33 less 37.5 % × 1,000 is 20,830.00 (R13).
    UnitFirst,
    /// Multiply, then round once: 20,831.25.
    ExtendFirst,
}

/// Renewal windows in days before the end.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowRules {
    /// Subscriptions.
    pub subscription_days: i64,
    /// Services.
    pub services_days: i64,
    /// How far ahead renewals are on the desk.
    pub horizon_days: i64,
}

/// After the end.
#[derive(Clone, Debug, PartialEq)]
pub struct LapseRules {
    /// Days a service can still be renewed on the same number.
    pub grace_days: i64,
    /// The same for subscriptions (0: the end itself, decision 9).
    pub subscription_grace_days: i64,
    /// A renewal in grace starts the day after the old end.
    pub backdate: bool,
}

/// Notice days.
#[derive(Clone, Debug, PartialEq)]
pub struct AutoRenewRules {
    /// Enterprise agreements.
    pub ea_notice_days: i32,
    /// All others.
    pub other_notice_days: i32,
}

/// Price uplift on renewal, percent.
#[derive(Clone, Debug, PartialEq)]
pub struct UpliftRules {
    /// What `--uplift` without a number means.
    pub default_pct: Decimal,
    /// Above this the risk signal "price jump" fires.
    pub max_pct: Decimal,
    /// Cap for multi-year terms.
    pub multi_year_cap_pct: Decimal,
}

/// Quote defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct QuoteRules {
    /// Days a quote is valid when the supplier gives no date.
    pub valid_days: i64,
    /// Warn this many days before.
    pub warn_days: i64,
    /// Term of a new quote in months.
    pub term_months: i32,
    /// Margin of a new quote line in percent.
    pub margin_pct: Decimal,
    /// A line below this margin in percent needs an approval; none without the rule.
    pub floor_margin_pct: Option<Decimal>,
    /// A line above this discount in percent needs an approval; none without the rule.
    pub limit_discount_pct: Option<Decimal>,
}

/// Whether a stage is work, won or lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StageKind {
    /// Being worked on.
    Open,
    /// Committed by the customer in writing, not yet booked; still open.
    Committed,
    /// Booked.
    Won,
    /// Lost or lapsed.
    Lost,
}

/// One stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageRule {
    /// Id, e.g. `po_received`.
    pub id: StageId,
    /// Title, e.g. `PO received`.
    pub title: String,
    /// Title for narrow columns.
    pub short: String,
    /// What it counts as.
    pub kind: StageKind,
    /// Win probability in percent; `None`: by health.
    pub p: Option<Decimal>,
    /// A reason must be given to enter it.
    pub needs_reason: bool,
    /// Only the program enters it (Lapsed), never a person.
    pub derived: bool,
}

/// A level of risk, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskLevel {
    /// Nothing speaks against it.
    OnTrack,
    /// Something to look at.
    Watch,
    /// Likely trouble.
    AtRisk,
    /// About to be lost.
    Critical,
}

impl RiskLevel {
    /// The words of decision 11: `on track`, `watch`, `at risk`, `critical`.
    pub fn words(self) -> &'static str {
        match self {
            RiskLevel::OnTrack => "on track",
            RiskLevel::Watch => "watch",
            RiskLevel::AtRisk => "at risk",
            RiskLevel::Critical => "critical",
        }
    }
}

/// Health probabilities (renewals §9), percent points.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthRules {
    /// p0 on track.
    pub on_track: Decimal,
    /// p0 watch.
    pub watch: Decimal,
    /// p0 at risk.
    pub at_risk: Decimal,
    /// p0 critical.
    pub critical: Decimal,
    /// Taken off for each signal after the first.
    pub per_signal: Decimal,
    /// Taken off once when the sponsor left or a competitor is in.
    pub sponsor_or_competitor: Decimal,
    /// Taken off when the end is near and nothing moves.
    pub no_progress: Decimal,
    /// Days to the end under which "no progress" counts.
    pub no_progress_days: i64,
    /// Never below.
    pub floor: Decimal,
    /// Never above.
    pub cap: Decimal,
}

impl HealthRules {
    /// The starting probability of a level.
    pub fn base(&self, level: RiskLevel) -> Decimal {
        match level {
            RiskLevel::OnTrack => self.on_track,
            RiskLevel::Watch => self.watch,
            RiskLevel::AtRisk => self.at_risk,
            RiskLevel::Critical => self.critical,
        }
    }
}

/// Urgency for a span of days to the end, both ends included; negative days are past.
#[derive(Clone, Debug, PartialEq)]
pub struct UrgencyRule {
    /// From (inclusive); `None` is open.
    pub from_days: Option<i64>,
    /// To (inclusive); `None` is open.
    pub to_days: Option<i64>,
    /// The factor.
    pub factor: Decimal,
    /// Holds for lapsed renewals only.
    pub lapsed: bool,
}

/// One risk signal.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalRule {
    /// Id, e.g. `silent`.
    pub id: Arc<str>,
    /// Days of its condition, where it has one.
    pub days: Option<i64>,
    /// Only when the end is within so many days.
    pub within_days: Option<i64>,
    /// Percent of its condition, where it has one.
    pub pct: Option<Decimal>,
    /// The level it raises to.
    pub class: RiskLevel,
    /// Marked by the rep, not computed.
    pub manual: bool,
    /// Counts as "sponsor left or competitor".
    pub sponsor_or_competitor: bool,
    /// Title for pick lists.
    pub title: String,
}

/// A reason for losing a renewal.
#[derive(Clone, Debug, PartialEq)]
pub struct LossReason {
    /// Id, e.g. `price`.
    pub id: Arc<str>,
    /// Title.
    pub title: String,
    /// Could have been worked on (addressable), or not (structural).
    pub addressable: bool,
    /// Counts as churn.
    pub churn: bool,
    /// Leaves ATR altogether (data error, duplicate).
    pub leaves_atr: bool,
    /// Moved elsewhere rather than lost.
    pub moved: bool,
}

/// An outcome of a logged contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Id, e.g. `spoke`.
    pub id: Arc<str>,
    /// Title.
    pub title: String,
    /// Counts as customer activity (ends silence).
    pub customer: bool,
    /// Days to the next date offered.
    pub next_days: i64,
}

/// When a clock is near.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockBand {
    /// Which clock, by its JSON name.
    pub clock: Arc<str>,
    /// At or below: `!`.
    pub soon_days: i64,
    /// At or below: `!!`.
    pub critical_days: i64,
}

/// Thresholds of plays.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayRules {
    /// LDoS refresh looks this many months ahead.
    pub refresh_months: i32,
    /// Sighting of a lapsed asset must be newer than its end by at least a day.
    pub win_back_days: i64,
    /// A renewal window closes from so many days before the last day to renew.
    pub window_days: i64,
    /// Months from one renewal to the next.
    pub next_months: i32,
    /// The longest term proposed, in months.
    pub longest_months: i32,
    /// A licence is renewed from so many days before its end.
    pub licence_days: i64,
    /// A tier is raised at a renewal so many days ahead.
    pub uplift_days: i64,
    /// So many lines make a norm.
    pub norm_lines: usize,
    /// And more than this share of all, in percent.
    pub norm_pct: Decimal,
    /// Adoption stalls after so many days in one stage.
    pub stalled_days: i64,
    /// And matters where the renewal is so many months ahead at most.
    pub stalled_months: i32,
    /// Stages that count as not past Onboard, however new.
    pub stalled_stages: Vec<Arc<str>>,
    /// The longer term, in months.
    pub multi_year_months: i32,
    /// Renewed so many times before.
    pub multi_year_renewals: usize,
    /// Days that may lie between two terms of one line.
    pub multi_year_gap_days: i64,
    /// Ends so many months ahead count as near each other.
    pub coterm_months: i32,
    /// So many contracts or ends are worth joining.
    pub coterm_ends: usize,
    /// A customer needs spend in so many portfolios.
    pub white_portfolios: usize,
    /// So many like-sized customers say something.
    pub peers: usize,
    /// And more than this share of them holds the portfolio, in percent.
    pub peer_pct: Decimal,
    /// Sizes of customers go by steps of so many times the spend.
    pub size_step: Decimal,
    /// Customers so many steps apart are still alike.
    pub size_reach: usize,
    /// A suggestion accepted as a task is next looked at after so many days.
    pub task_days: i64,
}

impl Default for PlayRules {
    /// What holds where a pack of before says nothing of a play.
    fn default() -> Self {
        PlayRules {
            refresh_months: 24,
            win_back_days: 1,
            window_days: 90,
            next_months: 12,
            longest_months: 60,
            licence_days: 180,
            uplift_days: 180,
            norm_lines: 3,
            norm_pct: Decimal::from(50),
            stalled_days: 90,
            stalled_months: 12,
            stalled_stages: vec!["purchase".into(), "onboard".into()],
            multi_year_months: 36,
            multi_year_renewals: 2,
            multi_year_gap_days: 31,
            coterm_months: 12,
            coterm_ends: 3,
            white_portfolios: 2,
            peers: 5,
            peer_pct: Decimal::from(50),
            size_step: Decimal::new(15, 1),
            size_reach: 2,
            task_days: 7,
        }
    }
}

/// A rung of the tier ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// `response` or `programme`.
    pub axis: &'static str,
    /// What stands there, as the table of service codes writes it.
    pub name: Arc<str>,
    /// Its place; more is higher.
    pub rank: i64,
}

/// Devices that take a licence.
#[derive(Clone, Debug, PartialEq)]
pub struct Attach {
    /// Pattern of the device's product id.
    pub device: Arc<str>,
    /// Pattern of the licence's; its first group is the first part of the device's.
    pub licence: Arc<str>,
}

/// What a service code means.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceCode {
    /// Code, e.g. `SNTP`.
    pub code: Arc<str>,
    /// Response level, e.g. `24x7x4`.
    pub level: String,
    /// Programme, e.g. `Smart Net Total Care`.
    pub program: String,
    /// Onsite.
    pub onsite: bool,
    /// Confidence of the pack.
    pub confidence: String,
}

impl Rules {
    /// The stage with that id.
    pub fn stage(&self, id: &str) -> Option<&StageRule> {
        self.stages.iter().find(|stage| &*stage.id == id)
    }

    /// The stage a person means: by id or title, ignoring case, blanks and underscores.
    pub fn stage_named(&self, text: &str) -> Option<&StageRule> {
        let key = |s: &str| -> String {
            s.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        };
        let wanted = key(text);
        self.stages.iter().find(|stage| {
            key(&stage.id) == wanted || key(&stage.title) == wanted || key(&stage.short) == wanted
        })
    }

    /// True when work on the renewal goes on: its stage is open or committed (unknown counts as
    /// open, so that nothing disappears when a pack drops a stage).
    pub fn is_open(&self, stage: &str) -> bool {
        self.stage(stage)
            .is_none_or(|s| matches!(s.kind, StageKind::Open | StageKind::Committed))
    }
}
