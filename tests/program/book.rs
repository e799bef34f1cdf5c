//! Small books for the tests: one contract to a renewal, one-year lines whose net is their yearly
//! value, assessment rows, quotes.

use chrono::NaiveDate;
use num_rational::BigRational;
use renewdesk::domain::baseline::BaselineRow;
use renewdesk::domain::contract::{Contract, ContractKind};
use renewdesk::domain::ids::*;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::quote::*;
use renewdesk::domain::renewal::{Renewal, RenewalVersions};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::{
    Engine, MetricScore, Month, Pack, PortfolioScore, Projection, View, exact,
};
use rust_decimal::Decimal;
use std::str::FromStr;
use uuid::Uuid;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn dec(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

pub fn frac(text: &str) -> BigRational {
    exact::of(dec(text))
}

pub fn id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128((kind << 64) | number)
}

pub const TODAY: &str = "2026-11-22";

/// A book under construction.
pub struct Book {
    pub snapshot: Snapshot,
    pub pack: Pack,
    pub today: NaiveDate,
    pub p: Decimal,
    next: u128,
}

impl Book {
    pub fn new() -> Book {
        Book {
            snapshot: Snapshot::default(),
            pack: Pack::shipped(),
            today: day(TODAY),
            p: dec("75"),
            next: 0,
        }
    }

    pub fn next(&mut self) -> u128 {
        self.next += 1;
        self.next
    }

    /// An assessment row without weights, A and B as text ("" is not given).
    pub fn row(&mut self, portfolio: &str, measurement: &str, a: &str, b: &str, index: &str) {
        self.weighted(portfolio, measurement, ("", ""), a, b, index);
    }

    pub fn weighted(
        &mut self,
        portfolio: &str,
        measurement: &str,
        weights: (&str, &str),
        a: &str,
        b: &str,
        index: &str,
    ) {
        let number = |text: &str| (!text.is_empty()).then(|| dec(text));
        let at = self.next();
        self.snapshot.baseline.put(BaselineRow {
            id: BaselineId(id(1, at)),
            reseller: None,
            be_id: None,
            portfolio: Portfolio::named(portfolio).unwrap(),
            category: None,
            category_weight_pct: number(weights.0),
            measurement: measurement.into(),
            metric: None,
            measurement_weight_pct: number(weights.1),
            month: "FY27M4".into(),
            achieved: None,
            achieved_index: None,
            applied_index: number(index),
            a: number(a),
            b: number(b),
            c: None,
            counts: [None, None, None],
            batch: None,
            row: Some(at as u32),
            typed: None,
        });
    }

    /// A renewal of one-year lines: each a yearly value and a portfolio.
    pub fn renewal(&mut self, end: &str, stage: &str, lines: &[(&str, &str)]) -> RenewalId {
        let number = self.next();
        let contract = ContractId(id(2, number));
        let renewal = RenewalId(id(3, number));
        let end = day(end);
        for (value, portfolio) in lines {
            let at = self.next();
            self.snapshot
                .lines
                .put(line(at, contract, end, value, portfolio));
        }
        let lost = stage == "lost";
        self.snapshot.renewals.put(Renewal {
            id: renewal,
            contract,
            end,
            currency: Some(Currency::USD),
            stage: stage.into(),
            stage_on: None,
            owner: None,
            next_step: None,
            next_date: None,
            snoozed_until: None,
            planned_on: None,
            forecast: None,
            at_risk: None,
            signals: Vec::new(),
            po_number: None,
            order_number: None,
            booked_on: None,
            loss_reason: lost.then(|| "price".into()),
            reviewed: None,
            versions: RenewalVersions::default(),
        });
        renewal
    }

    pub fn booked(&mut self, end: &str, on: &str, lines: &[(&str, &str)]) -> RenewalId {
        let renewal = self.renewal(end, "booked", lines);
        self.change(renewal, |r| r.booked_on = Some(day(on)));
        renewal
    }

    pub fn change(&mut self, id: RenewalId, change: impl FnOnce(&mut Renewal)) {
        let mut renewal = self.snapshot.renewals.get(id).unwrap().clone();
        change(&mut renewal);
        self.snapshot.renewals.put(renewal);
    }

    pub fn change_lines(&mut self, id: RenewalId, mut change: impl FnMut(&mut Line)) {
        for mut line in self.lines_of(id) {
            change(&mut line);
            self.snapshot.lines.put(line);
        }
    }

    pub fn name_contract(&mut self, id: RenewalId, number: &str) {
        let renewal = self.snapshot.renewals.get(id).unwrap();
        self.snapshot.contracts.put(Contract {
            id: renewal.contract,
            account: AccountId(crate::book::id(9, 1)),
            number: number.into(),
            kind: ContractKind::Service,
            program: None,
            service_level: None,
            status_raw: None,
            start: None,
            end: None,
            auto_renew: None,
        });
    }

