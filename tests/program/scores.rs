//! P01-P10, P12, P22, P24: bands, weights, tiers.

use crate::book::{Book, dec, figures, frac, metric, portfolio};
use num_rational::BigRational;
use renewdesk::program::band::{Reading, Scale, Steps};
use renewdesk::program::pack::{Edge, Pack};
use renewdesk::program::{MetricBasis, View, exact, score};

fn scale(portfolio: &str, metric: &str, size: &str) -> Scale {
    let pack = Pack::shipped();
    let rule = pack
        .metrics
        .iter()
        .find(|m| &*m.portfolio == portfolio && &*m.id == metric)
        .unwrap();
    let band = rule.band.as_deref().unwrap();
    let steps = pack.band(band, size, pack.as_of).cloned().unwrap();
    Scale {
        kind: pack.measure(metric).unwrap().kind,
        steps: Steps::Band(steps),
        minimum: rule.minimum.clone(),
    }
}

fn read(scale: &Scale, a: &str, b: &str) -> i64 {
    scale.read(&frac(a), &frac(b)).index()
}

#[test]
fn p01_starter_services() {
    let mut book = Book::new();
    for (name, index) in [
        ("Customer Success", "7"),
        ("Managed Services", "5"),
        ("Black Belt", "4"),
        ("ACV Growth", "6"),
        ("Premium Services", "5"),
        ("On-Time Renewal", "8"),
    ] {
        book.row("Services", name, "", "", index);
    }
    let projection = book.project(View::Booked, "baseline");
    let services = portfolio(&projection, "Services");
    let total = services.score.clone().unwrap();
    assert_eq!(total, frac("5.875"));
    assert_eq!(score::show(&total, &book.pack.tiers), "5.88");
    assert_eq!(
        &*score::tier(&total, &book.pack.tiers).unwrap().id,
        "partner"
    );
    assert_eq!(services.next_threshold, Some(dec("7.5")));
    assert_eq!(services.missing, Some(frac("1.625")));
    assert!(services.placeholder_weights);
    assert_eq!(projection.pack.confidence, "placeholder");
}

#[test]
fn p02_starter_networking_in_thirds() {
    let mut book = Book::new();
    for (name, index) in [
        ("Customer Success", "5"),
        ("Managed Services", "7"),
        ("Black Belt", "3"),
        ("Career Certification", "8"),
        ("ACV Growth", "2"),
        ("TCV Growth", "6"),
        ("Buying Program", "5"),
        ("Onboard", "7"),
        ("Adoption", "9"),
    ] {
        book.row("Networking", name, "", "", index);
    }
    let projection = book.project(View::Booked, "baseline");
    let total = portfolio(&projection, "Networking").score.clone().unwrap();
    assert_eq!(total, BigRational::new(143.into(), 24.into()));
    assert_eq!(score::show(&total, &book.pack.tiers), "5.96");
    assert_eq!(portfolio(&projection, "Security").score, None);
    assert_eq!(portfolio(&projection, "Splunk").score, None);
}

#[test]
fn p03_imported_weights_as_percents_and_as_fractions() {
    for weights in [
        [("60", "50"), ("60", "50"), ("40", "100")],
        [("0.6", "0.5"), ("0.6", "0.5"), ("0.4", "1")],
    ] {
        let mut book = Book::new();
        for (pair, (name, index)) in weights.into_iter().zip([
            ("On-Time Renewal", "8"),
            ("Something new", "6"),
            ("Black Belt", "5"),
        ]) {
            book.weighted("Services", name, pair, "", "", index);
        }
        let projection = book.project(View::Booked, "baseline");
        let services = portfolio(&projection, "Services");
        assert_eq!(services.score, Some(frac("6.2")));
        assert!(!services.placeholder_weights);
        assert_eq!(
            metric(&projection, "Services", "Something new").basis,
            MetricBasis::Held
        );
    }
}

