//! Rules by the month a projection is for, the pack a book goes by, and projections kept.

use crate::book::{Book, dec, frac, metric, portfolio};
use chrono::NaiveDate;
use renewdesk::domain::command::Command;
use renewdesk::domain::record::PackVersion;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::pack::{self, PackSource, in_use, version_of};
use renewdesk::program::record::{self, Occasion};
use renewdesk::program::{Engine, MetricBasis, Pack, View};
use uuid::Uuid;

/// From 2027-01-24 (FY27M7) on: one threshold, and Engagement weighs 35.
const NEXT_YEAR: &str = r#"
band = [
  { id = "otrr", size = "*", to = 2027-01-23 },
  { id = "otrr", size = "*", from = 2027-01-24, thresholds = ["50"], source = "x", as_of = 2026-11-22, confidence = "tool" },
]
category = [
  { portfolio = "services", id = "engagement", to = 2027-01-23 },
  { portfolio = "services", id = "engagement", from = 2027-01-24, weight_pct = "35", source = "x", as_of = 2026-11-22, confidence = "tool" },
  { portfolio = "services", id = "performance", to = 2027-01-23 },
  { portfolio = "services", id = "performance", from = 2027-01-24, weight_pct = "15", source = "x", as_of = 2026-11-22, confidence = "tool" },
]
"#;

