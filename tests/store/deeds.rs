//! Things done to a book one after the other, so that its history holds every kind of change to
//! lines and to what names them: the same in a book of an earlier schema and in one of today.

use crate::fixture::*;
use renewdesk::domain::batch::Batch;
use renewdesk::domain::command::{Command, ImportPlan};
use renewdesk::domain::ids::*;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::quote::{Quote, QuoteLine};
use renewdesk::domain::suggestion::{Decision, Verdict};
use renewdesk::store::Store;

fn done(store: &mut Store, label: &str, command: Command) {
    store.apply(&command, label, &stamp()).unwrap();
}

fn import(store: &mut Store, label: &str, plan: ImportPlan) {
    let op_seq = store.op_seq().unwrap();
    let plan = ImportPlan { op_seq, ..plan };
    done(store, label, Command::Import(Box::new(plan)));
}

fn odd_lines(batch: BatchId) -> Vec<Line> {
    let bare = Line {
        contract: None,
        site: None,
        kind: LineKind::Asset,
        serial: None,
        instance: None,
        start: None,
        end: None,
        coverage: Coverage::NotCovered,
        ..line(12, batch)
    };
    let long = Line {
        kind: LineKind::Subscription,
        quantity: dec("0.0000000000000000000000000001"),
        unit_list: Some(dec("79228162514264337593543950335")),
        extended_net: Some(dec("-0.50")),
        currency: "EUR".parse().ok(),
        end: Some(day("9999-12-31")),
        ldos: Some(day("1969-12-31")),
        portfolio: Some(Portfolio("Zürich \"X\"".into())),
        customer_renew: Some(true),
        customer_comment: Some("ja, bitte".into()),
        origin_sheet: Some("Nord".into()),
        ..line(13, batch)
    };
    vec![bare, long]
}

/// Lines that get other values in every kind of column.
fn changed(batch: BatchId) -> Vec<Line> {
    let moved = Line {
        contract: Some(ContractId(id(3, 1))),
        site: None,
        quantity: dec("3.50"),
        end: None,
        coverage: Coverage::Expired,
        kind: LineKind::Wrapper,
        description: None,
        service_level: Some("8x5xNBD".into()),
        ..line(2, batch)
    };
    let gone = Line {
        gone_in: Some(batch),
        unit_list: None,
        ldos: Some(day("2031-10-31")),
        status_raw: Some("SIGNED".into()),
        ..line(5, batch)
    };
    vec![moved, gone, line(14, batch)]
}

fn batch_of(n: u64) -> (Option<Batch>, BatchId) {
    let batch = batch(n);
    let id = batch.id;
    (Some(batch), id)
}

fn first_import(store: &mut Store) {
    let mut first = plan(12, 0);
    let batch = first.batch.as_ref().map(|batch| batch.id).unwrap();
    first.put_lines.extend(odd_lines(batch));
    first.put_lines.sort_by_key(|line| line.id);
    let cells = r#"{"Coverage Notes":"none","Größe":"\"1\""}"#;
    first.raw.push((line_id(3), cells.into()));
    import(store, "first", first);
}

fn quoted(store: &mut Store) {
    let new = quote(1, vec![quote_line(1), quote_line(2)]);
    done(store, "quote", Command::NewQuote(Box::new(new)));
    let other = QuoteLine {
        renews: Some(line_id(6)),
        ..quote_line(1)
    };
    let none = QuoteLine {
        renews: None,
        ..quote_line(2)
    };
    for line in [other, none] {
        let held: Quote = store.snapshot().unwrap().quotes.at(0).unwrap();
        let put = Command::PutQuoteLines {
            quote: held.id,
            version: held.version,
            lines: vec![line],
            add_renewals: Vec::new(),
        };
        done(store, "quote lines", put);
    }
    let named = Command::NameQuoteVersion {
        quote: QuoteId(id(8, 1)),
        name: "as agreed".into(),
    };
    done(store, "version", named);
}

fn decided(store: &mut Store) {
    let decision = Decision {
        id: DecisionId(id(10, 1)),
        key: format!("refresh/{}/Catalyst 9300", id(1, 0)),
        facts: "0123456789abcdef".into(),
        verdict: Verdict::Dismissed {
            reason: "not now".into(),
        },
        on: day("2026-11-22"),
        by: "dana".into(),
    };
    let accept = None;
    done(store, "decision", Command::Decide { decision, accept });
}

/// Does all of it; the last import is taken back, so that its rows are there and do not stand.
pub fn all(store: &mut Store) {
    first_import(store);
    let flagged = Line {
        premium: Some(true),
        ea: None,
        portfolio_typed: Some(Portfolio("Security".into())),
        ..line(3, batch(1).id)
    };
    let line = Box::new(flagged);
    done(store, "flags", Command::SetLineFlags { line });
    quoted(store);
    decided(store);
    let (batch, second) = batch_of(2);
    let raw = vec![
        (line_id(0), r#"{"Coverage Notes":"some"}"#.to_string()),
        (line_id(5), r#"{"Coverage Notes":"late"}"#.to_string()),
        (line_id(14), r#"{"Coverage Notes":"new"}"#.to_string()),
    ];
    let plan = ImportPlan {
        batch,
        put_lines: changed(second),
        raw,
        ..ImportPlan::default()
    };
    import(store, "second", plan);
    let (batch, third) = batch_of(3);
    let plan = ImportPlan {
        batch,
        put_lines: vec![
            Line {
                quantity: dec("9"),
                ..self::line(1, third)
            },
            self::line(15, third),
        ],
        raw: vec![(line_id(2), r#"{"Coverage Notes":"undone"}"#.into())],
        ..ImportPlan::default()
    };
    import(store, "third", plan);
    store.undo(&stamp()).unwrap();
}
