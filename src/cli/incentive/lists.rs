//! `incentive rates` and `incentive adoption`.

use super::super::context::{Context, note};
use super::super::error::Failure;
use super::super::output;
use super::super::table::{Align, Table, terminal_width};
use super::answer::MoneyOut;
use crate::domain::snapshot::Snapshot;
use crate::export::json::decimal;
use crate::export::{Cell, CsvOptions, Table as Sheet};
use crate::program::incentive::{Adoption, DEMO_LABEL, Terms};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct RatesOut<'a> {
    schema: &'static str,
    label: Option<&'static str>,
    region: Option<&'a str>,
    rates: Vec<RateOut<'a>>,
    offer_groups: Vec<GroupOut<'a>>,
}

#[derive(Serialize)]
struct RateOut<'a> {
    component: &'static str,
    gsp: &'a str,
    region: &'a str,
    column: &'static str,
    rate_pct: String,
    label: Option<&'static str>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    source: &'a str,
    paid_by_desk: bool,
}

#[derive(Serialize)]
struct GroupOut<'a> {
    product: &'a str,
    gsp: &'a str,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    source: &'a str,
}

fn label(terms: &Terms) -> Option<&'static str> {
    terms.demo.then_some(DEMO_LABEL)
}

/// Lists what is loaded.
pub fn rates(
    context: &Context,
    json: bool,
    csv: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let terms = Terms::of(&pack, &snapshot, Vec::new());
    if json {
        return output::json(out, &rates_out(&terms));
    }
    output::watermark(&snapshot);
    if terms.is_empty() {
        note("rates not loaded: `renewdesk incentive load FILE` reads yours");
    }
    let percent = match label(&terms) {
        Some(_) => "Rate % DEMO RATE",
        None => "Rate %",
    };
    if csv {
        return rates_csv(&terms, percent, out);
    }
    let mut table = Table::new(&[
        ("Component", Align::Left),
        ("GSP", Align::Left),
        ("Region", Align::Left),
        ("Column", Align::Left),
        (percent, Align::Right),
        ("From", Align::Left),
        ("To", Align::Left),
        ("Source", Align::Left),
    ]);
    let day = |day: Option<NaiveDate>| day.map_or("-".to_string(), |day| day.to_string());
    for rate in terms.rates() {
        table.row([
            rate.component.word().to_string(),
            rate.gsp.to_string(),
            rate.region.to_string(),
            rate.column.word().to_string(),
            decimal(rate.rate_pct),
            day(rate.from),
            day(rate.to),
            rate.source.to_string(),
        ]);
    }
    table.write(out, terminal_width())?;
    if !terms.groups().is_empty() {
        writeln!(out)?;
        let mut table = Table::new(&[
            ("Product", Align::Left),
            ("GSP", Align::Left),
            ("From", Align::Left),
            ("To", Align::Left),
            ("Source", Align::Left),
        ]);
        for group in terms.groups() {
            table.row([
                group.product.to_string(),
                group.gsp.to_string(),
                day(group.from),
                day(group.to),
                group.source.to_string(),
            ]);
        }
        table.write(out, terminal_width())?;
    }
    Ok(())
}

fn rates_out(terms: &Terms) -> RatesOut<'_> {
    use crate::domain::incentive::Component;
    RatesOut {
        schema: "renewdesk.incentive_rates/1",
        label: label(terms),
        region: terms.region.as_deref(),
        rates: terms
            .rates()
            .iter()
            .map(|rate| RateOut {
                component: rate.component.word(),
                gsp: &rate.gsp,
                region: &rate.region,
                column: rate.column.word(),
                rate_pct: decimal(rate.rate_pct),
                label: label(terms),
                from: rate.from,
                to: rate.to,
                source: &rate.source,
                paid_by_desk: matches!(rate.component, Component::Renew | Component::AcvGrowth),
            })
            .collect(),
        offer_groups: terms
            .groups()
            .iter()
            .map(|group| GroupOut {
                product: &group.product,
                gsp: &group.gsp,
                from: group.from,
                to: group.to,
                source: &group.source,
            })
            .collect(),
    }
}

fn rates_csv(terms: &Terms, percent: &str, out: &mut impl Write) -> Result<(), Failure> {
    let heads = [
        "component",
        "gsp",
        "region",
        "column",
        percent,
        "from",
        "to",
        "source",
    ];
    let sheet = Sheet {
        headers: heads.map(str::to_string).to_vec(),
        rows: terms
            .rates()
            .iter()
            .map(|rate| {
                vec![
                    Cell::Text(rate.component.word().to_string()),
                    Cell::Text(rate.gsp.to_string()),
                    Cell::Text(rate.region.to_string()),
                    Cell::Text(rate.column.word().to_string()),
                    Cell::Number(rate.rate_pct),
                    Cell::date(rate.from),
                    Cell::date(rate.to),
                    Cell::Text(rate.source.to_string()),
                ]
            })
            .collect(),
    };
    let bytes = sheet
        .csv(CsvOptions::default())
        .map_err(std::io::Error::other)?;
    out.write_all(&bytes)?;
    Ok(())
}