fn dated() -> Pack {
    let (pack, problems) = pack::load(Some(("next.toml", NEXT_YEAR)));
    assert_eq!(problems, Vec::new());
    pack
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_projection_goes_by_the_rules_of_the_month_it_is_for() {
    let mut book = Book::new();
    book.pack = dated();
    book.row("Services", "On-Time Renewal", "54000", "100000", "8");
    book.row("Services", "Customer Success", "", "", "7");
    let of = |month: &str| {
        let projection = book.project(View::Booked, month);
        let services = portfolio(&projection, "Services").clone();
        let otrr = metric(&projection, "Services", "otrr").clone();
        (services.score.unwrap(), otrr)
    };
    let (score, otrr) = of("FY27M6");
    assert_eq!(
        (otrr.index, otrr.category_weight),
        (Some(dec("8")), frac("0.25"))
    );
    assert_eq!(score, frac("2.875"));
    // The ratio is the same 54 %, which then passes one threshold of one; the 8 of the sheet was
    // read by the table of its own month, so that nothing differs from the export.
    let (score, otrr) = of("FY27M7");
    assert_eq!(
        (otrr.index, otrr.category_weight),
        (Some(dec("1")), frac("0.35"))
    );
    assert_eq!(otrr.basis, MetricBasis::Projected);
    assert_eq!(score, frac("1.225"));
    let (then, _) = of("baseline");
    assert_eq!(then, frac("2.875"));
}

fn kept(snapshot: &mut Snapshot, text: &str, number: u32) -> PackVersion {
    let (pack, _) = pack::load(Some(("mine.toml", text)));
    let overlay = ("mine.toml".to_string(), text.to_string());
    let mut version = version_of(&pack, Some(&overlay), day("2026-11-22"), "dana");
    version.number = number;
    snapshot.packs.put(version.clone());
    let id = version.id.to_string();
    snapshot.settings.insert(PackVersion::SETTING.into(), id);
    version
}

#[test]
fn the_books_own_pack_leads_and_a_bad_one_gives_way() {
    let file = Some(("pack.toml", "[otrr]\ngrace_days = 3\n"));
    let mut book = Snapshot::default();
    assert_eq!(in_use(&book, None).source, PackSource::Shipped);
    let rules = in_use(&book, file);
    assert_eq!(rules.source, PackSource::File("pack.toml".into()));
    assert_eq!(rules.pack.otrr.grace_days, 3);
    kept(&mut book, "[otrr]\ngrace_days = 7\n", 1);
    let rules = in_use(&book, file);
    assert_eq!((rules.pack.otrr.grace_days, rules.remarks.len()), (7, 0));
    assert_eq!(rules.source.words(), "this book (version 1, mine.toml)");
    kept(&mut book, "[gone]\nx = 1\n", 2);
    let rules = in_use(&book, file);
    assert_eq!(rules.pack.otrr.grace_days, 7, "the last good one");
    assert_eq!(rules.remarks.len(), 2, "{:?}", rules.remarks);
    assert!(rules.remarks[0].contains("version 2") && rules.remarks[0].contains("mine.toml:1:2"));
    // A bad file gives way to the shipped pack; a demo pack is for demo books.
    let mut real = Snapshot::default();
    let bad = in_use(&real, Some(("pack.toml", "[gone]\n")));
    assert_eq!(
        (&bad.source, &*bad.pack),
        (&PackSource::Shipped, &Pack::shipped())
    );
    let demo = Some(("pack.toml", "pack = { demo = true }\n"));
    let refused = in_use(&real, demo);
    assert_eq!(refused.source, PackSource::Shipped);
    assert!(refused.remarks[0].contains("never used for a real book"));
    real.settings.insert("demo".into(), "true".into());
    assert!(in_use(&real, demo).pack.demo);
}

#[test]
fn the_digest_is_of_the_rules_and_not_of_the_file() {
    let digest = |text: Option<&str>| {
        let (pack, _) = pack::load(text.map(|text| ("mine.toml", text)));
        let overlay = text.map(|text| ("mine.toml".to_string(), text.to_string()));
        version_of(&pack, overlay.as_ref(), day("2026-11-22"), "dana").sha256
    };
    let shipped = digest(None);
    assert_eq!(shipped.len(), 64);
    assert_eq!(digest(Some("# nothing but a remark\n")), shipped);
    let one = digest(Some("[otrr]\ngrace_days = 3\n"));
    assert_ne!(one, shipped);
    assert_eq!(digest(Some("otrr = { grace_days = 3 } # the same\n")), one);
}

#[test]
fn kept_projections_make_a_series_with_one_point_a_day() {
    let mut book = Book::new();
    for name in ["Customer Success", "Managed Services", "Black Belt"] {
        book.row("Services", name, "", "", "7");
    }
    let mut snapshot = book.snapshot.clone();
    let rules = in_use(&snapshot, None);
    let mut count = 0_u128;
    let mut ids = || {
        count += 1;
        Uuid::from_u128(count)
    };
    for (on, note) in [
        ("2026-11-23", "second"),
        ("2026-11-22", "first"),
        ("2026-11-23", "third"),
    ] {
        let today = day(on);
        let engine = Engine::new(&book.pack, &snapshot, today, &|_| dec("50"));
        let made = record::projections(&engine).unwrap();
        assert!(record::has_score(&made));
        let occasion = Occasion {
            on: today,
            by: "dana",
            note: Some(note),
            automatic: false,
        };
        let command = record::keep(&made, &rules, occasion, &mut ids);
        let Command::KeepProjections { pack, projections } = command else {
            panic!("another command");
        };
        assert!(
            projections
                .iter()
                .all(|p| p.pack == pack.id && p.pack_name == pack.name())
        );
        projections
            .into_iter()
            .for_each(|p| snapshot.projections.put(p));
    }
    let series = record::series(&snapshot, "booked");
    assert_eq!(series.len(), 1, "portfolios without a score have no line");
    let (name, points) = series.iter().next().unwrap();
    assert_eq!(name.title(), "Services");
    let days: Vec<String> = points.iter().map(|p| p.on.to_string()).collect();
    assert_eq!(days, ["2026-11-22", "2026-11-23"]);
    // 25 % x 7, and 25 % x 7
    assert!(points.iter().all(|p| p.score == frac("3.5")));
    assert!(record::series(&snapshot, "weighted").is_empty());
    let nothing = Engine::new(&book.pack, &Snapshot::default(), day("2026-11-22"), &|_| {
        dec("50")
    });
    assert!(!record::has_score(&record::projections(&nothing).unwrap()));
}