#[test]
fn weights_that_do_not_sum_to_100_are_used_as_given_and_said() {
    let mut book = Book::new();
    book.weighted("Services", "On-Time Renewal", ("50", "100"), "", "", "8");
    book.weighted("Services", "Black Belt", ("40", "100"), "", "", "5");
    let projection = book.project(View::Booked, "baseline");
    assert_eq!(portfolio(&projection, "Services").score, Some(frac("6")));
    let said = |text: &str| projection.assumptions.iter().any(|a| a.contains(text));
    assert!(said("sum to 90.00 %"), "{:?}", projection.assumptions);
}

#[test]
fn p04_and_p05_tiers_by_the_exact_score() {
    let tiers = Pack::shipped().tiers;
    for (points, id) in [
        ("0.99", None),
        ("1.00", Some("basic")),
        ("4.99", Some("basic")),
        ("5.00", Some("partner")),
        ("7.49", Some("partner")),
        ("7.50", Some("preferred")),
        ("7.496", Some("partner")),
    ] {
        let found = score::tier(&frac(points), &tiers).map(|t| t.id.to_string());
        assert_eq!(found.as_deref(), id, "{points}");
    }
    assert_eq!(score::show(&frac("7.496"), &tiers), "7.496");
    assert!(score::near_edge(&frac("7.496"), &tiers));
    assert!(!score::near_edge(&frac("7.48"), &tiers));
    let rounding = renewdesk::program::pack::Tiers {
        round_dp: Some(2),
        ..tiers
    };
    let tier = score::tier(&frac("7.496"), &rounding).unwrap();
    assert_eq!(&*tier.id, "preferred");
}

#[test]
fn p06_renewal_rate_bands() {
    let mut otrr = scale("services", "otrr", "M");
    for (percent, index) in [
        ("0", 0),
        ("0.01", 1),
        ("10", 1),
        ("10.01", 2),
        ("54", 8),
        ("55", 8),
        ("55.01", 9),
        ("60", 9),
        ("60.01", 10),
    ] {
        let a = (dec(percent) * dec("1000")).to_string();
        assert_eq!(read(&otrr, &a, "100000"), index, "{percent} %");
    }
    if let Steps::Band(band) = &mut otrr.steps {
        band.edge = Edge::Ge;
    }
    for (a, index) in [("0", 1), ("10000", 2), ("60000", 10)] {
        assert_eq!(read(&otrr, a, "100000"), index);
    }
}

#[test]
fn p07_below_the_minimum_the_index_is_0() {
    let otrr = scale("services", "otrr", "M");
    let reading = otrr.read(&frac("6500.00"), &frac("9999.99"));
    assert_eq!(reading, Reading::BelowMinimum);
    assert_eq!(read(&otrr, "6500.00", "10000.00"), 10);
}

#[test]
fn p08_p09_growth_by_portfolio_and_size() {
    for (portfolio, size, a, index) in [
        ("services", "M", "108000.00", 4),
        ("services", "M", "108000.01", 5),
        ("networking", "S", "100000", 0),
        ("networking", "S", "100000.01", 1),
        ("networking", "S", "105500", 6),
        ("collaboration", "XS", "110000", 8),
        ("collaboration", "XS", "110010", 9),
        ("collaboration", "XS", "115010", 10),
    ] {
        let growth = scale(portfolio, "acv_growth", size);
        assert_eq!(read(&growth, a, "100000"), index, "{portfolio} {size} {a}");
    }
}

#[test]
fn p10_growth_without_a_prior_year_and_premium_at_9_percent() {
    let growth = scale("services", "acv_growth", "M");
    assert_eq!(growth.read(&frac("60000"), &frac("0")), Reading::NoBase);
    assert_eq!(
        read(&scale("services", "premium", "M"), "18000", "200000"),
        5
    );
}

#[test]
fn p11_onboard_and_adopt_bands_have_a_floor_and_a_zero() {
    for (metric, cases) in [
        (
            "onboard",
            [
                ("0", 0),
                ("10000", 2),
                ("10010", 3),
                ("45000", 9),
                ("45010", 10),
            ],
        ),
        (
            "adopt",
            [
                ("0", 0),
                ("3000", 5),
                ("3010", 6),
                ("15000", 9),
                ("15010", 10),
            ],
        ),
    ] {
        for (a, index) in cases {
            let scale = scale("networking", metric, "M");
            assert_eq!(read(&scale, a, "100000"), index, "{metric} {a}");
        }
    }
}