#[derive(Serialize)]
struct AdoptionOut {
    schema: &'static str,
    label: Option<&'static str>,
    use_cases: Vec<CaseOut>,
}

#[derive(Serialize)]
struct CaseOut {
    customer: String,
    offer: String,
    use_case: String,
    not_counted: Vec<String>,
    eligibility: &'static str,
    booked_on: Option<NaiveDate>,
    opt_in_on: Option<NaiveDate>,
    expires_on: Option<NaiveDate>,
    stage: Option<String>,
    renewal_risk: &'static str,
    earned: MoneyOut,
    potential: MoneyOut,
    missed: MoneyOut,
    milestones: Vec<MilestoneOut>,
}

#[derive(Serialize)]
struct MilestoneOut {
    stage: String,
    amount: MoneyOut,
    done_on: Option<NaiveDate>,
    state: &'static str,
}

fn cases(snapshot: &Snapshot) -> Vec<CaseOut> {
    let demo_book = snapshot.is_demo();
    let usable = snapshot
        .use_cases
        .iter()
        .filter(|case| demo_book || !case.demo);
    let case = |own: Adoption<'_>| {
        let case = own.counts;
        let money = |amount: Option<Decimal>| MoneyOut::of(amount, case.currency, demo_book);
        CaseOut {
            customer: snapshot
                .accounts
                .get(own.account)
                .map_or_else(String::new, |account| account.name.to_string()),
            offer: own.offer.to_string(),
            use_case: case.use_case.to_string(),
            not_counted: own
                .others
                .iter()
                .map(|other| other.use_case.to_string())
                .collect(),
            eligibility: case.eligibility.word(),
            booked_on: case.booked_on,
            opt_in_on: case.opt_in_on,
            expires_on: case.expires_on,
            stage: own.standing.stage.as_deref().map(str::to_string),
            renewal_risk: own.standing.risk.word(),
            earned: money(own.standing.earned),
            potential: money(own.standing.potential),
            missed: money(own.standing.missed),
            milestones: own
                .standing
                .milestones
                .iter()
                .map(|(milestone, state)| MilestoneOut {
                    stage: milestone.stage.to_string(),
                    amount: money(milestone.amount),
                    done_on: milestone.done_on,
                    state: state.word(),
                })
                .collect(),
        }
    };
    let mut all: Vec<CaseOut> = Adoption::of(usable).into_iter().map(case).collect();
    all.sort_by(|a, b| (&a.customer, &a.offer).cmp(&(&b.customer, &b.offer)));
    all
}

/// Lists adoption milestones, one use case for each customer and offer.
pub fn adoption(context: &Context, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let snapshot = store.snapshot()?;
    let cases = cases(&snapshot);
    let label = (snapshot.is_demo() && !cases.is_empty()).then_some(DEMO_LABEL);
    if json {
        return output::json(
            out,
            &AdoptionOut {
                schema: "renewdesk.incentive_adoption/1",
                label,
                use_cases: cases,
            },
        );
    }
    output::watermark(&snapshot);
    if cases.is_empty() {
        note("no milestones are loaded: `renewdesk incentive load FILE` reads them");
    }
    let heads = match label {
        Some(_) => [
            "Earned DEMO RATE",
            "Potential DEMO RATE",
            "Missed DEMO RATE",
        ],
        None => ["Earned", "Potential", "Missed"],
    };
    let [earned, potential, missed] = heads;
    let mut table = Table::new(&[
        ("Customer", Align::Left),
        ("Offer", Align::Left),
        ("Use case", Align::Left),
        ("Opt-in", Align::Left),
        ("Expires", Align::Left),
        ("Stage", Align::Left),
        ("Risk", Align::Left),
        (earned, Align::Right),
        (potential, Align::Right),
        (missed, Align::Right),
    ]);
    let day = |day: Option<NaiveDate>| day.map_or("-".to_string(), |day| day.to_string());
    for case in &cases {
        table.row([
            case.customer.clone(),
            case.offer.clone(),
            case.use_case.clone(),
            day(case.opt_in_on),
            day(case.expires_on),
            case.stage.clone().unwrap_or_else(|| "done".into()),
            case.renewal_risk.to_string(),
            case.earned.shown(),
            case.potential.shown(),
            case.missed.shown(),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}
