//! The incentive as a pack describes it: rules, rate rows and offer groups. Rates are known to
//! partners only, so none is shipped; a partner loads them. The arithmetic is not done here.

use super::problem::{Place, Problem};
use super::read::{Provenance, Row, Top};
use super::schema::Effective;
use super::tables::{read_effective, split};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Everything of the incentive a pack holds.
#[derive(Clone, Debug, PartialEq)]
pub struct CpiPack {
    /// How a payout is worked out.
    pub rules: CpiRules,
    /// Rate rows; none until the partner loads them.
    pub rates: Vec<CpiRate>,
}

/// How a payout is worked out (program §12, §14).
#[derive(Clone, Debug, PartialEq)]
pub struct CpiRules {
    /// Which score opens the gate and picks the column.
    pub snapshot: CpiSnapshot,
    /// What V is: ACV or TCV.
    pub basis: CpiBasis,
    /// Rates grow with the score instead of stepping at the tiers.
    pub continuous: bool,
    /// A late renewal is still paid its renew part.
    pub late_renew_pays: bool,
    /// Most that is paid per deal, in the pack's currency.
    pub cap: Option<Decimal>,
    /// Below this nothing is paid per deal, in the pack's currency.
    pub minimum: Option<Decimal>,
    /// How often it is paid; for information.
    pub cadence: CpiCadence,
    /// Days from the end of that period to the payment; for information.
    pub lag_days: i64,
    /// What a later cancellation does.
    pub clawback: CpiClawback,
    /// Whence.
    pub provenance: Provenance,
}

/// Which score counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CpiSnapshot {
    /// The newest imported or typed assessment, or the protected level.
    LatestLoaded,
    /// The assessment of the month of the booking.
    BookingMonth,
}

/// What an incentive is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CpiBasis {
    /// Annual contract value.
    Acv,
    /// Total contract value.
    Tcv,
}

/// How often an incentive is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CpiCadence {
    /// After each fiscal quarter.
    FiscalQuarter,
    /// After each fiscal month.
    FiscalMonth,
}

/// What a cancellation does to what was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CpiClawback {
    /// A negative amount in the month of the cancellation.
    CancelMonth,
    /// Nothing.
    None,
}

/// A part of the incentive with rates of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CpiComponent {
    /// First sale to a customer.
    Land,
    /// Adoption milestones.
    Adopt,
    /// More at a customer.
    Expand,
    /// Renewal up to the prior value.
    Renew,
    /// What is above the prior value.
    AcvGrowth,
}

/// The column of a rate: which tier it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RateColumn {
    /// From the tier `partner` (5.0) on.
    Partner,
    /// From the tier `preferred` (7.5) on.
    Preferred,
}

/// One rate.
#[derive(Clone, Debug, PartialEq)]
pub struct CpiRate {
    /// Part of the incentive.
    pub component: CpiComponent,
    /// Offer group, as the partner's workbook names it; `*` for any.
    pub gsp: Arc<str>,
    /// Region, `AMER`; `*` for any.
    pub region: Arc<str>,
    /// Column.
    pub column: RateColumn,
    /// Percent of the basis.
    pub rate_pct: Decimal,
    /// First and last day of booking it holds for.
    pub effective: Effective,
    /// Whence.
    pub provenance: Provenance,
}

/// The offer group of a product.
#[derive(Clone, Debug, PartialEq)]
pub struct GspRow {
    /// Product id, as quoted.
    pub product: Arc<str>,
    /// Offer group.
    pub gsp: Arc<str>,
    /// When it holds.
    pub effective: Effective,
    /// Whence.
    pub provenance: Provenance,
}

impl CpiComponent {
    /// All of them.
    pub const ALL: [CpiComponent; 5] = [
        CpiComponent::Renew,
        CpiComponent::AcvGrowth,
        CpiComponent::Land,
        CpiComponent::Adopt,
        CpiComponent::Expand,
    ];

    /// The word of a pack, `acv_growth`.
    pub fn word(self) -> &'static str {
        match self {
            CpiComponent::Land => "land",
            CpiComponent::Adopt => "adopt",
            CpiComponent::Expand => "expand",
            CpiComponent::Renew => "renew",
            CpiComponent::AcvGrowth => "acv_growth",
        }
    }

    /// The component of a word.
    pub fn named(word: &str) -> Option<CpiComponent> {
        CpiComponent::ALL.into_iter().find(|c| c.word() == word)
    }
}

