//! What holds for every book.

use crate::book::{Book, code, day, dec, frac, id};
use proptest::prelude::*;
use renewdesk::domain::ids::{LineId, QuoteLineId, RenewalId};
use renewdesk::domain::line::{Line, LineKind};
use renewdesk::domain::quote::{BuyDriver, Quote};
use renewdesk::program::{Pack, Projection, View, exact};
use rust_decimal::Decimal;
use std::sync::LazyLock;

static PACK: LazyLock<Pack> = LazyLock::new(Pack::shipped);

const PORTFOLIOS: [&str; 4] = ["Services", "Services", "Networking", ""];
const STAGES: [&str; 6] = [
    "upcoming",
    "quoted",
    "committed",
    "po_received",
    "booked",
    "lost",
];

type PlannedLine = (u32, usize, Option<bool>, Option<bool>, bool);

/// A renewal to be made: days to its end, stage, planned or booked days from today, its lines
/// (cents, portfolio, premium, EA, subscription), and what of it is quoted, in percent of value.
#[derive(Clone, Debug)]
pub struct Plan {
    end: i64,
    stage: usize,
    books: Option<i64>,
    lines: Vec<PlannedLine>,
    quoted: Option<Vec<(u8, i32)>>,
}

pub fn plan() -> impl Strategy<Value = Plan> {
    let flag = || prop::option::of(any::<bool>());
    let line = (1u32..5_000_000, 0usize..4, flag(), flag(), any::<bool>());
    (
        -60i64..200,
        0usize..6,
        prop::option::of(-20i64..150),
        prop::collection::vec(line, 1..4),
        prop::option::of(prop::collection::vec((0u8..150, 1i32..40), 0..4)),
    )
        .prop_map(|(end, stage, books, lines, quoted)| Plan {
            end,
            stage,
            books,
            lines,
            quoted,
        })
}

pub type Index = (u32, u32, u8);

pub fn indexes() -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec((0u32..300_000, 0u32..300_000, 0u8..=10), 6)
}

fn base(indexes: &[Index]) -> Book {
    let mut book = Book::new();
    book.pack = PACK.clone();
    let rows = [
        ("Services", "On-Time Renewal"),
        ("Services", "ACV Growth"),
        ("Services", "Premium Services"),
        ("Networking", "ACV Growth"),
        ("Networking", "TCV Growth"),
        ("Networking", "Buying Program"),
    ];
    for ((portfolio, name), (a, b, index)) in rows.into_iter().zip(indexes) {
        book.row(
            portfolio,
            name,
            &a.to_string(),
            &b.to_string(),
            &index.to_string(),
        );
    }
    book
}

fn add(book: &mut Book, plan: &Plan) -> (RenewalId, Option<Quote>) {
    let on = |days: i64| book.today + chrono::Duration::days(days);
    let end = on(plan.end).to_string();
    let books = plan.books.map(on);
    let lines: Vec<(String, &str)> = plan
        .lines
        .iter()
        .map(|(cents, p, ..)| (Decimal::new((*cents).into(), 2).to_string(), PORTFOLIOS[*p]))
        .collect();
    let lines: Vec<(&str, &str)> = lines.iter().map(|(v, p)| (v.as_str(), *p)).collect();
    let renewal = book.renewal(&end, STAGES[plan.stage], &lines);
    let mut flags = plan.lines.iter();
    book.change_lines(renewal, |line| {
        let (_, _, premium, ea, subscription) = flags.next().unwrap();
        line.premium = *premium;
        line.ea = *ea;
        if *subscription {
            line.kind = LineKind::Subscription;
        }
    });
    let booked = STAGES[plan.stage] == "booked";
    book.change(renewal, |r| {
        if booked {
            r.booked_on = books;
        } else {
            r.planned_on = books;
        }
    });
    let quote = plan.quoted.as_ref().map(|changes| {
        let mut quote = book.quote(&[renewal]);
        for (line, (percent, months)) in quote.lines.iter_mut().zip(changes) {
            line.quantity = Decimal::from(*percent) / dec("100");
            line.end = renewdesk::domain::day::term_end(line.start, *months);
        }
        quote
    });
    (renewal, quote)
}

