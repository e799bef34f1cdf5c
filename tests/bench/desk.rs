//! The parts of the desk, each timed on demo books of growing size: frames, keys, filter, search,
//! projection, queue, engine, reading the book, reading an export.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod books;
#[allow(dead_code)]
#[path = "../desk/driver.rs"]
mod driver;
mod goals;

use books::{LONG, sizes};
use divan::{Bencher, black_box, counter::ItemsCount};
use driver::{Driver, today};
use renewdesk::book::Queue;
use renewdesk::book::filter::Filter;
use renewdesk::book::search::Search;
use renewdesk::catalogue::Catalogue;
use renewdesk::domain::ids::{QuoteId, RenewalId};
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::expand::Scene;
use renewdesk::ingest::{self, ReadOptions};
use renewdesk::pricing;
use renewdesk::program::{Engine, Month, Pack, View, moved};
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::HashMap;

fn main() {
    divan::main();
}

type Long = (Driver, QuoteId);

thread_local! {
    static DESKS: RefCell<HashMap<u32, Long>> = RefCell::default();
}

/// Works on the desk of that size; each is made once.
fn on_desk<T>(lines: u32, work: impl FnOnce(&mut Driver, QuoteId) -> T) -> T {
    DESKS.with_borrow_mut(|desks| {
        let (desk, quote) = desks
            .entry(lines)
            .or_insert_with(|| books::on_long_quote(lines, LONG, 200, 60));
        work(desk, *quote)
    })
}

/// A frame of the pipeline at a size.
fn frame(bencher: Bencher<'_, '_>, lines: u32, columns: u16, rows: u16) {
    on_desk(lines, |desk, _| {
        desk.size(columns, rows);
        books::to_list(desk);
        desk.sees("Pipeline").sees("ATR");
        bencher.bench_local(|| desk.draw());
    });
}

#[divan::bench(args = sizes())]
fn frame_80x24(bencher: Bencher<'_, '_>, lines: u32) {
    frame(bencher, lines, 80, 24);
}

#[divan::bench(args = sizes())]
fn frame_200x60(bencher: Bencher<'_, '_>, lines: u32) {
    frame(bencher, lines, 200, 60);
}

#[divan::bench(args = sizes())]
fn key_to_frame_moving(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, _| {
        desk.size(200, 60);
        books::to_list(desk);
        let first = desk.screen();
        let mut down = false;
        bencher.bench_local(|| {
            down = !down;
            desk.keys(if down { "down" } else { "up" });
        });
        desk.keys("home down");
        assert_ne!(desk.screen(), first);
    });
}

/// One letter more in the filter: read the words, try them on every row.
#[divan::bench(args = sizes())]
fn filter_keystroke(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, _| {
        let rows = desk.desk().rows();
        let all = "end within 90 days, risk >= watch, customer contains ba";
        let mut hits = usize::MAX;
        bencher.bench_local(|| {
            let filter = Filter::parse(black_box(all), "me").expect("it reads");
            hits = rows
                .iter()
                .filter(|r| filter.matches(r, today(), desk.desk().gear()))
                .count();
        });
        assert!((1..rows.len()).contains(&hits), "{hits}");
    });
}

/// One letter more in a search, from the first letter on and round again.
#[divan::bench(args = sizes())]
fn search_keystroke(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, _| {
        let mut search = Search::over(desk.desk().gear());
        let mut at = 0;
        let words = ["c", "c9", "c93", "c930", "c9300", "c9300 b", "c9300 ba"];
        let mut hits = 0;
        bencher.bench_local(|| {
            search.set(words[at % words.len()]);
            search.finish();
            hits = search.top(60, |_| true).len();
            at += 1;
        });
        assert!(hits > 0);
    });
}

/// One digit more in a quote of 1,000 lines: the projection with the draft.
#[divan::bench(args = sizes())]
fn projection_keystroke_1000_lines(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, id| {
        let engine = desk.desk().engine.clone().expect("computed");
        let mut draft = desk.desk().quote(id).expect("in the book").clone();
        let view = View::Quote(id);
        let mut seen = Vec::new();
        bencher.bench_local(|| {
            draft.lines[0].quantity = Decimal::from(1 + 50 * (seen.len() % 2));
            let projection = engine.project_with(&draft, &view, &Month::Horizon);
            seen.truncate(1);
            seen.push(projection.expect("it projects"));
        });
        assert!(!seen.is_empty());
    });
}

/// The same in every view the pane shows: booked, with this quote, and with what is committed, and
/// what the quote moves between them.
#[divan::bench(args = sizes())]
fn views_keystroke_1000_lines(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, id| {
        let engine = desk.desk().engine.clone().expect("computed");
        let mut draft = desk.desk().quote(id).expect("in the book").clone();
        let views = [View::Booked, View::Quote(id), View::Committed];
        let (mut more, mut rows) = (false, 0);
        bencher.bench_local(|| {
            more = !more;
            draft.lines[0].quantity = Decimal::from(if more { 51 } else { 1 });
            let all = views.each_ref().map(|view| {
                engine
                    .project_with(&draft, view, &Month::Horizon)
                    .expect("projects")
            });
            rows = moved(&all[0], &all[1]).len();
            all
        });
        assert!(rows > 0);
    });
}

