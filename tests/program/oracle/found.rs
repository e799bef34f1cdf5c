//! What the oracle found in the engine, each as the smallest book that shows it.

use crate::book::{Book, code, day, dec, figures, frac, id, metric};
use renewdesk::domain::adoption::Adoption;
use renewdesk::domain::ids::{AccountId, AdoptionId, RenewalId, UseCaseId};
use renewdesk::domain::incentive::{Eligibility, Milestone, UseCase};
use renewdesk::domain::line::LineKind;
use renewdesk::domain::money::Currency;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::pack::CurrencyRate;
use renewdesk::program::{Edited, View};
use rust_decimal::Decimal;

/// An agreement is seldom a Services line, so a pack that counts the move would count none.
#[test]
fn a_line_moved_into_an_agreement_of_another_portfolio_counts_where_the_pack_says_so() {
    for (counts, credit) in [(false, "49500.00"), (true, "59500.00")] {
        let mut book = crate::deals::otrr_book();
        book.pack.otrr.ea_counts = counts;
        let renewal = book.renewal("2026-12-10", "quoted", &[("10000", "Services")]);
        let mut quote = book.quote(&[renewal]);
        quote.lines[0].ea = Some(true);
        quote.lines[0].portfolio = Portfolio::named("Networking");
        let view = View::Quote(quote.id);
        let at = book
            .engine()
            .project_with(&quote, &view, &code("FY27M5"))
            .unwrap();
        let otrr = figures(&at, "Services", "otrr");
        assert!(
            otrr.starts_with(&format!("{credit} 101666.67")),
            "{counts}: {otrr}"
        );
    }
}

#[test]
fn a_renewed_use_case_enters_the_base_anew_where_the_pack_says_so() {
    for (reenters, base) in [(false, "0.00"), (true, "10000.00")] {
        let mut book = Book::new();
        book.pack.engagement.renewal_reenters = reenters;
        for metric in book.pack.metrics.iter_mut().filter(|m| &*m.id == "adopt") {
            metric.hold = false;
        }
        book.row("Networking", "Adoption", "0", "0", "5");
        let renewal = book.booked("2026-12-10", "2026-12-01", &[("10000", "Networking")]);
        book.change_lines(renewal, |line| {
            line.kind = LineKind::Subscription;
            line.extended_net = Some(dec("10000"));
        });
        let at = book.project(View::Booked, "FY27M5");
        let adopt = figures(&at, "Networking", "adopt");
        assert!(
            adopt.starts_with(&format!("0.00 {base}")),
            "{reenters}: {adopt}"
        );
    }
}

/// A subscription of 9,000 whose use case was booked in FY26M12, in a sheet of FY27M4.
fn use_case_book() -> (Book, RenewalId) {
    let mut book = Book::new();
    book.row("Networking", "Onboard", "10000", "100000", "2");
    let renewal = book.booked("2027-06-30", "2026-07-01", &[("9000", "Networking")]);
    book.change_lines(renewal, |line| {
        line.kind = LineKind::Subscription;
        line.description = Some("Secure Access subscription".into());
    });
    (book, renewal)
}

/// An adoption row of the customer: Onboard was completed on a day.
fn onboarded(book: &mut Book, offer: &str, use_case: &str, since: &str) {
    let at = book.next();
    book.snapshot.adoption.put(Adoption {
        id: AdoptionId(id(12, at)),
        account: AccountId(id(9, 1)),
        offer: offer.into(),
        use_case: use_case.into(),
        stage: "implement".into(),
        adoption_pct: None,
        usage_pct: None,
        seen: None,
        open_actions: None,
        origin: None,
        since: Some(day(since)),
    });
}

/// A use case of the partner's file: opted in or not, Onboard completed on a day.
fn filed(book: &mut Book, use_case: &str, opted_in: bool, done_on: Option<&str>) -> UseCase {
    let at = book.next();
    let case = UseCase {
        id: UseCaseId(id(13, at)),
        account: AccountId(id(9, 1)),
        offer: "secure access".into(),
        use_case: use_case.into(),
        eligibility: Eligibility::Eligible,
        booked_on: None,
        opt_in_on: opted_in.then(|| day("2026-08-01")),
        expires_on: None,
        currency: Currency::USD,
        milestones: vec![Milestone {
            stage: "onboard".into(),
            amount: Some(Decimal::ONE_HUNDRED),
            done_on: done_on.map(day),
        }],
        demo: false,
        origin: None,
    };
    book.snapshot.use_cases.put(case.clone());
    case
}

/// A of Onboard in FY27M5: seventeen eighteenths of the sheet's 10,000, and what was onboarded.
fn onboard(book: &Book) -> String {
    let projection = book.project(View::Booked, "FY27M5");
    let a = metric(&projection, "Networking", "onboard").a.clone();
    let rolled = frac("10000") * frac("17") / frac("18");
    renewdesk::program::exact::text(&(a.unwrap() - rolled), 2)
}

