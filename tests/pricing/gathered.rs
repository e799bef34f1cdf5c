//! Laws of lines in groups: subtotals add up to the totals, sums kept while lines are typed are those of
//! the lines, and no grouping loses, doubles or moves a line of the quote.

use crate::fixture::*;
use crate::whole::quote_of;
use proptest::prelude::*;
use renewdesk::domain::quote::{BuyDriver, Quote, QuoteLine, SellDriver};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::pricing::bulk::copied;
use renewdesk::pricing::edit::Field;
use renewdesk::pricing::gathered::{Gathered, Path, Spot};
use renewdesk::pricing::subtotals::{By, Group, subtotals};
use renewdesk::pricing::{PricedLine, Tally, price_line, totals};
use rust_decimal::Decimal;
use std::collections::HashSet;

fn any_line() -> impl Strategy<Value = QuoteLine> {
    let figures = (
        0i64..10_000_000,
        0i64..4,
        -500i64..9_900,
        prop::option::of(0i64..9),
    );
    let words = (0usize..3, 0usize..4, 0u64..3);
    (figures, words).prop_map(|((cents, quantity, margin, off), (pid, level, days))| {
        let known = cents > 500_000;
        let worked = worked_line();
        QuoteLine {
            quantity: Decimal::new(quantity * 5, 1),
            unit_list: known.then(|| Decimal::new(cents, 2)),
            buy: off.map_or(BuyDriver::UnitNet(Decimal::new(cents, 2)), |off| {
                BuyDriver::DiscountPct(off.into())
            }),
            sell: SellDriver::MarginPct(Decimal::new(margin, 2)),
            pid: ["A", "B", ""].get(pid).map(|word| (*word).into()),
            service_level: ["NBD", "4H", "Zürich"]
                .get(level)
                .map(|word| (*word).into()),
            service_sku: None,
            end: worked.end + chrono::Days::new(days),
            ..worked
        }
    })
}

fn any_by() -> impl Strategy<Value = Vec<By>> {
    let all = vec![By::Product, By::Level, By::End, By::Portfolio];
    prop::sample::subsequence(all, 1..4).prop_shuffle()
}

fn priced(quote: &Quote) -> Vec<PricedLine> {
    let price = |line| price_line(line, quote.currency, &rules());
    quote.lines.iter().map(price).collect()
}

fn gathered(quote: &Quote, by: &[By]) -> Gathered {
    let book = Snapshot::default();
    let group = Group {
        snapshot: &book,
        quote,
    };
    Gathered::of(&group, &priced(quote), by)
}

/// Every group with its sums and its lines, as one can compare them.
fn told(gathered: &Gathered, quote: &Quote) -> Vec<(Path, Vec<usize>, String)> {
    let heads = gathered.heads().iter();
    let one = |head: &renewdesk::pricing::gathered::Head| {
        let sums = head.sums.totals(quote.currency);
        let text = format!(
            "{} {} {} {} {} {:?} {:?} {}",
            head.sums.lines(),
            head.sums.quantity().normalize(),
            sums.list.normalize(),
            sums.net.normalize(),
            sums.sell.normalize(),
            sums.discount_pct.map(|pct| pct.normalize()),
            sums.margin_pct.map(|pct| pct.normalize()),
            sums.unpriced,
        );
        (head.path.clone(), gathered.rows_of(head).to_vec(), text)
    };
    heads.map(one).collect()
}

