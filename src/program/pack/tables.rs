//! Reads the program's tables: tiers, portfolios, metrics, bands, sizes, calendar.

use super::problem::{Place, Problem};
use super::quantity::{CountedBy, LinesCounted, Quantity};
use super::read::{Row, Top};
use super::schema::*;
use super::{choices, incentive, switches};
use crate::domain::portfolio::Portfolio;
use crate::domain::rules::Rules;
use crate::program::calendar::{Calendar, FiscalMonth, parse_code};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A pack as read, with the places its rows stand at, for the checks across rows.
pub struct ReadPack {
    /// The pack.
    pub pack: Pack,
    /// Place of each row of `portfolio`.
    pub portfolio_places: Vec<Place>,
    /// Place of each row of `category`.
    pub category_places: Vec<Place>,
    /// Place of each row of `metric`.
    pub metric_places: Vec<Place>,
    /// Place of each row of `band`.
    pub band_places: Vec<Place>,
    /// Place of each row of `size`.
    pub size_places: Vec<Place>,
    /// Each row of `fiscal_month` with its place.
    pub month_places: Vec<MonthPlace>,
    /// Place of each row of `measure`.
    pub measure_places: Vec<Place>,
    /// Place of each row of `level`.
    pub level_places: Vec<Place>,
    /// Place of each row of `win`.
    pub win_places: Vec<Place>,
    /// Place of each row of `rate`.
    pub currency_places: Vec<Place>,
    /// Place of each row of `cpi.rate`.
    pub cpi_places: Vec<Place>,
    /// Place of each row of `gsp`.
    pub gsp_places: Vec<Place>,
    /// Place of each row of `urgency`.
    pub urgency_places: Vec<Place>,
    /// Place of the tiers.
    pub tier_place: Place,
}

/// Where a month stands.
pub struct MonthPlace {
    /// Its code.
    pub code: Arc<str>,
    /// Its first day.
    pub start: chrono::NaiveDate,
    /// The one choice of FY27's extra week it holds for.
    pub variant: Option<&'static str>,
    /// Where.
    pub place: Place,
}

/// Reads all tables but the renewal rules, which are given.
pub fn read(top: &mut Top<'_>, (rules, urgency_places): (Rules, Vec<Place>)) -> ReadPack {
    let (id, title, as_of, demo, confidence) = top.table("pack", |row| {
        (
            row.text("id").to_string(),
            row.text("title").to_string(),
            row.day("as_of"),
            row.flag("demo", false),
            row.remark().confidence.to_string(),
        )
    });
    let (tiers, tier_place) = read_tiers(top);
    let (portfolios, portfolio_places) = split(top.rows("portfolio", read_portfolio));
    let (categories, category_places) = split(top.rows("category", read_category));
    let (metrics, metric_places) = split(top.rows("metric", read_metric));
    let (measures, measure_places) = split(top.rows("measure", read_measure));
    let (bands, band_places) = split(top.rows("band", read_band));
    let (levels, level_places) = split(top.rows("level", read_level));
    let (sizes, size_places) = split(top.rows("size", read_size));
    let (otrr, growth, buying_base) = switches::read(top);
    let (currency, rollout, mismatch, horizon) = top.table("projection", switches::read_projection);
    let (engagement, scenario) = switches::read_views(top);
    let choices = choices::read(top);
    let incentive = incentive::read(top);
    let extra_week = top.table("calendar", |row| {
        let week = row.choice("fy27_extra_week", &["m9", "m12"]);
        row.provenance();
        week
    });
    let (months, month_places) = read_months(top);
    let other = if extra_week == "m9" { "m12" } else { "m9" };
    ReadPack {
        pack: Pack {
            id,
            title,
            as_of,
            confidence,
            demo,
            tiers,
            portfolios,
            categories,
            metrics,
            measures,
            bands,
            levels,
            sizes,
            otrr,
            growth,
            buying_base,
            engagement,
            scenario,
            goal_seek: choices.goal_seek,
            forecast: choices.forecast,
            odds: choices.odds,
            win: choices.win,
            cpi: incentive.cpi,
            gsp: incentive.gsp,
            currency_rates: choices.rates,
            currency,
            rollout,
            mismatch,
            horizon,
            calendar: calendar_of(&months, extra_week),
            calendar_other: calendar_of(&months, other),
            extra_week: extra_week.to_string(),
            rules,
        },
        portfolio_places,
        category_places,
        metric_places,
        band_places,
        size_places,
        month_places,
        measure_places,
        level_places,
        win_places: choices.win_places,
        currency_places: choices.rate_places,
        cpi_places: incentive.rate_places,
        gsp_places: incentive.gsp_places,
        urgency_places,
        tier_place,
    }
}

/// Rows apart from their places.
pub fn split<T>(rows: Vec<(T, Place)>) -> (Vec<T>, Vec<Place>) {
    rows.into_iter().unzip()
}

