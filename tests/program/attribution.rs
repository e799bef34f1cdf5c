//! P20, P21, P24 and the laws of attribution: columns add up, fair splits are fair.

use crate::board::demo;
use crate::book::*;
use num_rational::BigRational;
use num_traits::Zero;
use proptest::prelude::*;
use renewdesk::domain::ids::RenewalId;
use renewdesk::domain::packed::Numbered;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::attribution::{
    Attribution, DRAWS, Edges, Fair, Mark, Standing, beyond, by_portfolio, chosen_by, together,
};
use renewdesk::program::board::{Add, Board, BoardDeal, Class, DealId, State};
use renewdesk::program::{Engine, Month, View, exact};
use std::sync::OnceLock;

/// On-time value of 100,000 due, `a` of it renewed, and open deals that are all due already; each
/// can still be on time by the pack's grace.
fn on_time(a: &str, deals: &[&str]) -> (Book, Vec<RenewalId>) {
    let mut book = Book::new();
    book.weighted(
        "Services",
        "On-Time Renewal",
        ("25", "100"),
        a,
        "100000",
        "",
    );
    book.today = day("2026-11-21");
    book.pack.otrr.grace_days = 30;
    let ids = deals.iter().map(|value| {
        let id = book.renewal("2026-11-21", "quoted", &[(value, "Services")]);
        book.change(id, |renewal| renewal.planned_on = Some(day("2026-11-22")));
        id
    });
    let ids = ids.collect();
    (book, ids)
}

fn board(book: &Book) -> Board {
    book.engine().board(&Month::Baseline).unwrap()
}

fn services(board: &Board) -> usize {
    let services = Portfolio::named("Services").unwrap();
    board.number(&services).unwrap()
}

fn all(board: &Board) -> Attribution {
    Attribution::of(board, |_, _| true)
}