proptest! {
    #[test]
    fn subtotals_of_every_level_add_up_to_the_totals(
        lines in prop::collection::vec(any_line(), 1..24), by in any_by(),
    ) {
        let quote = quote_of(lines, "USD");
        let priced = priced(&quote);
        let all = totals(quote.lines.iter().zip(&priced), quote.currency);
        let gathered = gathered(&quote, &by);
        for depth in 1..=by.len() {
            let level = || gathered.heads().iter().filter(|head| head.path.len() == depth);
            let sum = |of: fn(&renewdesk::pricing::Totals) -> Decimal| -> Decimal {
                level().map(|head| of(&head.sums.totals(quote.currency))).sum()
            };
            prop_assert_eq!(sum(|t| t.net), all.net);
            prop_assert_eq!(sum(|t| t.sell), all.sell);
            prop_assert_eq!(sum(|t| t.list), all.list);
            prop_assert_eq!(sum(|t| t.tcv), all.tcv);
            let units: Decimal = level().map(|head| head.sums.quantity()).sum();
            prop_assert_eq!(units, quote.lines.iter().map(|l| l.quantity).sum::<Decimal>());
            let unpriced: usize = level().map(|h| h.sums.totals(quote.currency).unpriced).sum();
            prop_assert_eq!(unpriced, all.unpriced);
            let mut rows: Vec<usize> = level().flat_map(|h| gathered.rows_of(h).to_vec()).collect();
            rows.sort_unstable();
            prop_assert_eq!(rows, (0..quote.lines.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_grid_gathers_as_a_summary_does(
        lines in prop::collection::vec(any_line(), 1..24), by in any_by(),
    ) {
        let quote = quote_of(lines, "USD");
        let priced = priced(&quote);
        let book = Snapshot::default();
        let group = Group { snapshot: &book, quote: &quote };
        let net = |priced: &PricedLine, line: &QuoteLine| {
            (!line.quantity.is_zero()).then_some(priced.extended_net).flatten()
        };
        let amounts = quote.lines.iter().zip(&priced).map(|(line, priced)| (line, net(priced, line)));
        let summary = subtotals(&group, amounts, &by);
        let gathered = gathered(&quote, &by);
        let inner: Vec<_> = gathered.heads().iter().filter(|h| h.path.len() == by.len()).collect();
        prop_assert_eq!(inner.len(), summary.len());
        for (head, sum) in inner.iter().zip(&summary) {
            let words: Vec<&str> = head.path.iter().map(|word| &**word).collect();
            prop_assert_eq!(&words, &sum.words);
            prop_assert_eq!(head.sums.totals(quote.currency).net, sum.amount);
            prop_assert_eq!(head.sums.lines(), sum.lines);
        }
    }

    #[test]
    fn sums_kept_while_lines_are_typed_are_those_of_the_lines(
        lines in prop::collection::vec(any_line(), 1..14),
        edits in prop::collection::vec((any_line(), 0usize..14, any::<bool>()), 0..14),
        by in any_by(),
    ) {
        let mut quote = quote_of(lines, "USD");
        let mut figures = priced(&quote);
        let mut kept = gathered(&quote, &by);
        let mut tally = Tally::of(quote.lines.iter().zip(&figures));
        let mut waiting = Vec::new();
        for (line, row, settles) in edits {
            let row = row % quote.lines.len();
            let line = QuoteLine { id: quote.lines[row].id, number: quote.lines[row].number, ..line };
            let before = std::mem::replace(&mut quote.lines[row], line);
            let now = price_line(&quote.lines[row], quote.currency, &rules());
            let figure = std::mem::replace(&mut figures[row], now);
            kept.put(row, (&before, &figure), (&quote.lines, &figures));
            prop_assert!(tally.take(&before, &figure));
            tally.add(&quote.lines[row], &figures[row]);
            waiting.push(row);
            let whole = totals(quote.lines.iter().zip(&figures), quote.currency);
            prop_assert_eq!(tally.totals(quote.currency), whole.clone());
            let outer = kept.heads().iter().filter(|head| head.path.len() == 1);
            let net: Decimal = outer.map(|head| head.sums.totals(quote.currency).net).sum();
            prop_assert_eq!(net, whole.net, "also before the line went where it belongs");
            if settles {
                let book = Snapshot::default();
                let group = Group { snapshot: &book, quote: &quote };
                kept.settle(&group, &figures, &waiting);
                waiting.clear();
                prop_assert_eq!(told(&kept, &quote), told(&gathered(&quote, &by), &quote));
            }
        }
    }

    #[test]
    fn every_line_is_seen_once_or_is_in_one_folded_group(
        lines in prop::collection::vec(any_line(), 0..24),
        by in any_by(),
        folds in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let quote = quote_of(lines, "USD");
        let gathered = gathered(&quote, &by);
        let heads = gathered.heads();
        let fold = |at: &prop::sample::Index| Some(heads.get(at.index(heads.len().max(1)))?.path.clone());
        let folded: HashSet<Path> = folds.iter().filter_map(fold).collect();
        let mut rows = Vec::new();
        let mut seen: Vec<Path> = Vec::new();
        for spot in gathered.spots(&folded) {
            match spot {
                Spot::Line(row) => {
                    let around = gathered.around(row);
                    prop_assert!(around.into_iter().all(|at| !folded.contains(&heads[at].path)));
                    rows.push(row);
                }
                Spot::Head(at) => {
                    let path = &heads[at].path;
                    prop_assert!(!seen.contains(path));
                    let outer = (1..path.len()).map(|to| path[..to].to_vec());
                    prop_assert!(outer.into_iter().all(|outer| !folded.contains(&outer)));
                    seen.push(path.clone());
                    if folded.contains(path) {
                        rows.extend(gathered.rows_of(&heads[at]));
                    }
                }
            }
        }
        prop_assert!(rows.len() == quote.lines.len(), "none twice: {rows:?}");
        rows.sort_unstable();
        prop_assert_eq!(rows, (0..quote.lines.len()).collect::<Vec<_>>());
        if folded.is_empty() {
            prop_assert_eq!(seen.len(), heads.len());
        }
    }
}

#[test]
fn groups_stand_by_their_words_those_without_last_and_lines_keep_their_order() {
    let named = |pid: &str| QuoteLine {
        pid: (!pid.is_empty()).then(|| pid.into()),
        service_sku: None,
        ..worked_line()
    };
    let quote = quote_of(["", "B", "A", "B"].map(named).to_vec(), "USD");
    let gathered = gathered(&quote, &[By::Product]);
    let order: Vec<(&str, &[usize])> = gathered
        .heads()
        .iter()
        .map(|head| (&*head.path[0], gathered.rows_of(head)))
        .collect();
    assert_eq!(order, [("A", &[2][..]), ("B", &[1, 3]), ("", &[0])]);
}

#[test]
fn of_what_follows_from_one_another_a_copied_block_takes_what_was_typed() {
    use Field::{
        DiscountPct, End, ExtendedNet, MarginPct, Quantity, Start, TermMonths, UnitNet, UnitSell,
    };
    let line = QuoteLine {
        buy: BuyDriver::DiscountPct(d("40")),
        sell: SellDriver::MarginPct(d("12")),
        ..worked_line()
    };
    let all = [
        Quantity,
        DiscountPct,
        UnitNet,
        ExtendedNet,
        TermMonths,
        Start,
        End,
        UnitSell,
        MarginPct,
    ];
    assert_eq!(
        copied(&line, &all),
        [Quantity, DiscountPct, Start, End, MarginPct]
    );
    assert_eq!(
        copied(&line, &[UnitNet, ExtendedNet, TermMonths]),
        [UnitNet, TermMonths]
    );
    let typed = QuoteLine {
        buy: BuyDriver::ExtendedNet(d("900")),
        ..line
    };
    assert_eq!(
        copied(&typed, &[DiscountPct, UnitNet, ExtendedNet]),
        [ExtendedNet]
    );
}
