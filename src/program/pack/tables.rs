//! Reads the program's tables: tiers, portfolios, metrics, bands, sizes, calendar.

use super::problem::{Place, Problem};
use super::read::{Row, Top};
use super::schema::*;
use crate::domain::money::Currency;
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
    /// Place of each row of `fiscal_month`, with its code.
    pub month_places: Vec<(Arc<str>, Place)>,
    /// Place of each row of `urgency`.
    pub urgency_places: Vec<Place>,
    /// Place of the tiers.
    pub tier_place: Place,
}

/// Reads all tables but the renewal rules, which are given.
pub fn read(top: &mut Top<'_>, (rules, urgency_places): (Rules, Vec<Place>)) -> ReadPack {
    let (id, title, as_of, demo, confidence) = top.table("pack", |row| {
        (
            row.text("id").to_string(),
            row.text("title").to_string(),
            row.day("as_of"),
            row.flag("demo", false),
            row.provenance().confidence.to_string(),
        )
    });
    let (tiers, tier_place) = read_tiers(top);
    let (portfolios, portfolio_places) = split(top.rows("portfolio", read_portfolio));
    let (categories, category_places) = split(top.rows("category", read_category));
    let (metrics, metric_places) = split(top.rows("metric", read_metric));
    let (measures, _) = split(top.rows("measure", read_measure));
    let (bands, band_places) = split(top.rows("band", read_band));
    let (levels, _) = split(top.rows("level", read_level));
    let (sizes, size_places) = split(top.rows("size", read_size));
    let (otrr, growth, buying_base) = read_switches(top);
    let (currency, rollout, mismatch, horizon) = top.table("projection", read_projection);
    top.table("scenario", |row| {
        row.choice("weighted", &["expected_ratio"]);
        row.provenance();
    });
    let extra_week = top.table("calendar", |row| {
        let week = row.choice("fy27_extra_week", &["m9", "m12"]);
        row.provenance();
        week
    });
    let (months, month_places) = read_months(top);
    let other = if extra_week == "m9" { "m12" } else { "m9" };
    top.unused(&["engagement", "goal_seek", "gsp", "cpi"]);
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

fn read_effective(row: &mut Row<'_>) -> Effective {
    Effective {
        from: row.opt_day("from"),
        to: row.opt_day("to"),
    }
}

fn read_tiers(top: &mut Top<'_>) -> (Tiers, Place) {
    let texts = top.rows("tier", |row| {
        let id = row.text("id").to_string();
        let title = row.text("title").to_string();
        let opens = row.opt_text("opens").unwrap_or("").to_string();
        row.provenance();
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
    let rule = PortfolioRule {
        id: row.text("id").into(),
        portfolio: Portfolio::named(row.text("title")).unwrap_or(Portfolio("".into())),
        size: row.text("size").into(),
    };
    let level = row.opt_text("protected_level").is_some();
    let until = row.opt_day("protected_until").is_some();
    if level || until {
        row.unused(&["protected_level", "protected_until"]);
    }
    row.provenance();
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
    let measure = Measure {
        id: row.text("id").into(),
        title: row.text("title").into(),
        kind: match row.choice("kind", &["ratio", "growth", "points", "level"]) {
            "growth" => MeasureKind::Growth,
            "points" => MeasureKind::Points,
            "level" => MeasureKind::Level,
            _ => MeasureKind::Ratio,
        },
    };
    row.provenance();
    measure
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

fn read_switches(top: &mut Top<'_>) -> (OtrrRules, GrowthRules, BuyingBase) {
    let otrr = top.table("otrr", |row| {
        row.choice("cutoff", &["booking_date"]);
        row.choice("due_basis", &["annual_run_rate"]);
        row.choice("credit_month", &["due"]);
        row.choice("scope", &["portfolio_services"]);
        row.provenance();
        OtrrRules {
            grace_days: row.opt_int("grace_days").unwrap_or(0),
            cap_at_due: row.flag("cap_at_due", true),
            ea_counts: row.flag("ea_counts", false),
            takeover_removes_due: row.flag("takeover_removes_due", false),
        }
    });
    let growth = top.table("growth", |row| {
        row.choice("acv_rule", &["tcv_over_max_1_years"]);
        row.choice("prior_zero", &["no_baseline"]);
        row.provenance();
        let offset = row.opt_int("prior_offset_months").unwrap_or(12);
        GrowthRules {
            renewals_count: row.flag("renewals_count", true),
            prior_offset_months: usize::try_from(offset).unwrap_or(12),
        }
    });
    let base = top.table("buying", |row| {
        row.choice("flag", &["ea_msla"]);
        row.provenance();
        match row.choice("base", &["subscription_software", "all"]) {
            "all" => BuyingBase::All,
            _ => BuyingBase::SubscriptionSoftware,
        }
    });
    top.table("premium", |row| {
        row.choice("rule", &["line_flag"]);
        row.choice("basis", &["tcv"]);
        row.provenance();
    });
    (otrr, growth, base)
}

fn read_projection(row: &mut Row<'_>) -> (Currency, RollOut, Mismatch, Horizon) {
    row.choice("price_basis", &["net_to_cisco"]);
    row.flag("baseline_complete", true);
    row.provenance();
    let currency = match row.opt_text("currency").unwrap_or("USD").parse() {
        Ok(currency) => currency,
        Err(fault) => {
            let fault: crate::domain::money::BadCurrency = fault;
            let place = row.place_of("currency");
            row.complain(Problem::error(place, fault.to_string()));
            Currency::USD
        }
    };
    let rollout = match row.choice("rollout", &["history_then_even", "even"]) {
        "even" => RollOut::Even,
        _ => RollOut::HistoryThenEven,
    };
    let mismatch = match row.choice("mismatch", &["shift", "band"]) {
        "band" => Mismatch::Band,
        _ => Mismatch::Shift,
    };
    let horizon = match row.choice("horizon", &["quarter_end", "current_month"]) {
        "current_month" => Horizon::CurrentMonth,
        _ => Horizon::QuarterEnd,
    };
    (currency, rollout, mismatch, horizon)
}

/// A month and the one choice of FY27's extra week it holds for, if it does not hold for both.
type MonthRow = (FiscalMonth, Option<&'static str>);

fn read_months(top: &mut Top<'_>) -> (Vec<MonthRow>, Vec<(Arc<str>, Place)>) {
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
            places.push((Arc::clone(&row.0.code), place));
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