/// Points and mark of every deal, then shared and total, of Services.
fn column(book: &Book, ids: &[RenewalId]) -> (Vec<(String, &'static str)>, String, String) {
    let board = board(book);
    let attribution = all(&board);
    let deals = ids.iter().map(|id| {
        let effects = attribution.effects(&board, DealId::Renewal(*id)).unwrap();
        let portfolio = by_portfolio(&board, &effects).remove(0);
        (exact::text(&portfolio.points, 2), portfolio.mark().word())
    });
    let column = attribution.column(&board, services(&board));
    let text = |points: &BigRational| exact::text(points, 2);
    (deals.collect(), text(&column.shared()), text(&column.total))
}

#[test]
fn p20_two_deals_each_carry_a_step() {
    let (book, ids) = on_time("54000", &["4000", "3000"]);
    let pivotal = ("0.25".to_string(), "pivotal");
    let expected = (vec![pivotal.clone(), pivotal], "0.00".into(), "0.50".into());
    assert_eq!(column(&book, &ids), expected);
}

#[test]
fn p20_two_deals_share_a_step() {
    let (book, ids) = on_time("56000", &["3000", "2000"]);
    let shared = ("0.25".to_string(), "shared");
    let expected = (vec![shared.clone(), shared], "-0.25".into(), "0.25".into());
    assert_eq!(column(&book, &ids), expected);
}

#[test]
fn a_deal_below_the_step_is_spare_and_still_moves_the_ratio() {
    let (book, ids) = on_time("56000", &["1000"]);
    let board = board(&book);
    let attribution = all(&board);
    let effects = attribution
        .effects(&board, DealId::Renewal(ids[0]))
        .unwrap();
    let detail = attribution.standing().detail(&board, &effects);
    let metric = &detail.portfolios[0].metrics[0];
    assert_eq!(metric.mark, Mark::Spare);
    assert_eq!(metric.smooth, Some(frac("1")));
    assert_eq!(metric.points, BigRational::zero());
    let stake = attribution.standing().stake(&board, &effects);
    assert_eq!((stake.points, stake.smooth), (dec("0"), dec("0.25")));
}

#[test]
fn p21_and_p24_the_edges_near_a_metric_in_words() {
    let (book, ids) = on_time("50000", &["4000"]);
    let board = board(&book);
    let attribution = all(&board);
    let effects = attribution
        .effects(&board, DealId::Renewal(ids[0]))
        .unwrap();
    let detail = attribution.standing().detail(&board, &effects);
    let (portfolio, metric) = (&detail.portfolios[0], &detail.portfolios[0].metrics[0]);
    assert_eq!(
        metric.edge_sentences(&portfolio.portfolio, board.currency),
        [
            "1,000.01 USD more on-time value lifts Services by 0.25",
            "3,999.99 USD of on-time value may go before Services falls by 0.25"
        ]
    );
    let without = metric.without.up.as_ref().unwrap();
    assert_eq!((without.money, without.index), (dec("0.01"), dec("8")));

    let (book, _) = on_time("61000", &[]);
    let board = self::board(&book);
    let edges = Edges::of(&board, 0, &board.booked());
    assert_eq!(edges.up, None, "nothing above the last threshold");
    let down = edges.down.unwrap();
    assert_eq!((down.money, down.index), (dec("999.99"), dec("9")));
}

#[test]
fn money_that_raises_the_base_too_needs_more() {
    let mut book = Book::new();
    book.weighted(
        "Services",
        "Premium Services",
        ("25", "100"),
        "18000",
        "200000",
        "",
    );
    let board = board(&book);
    let edges = Edges::of(&board, 0, &board.booked());
    let up = edges.up.unwrap();
    assert_eq!((up.money, up.index), (dec("2222.23"), dec("6")), "P22");
    // 8 % of what is left must stay passed: (18,000 − x) > 0.08·(200,000 − x)
    assert_eq!(edges.down.unwrap().money, dec("2173.91"));
}

#[test]
fn what_is_due_stays_when_a_deal_lapses() {
    let mut book = Book::new();
    book.weighted(
        "Services",
        "On-Time Renewal",
        ("25", "100"),
        "54000",
        "100000",
        "8",
    );
    let id = book.renewal("2026-12-01", "quoted", &[("10000", "Services")]);
    let board = book.engine().board(&code("FY27M5")).unwrap();
    let attribution = all(&board);
    let effects = attribution.effects(&board, DealId::Renewal(id)).unwrap();
    let detail = attribution.standing().detail(&board, &effects);
    let otrr = &detail.portfolios[0].metrics[0];
    assert_eq!(otrr.b.0, otrr.b.1, "lapsed, it is still due");
    assert_eq!(otrr.a, (frac("59500"), frac("49500")));
}

#[test]
fn a_view_on_the_demo_adds_up_in_every_portfolio() {
    let (snapshot, pack) = demo();
    let engine = Engine::new(&pack, &snapshot, day(TODAY), &|_| dec("60"));
    let mut moved = 0;
    for month in [Month::Horizon, code("FY28M2")] {
        let board = engine.board(&month).unwrap();
        for view in [View::Booked, View::Committed, View::Open] {
            let attribution = Attribution::of(&board, chosen_by(&view, &[]).unwrap());
            let booked = engine.project(&View::Booked, &month).unwrap();
            let projected = engine.project(&view, &month).unwrap();
            for (number, score) in projected.portfolios.iter().enumerate() {
                let column = attribution.column(&board, number);
                assert_eq!(column.score, score.score);
                let Some(after) = &score.score else { continue };
                let before = booked.portfolios[number].score.as_ref().unwrap();
                assert_eq!(column.total, after - before);
                let sum = attribution.deals(&board).flat_map(|(_, deal)| {
                    let effects = attribution.standing().part(&board, &deal.adds);
                    let of = by_portfolio(&board, &effects);
                    of.into_iter().filter(|p| p.portfolio == number)
                });
                let sum: BigRational = sum.map(|portfolio| portfolio.points).sum();
                assert_eq!(sum + column.shared(), column.total);
                moved += usize::from(!column.total.is_zero());
            }
        }
    }
    assert!(moved > 4, "{moved}");
}

#[test]
fn a_quote_is_the_sum_of_its_lines_and_what_they_share() {
    let mut book = Book::new();
    book.weighted(
        "Services",
        "On-Time Renewal",
        ("25", "50"),
        "54000",
        "100000",
        "8",
    );
    book.weighted(
        "Services",
        "Premium Services",
        ("25", "50"),
        "18000",
        "200000",
        "5",
    );
    let lines = [
        ("6000", "Services"),
        ("5000", "Services"),
        ("700", "Security"),
    ];
    let id = book.renewal("2026-12-01", "quoted", &lines);
    let mut quote = book.quote(&[id]);
    quote.lines[1].premium = Some(true);
    let engine = book.engine();
    let month = code("FY27M5");
    let board = engine.board_with(&quote, &month).unwrap();
    let whole = engine.adds_of_quote(&quote, &board);
    assert_eq!(
        *board.deals.get(0).unwrap().adds,
        *whole,
        "the board holds the draft"
    );
    let view = View::Quote(quote.id);
    let standing = Standing::of(&board, [whole.as_slice()]);
    let number = services(&board);
    assert_eq!(
        board.score(number, standing.state()),
        engine
            .project_with(&quote, &view, &month)
            .unwrap()
            .portfolios[number]
            .score
    );
    for (at, (line, adds)) in engine.adds_of_lines(&quote, &board).into_iter().enumerate() {
        assert_eq!(line, quote.lines[at].id);
        let mut without = quote.clone();
        without.lines.remove(at);
        let mut state = standing.state().clone();
        state.remove(&adds);
        let projected = engine.project_with(&without, &view, &month).unwrap();
        assert_eq!(
            board.score(number, &state),
            projected.portfolios[number].score
        );
    }
}

#[test]
fn taking_all_lines_of_a_renewal_leaves_it_open_and_due() {
    let mut book = Book::new();
    book.weighted(
        "Services",
        "On-Time Renewal",
        ("25", "100"),
        "54000",
        "100000",
        "8",
    );
    let id = book.renewal("2026-12-01", "quoted", &[("10000", "Services")]);
    let mut quote = book.quote(&[id]);
    quote.renewals.clear();
    let engine = book.engine();
    let board = engine.board(&code("FY27M5")).unwrap();
    let lines = engine.adds_of_lines(&quote, &board);
    assert_eq!(lines[0].1, engine.adds_of_quote(&quote, &board));
}

/// A board of one metric, on-time or premium, made once.
fn bare(premium: bool) -> Board {
    static MADE: OnceLock<[Board; 2]> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        ["On-Time Renewal", "Premium Services"].map(|measurement| {
            let mut book = Book::new();
            book.weighted(
                "Services",
                measurement,
                ("25", "100"),
                "54000",
                "100000",
                "",
            );
            board(&book)
        })
    });
    made[usize::from(premium)].clone()
}

