//! Our figures beside the assessment's: every difference stands, nothing is called different that
//! is not.

use crate::book::{Book, dec, frac};
use renewdesk::domain::baseline::BaselineRow;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::reconcile::{Line, Reconciliation, Subject, Verdict, reconcile};
use renewdesk::program::{Engine, MetricBasis, Month, View, assessment, reseller};

fn check(book: &Book) -> Reconciliation {
    reconcile(&book.pack, &book.snapshot, book.today, None)
}

fn line<'a>(found: &'a Reconciliation, metric: &'a str, subject: Subject) -> Option<&'a Line> {
    let services = Portfolio::services();
    let lines: Vec<&Line> = found
        .lines
        .iter()
        .filter(|l| l.portfolio == services && l.metric.as_deref() == Some(metric))
        .collect();
    lines.into_iter().find(|l| l.subject == subject)
}

fn verdict(found: &Reconciliation, metric: &str, subject: Subject) -> Option<Verdict> {
    line(found, metric, subject).map(|line| line.verdict)
}

/// Changes the row that was put last.
fn last(book: &mut Book, change: impl FnOnce(&mut BaselineRow)) {
    let mut row = book.snapshot.baseline.iter().last().unwrap().clone();
    change(&mut row);
    book.snapshot.baseline.put(row);
}

#[test]
fn the_band_is_read_beside_the_applied_and_the_achieved_index() {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal Rate", "54000", "100000", "8");
    last(&mut book, |row| row.achieved_index = Some(dec("8")));
    let found = check(&book);
    assert_eq!(
        verdict(&found, "otrr", Subject::Applied),
        Some(Verdict::Agrees)
    );
    assert_eq!(
        verdict(&found, "otrr", Subject::Achieved),
        Some(Verdict::Agrees)
    );
    last(&mut book, |row| row.applied_index = Some(dec("7")));
    let found = check(&book);
    let applied = line(&found, "otrr", Subject::Applied).unwrap();
    assert_eq!(applied.difference(), Some(frac("1")));
    assert_eq!(applied.verdict, Verdict::Differs);
    assert!(found.differs(&Portfolio::services(), "otrr"));
}

#[test]
fn minimum_bookings_part_achieved_from_applied() {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal Rate", "6500", "9999.99", "0");
    last(&mut book, |row| row.achieved_index = Some(dec("10")));
    let found = check(&book);
    assert_eq!(
        verdict(&found, "otrr", Subject::Applied),
        Some(Verdict::Agrees)
    );
    assert_eq!(
        verdict(&found, "otrr", Subject::Achieved),
        Some(Verdict::Agrees)
    );
    let applied = line(&found, "otrr", Subject::Applied).unwrap();
    assert!(
        applied.assumed.contains("below the minimum"),
        "{}",
        applied.assumed
    );
}

#[test]
fn a_written_value_agrees_to_its_last_place_and_as_a_fraction() {
    for (written, wanted) in [
        ("33.33", Verdict::Agrees),
        ("33.34", Verdict::Agrees),
        ("33.35", Verdict::Differs),
        ("0.3333", Verdict::Agrees),
        ("0.34", Verdict::Agrees),
        ("0.35", Verdict::Differs),
        ("40", Verdict::Differs),
    ] {
        let mut book = Book::new();
        book.row("Services", "On-Time Renewal Rate", "100000", "300000", "6");
        last(&mut book, |row| row.achieved = Some(dec(written)));
        assert_eq!(
            verdict(&check(&book), "otrr", Subject::Value),
            Some(wanted),
            "{written}"
        );
    }
}

#[test]
fn metrics_without_a_scale_are_held_everywhere() {
    let mut book = Book::new();
    book.row("Services", "Partner Delight Score", "12", "", "4");
    book.row(
        "Collaboration",
        "Powered Collaboration Services",
        "3",
        "",
        "6",
    );
    let found = check(&book);
    let id = "Partner Delight Score";
    assert_eq!(verdict(&found, id, Subject::Applied), Some(Verdict::Held));
    let projection = book.project(View::Open, "FY27M12");
    let services = crate::book::metric(&projection, "Services", id);
    assert_eq!(services.basis, MetricBasis::Held);
    assert_eq!(services.index, Some(dec("4")));
    let explained = book
        .engine()
        .explain(&projection, &Portfolio::services(), Some(id));
    assert!(
        explained
            .lines
            .iter()
            .any(|(label, text)| label == "index" && text == "4 (held)")
    );
    let powered = crate::book::metric(&projection, "Collaboration", "powered");
    assert_eq!(powered.basis, MetricBasis::Held);
}