/// A renewal of 1,000 lines with its quote taken in again after an edit.
#[divan::bench(args = sizes())]
fn engine_refresh_1000_lines(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, id| {
        let mut engine = (**desk.desk().engine.as_ref().expect("computed")).clone();
        let before = engine.clone();
        let mut snapshot = (*desk.desk().snapshot).clone();
        let mut quote = desk.desk().quote(id).expect("in the book").clone();
        let renewals = quote.renewals.clone();
        let mut more = false;
        bencher.counter(ItemsCount::new(LONG)).bench_local(|| {
            more = !more;
            for line in &mut quote.lines {
                line.quantity = Decimal::from(if more { 51 } else { 1 });
            }
            snapshot.quotes.put(quote.clone());
            engine.refresh(&snapshot, &renewals, &|_| Decimal::ONE_HUNDRED);
        });
        assert!(!engine.same_sums(&before));
    });
}

/// One line of a quote of 1,000 typed: repriced and counted again beside all others.
#[divan::bench(args = sizes())]
fn engine_retype_one_line(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, id| {
        let engine = desk.desk().engine.clone().expect("computed");
        let mut quote = desk.desk().quote(id).expect("in the book").clone();
        let mut typed = engine.typed(&quote);
        let before = typed.clone();
        let mut row = 0;
        bencher.bench_local(|| {
            row = (row + 7) % LONG;
            quote.lines[row].quantity += Decimal::ONE;
            engine.retype(&mut typed, &quote, row);
        });
        assert!(!typed.counts_the_same(&before));
        assert!(typed.counts_the_same(&engine.typed(&quote)));
    });
}

/// Every deal of the book counted again from the columns, equal to the last minor unit.
#[divan::bench(args = sizes(), sample_count = 30)]
fn engine_recompute(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, _| {
        let kept = desk.desk().engine.clone().expect("computed");
        let mut engine = (*kept).clone();
        bencher
            .counter(ItemsCount::new(lines))
            .bench_local(|| engine.recompute());
        assert!(engine.same_sums(&kept));
        let pack = Pack::shipped();
        let empty = Engine::new(&pack, &Snapshot::default(), today(), &|_| Decimal::ZERO);
        assert!(!engine.same_sums(&empty));
    });
}

/// What the same sums cost in decimals: value due, credit, ACV, TCV and the TCV of services of
/// every line, already found and sorted. The yardstick of `engine_recompute` in the same run.
#[divan::bench(args = sizes(), sample_count = 30)]
fn decimal_sums_for_comparison(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, _| {
        let pack = Pack::shipped();
        let calendar = pack.calendar_for("");
        let snapshot = &desk.desk().snapshot;
        let found: Vec<(usize, bool, Decimal)> = snapshot
            .lines
            .iter()
            .filter_map(|line| {
                let (value, _) = pricing::line_run_rate(&line)?;
                let month = calendar.position_of(line.end?)?;
                let services = line.portfolio().is_some_and(Portfolio::is_services);
                Some((month, services, value))
            })
            .collect();
        assert!(found.len() > lines as usize / 2);
        let mut total = Decimal::ZERO;
        bencher.counter(ItemsCount::new(lines)).bench_local(|| {
            let mut sums = vec![[Decimal::ZERO; 5]; calendar.months().len() * 2];
            for (month, services, value) in &found {
                let sums = &mut sums[month * 2 + usize::from(*services)];
                for sum in sums.iter_mut().take(if *services { 5 } else { 2 }) {
                    *sum += value;
                }
            }
            total = sums.iter().flatten().sum();
        });
        assert!(total > Decimal::ZERO);
    });
}

/// The same through the desk: grid, line, totals, projection, frame.
#[divan::bench(args = sizes())]
fn quote_key_to_frame_1000_lines(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, id| {
        desk.size(200, 60).keys("g q");
        assert_eq!(desk.model.quote.sheet().expect("open").kept.id, id);
        let before = desk.screen();
        desk.keys("'1'");
        let mut more = false;
        bencher.bench_local(|| {
            more = !more;
            desk.keys(if more { "'7'" } else { "backspace" });
        });
        assert_ne!(desk.screen(), before);
        desk.keys("esc");
    });
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn queue_build(bencher: Bencher<'_, '_>, lines: u32) {
    let (pack, catalogue) = (Pack::shipped(), Catalogue::shipped());
    on_desk(lines, |desk, _| {
        let snapshot = &desk.desk().snapshot;
        bencher.bench_local(|| {
            let queue = Queue::build(snapshot, &pack.rules, &catalogue, today());
            assert!(queue.rows().len() > lines as usize / 40);
            queue
        });
    });
}