#[test]
fn a_deal_counts_once_as_onboarded_whatever_use_cases_name_it() {
    let (mut book, _) = use_case_book();
    assert_eq!(onboard(&book), "0.00");
    onboarded(&mut book, "Secure Access", "segmentation", "2026-11-22");
    assert_eq!(onboard(&book), "9000.00");
    onboarded(&mut book, "secure access ", "visibility", "2026-11-22");
    onboarded(&mut book, "Access", "segmentation", "2026-11-22");
    assert_eq!(onboard(&book), "9000.00");
}

#[test]
fn the_use_case_opted_in_tells_when_a_stage_was_completed_and_an_ineligible_one_counts_nothing() {
    let (mut book, _) = use_case_book();
    let mut case = filed(&mut book, "segmentation", true, None);
    filed(&mut book, "visibility", false, Some("2026-11-22"));
    onboarded(&mut book, "Secure Access", "visibility", "2026-11-22");
    assert_eq!(onboard(&book), "0.00", "the one opted in is not onboarded");
    case.milestones[0].done_on = Some(day("2026-11-22"));
    book.snapshot.use_cases.put(case.clone());
    assert_eq!(onboard(&book), "9000.00");
    case.eligibility = Eligibility::NotEligible;
    book.snapshot.use_cases.put(case.clone());
    assert_eq!(onboard(&book), "0.00");
    case.eligibility = Eligibility::Completed;
    case.booked_on = Some(day("2025-05-01"));
    book.snapshot.use_cases.put(case);
    assert_eq!(onboard(&book), "0.00", "booked more than 18 months ago");
}

#[test]
fn a_stage_of_a_deal_in_another_currency_counts_by_the_rate_of_the_day_it_began() {
    let (mut book, renewal) = use_case_book();
    onboarded(&mut book, "Secure Access", "segmentation", "2026-11-22");
    let euro: Currency = "EUR".parse().unwrap();
    book.change_lines(renewal, |line| line.currency = Some(euro));
    assert_eq!(onboard(&book), "0.00", "no rate");
    book.pack.currency_rates.push(CurrencyRate {
        from: euro,
        to: Currency::USD,
        rate: dec("1.1"),
        on: day("2026-07-01"),
        until: None,
        provenance: book.pack.bands[0].provenance.clone(),
    });
    assert_eq!(onboard(&book), "9900.00");
}

/// The book's history is of deals. That a month's use cases were adopted is not in it, so their
/// share leaves evenly; what was booked leaves as the book has it, here nothing.
#[test]
fn a_complete_month_says_nothing_of_the_stages_its_use_cases_came_to() {
    let (mut book, _) = use_case_book();
    let settings = &mut book.snapshot.settings;
    settings.insert("history_complete.FY25M11".into(), "true".into());
    let at = book.project(View::Booked, "FY27M5");
    assert!(figures(&at, "Networking", "onboard").starts_with("9444.44 100000.00 "));
}

/// With six months between A and B a half of both windows is the same months.
#[test]
fn the_base_of_growth_is_as_imported_at_the_baseline_however_near_the_year_before_is() {
    let mut book = Book::new();
    book.row("Services", "ACV Growth", "120000", "96000", "5");
    book.pack.growth.prior_offset_months = 6;
    let base = book.project(View::Booked, "baseline");
    assert_eq!(
        figures(&base, "Services", "acv_growth"),
        "120000.00 96000.00 5"
    );
    let next = book.project(View::Booked, "FY27M5");
    assert!(figures(&next, "Services", "acv_growth").starts_with("110000.00 98000.00 "));
}

#[test]
fn an_achieved_index_stands_in_for_the_applied_one_only_above_the_minimum_bookings() {
    for (a, index) in [("49999.99", "0"), ("50000", "7")] {
        let mut book = Book::new();
        book.row("Services", "ACV Growth", a, "40000", "");
        let mut row = book.snapshot.baseline.iter().next().unwrap().clone();
        row.achieved_index = Some(dec("7"));
        book.snapshot.baseline.put(row);
        let base = book.project(View::Booked, "baseline");
        let shown = figures(&base, "Services", "acv_growth");
        assert_eq!(shown.rsplit(' ').next(), Some(index), "{a}");
    }
}

#[test]
fn a_line_that_another_box_replaced_is_due_as_that_box_is_even_once_later_cover_follows() {
    let mut book = crate::deals::otrr_book();
    let renewal = book.renewal("2026-12-10", "lost", &[("10000", "Services")]);
    let due = |book: &Book| figures(&book.project(View::Booked, "FY27M5"), "Services", "otrr");
    book.change_lines(renewal, |line| line.renewed_to = Some("77".into()));
    assert!(due(&book).starts_with("49500.00 101666.67 "));
    book.change_lines(renewal, |line| line.replaced_by = Some("78".into()));
    assert!(due(&book).starts_with("49500.00 91666.67 "));
}

