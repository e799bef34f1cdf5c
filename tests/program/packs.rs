//! The shipped pack and packs laid over it.

use renewdesk::program::Pack;
use renewdesk::program::baseline::recognise;
use renewdesk::program::pack::{check, check_shipped, load};
use rust_decimal::Decimal;
use std::str::FromStr;

fn complaints(text: &str) -> Vec<String> {
    check("mine.toml", text)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_shipped_pack_has_no_fault() {
    assert_eq!(check_shipped(), Vec::new());
    let pack = Pack::shipped();
    assert_eq!(pack.id, "starter");
    assert_eq!(pack.confidence, "placeholder");
    assert_eq!(pack.calendar.months().len(), 48);
    assert_eq!(pack.calendar_other.months().len(), 48);
    assert_eq!(pack.rules.stages.len(), 9);
    assert!(pack.rules.stage_named("PO received").is_some());
    assert!(!pack.rules.is_open("lost"));
}

#[test]
fn every_shipped_row_with_a_number_says_where_it_comes_from() {
    for text in [
        include_str!("../../assets/programs/starter.toml"),
        include_str!("../../assets/programs/renewals.toml"),
    ] {
        let tree: toml::Table = text.parse().unwrap();
        for list in [
            "band",
            "level",
            "size",
            "metric",
            "category",
            "fiscal_month",
            "stage",
            "urgency",
            "signal",
            "outcome",
            "clock_band",
            "service_code",
        ] {
            let Some(rows) = tree.get(list) else { continue };
            for row in rows.as_array().unwrap() {
                for key in ["source", "as_of", "confidence"] {
                    assert!(row.get(key).is_some(), "{list} lacks {key}: {row}");
                }
            }
        }
    }
}

#[test]
fn p12_sizes_include_their_upper_edge() {
    let pack = Pack::shipped();
    for (tcv, size) in [
        ("2000000.00", "XS"),
        ("2000000.01", "S"),
        ("100000000.00", "L"),
        ("100000000.01", "XL"),
    ] {
        let tcv = Decimal::from_str(tcv).unwrap();
        assert_eq!(&*pack.size_of(tcv).unwrap().id, size);
    }
}

#[test]
fn an_overlay_changes_what_it_names_and_nothing_else() {
    let (pack, problems) = load(Some((
        "mine.toml",
        r#"
        portfolio = [ { id = "services", size = "L" } ]
        [[metric]]
        portfolio = "services"
        id = "otrr"
        min_amount = "20000"
        source = "our channel manager"
        as_of = 2026-11-20
        confidence = "documented"
        [otrr]
        grace_days = 30
        source = "our channel manager"
        as_of = 2026-11-20
        confidence = "documented"
        "#,
    )));
    assert_eq!(problems, Vec::new());
    let shipped = Pack::shipped();
    assert_eq!(pack.otrr.grace_days, 30);
    assert!(pack.otrr.cap_at_due);
    let services = pack
        .portfolios
        .iter()
        .find(|p| &*p.id == "services")
        .unwrap();
    assert_eq!(&*services.size, "L");
    assert_eq!(services.portfolio.title(), "Services");
    let of = |pack: &Pack| {
        pack.metrics
            .iter()
            .find(|m| &*m.id == "otrr")
            .cloned()
            .unwrap()
    };
    assert_eq!(
        of(&pack).minimum.unwrap().amount,
        Decimal::from_str("20000").unwrap()
    );
    assert_eq!(of(&pack).band, of(&shipped).band);
    assert_eq!(pack.metrics.len(), shipped.metrics.len());
    assert_eq!(pack.rules, shipped.rules);
}

#[test]
fn faults_name_file_line_column_and_the_nearest_name() {
    let cases = [
        (
            "[otrr]\ngrace_day = 30\n",
            "mine.toml:2:1: error: key of otrr \"grace_day\" is not known; did you mean \"grace_days\"?",
        ),
        (
            "[[metric]]\nportfolio = \"services\"\nid = \"otrr\"\nband = \"ottr\"\n",
            "error: band \"ottr\" is not known; did you mean \"otrr\"?",
        ),
        (
            "[otr]\nx = 1\n",
            "mine.toml:1:2: error: table \"otr\" is not known; did you mean \"otrr\"?",
        ),
        (
            "[[metric]]\nportfolio = \"services\"\nid = \"otr\"\ncategory = \"engagement\"\n",
            "mine.toml:1:1: error: metric \"otr\" is not known; did you mean \"otrr\"?",
        ),
        (
            "[otrr]\ngrace_days = \"thirty\"\n",
            "mine.toml:2:14: error: otrr.grace_days must be a whole number, not text",
        ),
        (
            "category = [ { portfolio = \"services\", id = \"engagement\", weight_pct = 30.5 } ]\n",
            "mine.toml:1:72: error: category.weight_pct must be an exact number",
        ),
        (
            "category = [ { portfolio = \"services\", id = \"engagement\", weight_pct = \"30\" } ]\n",
            "mine.toml:1:14: error: category weights of services sum to 105, not 100",
        ),
        (
            "band = [ { id = \"otrr\", size = \"*\", thresholds = [\"0\", \"20\", \"10\"] } ]\n",
            "mine.toml:1:10: error: thresholds of band \"otrr\" size \"*\" must rise, but 10 follows 20",
        ),
        (
            "fiscal_month = [ { code = \"FY27M5\", start = 2026-11-23 } ]\n",
            "mine.toml:1:18: error: days between FY27M4 and FY27M5 are in no month",
        ),
        (
            "[tiers]\nedge = \"gte\"\n",
            "mine.toml:2:8: error: tiers.edge \"gte\" is not known; did you mean \"ge\"?",
        ),
        ("[otrr\n", "mine.toml:1:6: error: not TOML"),
    ];
    for (text, expected) in cases {
        let found = complaints(text);
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{text}\nwanted {expected}\ngot {found:#?}"
        );
        let (pack, _) = load(Some(("mine.toml", text)));
        assert_eq!(pack, Pack::shipped(), "a bad file is not used: {text}");
    }
}

#[test]
fn settings_without_effect_are_said_so_and_do_no_harm() {
    let (pack, problems) = load(Some((
        "mine.toml",
        "[otrr]\ngrace_days = 5\n[uplift]\nmin_pct = \"1\"\n",
    )));
    assert_eq!(pack.otrr.grace_days, 5);
    assert_eq!(
        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "mine.toml:2:1: warning: otrr.grace_days is changed without source, as_of, confidence; \
             it is shown as from mine.toml, confidence unknown",
            "mine.toml:4:1: warning: uplift.min_pct is changed without source, as_of, confidence; \
             it is shown as from mine.toml, confidence unknown",
            "mine.toml:4:11: warning: uplift.min_pct has no effect in this version",
        ]
    );
}

#[test]
fn several_faults_are_shown_at_once() {
    let found = complaints("[otrr]\ngrace_day = 30\n[growth]\nrenewals = true\n");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn measurements_are_recognised_by_their_words_in_order() {
    for (name, metric) in [
        ("On-Time Renewal Rate", Some("otrr")),
        ("Customer Success Maturity", Some("cs_maturity")),
        ("Managed Services Practice Maturity", Some("ms_maturity")),
        ("Managed Service Penetration", Some("managed_pen")),
        ("Black Belt Points", Some("black_belt")),
        ("Career Certifications", Some("career")),
        ("Certification Maturity", Some("career")),
        ("ACV Growth", Some("acv_growth")),
        ("TCV YoY %", Some("tcv_growth")),
        ("Growth", Some("acv_growth")),
        ("Premium Services Penetration", Some("premium")),
        ("Prem Svcs Pen", Some("premium")),
        ("Buying Program Penetration", Some("buying")),
        ("AI Bookings Penetration", Some("ai_pen")),
        ("Maintained lines", None),
        ("Onboarding", Some("onboard")),
        ("Deployment %", Some("adopt")),
        ("Adoption", Some("adopt")),
    ] {
        assert_eq!(recognise(name), metric, "{name}");
    }
}
