//! `pack check`: one case for each class of fault, each with its place; and several at once.

use renewdesk::program::Pack;
use renewdesk::program::pack::{check, load};
use std::sync::LazyLock;

static SHIPPED: LazyLock<Pack> = LazyLock::new(Pack::shipped);

/// Provenance for rows of the cases, so that only the fault in question shows.
const WHENCE: &str = r#"source = "test", as_of = 2026-11-22, confidence = "tool""#;

fn complaints(text: &str) -> Vec<String> {
    let text = text.replace("WHENCE", WHENCE);
    check("mine.toml", &text)
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// Exactly these complaints, each by its beginning, and the shipped pack stays in use.
fn refused(text: &str, expected: &[&str]) {
    let (pack, problems) = load(Some(("mine.toml", &text.replace("WHENCE", WHENCE))));
    let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), expected.len(), "{text}\n{found:#?}");
    for (line, beginning) in found.iter().zip(expected) {
        assert!(
            line.starts_with(beginning),
            "{text}\nwanted {beginning}\ngot {line}"
        );
    }
    assert_eq!(pack, *SHIPPED);
}

#[test]
fn unknown_names_of_every_kind_come_with_the_nearest_one() {
    refused(
        "[goal_sek]\ncost = \"value\"\n",
        &["mine.toml:1:2: error: table \"goal_sek\" is not known; did you mean \"goal_seek\"?"],
    );
    refused(
        "[cpi]\nrules = { basis = \"avc\" }\n[cpi.rte]\nx = 1\n",
        &[
            "mine.toml:2:19: error: cpi.rules.basis \"avc\" is not known; did you mean \"acv\"?",
            "mine.toml:3:6: error: table of cpi \"rte\" is not known; did you mean \"rate\"?",
        ],
    );
    refused(
        "[goal_seek]\ncots = \"value\"\n",
        &["mine.toml:2:1: error: key of goal_seek \"cots\" is not known; did you mean \"cost\"?"],
    );
    refused(
        "measure = [ { id = \"x\", title = \"X\", kind = \"ratio\", a = \"premium_tvc\", b = \"services_tcv\" } ]\n",
        &[
            "mine.toml:1:58: error: measure.a \"premium_tvc\" is not known; did you mean \"premium_tcv\"?",
        ],
    );
    refused(
        "portfolio = [ { id = \"services\", size = \"XM\" } ]\n",
        &["mine.toml:1:15: error: size \"XM\" is not known; did you mean \"XS\"?"],
    );
    refused(
        "win = [ { stage = \"quotd\", risk = \"watch\", pct = \"10\", WHENCE } ]\n",
        &["mine.toml:1:9: error: stage \"quotd\" is not known; did you mean \"quoted\"?"],
    );
    refused(
        "category = [ { portfolio = \"servics\", id = \"engagement\", weight_pct = \"100\", WHENCE } ]\n",
        &[
            "mine.toml:1:14: error: portfolio \"servics\" is not known; did you mean \"services\"?",
            "mine.toml:1:14: error: category engagement of servics weighs 100 but has no metric",
        ],
    );
}

#[test]
fn weights_must_sum_on_every_day_they_change() {
    refused(
        r#"
        category = [
          { portfolio = "services", id = "engagement", to = 2027-01-23 },
          { portfolio = "services", id = "engagement", from = 2027-01-24, weight_pct = "40", WHENCE },
        ]"#,
        &[
            "mine.toml:4:11: error: category weights of services sum to 115, not 100 (from 2027-01-24)",
        ],
    );
    refused(
        r#"metric = [
          { portfolio = "services", id = "acv_growth", weight_pct = "60", WHENCE },
          { portfolio = "services", id = "premium", weight_pct = "30", WHENCE },
        ]"#,
        &["mine.toml:3:11: error: metric weights of services performance sum to 90, not 100"],
    );
    refused(
        r#"metric = [ { portfolio = "services", id = "otrr", share = 0, WHENCE } ]"#,
        &[
            "mine.toml:1:12: error: category engagement of services weighs 25 but has no metric with a share",
        ],
    );
}