impl RateColumn {
    /// The word of a pack: `partner`, `preferred`.
    pub fn word(self) -> &'static str {
        match self {
            RateColumn::Partner => "partner",
            RateColumn::Preferred => "preferred",
        }
    }

    /// The column of a word.
    pub fn named(word: &str) -> Option<RateColumn> {
        [RateColumn::Partner, RateColumn::Preferred]
            .into_iter()
            .find(|c| c.word() == word)
    }
}

/// The incentive tables with the places of their rows.
pub struct ReadIncentive {
    /// `[cpi]`.
    pub cpi: CpiPack,
    /// `gsp`.
    pub gsp: Vec<GspRow>,
    /// Place of each rate row.
    pub rate_places: Vec<Place>,
    /// Place of each offer-group row.
    pub gsp_places: Vec<Place>,
}

/// Reads `[cpi]` and `gsp`.
pub fn read(top: &mut Top<'_>) -> ReadIncentive {
    let (rules, rates) = top.group("cpi", |cpi| {
        (cpi.table("rules", read_rules), cpi.rows("rate", read_rate))
    });
    let (rates, rate_places) = split(rates);
    let (gsp, gsp_places) = split(top.rows("gsp", |row| GspRow {
        product: row.text("product").into(),
        gsp: row.text("gsp").into(),
        effective: read_effective(row),
        provenance: row.provenance(),
    }));
    ReadIncentive {
        cpi: CpiPack { rules, rates },
        gsp,
        rate_places,
        gsp_places,
    }
}

fn read_rules(row: &mut Row<'_>) -> CpiRules {
    row.choice("bonus", &["none"]);
    let continuous = row.flag("continuous", false);
    if continuous {
        let place = row.place_of("continuous");
        let message =
            "rates that grow with the score are not computed; only steps at the tiers are";
        row.complain(Problem::error(place, message));
    }
    CpiRules {
        snapshot: match row.choice("snapshot", &["latest_loaded", "booking_month"]) {
            "booking_month" => CpiSnapshot::BookingMonth,
            _ => CpiSnapshot::LatestLoaded,
        },
        basis: match row.choice("basis", &["acv", "tcv"]) {
            "tcv" => CpiBasis::Tcv,
            _ => CpiBasis::Acv,
        },
        continuous,
        late_renew_pays: row.flag("late_renew_pays", false),
        cap: row.opt_decimal("cap"),
        minimum: row.opt_decimal("minimum"),
        cadence: match row.choice("cadence", &["fiscal_quarter", "fiscal_month"]) {
            "fiscal_month" => CpiCadence::FiscalMonth,
            _ => CpiCadence::FiscalQuarter,
        },
        lag_days: row.opt_int("lag_days").unwrap_or(0),
        clawback: match row.choice("clawback", &["cancel_month", "none"]) {
            "none" => CpiClawback::None,
            _ => CpiClawback::CancelMonth,
        },
        provenance: row.provenance(),
    }
}

fn read_rate(row: &mut Row<'_>) -> CpiRate {
    let words = CpiComponent::ALL.map(CpiComponent::word);
    CpiRate {
        component: CpiComponent::named(row.required_choice("component", &words))
            .unwrap_or(CpiComponent::Renew),
        gsp: row.text("gsp").into(),
        region: row.text("region").into(),
        column: RateColumn::named(row.required_choice("column", &["partner", "preferred"]))
            .unwrap_or(RateColumn::Partner),
        rate_pct: row.percent("rate_pct"),
        effective: read_effective(row),
        provenance: row.provenance(),
    }
}

impl CpiPack {
    /// The rate of a component, offer group, region and column on a day: a row that names group
    /// and region before one that says `*`.
    pub fn rate(
        &self,
        component: CpiComponent,
        gsp: &str,
        region: &str,
        column: RateColumn,
        day: NaiveDate,
    ) -> Option<&CpiRate> {
        let fits = |pattern: &str, value: &str| pattern == "*" || pattern == value;
        self.rates
            .iter()
            .filter(|rate| rate.component == component && rate.column == column)
            .filter(|rate| fits(&rate.gsp, gsp) && fits(&rate.region, region))
            .filter(|rate| rate.effective.on(day))
            .min_by_key(|rate| (&*rate.gsp == "*", &*rate.region == "*"))
    }
}
