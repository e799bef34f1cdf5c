//! What imports changed: each kind by itself, and several imports taken together.

use crate::fixture::*;
use renewdesk::book::changes::{Kind, together};
use renewdesk::book::lines_of_each;
use renewdesk::domain::ids::{BatchId, RenewalId};
use renewdesk::domain::line::{Coverage, Line};
use renewdesk::domain::moved::{After, Moved};

fn moved(seq: i64, before: Option<&Line>, after: &Line) -> Moved {
    Moved {
        seq,
        day: day("2026-11-22"),
        batch: BatchId(uuid(900 + seq as u64)),
        before: before.cloned().map(Box::new),
        after: After::Was(Box::new(after.clone())),
    }
}

/// One line before and after a change of it, as the kinds that are told.
fn kinds(change: impl FnOnce(&mut Line, &mut Book)) -> Vec<Kind> {
    let (mut book, _, renewal, line) = single("2026-12-31");
    let before = book.snapshot.lines.get(line).unwrap();
    let mut after = before.clone();
    change(&mut after, &mut book);
    book.snapshot.lines.put(after.clone());
    let told = together(vec![moved(1, Some(&before), &after)], &book.snapshot);
    assert!(told.iter().all(|change| change.line == line));
    assert!(told.iter().all(|change| change.renewal == Some(renewal)));
    told.into_iter().map(|change| change.kind).collect()
}

#[test]
fn each_kind_is_told_by_itself() {
    assert_eq!(kinds(|_, _| {}), []);
    let end = |line: &mut Line, _: &mut Book| line.end = Some(day("2027-06-30"));
    assert_eq!(kinds(end), [Kind::End]);
    let level = |line: &mut Line, _: &mut Book| line.service_level = Some("24x7x4".into());
    assert_eq!(kinds(level), [Kind::Level]);
    let more = |line: &mut Line, _: &mut Book| line.quantity += dec("2");
    assert_eq!(kinds(more), [Kind::Quantity]);
    let price = |line: &mut Line, _: &mut Book| line.extended_net = Some(dec("1.23"));
    assert_eq!(kinds(price), [Kind::Price]);
    let status = |line: &mut Line, _: &mut Book| line.status_raw = Some("SIGNED".into());
    assert_eq!(kinds(status), [Kind::Status]);
    let over = |line: &mut Line, _: &mut Book| line.coverage = Coverage::Expired;
    assert_eq!(kinds(over), [Kind::Status]);
    let masked = |line: &mut Line, _: &mut Book| line.coverage = Coverage::Masked;
    assert_eq!(kinds(masked), [Kind::Masked]);
    let gone = |line: &mut Line, _: &mut Book| line.gone_in = Some(BatchId(uuid(901)));
    assert_eq!(kinds(gone), [Kind::Gone]);
}

#[test]
fn a_line_that_moves_to_another_contract_names_both() {
    let (mut book, contract, _, line) = single("2026-12-31");
    let account = book.snapshot.contracts.get(contract).unwrap().account;
    let other = book.contract(account, "209999999");
    let before = book.snapshot.lines.get(line).unwrap();
    let mut after = before.clone();
    after.contract = Some(other);
    let told = together(vec![moved(1, Some(&before), &after)], &book.snapshot);
    let [change] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(change.kind, Kind::Contract);
    let number = &*book.snapshot.contracts.get(contract).unwrap().number;
    let said = format!("{:?}", change.fields);
    assert!(
        said.contains(number) && said.contains("209999999"),
        "{said}"
    );
}

#[test]
fn a_masked_line_that_is_filled_again_is_unmasked_and_what_came_back_is_no_change() {
    let (book, _, _, line) = single("2026-12-31");
    let whole = book.snapshot.lines.get(line).unwrap();
    let mut masked = whole.clone();
    masked.coverage = Coverage::Masked;
    let newest = moved(2, Some(&masked), &whole);
    let told = together(vec![newest.clone()], &book.snapshot);
    assert!(told.iter().any(|change| change.kind == Kind::Unmasked));
    let first = moved(1, Some(&whole), &masked);
    assert_eq!(together(vec![newest, first], &book.snapshot), []);
}

#[test]
fn a_change_stands_with_the_renewal_that_has_its_line() {
    let (mut book, _, usd, id) = single("2026-12-31");
    let mut other = book.snapshot.renewals.get(usd).unwrap().clone();
    other.id = RenewalId(uuid(800));
    other.currency = None;
    book.snapshot.renewals.put(other);
    // a line without a price joins the renewal that has a currency, as in the queue
    let before = book.snapshot.lines.get(id).unwrap();
    let after = Line {
        currency: None,
        unit_list: None,
        extended_net: None,
        ..before.clone()
    };
    book.snapshot.lines.put(after.clone());
    let told = together(vec![moved(1, Some(&before), &after)], &book.snapshot);
    let each = lines_of_each(&book.snapshot);
    let (own, _) = each
        .into_iter()
        .find(|(_, lines)| lines.contains(&id))
        .unwrap();
    assert!(!told.is_empty());
    assert!(
        told.iter().all(|change| change.renewal == Some(own.id)),
        "{told:?}"
    );
}