/// OTRR 54,000 of 100,000 in FY27M3 and one 10,000 contract renewed on time in FY27M4: 59,500 of
/// 101,666.67, index 9, as worked in the rules.
fn two_months(index: &str, a: &str) -> Book {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal Rate", "54000", "100000", "8");
    last(&mut book, |row| row.month = "FY27M3".into());
    book.row("Services", "On-Time Renewal Rate", a, "101666.67", index);
    book.booked("2026-11-10", "2026-11-09", &[("10000", "Services")]);
    book
}

#[test]
fn an_older_assessment_carried_on_is_held_against_the_newest() {
    let found = check(&two_months("9", "59500"));
    assert_eq!(found.older.as_deref(), Some("FY27M3"));
    for subject in [Subject::CarriedA, Subject::CarriedB, Subject::CarriedIndex] {
        assert_eq!(
            verdict(&found, "otrr", subject),
            Some(Verdict::Agrees),
            "{subject:?}"
        );
    }
    let found = check(&two_months("9", "59400"));
    let a = line(&found, "otrr", Subject::CarriedA).unwrap();
    assert_eq!(a.difference(), Some(frac("100")));
    assert_eq!(a.verdict, Verdict::Drift);
    assert!(!found.differs(&Portfolio::services(), "otrr"));
    let found = check(&two_months("8", "55000"));
    assert_eq!(
        verdict(&found, "otrr", Subject::CarriedIndex),
        Some(Verdict::Differs)
    );
    assert!(found.differs(&Portfolio::services(), "otrr"));
}

#[test]
fn an_engine_can_start_from_an_older_month_or_from_nothing() {
    let book = two_months("9", "59500");
    let from = |month| {
        Engine::from_month(&book.pack, &book.snapshot, book.today, &|_| book.p, month)
            .project(&View::Booked, &Month::Code("FY27M4".into()))
            .unwrap()
    };
    let figures = |month| crate::book::figures(&from(month), "Services", "otrr");
    assert_eq!(figures(None), "59500.00 101666.67 9");
    assert_eq!(figures(Some("FY27M3")), "59500.00 101666.67 9");
    assert_eq!(figures(Some("FY27M2")), "10000.00 10000.00 -");
    assert_eq!(
        from(Some("FY27M3")).baseline_month.as_deref(),
        Some("FY27M3")
    );
}

#[test]
fn the_books_own_history_counts_only_where_it_covers_the_window() {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal Rate", "1100", "1200", "10");
    let ends = [
        "2025-12-10",
        "2026-01-10",
        "2026-02-10",
        "2026-03-10",
        "2026-04-10",
        "2026-05-10",
        "2026-06-10",
        "2026-07-10",
        "2026-08-10",
        "2026-09-10",
        "2026-10-10",
    ];
    for end in ends {
        book.booked(end, end, &[("100", "Services")]);
    }
    let found = check(&book);
    let own = line(&found, "otrr", Subject::BookA).unwrap();
    assert_eq!(own.verdict, Verdict::NotCompared);
    assert_eq!(
        own.assumed,
        "the book holds 11 of the 12 months of the window"
    );
    book.renewal("2026-11-10", "lost", &[("100", "Services")]);
    let found = check(&book);
    let own = |subject| line(&found, "otrr", subject).unwrap();
    assert_eq!(own(Subject::BookA).ours, Some(frac("1100")));
    assert_eq!(own(Subject::BookB).ours, Some(frac("1200")));
    assert_eq!(own(Subject::BookA).verdict, Verdict::Agrees);
    assert_eq!(own(Subject::BookB).verdict, Verdict::Agrees);
}

#[test]
fn without_an_assessment_there_is_nothing_to_compare() {
    assert_eq!(check(&Book::new()), Reconciliation::default());
}