fn read_edge(row: &mut Row<'_>, key: &'static str, first: &'static str) -> Edge {
    let words = if first == "ge" {
        ["ge", "gt"]
    } else {
        ["gt", "ge"]
    };
    match row.choice(key, &words) {
        "ge" => Edge::Ge,
        _ => Edge::Gt,
    }
}

/// First and last day of a row.
pub fn read_effective(row: &mut Row<'_>) -> Effective {
    let (from, to) = (row.opt_day("from"), row.opt_day("to"));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        let place = row.place_of("to");
        row.complain(Problem::error(place, "to is before from"));
    }
    Effective { from, to }
}

fn read_tiers(top: &mut Top<'_>) -> (Tiers, Place) {
    let texts = top.rows("tier", |row| {
        let id = row
            .required_choice("id", &["new", "basic", "partner", "preferred"])
            .to_string();
        let title = row.text("title").to_string();
        let opens = row.opt_text("opens").unwrap_or("").to_string();
        row.remark();
        (id, title, opens)
    });
    let text_of = |id: &str| {
        texts
            .iter()
            .find(|((found, _, _), _)| found == id)
            .map(|((_, title, opens), _)| (title.clone(), opens.clone()))
            .unwrap_or_else(|| (id.to_string(), String::new()))
    };
    top.table("tiers", |row| {
        let mut edges = Vec::new();
        for id in ["basic", "partner", "preferred"] {
            let (title, opens) = text_of(id);
            edges.push(Tier {
                id: id.into(),
                from: row.decimal(id),
                title,
                opens,
            });
        }
        let tiers = Tiers {
            edges,
            below: text_of("new"),
            edge: read_edge(row, "edge", "ge"),
            round_dp: read_round_dp(row),
            near_edge: row.opt_decimal("near_edge").unwrap_or_default(),
        };
        row.provenance();
        (tiers, row.place())
    })
}

fn read_round_dp(row: &mut Row<'_>) -> Option<u32> {
    match row.choice("round_dp", &["none", "1", "2"]) {
        "1" => Some(1),
        "2" => Some(2),
        _ => None,
    }
}

fn read_portfolio(row: &mut Row<'_>) -> PortfolioRule {
    let level = row.opt_text("protected_level").is_some();
    let tiers = ["basic", "partner", "preferred"];
    let rule = PortfolioRule {
        id: row.text("id").into(),
        portfolio: Portfolio::named(row.text("title")).unwrap_or(Portfolio("".into())),
        size: row.text("size").into(),
        protected_level: level.then(|| row.choice("protected_level", &tiers).into()),
        protected_until: row.opt_day("protected_until"),
    };
    if level != rule.protected_until.is_some() {
        let place = row.place();
        let message = "protected_level and protected_until go together";
        row.complain(Problem::error(place, message));
    }
    row.remark();
    rule
}

fn read_category(row: &mut Row<'_>) -> CategoryRule {
    CategoryRule {
        portfolio: row.text("portfolio").into(),
        id: row
            .choice(
                "id",
                &["foundational", "capabilities", "performance", "engagement"],
            )
            .into(),
        weight_pct: row.decimal("weight_pct"),
        provenance: row.provenance(),
        effective: read_effective(row),
    }
}

fn read_metric(row: &mut Row<'_>) -> MetricRule {
    let minimum_on = row.opt_text("min_on").is_some();
    let on_b = row.choice("min_on", &["A", "B"]) == "B";
    let edge = read_edge(row, "min_edge", "ge");
    let amount = row.opt_decimal("min_amount");
    if minimum_on != amount.is_some() {
        let place = row.place();
        let message = "min_on and min_amount go together";
        row.complain(Problem::error(place, message));
    }
    let months = row.opt_int("window_months");
    if months.is_some_and(|n| !(1..=36).contains(&n)) {
        let place = row.place_of("window_months");
        row.complain(Problem::error(place, "window_months must be 1 to 36"));
    }
    MetricRule {
        portfolio: row.text("portfolio").into(),
        category: row.text("category").into(),
        id: row.text("id").into(),
        share: row.opt_decimal("share").unwrap_or(Decimal::ONE),
        weight_pct: row.opt_decimal("weight_pct"),
        hold: row.flag("hold", false),
        window_months: months.and_then(|n| usize::try_from(n).ok()),
        band: row.opt_text("band").map(Arc::from),
        minimum: amount
            .filter(|_| minimum_on)
            .map(|amount| Minimum { on_b, amount, edge }),
        provenance: row.provenance(),
        effective: read_effective(row),
    }
}

