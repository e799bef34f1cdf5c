//! Laying a person's pack over the shipped one: replace, take out, add, and rows that follow each
//! other in time.

use chrono::NaiveDate;
use renewdesk::program::Pack;
use renewdesk::program::pack::load;
use rust_decimal::Decimal;
use std::str::FromStr;

const WHENCE: &str = r#"source = "mine", as_of = 2026-11-22, confidence = "documented""#;

fn loaded(text: &str) -> Pack {
    let (pack, problems) = load(Some(("mine.toml", &text.replace("WHENCE", WHENCE))));
    assert_eq!(problems, Vec::new());
    pack
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn number(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

#[test]
fn one_threshold_list_is_replaced_and_its_neighbours_stay() {
    let shipped = Pack::shipped();
    let pack = loaded(r#"band = [ { id = "otrr", size = "*", thresholds = ["1", "2"], WHENCE } ]"#);
    let today = day("2026-11-24");
    let band = pack.band("otrr", "M", today).unwrap();
    assert_eq!(band.thresholds, [number("1"), number("2")]);
    assert_eq!(&*band.provenance.source, "mine");
    assert_eq!(band.edge, shipped.band("otrr", "M", today).unwrap().edge);
    assert_eq!(pack.bands.len(), shipped.bands.len());
    let others = |pack: &Pack| {
        let all = pack.bands.iter().filter(|b| &*b.id != "otrr");
        all.cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&pack), others(&shipped));
}

#[test]
fn weights_are_changed_one_by_one() {
    let pack = loaded(
        r#"category = [
          { portfolio = "services", id = "engagement", weight_pct = "40", WHENCE },
          { portfolio = "services", id = "foundational", weight_pct = "10", WHENCE },
        ]"#,
    );
    let weights: Vec<String> = pack
        .categories
        .iter()
        .filter(|c| &*c.portfolio == "services")
        .map(|c| format!("{} {}", c.id, c.weight_pct))
        .collect();
    assert_eq!(
        weights,
        [
            "foundational 10",
            "capabilities 25",
            "performance 25",
            "engagement 40"
        ]
    );
}

#[test]
fn a_row_can_be_taken_out() {
    let shipped = Pack::shipped();
    let pack = loaded(
        r#"
        metric = [ { portfolio = "services", id = "premium", remove = true } ]
        stage = [ { id = "validating", remove = true } ]
        win = [
          { stage = "validating", risk = "on_track", remove = true },
          { stage = "validating", risk = "watch", remove = true },
          { stage = "validating", risk = "at_risk", remove = true },
          { stage = "validating", risk = "critical", remove = true },
        ]"#,
    );
    assert_eq!(pack.metrics.len(), shipped.metrics.len() - 1);
    assert_eq!(pack.rules.stages.len(), shipped.rules.stages.len() - 1);
    assert_eq!(pack.win.len(), shipped.win.len() - 4);
    let (pack, problems) = load(Some((
        "mine.toml",
        "metric = [ { portfolio = \"services\", id = \"premum\", remove = true } ]\n",
    )));
    assert_eq!(pack.metrics, shipped.metrics);
    assert_eq!(
        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "mine.toml:1:12: error: metric to remove: \"services premum\" is not known; \
             did you mean \"services premium\"?"
        ]
    );
}

#[test]
fn a_metric_is_turned_off_by_its_share() {
    let pack =
        loaded(r#"metric = [ { portfolio = "services", id = "premium", share = 0, WHENCE } ]"#);
    let premium = pack
        .metrics
        .iter()
        .find(|m| &*m.portfolio == "services" && &*m.id == "premium")
        .unwrap();
    assert_eq!(premium.share, Decimal::ZERO);
}

#[test]
fn rows_follow_each_other_in_time_and_take_over_what_they_do_not_say() {
    let pack = loaded(
        r#"
        metric = [
          { portfolio = "services", id = "otrr", to = 2027-01-23 },
          { portfolio = "services", id = "otrr", from = 2027-01-24, window_months = 6, WHENCE },
        ]
        band = [
          { id = "otrr", size = "*", to = 2027-01-23 },
          { id = "otrr", size = "*", from = 2027-01-24, thresholds = ["50"], WHENCE },
        ]
        category = [
          { portfolio = "services", id = "engagement", to = 2027-01-23 },
          { portfolio = "services", id = "engagement", from = 2027-01-24, weight_pct = "35", WHENCE },
          { portfolio = "services", id = "performance", to = 2027-01-23 },
          { portfolio = "services", id = "performance", from = 2027-01-24, weight_pct = "15", WHENCE },
        ]"#,
    );
    let (before, after) = (day("2027-01-23"), day("2027-01-24"));
    let metric = |on: NaiveDate| {
        let mut rows = pack
            .metrics
            .iter()
            .filter(|m| &*m.portfolio == "services" && &*m.id == "otrr" && m.effective.on(on));
        let row = rows.next().unwrap();
        assert!(rows.next().is_none());
        row
    };
    assert_eq!(metric(before).window_months, Some(12));
    assert_eq!(metric(after).window_months, Some(6));
    assert_eq!(metric(after).minimum, metric(before).minimum);
    assert_eq!(metric(after).band, metric(before).band);
    assert_eq!(pack.band("otrr", "M", before).unwrap().thresholds.len(), 10);
    assert_eq!(
        pack.band("otrr", "M", after).unwrap().thresholds,
        [number("50")]
    );
    let weight = |on: NaiveDate| {
        let mut rows = pack.categories.iter();
        rows.find(|c| &*c.portfolio == "services" && &*c.id == "engagement" && c.effective.on(on))
            .map(|c| c.weight_pct)
    };
    assert_eq!(weight(before), Some(number("25")));
    assert_eq!(weight(after), Some(number("35")));
}