#[test]
fn the_score_is_recomputed_from_weights_and_applied_indexes() {
    let mut book = Book::new();
    book.weighted("Services", "ACV Growth", ("60", "50"), "", "", "8");
    book.weighted("Services", "Premium Services", ("60", "50"), "", "", "6");
    book.weighted("Services", "On-Time Renewal", ("40", "100"), "", "", "5");
    let found = check(&book);
    let score = found
        .lines
        .iter()
        .find(|l| l.subject == Subject::Score)
        .unwrap();
    assert_eq!(score.ours, Some(frac("6.2")));
    assert_eq!(
        (&score.theirs, score.verdict),
        (&None, Verdict::NotCompared)
    );
}

#[test]
fn an_explanation_names_who_typed_a_figure() {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal Rate", "54000", "100000", "8");
    last(&mut book, |row| {
        row.typed = Some(renewdesk::domain::baseline::Typed {
            by: "ana".into(),
            on: crate::book::day("2026-11-20"),
        });
    });
    let projection = book.project(View::Booked, "FY27M6");
    let explained = book
        .engine()
        .explain(&projection, &Portfolio::services(), Some("otrr"));
    let imported = explained.lines.iter().any(|(_, text)| {
        text.contains("A 54000.00, B 100000.00") && text.contains("typed by ana on 2026-11-20")
    });
    assert!(imported, "{:?}", explained.lines);
}

#[test]
fn what_is_odd_about_typed_rows_is_said() {
    let mut book = Book::new();
    book.weighted(
        "Services",
        "On-Time Renewal",
        ("60", "100"),
        "54000",
        "",
        "8",
    );
    book.weighted("Services", "Partner Delight", ("20", "100"), "5", "", "");
    book.row("Services", "Premium Services", "", "", "5");
    let form = assessment::form(&book.pack, &book.snapshot, "FY27M4", None);
    let told = assessment::remarks(&form);
    for wanted in [
        "Services: On-time renewal rate has only one of A and B, so nothing is projected",
        "Services: Partner Delight has no index and no public scale, so it counts nothing",
        "Services: 1 metric has no weight and counts 0",
        "Services: the weights sum to 80 %, not 100; used as given",
    ] {
        assert!(told.iter().any(|text| text == wanted), "{wanted}: {told:?}");
    }
}

#[test]
fn levels_are_words_points_are_numbers_and_an_index_follows_from_them() {
    for (text, level) in [("Advanced", 3), ("int", 2), ("b", 1), ("none", 0), ("2", 2)] {
        assert_eq!(assessment::level(text), Some(level.into()), "{text}");
    }
    for text in ["", "great", "4", "-1"] {
        assert_eq!(assessment::level(text), None, "{text}");
    }
    let mut book = Book::new();
    book.row("Services", "Customer Success Maturity", "3", "", "");
    book.row("Services", "Black Belt Points", "12", "", "");
    let projection = book.project(View::Open, "FY27M12");
    let index = |id| crate::book::metric(&projection, "Services", id).index;
    assert_eq!(index("cs_maturity"), Some(dec("10")));
    assert_eq!(index("black_belt"), Some(dec("3")));
}

#[test]
fn a_reseller_is_chosen_by_its_be_id_also_where_its_first_row_has_only_a_name() {
    let mut book = Book::new();
    for (name, be_id, index) in [
        (Some("Acme"), None, "8"),
        (Some("ACME"), Some("BE1"), "8"),
        (Some("Other"), Some("BE2"), "3"),
    ] {
        book.row("Services", "On-Time Renewal Rate", "54000", "100000", index);
        last(&mut book, |row| {
            row.reseller = name.map(String::from);
            row.be_id = be_id.map(String::from);
        });
    }
    let choice = reseller::CHOICE.to_string();
    for (text, name) in [("be1", "Acme"), ("BE2", "Other"), ("acme", "Acme")] {
        book.snapshot.settings.insert(choice.clone(), text.into());
        let chosen = reseller::chosen(&book.snapshot).unwrap();
        assert_eq!(chosen.name.as_deref(), Some(name), "{text}");
    }
    assert_eq!(reseller::all(&book.snapshot).len(), 2);
}