/// Lines that cannot say their currency are due in one renewal, the same whichever was read first
/// and whether the book was counted or an edit was.
#[test]
fn a_line_that_could_be_due_in_two_renewals_is_due_in_one() {
    let mut book = crate::deals::otrr_book();
    let dollars = book.renewal("2026-12-10", "upcoming", &[("10000", "Services")]);
    let mut engine = book.engine();
    let mut bare = book.snapshot.renewals.get(dollars).unwrap().clone();
    bare.id = RenewalId(id(3, 900));
    bare.currency = None;
    book.snapshot.renewals.put(bare.clone());
    engine.refresh(&book.snapshot, &[bare.id], &|_| book.p);
    let new = book.engine();
    assert!(engine.same_sums(&new));
    let at = new.project(&View::Booked, &code("FY27M5")).unwrap();
    assert!(figures(&at, "Services", "otrr").starts_with("49500.00 101666.67 "));
}

#[test]
fn a_line_that_leaves_its_renewal_and_comes_back_is_counted_again() {
    let (mut book, renewal) = use_case_book();
    let other = book.renewal("2027-01-10", "upcoming", &[("500", "Networking")]);
    onboarded(&mut book, "Secure Access", "segmentation", "2026-11-22");
    let mut engine = book.engine();
    let line = book.lines_of(renewal).remove(0);
    let end = book.snapshot.renewals.get(other).unwrap().end;
    let mut moved = line.clone();
    moved.contract = book.lines_of(other)[0].contract;
    moved.end = Some(end);
    let mut typed = line.clone();
    typed.portfolio_typed = Portfolio::named("Security");
    let mut ended = line.clone();
    ended.terminated = Some(day("2026-11-20"));
    for step in [&ended, &line, &moved, &typed, &line] {
        book.snapshot.lines.put(step.clone());
        let edited = Edited {
            renewals: &[],
            lines: &[line.id, line.id],
        };
        engine.refresh(&book.snapshot, edited, &|_| book.p);
        let new = book.engine();
        assert!(engine.same_sums(&new));
        for month in ["FY27M5", "FY28M1"] {
            let [kept, new] =
                [&engine, &new].map(|engine| engine.project(&View::Open, &code(month)).unwrap());
            let onboard = |of| figures(of, "Networking", "onboard");
            assert_eq!(onboard(&kept), onboard(&new));
        }
    }
}

/// Whether renewals grow is a question of growth; they are bookings of their portfolio all the same.
#[test]
fn ai_bookings_are_a_part_of_all_bookings_even_where_renewals_do_not_count_as_growth() {
    const CLOUD: &str = "Cloud & AI Infrastructure";
    for counts in [true, false] {
        let mut book = Book::new();
        book.pack.growth.renewals_count = counts;
        book.row(CLOUD, "AI Penetration", "0", "0", "0");
        let renewal = book.booked(
            "2026-12-10",
            "2026-12-01",
            &[("4000", CLOUD), ("6000", CLOUD)],
        );
        let mut line = book.lines_of(renewal).remove(0);
        line.ai = Some(true);
        book.snapshot.lines.put(line);
        let at = book.project(View::Booked, "FY27M5");
        let penetration = figures(&at, CLOUD, "ai_pen");
        assert!(
            penetration.starts_with("4000.00 10000.00 "),
            "{counts}: {penetration}"
        );
    }
}

/// The board of a month scores as its projection does, where other steps hold by then.
#[test]
fn a_board_goes_by_the_steps_of_its_month_like_the_projection() {
    let mut book = crate::deals::otrr_book();
    let mut later = book
        .pack
        .bands
        .iter()
        .find(|b| &*b.id == "otrr")
        .unwrap()
        .clone();
    later.effective.from = Some(day("2026-12-01"));
    later.thresholds.iter_mut().for_each(|t| *t += Decimal::TEN);
    for band in book.pack.bands.iter_mut().filter(|b| &*b.id == "otrr") {
        band.effective.to = Some(day("2026-11-30"));
    }
    book.pack.bands.push(later);
    let engine = book.engine();
    for month in ["FY27M4", "FY27M5"] {
        let board = engine.board(&code(month)).unwrap();
        let projection = engine.project(&View::Booked, &code(month)).unwrap();
        let at = board
            .portfolios
            .iter()
            .position(|p| p.portfolio.is_services());
        let state = board.with(|_, _| false);
        let score = &crate::book::portfolio(&projection, "Services").score;
        assert_eq!(board.score(at.unwrap(), &state), *score, "{month}");
    }
    assert_eq!(
        figures(&book.project(View::Booked, "FY27M4"), "Services", "otrr"),
        "54000.00 100000.00 8"
    );
    assert_eq!(
        figures(&book.project(View::Booked, "FY27M5"), "Services", "otrr"),
        "49500.00 91666.67 6"
    );
}