/// What suggestions are worked out from.
fn scene(desk: &Driver) -> Scene<'_> {
    desk.desk().scene()
}

#[divan::bench(args = sizes(), sample_count = 5)]
fn suggestions_of_the_whole_book(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, _| {
        let wanted = desk.desk().suggestions.len();
        bencher.bench_local(|| {
            let found = renewdesk::runtime::desk::suggestions(scene(desk));
            assert_eq!(found.len(), wanted);
            found
        });
    });
}

#[divan::bench(args = sizes())]
fn suggestions_after_an_edit(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, _| {
        let before = desk.desk().suggestions.clone();
        // a customer with suggestions, another each time
        let accounts: Vec<_> = before.plays().keys().copied().collect();
        let mut next = accounts.iter().cycle();
        bencher.bench_local(|| {
            let touched = next.next().copied().into_iter().collect();
            let found = before.again(scene(desk), &touched);
            assert_eq!(found.len(), before.len());
            found
        });
    });
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn engine_build(bencher: Bencher<'_, '_>, lines: u32) {
    let pack = Pack::shipped();
    on_desk(lines, |desk, id| {
        let desk = desk.desk();
        let win = |id: RenewalId| {
            desk.row(id)
                .map_or_else(Decimal::default, |r| r.risk().win_pct)
        };
        bencher.bench_local(|| {
            let engine = Engine::new(&pack, &desk.snapshot, today(), &win);
            assert!(engine.project(&View::Quote(id), &Month::Horizon).is_ok());
            engine
        });
    });
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn snapshot_load(bencher: Bencher<'_, '_>, lines: u32) {
    on_desk(lines, |desk, _| {
        bencher.bench_local(|| {
            let snapshot = desk.store.snapshot().expect("it reads");
            assert!(snapshot.lines.len() >= lines as usize);
            snapshot
        });
    });
}

/// From the bytes of an export to checked rows; planning and writing are in `latency`.
#[divan::bench(args = sizes(), sample_count = 5)]
fn read_export(bencher: Bencher<'_, '_>, lines: u32) {
    let bytes = books::export(lines as usize).into_bytes();
    bencher.counter(ItemsCount::new(lines)).bench_local(|| {
        let options = ReadOptions::default();
        let read = ingest::read(&bytes, "lines.csv", &options, &mut |_| {});
        let rows = read.expect("it reads");
        assert_eq!(rows.records.len(), lines as usize);
        rows
    });
}

/// A board with so many open deals, repeated from those of a demo book.
fn board_of(deals: usize) -> renewdesk::program::board::Board {
    on_desk(10_000, |desk, _| {
        let engine = desk.desk().engine.clone().unwrap();
        let mut board = engine.board(&Month::Horizon).unwrap();
        let some = board.deals.clone();
        let touching: Vec<_> = some.iter().filter(|d| !d.adds.is_empty()).collect();
        board.deals = touching.iter().cycle().take(deals).cloned().collect();
        board
    })
}

/// Every open deal: what is lost without it, its marks, its rank.
#[divan::bench(args = [200, 2_000])]
fn attribution_of_all_open_deals(bencher: Bencher<'_, '_>, deals: usize) {
    use renewdesk::program::attribution::Attribution;
    let board = board_of(deals);
    bencher.counter(ItemsCount::new(deals)).bench_local(|| {
        let attribution = Attribution::of(&board, |_, _| true);
        let standing = attribution.standing();
        attribution
            .deals(&board)
            .map(|(_, deal)| standing.part(&board, &deal.adds))
            .map(|effects| standing.stake(&board, &effects).points)
            .sum::<Decimal>()
    });
}

/// A thousand drawn orders and their reverses over every metric of Services.
#[divan::bench(args = [12, 200, 2_000])]
fn fair_split(bencher: Bencher<'_, '_>, deals: usize) {
    use renewdesk::program::attribution::{Attribution, DRAWS, Fair};
    let board = board_of(deals);
    let attribution = Attribution::of(&board, |_, _| true);
    let services = renewdesk::domain::portfolio::Portfolio::named("Services").unwrap();
    let number = board.number(&services).unwrap();
    bencher.bench_local(|| Fair::of(&board, &attribution, number, 1, DRAWS));
}

/// A whole quote of 1,000 lines counted, then its marks and the nearest step.
#[divan::bench]
fn attribution_of_a_long_quote(bencher: Bencher<'_, '_>) {
    on_desk(10_000, |desk, quote| {
        let desk = desk.desk();
        let (engine, stakes) = (desk.engine.clone().unwrap(), desk.stakes.clone().unwrap());
        let quote = desk.snapshot.quotes.get(quote).unwrap().clone();
        bencher.bench_local(|| stakes.of_quote(&engine, &quote));
    });
}