fn read_measure(row: &mut Row<'_>) -> Measure {
    let kind = match row.required_choice("kind", &["ratio", "growth", "points", "level"]) {
        "growth" => MeasureKind::Growth,
        "points" => MeasureKind::Points,
        "level" => MeasureKind::Level,
        _ => MeasureKind::Ratio,
    };
    let (a, b) = (read_quantity(row, "a"), read_quantity(row, "b"));
    let by_nature = a.or(b).map_or(CountedBy::Booking, Quantity::counted_by);
    let month = match row
        .has("month")
        .then(|| row.choice("month", &["booking", "due"]))
    {
        Some("due") => CountedBy::Due,
        Some(_) => CountedBy::Booking,
        None => by_nature,
    };
    let measure = Measure {
        id: row.text("id").into(),
        title: row.text("title").into(),
        kind,
        a,
        b,
        month,
        lines: match row.choice("lines", &["all", "services"]) {
            "services" => LinesCounted::Services,
            _ => LinesCounted::All,
        },
    };
    row.remark();
    let read = row.has("a") == a.is_some() && row.has("b") == b.is_some();
    if let Some(message) = odd_sides(&measure).filter(|_| read) {
        let place = row.place();
        let message = format!("metric {:?}: {message}", measure.id);
        row.complain(Problem::error(place, message));
    }
    measure
}

fn read_quantity(row: &mut Row<'_>, key: &'static str) -> Option<Quantity> {
    let words = Quantity::ALL.map(Quantity::word);
    row.opt_choice(key, &words).and_then(Quantity::named)
}

/// What is wrong with the two sides of a metric.
fn odd_sides(measure: &Measure) -> Option<String> {
    let (a, b) = match (measure.a, measure.b) {
        (None, None) => return None,
        (Some(a), Some(b)) => (a, b),
        _ => return Some("a and b go together".into()),
    };
    match measure.kind {
        MeasureKind::Points | MeasureKind::Level => {
            Some("points and levels are not made of bookings; leave a and b out".into())
        }
        MeasureKind::Growth if a != b => Some(format!(
            "growth compares one quantity with itself a year before, not {} with {}",
            a.word(),
            b.word()
        )),
        _ if a.counted_by() != b.counted_by() => Some(format!(
            "{} belongs to another month than {} (one by due date, one by booking)",
            a.word(),
            b.word()
        )),
        _ if a.counted_by() != measure.month => Some(format!(
            "{} does not belong to the month given; leave month out",
            a.word()
        )),
        _ => None,
    }
}

fn read_band(row: &mut Row<'_>) -> Band {
    Band {
        id: row.text("id").into(),
        size: row.text("size").into(),
        floor: row.int("floor"),
        edge: read_edge(row, "edge", "gt"),
        zero_index: row.opt_int("zero_index"),
        thresholds: row.decimals("thresholds"),
        provenance: row.provenance(),
        effective: read_effective(row),
    }
}

fn read_level(row: &mut Row<'_>) -> LevelBand {
    LevelBand {
        id: row.text("band").into(),
        index: [
            row.int("none"),
            row.int("basic"),
            row.int("intermediate"),
            row.int("advanced"),
        ],
        provenance: row.provenance(),
        effective: read_effective(row),
    }
}

fn read_size(row: &mut Row<'_>) -> SizeRule {
    let size = SizeRule {
        id: row.text("id").into(),
        tcv_max: row.opt_decimal("tcv_max"),
    };
    row.provenance();
    size
}

/// A month and the one choice of FY27's extra week it holds for, if it does not hold for both.
type MonthRow = (FiscalMonth, Option<&'static str>);

fn read_months(top: &mut Top<'_>) -> (Vec<MonthRow>, Vec<MonthPlace>) {
    let rows = top.rows("fiscal_month", |row| {
        let code = row.text("code").to_string();
        let variant = row
            .opt_text("variant")
            .is_some()
            .then(|| row.choice("variant", &["m9", "m12"]));
        let (start, end) = (row.day("start"), row.day("end"));
        row.provenance();
        let parsed = parse_code(&code);
        if parsed.is_none() {
            let place = row.place_of("code");
            let message = format!("{code:?} is not a fiscal month like FY27M5");
            row.complain(Problem::error(place, message));
        }
        parsed.map(|(year, number)| {
            let month = FiscalMonth {
                code: code.as_str().into(),
                year,
                number,
                start,
                end,
            };
            (month, variant)
        })
    });
    let mut months = Vec::new();
    let mut places = Vec::new();
    for (row, place) in rows {
        if let Some(row) = row {
            places.push(MonthPlace {
                code: Arc::clone(&row.0.code),
                start: row.0.start,
                variant: row.1,
                place,
            });
            months.push(row);
        }
    }
    (months, places)
}

fn calendar_of(months: &[MonthRow], variant: &str) -> Calendar {
    let mut chosen: Vec<FiscalMonth> = months
        .iter()
        .filter(|(_, only)| only.is_none_or(|only| only == variant))
        .map(|(month, _)| month.clone())
        .collect();
    chosen.sort_by_key(|month| (month.year, month.number));
    Calendar::of(chosen)
}