/// The same with deals that add `(a, b)` in cents.
fn tried(premium: bool, start: (i64, i64), deals: &[(i64, i64)]) -> Board {
    let mut board = bare(premium);
    let cell = &mut board.cells[0];
    (cell.a, cell.b) = (start.0.into(), start.1.into());
    board.deals = deals
        .iter()
        .enumerate()
        .map(|(at, (a, b))| BoardDeal {
            id: DealId::Extra(at),
            name: Numbered::of(&format!("deal {at}")),
            class: Class::Open,
            account: None,
            p: dec("0.5"),
            discount: dec("0"),
            quoted: false,
            value: dec("1"),
            end: None,
            booking: day(TODAY),
            on_time: true,
            adds: if (*a, *b) == (0, 0) {
                Box::default()
            } else {
                let (a, b) = ((*a).into(), (*b).into());
                [Add { cell: 0, a, b }].into()
            },
        })
        .collect();
    board
}

fn fair(board: &Board, draws: u32) -> Fair {
    Fair::of(board, &all(board), services(board), 7, draws)
}

/// The mean gain of every deal over all orders, by going through them all.
fn by_all_orders(board: &Board) -> Vec<BigRational> {
    fn walk(board: &Board, rest: &[usize], state: &State, sums: &mut [BigRational]) -> u32 {
        if rest.is_empty() {
            return 1;
        }
        let number = services(board);
        let before = board.score(number, state).unwrap();
        let mut orders = 0;
        for (at, deal) in rest.iter().enumerate() {
            let mut then = state.clone();
            then.add(&board.deals.get(*deal).unwrap().adds);
            let mut others = rest.to_vec();
            others.remove(at);
            let below = walk(board, &others, &then, sums);
            let gain = board.score(number, &then).unwrap() - &before;
            sums[*deal] += gain * exact::int(below.into());
            orders += below;
        }
        orders
    }
    let n = board.deals.len();
    let mut sums = vec![BigRational::zero(); n];
    let all: Vec<usize> = (0..n).collect();
    let orders = walk(board, &all, &board.booked(), &mut sums);
    sums.into_iter()
        .map(|sum| sum / exact::int(orders.into()))
        .collect()
}