#[test]
fn rows_of_one_key_must_follow_each_other() {
    refused(
        r#"metric = [ { portfolio = "services", id = "otrr", from = 2027-01-24, window_months = 6, WHENCE } ]"#,
        &[
            "mine.toml:1:12: error: metric services otrr has two rows that hold on 2027-01-24, the other at starter.toml:",
        ],
    );
    refused(
        r#"band = [
          { id = "otrr", size = "*", to = 2027-01-31 },
          { id = "otrr", size = "*", from = 2027-01-24, thresholds = ["1"], WHENCE },
        ]"#,
        &[
            "mine.toml:3:11: error: band otrr has two rows that hold on 2027-01-24, the other at mine.toml:2; end the other with to = 2027-01-23",
        ],
    );
    refused(
        r#"band = [ { id = "otrr", size = "M", floor = 0, thresholds = ["1"], WHENCE } ]"#,
        &["mine.toml:1:10: error: band otrr has two rows that hold, the other at starter.toml:"],
    );
    refused(
        r#"category = [ { portfolio = "services", id = "engagement", from = 2027-02-01, to = 2027-01-01 } ]"#,
        &[
            "mine.toml:1:14: error: category services engagement has two rows that hold",
            "mine.toml:1:83: error: to is before from",
        ],
    );
    refused(
        r#"
        rate = [
          { from = "EUR", to = "USD", rate = "1.1", on = 2026-01-01, until = 2026-12-31, WHENCE },
          { from = "EUR", to = "USD", rate = "1.2", on = 2026-07-01, WHENCE },
        ]"#,
        &["mine.toml:4:11: error: rate EUR USD has two rows that hold on 2026-07-01"],
    );
}

#[test]
fn bands_rise_and_have_a_row_for_every_size() {
    refused(
        "band = [ { id = \"otrr\", size = \"*\", thresholds = [\"0\", \"20\", \"10\", \"10\"], WHENCE } ]\n",
        &[
            "mine.toml:1:10: error: thresholds of band \"otrr\" size \"*\" must rise, but 10 follows 20",
            "mine.toml:1:10: error: thresholds of band \"otrr\" size \"*\" must rise, but 10 follows 10",
        ],
    );
    refused(
        "band = [ { id = \"growth_services\", size = \"XL\", remove = true } ]\n",
        &["starter.toml:"],
    );
    refused(
        r#"
        metric = [ { portfolio = "services", id = "otrr", band = "mine" } ]
        band = [
          { id = "mine", size = "M", floor = 0, thresholds = ["1", "2"], WHENCE },
          { id = "mine", size = "L", floor = 0, thresholds = ["1", "2"], to = 2027-01-01, WHENCE },
        ]"#,
        &[
            "mine.toml:5:11: error: band \"mine\" has no row for size \"XS\"",
            "mine.toml:5:11: error: band \"mine\" has no row for size \"S\"",
            "mine.toml:5:11: error: band \"mine\" has no row for size \"XL\"",
            "mine.toml:5:11: error: band \"mine\" has no row for size \"L\" (from 2027-01-02)",
        ],
    );
}

#[test]
fn gaps_and_overlaps_of_both_calendars_are_found() {
    refused(
        r#"fiscal_month = [
          { code = "FY26M2", start = 2025-08-25, WHENCE },
          { code = "FY27M10", variant = "m12", start = 2027-04-24, WHENCE },
        ]"#,
        &[
            "mine.toml:2:11: error: days between FY26M1 and FY26M2 are in no month",
            "mine.toml:3:11: error: FY27M10 begins before FY27M9 has ended",
        ],
    );
    refused(
        r#"fiscal_month = [ { code = "FY27M9", start = 2027-03-21, end = 2027-05-01, WHENCE } ]"#,
        &[
            "mine.toml:1:18: error: FY27M9 is there twice for one choice of the extra week",
            "starter.toml:279:3: error: FY27M10 begins before FY27M9 has ended",
        ],
    );
    refused(
        r#"fiscal_month = [ { code = "FY30M1", start = 2029-07-29, end = 2029-08-25, WHENCE } ]"#,
        &["mine.toml:1:18: error: FY30M1 does not follow FY28M12"],
    );
    refused(
        r#"fiscal_month = [ { code = "2027-5", start = 2029-07-29, end = 2029-08-25, WHENCE } ]"#,
        &["mine.toml:1:27: error: \"2027-5\" is not a fiscal month like FY27M5"],
    );
}

#[test]
fn every_number_says_where_it_comes_from() {
    refused(
        "rate = [ { from = \"EUR\", to = \"USD\", rate = \"1.1\", on = 2026-01-01 } ]\n",
        &[
            "mine.toml:1:10: error: rate does not say where its numbers come from: add source, as_of, confidence",
        ],
    );
    refused(
        "rate = [ { from = \"EUR\", to = \"USD\", rate = \"1.1\", on = 2026-01-01, source = \"bank\", as_of = 2026-01-01, confidence = \"sure\" } ]\n",
        &["mine.toml:1:119: error: rate.confidence \"sure\" is not known; did you mean \"tool\"?"],
    );
    // A shipped number that is changed: said, used, and no longer shown with the old source.
    let text = r#"band = [ { id = "otrr", size = "*", thresholds = ["5"] } ]"#;
    assert_eq!(
        complaints(text),
        [
            "mine.toml:1:37: warning: band.thresholds is changed without source, as_of, confidence; \
             it is shown as from mine.toml, confidence unknown"
        ]
    );
    let (pack, _) = load(Some(("mine.toml", text)));
    let band = pack.bands.iter().find(|b| &*b.id == "otrr").unwrap();
    assert_eq!(band.thresholds.len(), 1);
    assert_eq!(&*band.provenance.source, "mine.toml");
    assert_eq!(&*band.provenance.confidence, "unknown");
}