pub fn full(indexes: &[Index], plans: &[Plan]) -> (Book, Vec<RenewalId>) {
    let mut book = base(indexes);
    let mut ids = Vec::new();
    for plan in plans {
        let (renewal, quote) = add(&mut book, plan);
        ids.push(renewal);
        if let Some(quote) = quote {
            book.snapshot.quotes.put(quote);
        }
    }
    (book, ids)
}

/// Everything a projection says, as text.
fn said(projection: &Projection) -> String {
    let mut out = format!("{} {:?}\n", projection.month, projection.left_out);
    for portfolio in &projection.portfolios {
        for m in &portfolio.metrics {
            out += &format!(
                "{} {} {:?} {:?} {:?} {:?} {:?}\n",
                portfolio.portfolio, m.metric, m.a, m.b, m.index, m.points, m.next_step
            );
        }
        out += &format!("{:?} {:?}\n", portfolio.score, portfolio.missing);
    }
    out
}

const VIEWS: [View; 4] = [View::Booked, View::Committed, View::Open, View::Weighted];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_score_stays_between_0_and_10(
        indexes in indexes(), plans in prop::collection::vec(plan(), 0..8),
    ) {
        let (book, _) = full(&indexes, &plans);
        let engine = book.engine();
        for view in VIEWS {
            for month in ["baseline", "FY27M5", "FY27M7", "FY28M9"] {
                let projection = engine.project(&view, &code(month)).unwrap();
                for score in projection.portfolios.iter().filter_map(|p| p.score.as_ref()) {
                    prop_assert!(*score >= frac("0") && *score <= frac("10"));
                }
            }
        }
    }

    #[test]
    fn the_short_way_of_a_keystroke_equals_a_new_engine(
        indexes in indexes(), plans in prop::collection::vec(plan(), 1..6),
        typed in plan(), quantity in 0u8..5,
    ) {
        let (mut book, _) = full(&indexes, &plans);
        let (renewal, quote) = add(&mut book, &typed);
        let mut draft = quote.unwrap_or_else(|| book.quote(&[renewal]));
        let stored = draft.clone();
        if let Some(line) = draft.lines.first_mut() {
            line.quantity = Decimal::from(quantity);
        }
        book.snapshot.quotes.put(stored);
        let mut short = book.engine();
        let with = |view: &View| said(&short.project_with(&draft, view, &code("FY27M7")).unwrap());
        let view = View::Quote(draft.id);
        let typing = [with(&view), with(&View::Open), with(&View::Weighted)];
        book.snapshot.quotes.put(draft.clone());
        let long = book.engine();
        let of = |view: &View| said(&long.project(view, &code("FY27M7")).unwrap());
        prop_assert_eq!(&typing[0], &of(&view));
        let counts = !matches!(STAGES[typed.stage], "lost");
        if counts {
            prop_assert_eq!(&typing[1], &of(&View::Open));
            prop_assert_eq!(&typing[2], &of(&View::Weighted));
        }
        short.refresh(&book.snapshot, &[renewal], &|_| book.p);
        for view in VIEWS {
            let refreshed = said(&short.project(&view, &code("FY27M7")).unwrap());
            prop_assert_eq!(refreshed, of(&view));
        }
    }

    #[test]
    fn an_edit_taken_back_leaves_no_trace(
        indexes in indexes(), plans in prop::collection::vec(plan(), 1..6), which in 0usize..6,
    ) {
        let (mut book, ids) = full(&indexes, &plans);
        let renewal = ids[which % ids.len()];
        let mut engine = book.engine();
        let before = said(&engine.project(&View::Open, &code("FY27M6")).unwrap());
        let old = book.snapshot.renewals.get(renewal).unwrap().clone();
        book.change(renewal, |r| {
            r.stage = "booked".into();
            r.booked_on = Some(day("2026-12-02"));
        });
        engine.refresh(&book.snapshot, &[renewal], &|_| book.p);
        let edited = said(&engine.project(&View::Open, &code("FY27M6")).unwrap());
        prop_assert_eq!(edited, said(&book.engine().project(&View::Open, &code("FY27M6")).unwrap()));
        book.snapshot.renewals.put(old);
        engine.refresh(&book.snapshot, &[renewal], &|_| book.p);
        prop_assert_eq!(before, said(&engine.project(&View::Open, &code("FY27M6")).unwrap()));
    }

    #[test]
    fn the_order_of_deals_does_not_matter(
        indexes in indexes(), plans in prop::collection::vec(plan(), 2..7),
    ) {
        let (book, _) = full(&indexes, &plans);
        let mut turned = Book::new();
        turned.pack = PACK.clone();
        let rows = &book.snapshot;
        rows.baseline.iter().for_each(|r| turned.snapshot.baseline.put(r.clone()));
        // lines come by number: turned ones are numbered from the end
        let next = rows.lines.next_id();
        let turn = |id: LineId| LineId(next.0 - id.0);
        rows.lines.iter().for_each(|r| turned.snapshot.lines.put(Line { id: turn(r.id), ..r }));
        rows.renewals.iter().rev().for_each(|r| turned.snapshot.renewals.put(r.clone()));
        for quote in rows.quotes.iter().rev() {
            let mut quote = quote.clone();
            for line in &mut quote.lines {
                line.renews = line.renews.map(turn);
            }
            turned.snapshot.quotes.put(quote);
        }
        for view in VIEWS {
            prop_assert_eq!(
                said(&book.project(view.clone(), "FY27M7")),
                said(&turned.project(view, "FY27M7"))
            );
        }
    }

    #[test]
    fn splitting_a_quote_line_by_quantity_changes_nothing(
        indexes in indexes(), value in 1u32..900_000, parts in (1u8..20, 1u8..20),
    ) {
        let mut book = base(&indexes);
        let amount = Decimal::new(value.into(), 2).to_string();
        let renewal = book.renewal("2026-12-20", "quoted", &[(&amount, "Services")]);
        let mut quote = book.quote(&[renewal]);
        quote.lines[0].quantity = Decimal::from(parts.0) + Decimal::from(parts.1);
        quote.lines[0].buy = BuyDriver::UnitNet(dec("12.34"));
        let engine = book.engine();
        let view = View::Quote(quote.id);
        let whole = said(&engine.project_with(&quote, &view, &code("FY27M6")).unwrap());
        let mut other = quote.lines[0].clone();
        other.id = QuoteLineId(id(6, 12345));
        other.quantity = Decimal::from(parts.1);
        quote.lines[0].quantity = Decimal::from(parts.0);
        quote.lines.push(other);
        let split = said(&engine.project_with(&quote, &view, &code("FY27M6")).unwrap());
        prop_assert_eq!(whole, split);
    }

    #[test]
    fn more_renewed_on_time_never_lowers_the_rate_and_views_grow(
        indexes in indexes(), plans in prop::collection::vec(plan(), 0..6), more in 1u32..900_000,
    ) {
        let (mut book, _) = full(&indexes, &plans);
        let otrr = |book: &Book, view: View| {
            let projection = book.project(view, "FY27M7");
            let metric = crate::book::metric(&projection, "Services", "otrr").clone();
            (metric.a.unwrap(), metric.index.unwrap())
        };
        let chain = [View::Booked, View::Committed, View::Open].map(|view| otrr(&book, view).0);
        prop_assert!(chain.is_sorted());
        let amount = Decimal::new(more.into(), 2).to_string();
        let renewal = book.renewal("2026-12-20", "upcoming", &[(&amount, "Services")]);
        let open = otrr(&book, View::Booked);
        book.change(renewal, |r| {
            r.stage = "booked".into();
            r.booked_on = Some(day("2026-12-01"));
        });
        let booked = otrr(&book, View::Booked);
        prop_assert_eq!(&booked.0 - &open.0, exact::of(dec(&amount)));
        prop_assert!(booked.1 >= open.1);
    }
}