fn shares(board: &Board, fair: &Fair) -> Vec<BigRational> {
    let mut out = vec![BigRational::zero(); board.deals.len()];
    for share in &fair.shares {
        out[share.deal] = share.points.clone();
    }
    out
}

#[test]
fn a_shared_step_is_split_in_halves() {
    let (book, _) = on_time("56000", &["3000", "2000"]);
    let board = board(&book);
    let fair = fair(&board, DRAWS);
    assert_eq!(fair.draws, None);
    assert_eq!(shares(&board, &fair), [frac("0.125"), frac("0.125")]);
}

#[test]
fn above_twelve_deals_the_split_is_drawn_and_says_how_sure_it_is() {
    let deals: Vec<(i64, i64)> = (0..14).map(|_| (100_000, 0)).collect();
    let board = tried(false, (5_400_000, 10_000_000), &deals);
    let fair = fair(&board, 400);
    assert_eq!(fair.draws, Some(400));
    let number = services(&board);
    let total = all(&board).column(&board, number).total;
    let sum: BigRational = fair.shares.iter().map(|share| &share.points).sum();
    assert_eq!(sum, total);
    // 14 equal deals: each a fourteenth, and no estimate further than five of its errors
    let equal = &total / exact::int(14);
    for share in &fair.shares {
        assert!(
            share.error > dec("0") && share.error < dec("0.01"),
            "{}",
            share.error
        );
        let off = (&share.points - &equal) * (&share.points - &equal);
        let reach = exact::of(share.error * dec("5"));
        assert!(off <= &reach * &reach);
    }
    assert_eq!(fair, self::fair(&board, 400), "the seed decides");
}

fn deal() -> impl Strategy<Value = (i64, i64)> {
    let on_time = (0i64..600_000).prop_map(|a| (a, 0));
    let booked = (0i64..600_000, any::<bool>()).prop_map(|(t, p)| (if p { t } else { 0 }, t));
    prop_oneof![on_time, booked]
}