#[test]
fn p12_points() {
    for (portfolio, metric, size, points, index) in [
        ("networking", "black_belt", "XS", "4.5", 5),
        ("security", "black_belt", "M", "40", 3),
        ("security", "black_belt", "M", "40.5", 4),
        ("collaboration", "career", "XS", "19", 9),
    ] {
        let scale = scale(portfolio, metric, size);
        assert_eq!(read(&scale, points, "0"), index, "{portfolio} {points}");
    }
}

#[test]
fn p22_money_to_the_next_step() {
    let step = |scale: &Scale, a: &str, b: &str, raises: bool| {
        scale.next_step(&frac(a), &frac(b), raises, 2).unwrap()
    };
    let premium = scale("services", "premium", "M");
    assert_eq!(
        step(&premium, "18000", "200000", true),
        (dec("10"), dec("2222.23"))
    );
    let with = |x: &str| {
        let sum = |base: &str| (dec(base) + dec(x)).to_string();
        read(&premium, &sum("18000"), &sum("200000"))
    };
    assert_eq!((with("2222.23"), with("2222.22")), (6, 5));
    let growth = scale("services", "acv_growth", "M");
    assert_eq!(read(&growth, "104000", "100000"), 2);
    assert_eq!(
        step(&growth, "104000", "100000", false),
        (dec("4"), dec("0.01"))
    );
    assert_eq!(
        step(&growth, "104000.01", "100000", false),
        (dec("6"), dec("2000.00"))
    );
    assert_eq!(read(&growth, "106000.01", "100000"), 4);
    let otrr = scale("services", "otrr", "M");
    assert_eq!(
        step(&otrr, "54000", "100000", false),
        (dec("55"), dec("1000.01"))
    );
    assert_eq!(
        otrr.next_step(&frac("61000"), &frac("100000"), false, 2),
        None
    );
}

#[test]
fn an_inclusive_band_is_passed_exactly_at_its_threshold_and_100_percent_cannot_be_bought() {
    let buying = scale("networking", "buying", "M");
    let step = buying.next_step(&frac("15000"), &frac("100000"), true, 2);
    assert_eq!(step, Some((dec("20"), dec("6250"))));
    assert_eq!(read(&buying, "21250", "106250"), 2);
    assert_eq!(
        buying.next_step(&frac("95000"), &frac("100000"), true, 2),
        None
    );
}

#[test]
fn p24_headroom() {
    let otrr = scale("services", "otrr", "M");
    let room = otrr.headroom(&frac("61000"), &frac("100000"), 2);
    assert_eq!(room, Some(dec("999.99")));
    assert_eq!(read(&otrr, "60000.01", "100000"), 10);
    assert_eq!(read(&otrr, "60000.00", "100000"), 9);
}

#[test]
fn fractions_are_shown_half_up_and_never_silently() {
    assert_eq!(
        exact::json_text(&BigRational::new(305_000.into(), 3.into())),
        "101666.666667"
    );
    assert_eq!(exact::json_text(&frac("5.8750")), "5.875");
    assert_eq!(exact::round(&frac("-2.345"), 2), Some(dec("-2.35")));
    assert_eq!(exact::cut(&frac("7.4969"), 3), Some(dec("7.496")));
    assert_eq!(exact::text(&frac("-0.001"), 2), "0.00");
}

#[test]
fn a_sheet_index_that_its_own_band_contradicts_is_shifted() {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal", "54000", "100000", "6");
    book.renewal("2026-12-01", "committed", &[("10000", "Services")]);
    let projection = book.project(View::Committed, "FY27M5");
    assert_eq!(
        figures(&projection, "Services", "otrr"),
        "59500.00 101666.67 7"
    );
    assert_eq!(
        metric(&projection, "Services", "otrr").basis,
        MetricBasis::Shifted
    );
}