    pub fn lines_of(&self, renewal: RenewalId) -> Vec<Line> {
        let contract = self.snapshot.renewals.get(renewal).unwrap().contract;
        self.snapshot
            .lines
            .iter()
            .filter(|line| line.contract == Some(contract))
            .collect()
    }

    /// A quote over renewals: every line again for one year at its yearly value.
    pub fn quote(&mut self, renewals: &[RenewalId]) -> Quote {
        let number = self.next();
        let mut lines = Vec::new();
        for renewal in renewals {
            for line in self.lines_of(*renewal) {
                let at = self.next();
                lines.push(quote_line(at, Some(*renewal), &line));
            }
        }
        Quote {
            id: QuoteId(id(5, number)),
            number: format!("Q-{}", 1000 + number).into(),
            account: AccountId(id(9, 1)),
            renewals: renewals.to_vec(),
            currency: Currency::USD,
            version: 1,
            status: QuoteStatus::Draft,
            created_on: day(TODAY),
            valid_until: None,
            sent_on: None,
            lines,
        }
    }

    pub fn engine(&self) -> Engine {
        Engine::new(&self.pack, &self.snapshot, self.today, &|_| self.p)
    }

    pub fn project(&self, view: View, month: &str) -> Projection {
        self.engine().project(&view, &code(month)).unwrap()
    }
}

pub fn code(month: &str) -> Month {
    match month {
        "baseline" => Month::Baseline,
        "horizon" => Month::Horizon,
        code => Month::Code(code.into()),
    }
}

pub fn line(at: u128, contract: ContractId, end: NaiveDate, value: &str, portfolio: &str) -> Line {
    let start = renewdesk::domain::day::next_day(renewdesk::domain::day::add_months(end, -12));
    Line {
        id: LineId(at as u32),
        contract: Some(contract),
        account: AccountId(id(9, 1)),
        site: None,
        kind: LineKind::Service,
        serial: None,
        instance: None,
        pid: None,
        description: None,
        service_sku: None,
        service_level: None,
        start: Some(start),
        end: Some(end),
        quantity: Decimal::ONE,
        unit_list: None,
        list_years: Decimal::ONE,
        prorated_list: None,
        discount_pct: None,
        extended_net: Some(dec(value)),
        currency: Some(Currency::USD),
        ldos: None,
        warranty_end: None,
        ship_date: None,
        terminated: None,
        coverage: Coverage::Covered,
        status_raw: None,
        renewed_to: None,
        replaced_by: None,
        customer_renew: None,
        customer_comment: None,
        origin_sheet: None,
        portfolio: Portfolio::named(portfolio),
        product_portfolio: None,
        portfolio_typed: None,
        premium: None,
        ea: None,
        ai: None,
        gone_in: None,
        origin: None,
    }
}

pub fn quote_line(at: u128, renewal: Option<RenewalId>, line: &Line) -> QuoteLine {
    let start = renewdesk::domain::day::next_day(line.end.unwrap());
    QuoteLine {
        id: QuoteLineId(id(6, at)),
        number: at as u32,
        renews: Some(line.id),
        renewal,
        kind: line.kind,
        serial: None,
        pid: None,
        description: None,
        service_sku: None,
        service_level: None,
        quantity: Decimal::ONE,
        unit_list: line.extended_net,
        list_years: Decimal::ONE,
        start,
        end: renewdesk::domain::day::term_end(start, 12),
        buy: BuyDriver::UnitNet(line.extended_net.unwrap()),
        sell: SellDriver::MarginPct(Decimal::ZERO),
        proration: Proration::Cisco365Noleap,
        ldos: None,
        cut_at_ldos: false,
        portfolio: line.portfolio.clone(),
        premium: line.premium,
        ea: line.ea,
        ai: line.ai,
        rule: None,
        licence_days: None,
    }
}

pub fn portfolio<'a>(projection: &'a Projection, title: &str) -> &'a PortfolioScore {
    let found = projection
        .portfolios
        .iter()
        .find(|p| p.portfolio.title() == title);
    found.unwrap()
}

pub fn metric<'a>(projection: &'a Projection, title: &str, id: &str) -> &'a MetricScore {
    let metrics = &portfolio(projection, title).metrics;
    metrics.iter().find(|m| &*m.metric == id).unwrap()
}

/// `A B index` of a metric, amounts to 2 decimals.
pub fn figures(projection: &Projection, title: &str, id: &str) -> String {
    let metric = metric(projection, title, id);
    let text = |n: &Option<BigRational>| n.as_ref().map_or("-".to_string(), |n| exact::text(n, 2));
    let index = metric
        .index
        .map_or("-".to_string(), |i| i.normalize().to_string());
    format!("{} {} {index}", text(&metric.a), text(&metric.b))
}