#[test]
fn decimals_are_text_and_amounts_stay_in_range() {
    refused(
        "win = [ { stage = \"quoted\", risk = \"watch\", pct = 75.5, WHENCE } ]\n",
        &[
            "mine.toml:1:51: error: win.pct must be an exact number, written in quotes like \"2.5\", not a floating-point number",
        ],
    );
    refused(
        "[forecast]\ncorrelation_pct = \"130\"\ndraws = 0\nsource = \"x\"\nas_of = 2026-11-22\nconfidence = \"tool\"\n",
        &[
            "mine.toml:2:19: error: forecast.correlation_pct must be 0 to 100, not 130",
            "mine.toml:3:9: error: draws must be 1 to 10000000, not 0",
        ],
    );
    refused(
        "[cpi]\nrate = [ { component = \"renew\", gsp = \"A\", region = \"EMEA\", column = \"best\", rate_pct = 3.5, WHENCE } ]\n",
        &[
            "mine.toml:2:70: error: cpi.rate.column \"best\" is not known",
            "mine.toml:2:89: error: cpi.rate.rate_pct must be an exact number",
        ],
    );
}

#[test]
fn the_same_row_twice_in_one_file_is_a_fault() {
    refused(
        "otrr = { grace_days = 5, WHENCE }\nportfolio = [\n { id = \"services\", size = \"L\" },\n { id = \"services\", size = \"XL\" },\n]\n",
        &["mine.toml:4:2: error: portfolio services is there twice, first on line 3"],
    );
}

#[test]
fn what_a_metric_adds_up_must_fit_its_kind() {
    let row = |columns: &str| format!("measure = [ {{ id = \"x\", title = \"X\", {columns} }} ]\n");
    refused(
        &row("kind = \"ratio\", a = \"tcv\""),
        &["mine.toml:1:13: error: metric \"x\": a and b go together"],
    );
    refused(
        &row("kind = \"growth\", a = \"tcv\", b = \"acv\""),
        &["mine.toml:1:13: error: metric \"x\": growth compares one quantity with itself"],
    );
    refused(
        &row("kind = \"ratio\", a = \"on_time_value\", b = \"tcv\""),
        &["mine.toml:1:13: error: metric \"x\": on_time_value belongs to another month than tcv"],
    );
    refused(
        &row("kind = \"ratio\", a = \"ai_tcv\", b = \"tcv\", month = \"due\""),
        &["mine.toml:1:13: error: metric \"x\": ai_tcv does not belong to the month given"],
    );
    refused(
        &row("kind = \"points\", a = \"ai_tcv\", b = \"tcv\""),
        &["mine.toml:1:13: error: metric \"x\": points and levels are not made of bookings"],
    );
    refused(
        &row("a = \"ai_tcv\", b = \"tcv\""),
        &["mine.toml:1:13: error: measure lacks the key \"kind\""],
    );
}

#[test]
fn every_fault_is_reported_not_only_the_first() {
    let found = complaints(
        r#"
        [otrr]
        grace_day = 30
        [tiers]
        edge = "gte"
        partner = "0.5"
        [[metric]]
        portfolio = "services"
        id = "otr"
        category = "engagement"
        source = "x"
        as_of = 2026-11-22
        confidence = "tool"
        [[band]]
        id = "otrr"
        size = "*"
        thresholds = ["3", "2", "1"]
        "#,
    );
    let errors: Vec<_> = found.iter().filter(|line| line.contains("error")).collect();
    assert_eq!(errors.len(), 6, "{found:#?}");
}

#[test]
fn a_stage_that_no_use_case_can_have_is_named_and_commas_part_stages_too() {
    let row = |stages: &str| {
        format!(
            "play = {{ refresh_months = 24, win_back_days = 1, stalled_stages = \"{stages}\", WHENCE }}\n"
        )
    };
    refused(
        &row("purchase onbord"),
        &["mine.toml:1:67: error: onbord is no stage; there are purchase, onboard, implement,"],
    );
    let (pack, problems) = load(Some((
        "mine.toml",
        &row("Purchase, use").replace("WHENCE", WHENCE),
    )));
    assert!(problems.is_empty(), "{problems:?}");
    let stages: Vec<&str> = pack
        .rules
        .plays
        .stalled_stages
        .iter()
        .map(|stage| &**stage)
        .collect();
    assert_eq!(stages, ["purchase", "use"]);
}