fn boards(most: usize) -> impl Strategy<Value = Board> {
    let start = (0i64..8_000_000, 6_000_000i64..12_000_000);
    let deals = proptest::collection::vec(deal(), 0..=most);
    (any::<bool>(), start, deals).prop_map(|(premium, start, deals)| tried(premium, start, &deals))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn marginals_and_the_shared_line_are_the_total(board in boards(20), mask in any::<u32>()) {
        let chosen = |at: usize, _: &BoardDeal| mask & (1 << at) != 0;
        let attribution = Attribution::of(&board, chosen);
        let number = services(&board);
        let column = attribution.column(&board, number);
        let before = board.score(number, &board.booked()).unwrap();
        let after = board.score(number, &board.with(chosen)).unwrap();
        prop_assert_eq!(&column.total, &(&after - before));
        prop_assert_eq!(column.shared() + &column.marginals, column.total);
        for (at, deal) in attribution.deals(&board) {
            let effects = attribution.standing().part(&board, &deal.adds);
            let without = board.with(|other, deal| other != at && chosen(other, deal));
            let lost = &after - board.score(number, &without).unwrap();
            let own = by_portfolio(&board, &effects).pop().map(|p| p.points);
            prop_assert_eq!(own.unwrap_or_default(), lost);
        }
    }

    #[test]
    fn a_set_as_one_deal_has_the_effect_of_the_set(board in boards(12), mask in any::<u16>()) {
        let attribution = all(&board);
        let inside = |at: usize| mask & (1 << at) != 0;
        let adds = board.deals.iter().enumerate().filter(|(at, _)| inside(*at));
        let set = together(adds.map(|(_, deal)| deal.adds));
        let effects = attribution.standing().part(&board, &set);
        let number = services(&board);
        let whole = board.score(number, attribution.standing().state()).unwrap();
        let without = board.score(number, &board.with(|at, _| !inside(at))).unwrap();
        let points = by_portfolio(&board, &effects).pop().map(|p| p.points);
        prop_assert_eq!(points.unwrap_or_default(), whole - without);
        let every = together(board.deals.iter().map(|deal| deal.adds));
        let rest = beyond(&every, &set);
        prop_assert_eq!(together([rest.as_slice(), set.as_slice()]), every);
    }

    #[test]
    fn edges_are_where_the_index_turns(board in boards(0)) {
        let state = board.booked();
        let edges = Edges::of(&board, 0, &state);
        let cell = &board.cells[0];
        let cents = |edge: &renewdesk::program::attribution::Edge| {
            let cents = (edge.money * dec("100")).normalize();
            cents.mantissa() * cell.unit / 100
        };
        let cent = cell.unit / 100;
        let (a, b) = state.of(0);
        let index = |more: i128| {
            let raised = if cell.raises_base { more } else { 0 };
            cell.index(a + more, b + raised)
        };
        if let Some(up) = &edges.up {
            prop_assert_eq!(index(cents(up)), up.index);
            prop_assert!(up.index > index(0) && index(cents(up) - cent) <= index(0));
        }
        if let Some(down) = &edges.down {
            prop_assert_eq!(index(-cents(down) - cent), down.index);
            prop_assert!(down.index < index(0) && index(-cents(down)) >= index(0));
        }
    }

    #[test]
    fn the_fair_split_is_the_mean_over_all_orders(board in boards(6)) {
        let fair = fair(&board, DRAWS);
        prop_assert_eq!(fair.draws, None);
        prop_assert_eq!(shares(&board, &fair), by_all_orders(&board));
    }

    #[test]
    fn the_fair_split_adds_up_is_symmetric_and_gives_nothing_for_nothing(board in boards(11)) {
        let mut board = board;
        let mut deals: Vec<BoardDeal> = board.deals.iter().collect();
        let twin = deals.first().map(|deal| deal.adds.clone()).unwrap_or_default();
        if let Some(last) = deals.last_mut() {
            last.adds = twin;
        }
        board.deals = deals.into_iter().collect();
        let number = services(&board);
        let found = fair(&board, DRAWS);
        let each = shares(&board, &found);
        let total = all(&board).column(&board, number).total;
        prop_assert_eq!(each.iter().sum::<BigRational>(), total);
        prop_assert_eq!(each.first(), each.last());
        for (share, deal) in each.iter().zip(board.deals.iter()) {
            prop_assert!(!deal.adds.is_empty() || share.is_zero());
        }
    }

    #[test]
    fn a_drawn_split_adds_up_too(board in boards(30), draws in 2u32..20) {
        let found = fair(&board, draws);
        let total = all(&board).column(&board, services(&board)).total;
        prop_assert_eq!(shares(&board, &found).iter().sum::<BigRational>(), total);
    }
}
