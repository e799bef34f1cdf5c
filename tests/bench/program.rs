//! The program engine on its own: what is computed behind a keystroke, timed on boards of a known
//! number of deals.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use chrono::NaiveDate;
use divan::Bencher;
use renewdesk::catalogue::Catalogue;
use renewdesk::demo::{DemoOptions, generate};
use renewdesk::domain::ids::RenewalId;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::board::DealId;
use renewdesk::program::forecast::Terms;
use renewdesk::program::{Engine, Month, Pack};
use rust_decimal::Decimal;

fn main() {
    divan::main();
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day")
}

/// An engine over a demo book with exactly so many open renewals: the others are left out.
fn engine_of(deals: usize) -> Engine {
    let (pack, catalogue) = (Pack::shipped(), Catalogue::shipped());
    let options = DemoOptions {
        lines: u32::try_from(deals * 20).expect("a size"),
        seed: 5,
        today: today(),
        accounts: None,
    };
    let plan = generate(&options, &catalogue, &pack);
    let mut snapshot = Snapshot {
        accounts: plan.put_accounts.into_iter().collect(),
        contracts: plan.put_contracts.into_iter().collect(),
        lines: plan.put_lines.into_iter().collect(),
        renewals: plan.put_renewals.into_iter().collect(),
        quotes: plan.put_quotes.into_iter().collect(),
        baseline: plan.put_baseline.into_iter().collect(),
        ..Snapshot::default()
    };
    let chance = |id: RenewalId| Decimal::from(id.0.as_u128() % 97 + 2);
    let engine = Engine::new(&pack, &snapshot, today(), &chance);
    let open = open_deals(&engine);
    assert!(open.len() >= deals, "only {} open deals", open.len());
    for id in &open[deals..] {
        snapshot.renewals.remove(*id);
    }
    let engine = Engine::new(&pack, &snapshot, today(), &chance);
    assert_eq!(open_deals(&engine).len(), deals);
    engine
}

fn open_deals(engine: &Engine) -> Vec<RenewalId> {
    let board = engine
        .board(&Month::Code("FY28M12".into()))
        .expect("it projects");
    let renewals = board.deals.iter().filter_map(|deal| match deal.id {
        DealId::Renewal(id) => Some(id),
        _ => None,
    });
    renewals.collect()
}

/// 10,000 draws over all open deals, every portfolio and month to the end of the next fiscal year.
#[divan::bench(args = [200, 2_000])]
fn forecast_10000_draws(bencher: Bencher<'_, '_>, deals: usize) {
    let engine = engine_of(deals);
    let terms = Terms {
        draws: 10_000,
        seed: 1,
        correlation_pct: Decimal::from(25),
    };
    let mut seen = None;
    bencher.bench_local(|| seen = Some(engine.forecast(&terms, None).expect("it forecasts")));
    let forecast = seen.expect("it ran");
    assert!(forecast.deals > deals * 9 / 10, "{}", forecast.deals);
    let spread = forecast
        .portfolios
        .iter()
        .flat_map(|portfolio| &portfolio.months)
        .filter(|spread| spread.low != spread.high)
        .count();
    assert!(spread > 10);
}
