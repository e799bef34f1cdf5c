//! What an import must leave alone: renewals that are closed, sums of another currency.

use crate::support::{Desk, counts, day, today};
use renewdesk::book::Queue;
use renewdesk::catalogue::Catalogue;
use renewdesk::domain::renewal::{Basis, Renewal};
use renewdesk::ingest::row::Code;
use renewdesk::pricing;
use renewdesk::pricing::draft::{DraftError, DraftOptions, Expiring, Limits, draft_quote};
use renewdesk::program::{Engine, Month, Pack, View};
use rust_decimal::Decimal;
use uuid::Uuid;

const HEAD: &str = "Serial Number,Contract Number,Customer,Product ID,Service SKU,Start Date,\
                    End Date,Quantity,List Price,Net Price,Currency";

fn file(start: &str, end: &str) -> Vec<u8> {
    let row = |serial, net| {
        format!(
            "{serial},200100,Acme,C9300-24T-E,CON-SNT-C93002TE,{start},{end},1,1000.00,{net},USD"
        )
    };
    [
        HEAD.to_string(),
        row("FOC1", "600.00"),
        row("FOC2", "300.00"),
    ]
    .join("\n")
    .into_bytes()
}

fn the_renewal(desk: &Desk, end: &str) -> Renewal {
    let mut found = desk.book.renewals.iter().filter(|r| r.end == day(end));
    let renewal = found.next().unwrap().clone();
    assert!(found.next().is_none());
    renewal
}

/// A and B of the on-time renewal rate at the end of the month of December 9th.
fn on_time(desk: &Desk) -> (String, String) {
    let pack = Pack::shipped();
    let engine = Engine::new(&pack, &desk.book, today(), &|_| Decimal::ONE_HUNDRED);
    let month = Month::Code("FY27M5".into());
    let projection = engine.project(&View::Booked, &month).unwrap();
    let services = projection
        .portfolios
        .iter()
        .find(|p| p.portfolio.is_services())
        .unwrap();
    let otrr = services
        .metrics
        .iter()
        .find(|m| &*m.metric == "otrr")
        .unwrap();
    let text =
        |n: &Option<num_rational::BigRational>| n.as_ref().map_or(String::new(), |n| n.to_string());
    (text(&otrr.a), text(&otrr.b))
}

/// What the queue shows as the renewal's value.
fn value(desk: &Desk, renewal: &Renewal) -> Option<Decimal> {
    let (rules, catalogue) = (Pack::shipped().rules, Catalogue::shipped());
    let queue = Queue::build(&desk.book, &rules, &catalogue, today());
    queue.row(renewal.id).unwrap().atr().amount
}

#[test]
fn a_booked_renewal_keeps_its_end_and_credit_when_next_years_cover_is_imported() {
    for (stage, credit) in [("booked", "900"), ("lost", "0")] {
        let mut desk = Desk::new();
        let first = file("2025-12-10", "2026-12-09");
        desk.import(&first, "a.csv", "").unwrap();
        let mut closed = the_renewal(&desk, "2026-12-09");
        closed.stage = stage.into();
        match stage {
            "booked" => closed.booked_on = Some(day("2026-11-20")),
            _ => closed.loss_reason = Some("price".into()),
        }
        desk.book.renewals.put(closed.clone());
        let before = on_time(&desk);
        assert_eq!(before, (credit.to_string(), "900".to_string()), "{stage}");
        assert_eq!(value(&desk, &closed), Some(Decimal::from(900)));
        let second = file("2026-12-10", "2027-12-09");
        let report = desk.import(&second, "b.csv", "").unwrap();
        assert_eq!(counts(&report), (2, 0, 2, 0, 0, 0));
        assert_eq!(the_renewal(&desk, "2026-12-09"), closed);
        let next = the_renewal(&desk, "2027-12-09");
        assert_ne!(next.id, closed.id);
        for renewal in [&closed, &next] {
            assert_eq!(value(&desk, renewal), Some(Decimal::from(900)), "{stage}");
        }
        assert_eq!((&*next.stage, next.booked_on), ("upcoming", None));
        assert_eq!(on_time(&desk), before, "{stage}");
        // The new cover changes in place, and the old line is neither news nor gone.
        let later = file("2026-12-10", "2027-12-31");
        let report = desk.import(&later, "c.csv", "").unwrap();
        assert_eq!(counts(&report), (2, 0, 2, 0, 0, 0));
        assert!(report.warnings.iter().all(|w| w.code != Code::Gone));
        assert_eq!(desk.book.lines.len(), 4);
        assert_eq!(the_renewal(&desk, "2027-12-31").id, next.id);
        assert_eq!(on_time(&desk), before, "{stage}");
    }
}

#[test]
fn prices_without_a_currency_are_never_added_to_those_of_another() {
    let row = |serial: &str, currency: &str| {
        format!(
            "{serial},200100,Acme,C9300-24T-E,CON-SNT-C93002TE,2025-12-10,2026-12-09,1,1000.00,\
             600.00,{currency}"
        )
    };
    let bytes = [HEAD.to_string(), row("FOC1", "EUR"), row("FOC2", "")].join("\n");
    let mut desk = Desk::new();
    desk.import(bytes.as_bytes(), "a.csv", "").unwrap();
    let currencies: Vec<_> = desk.book.renewals.iter().map(|r| r.currency).collect();
    assert_eq!(currencies.len(), 2);
    assert!(currencies.contains(&None));
    let lines: Vec<_> = desk.book.lines.iter().collect();
    let atr = pricing::atr(lines.iter());
    assert_eq!(atr.amount, Some(Decimal::from(600)));
    assert_eq!(
        atr.currency.map(|c| c.code().to_string()),
        Some("EUR".into())
    );
    assert_eq!(atr.basis, Basis::Net);
}

#[test]
fn a_quote_over_prices_without_a_currency_is_refused_not_guessed() {
    let bytes = format!(
        "{HEAD}\nFOC1,200100,Acme,C9300-24T-E,CON-SNT-C93002TE,2025-12-10,2026-12-09,1,1000,600,"
    );
    let mut desk = Desk::new();
    desk.import(bytes.as_bytes(), "a.csv", "decimal_mark = \".\"")
        .unwrap();
    let renewal = the_renewal(&desk, "2026-12-09");
    let line = desk.book.lines.iter().next().unwrap();
    let expiring = Expiring {
        renewal: renewal.id,
        account: line.account,
        currency: renewal.currency,
        lines: vec![(line, Limits::default())],
    };
    let mut ids = || Uuid::from_u128(9);
    let rules = Pack::shipped().rules;
    let refused = draft_quote(
        &[expiring],
        &mut ids,
        today(),
        &rules,
        &DraftOptions::default(),
    );
    assert_eq!(refused, Err(DraftError::NoCurrency));
    assert!(DraftError::NoCurrency.to_string().contains("--map"));
}
