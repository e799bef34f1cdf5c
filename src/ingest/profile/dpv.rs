//! The partner's own assessment sheet: a row per portfolio, measurement and fiscal month. Values
//! are taken as written; weights may come as percent or as fractions that sum to one.

use super::Profile;
use crate::ingest::error::IngestError;
use crate::ingest::map::Map;
use crate::ingest::report::Problems;
use crate::ingest::row::{Code, Field, Outcome, Record, RowKind, Value, Values};
use crate::program::reseller::Reseller;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "dpv",
    title: "a partner assessment sheet",
    rows: Some(RowKind::Baseline),
    needs: &[&["portfolio"], &["appliedindex"]],
    at_least: 2,
    telling: &[
        "measurementweight",
        "fiscalmonth",
        "measureavalue",
        "measurement",
        "categoryweight",
    ],
    telling_at_least: 1,
    forbids: &[],
    columns: &[
        (
            Field::Reseller,
            &["reseller", "resellername", "partnername"],
        ),
        (Field::BeId, &["beid"]),
        (Field::Portfolio, &["portfolio"]),
        (Field::CategoryWeight, &["categoryweight"]),
        (Field::Category, &["category"]),
        (Field::MeasurementWeight, &["measurementweight"]),
        (Field::Measurement, &["measurement"]),
        (Field::FiscalMonth, &["fiscalmonth"]),
        (Field::Achieved, &["achievedmetric"]),
        (Field::AchievedIndex, &["achievedindex"]),
        (Field::AppliedIndex, &["appliedindex"]),
        (Field::CountA, &["measureacount"]),
        (Field::ValueA, &["measureavalue"]),
        (Field::CountB, &["measurebcount"]),
        (Field::ValueB, &["measurebvalue"]),
        (Field::CountC, &["measureccount"]),
        (Field::ValueC, &["measurecvalue"]),
    ],
    contains: true,
    workbook: false,
    customer_list: false,
    document: false,
};

/// The canonical fiscal month of a text: `202704`, `FY27M4`, or a sortable number followed by one
/// of them. `202704` is month 4 of fiscal year 2027: `FY27M4`. Anything else is `None`.
pub fn canonical_month(text: &str) -> Option<String> {
    labelled(text).or_else(|| {
        text.split(|c: char| !c.is_ascii_digit())
            .filter(|digits| digits.len() == 6)
            .find_map(|digits| {
                let (year, month) = digits.split_at_checked(4)?;
                let year: u32 = year.parse().ok()?;
                month_of(year, month.parse().ok()?)
            })
    })
}

/// `FY27M4`, `FY2027-M04`, `fy27 m4` anywhere in the text.
fn labelled(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let mut rest = upper.as_str();
    while let Some(at) = rest.find("FY") {
        rest = rest.get(at + 2..)?;
        let (year, after) = leading_number(rest.trim_start_matches([' ', '\'']));
        let after = after.trim_start_matches([' ', '-', '_', '/']);
        if let (Some(year), Some(after)) = (year, after.strip_prefix('M')) {
            let year = if year < 100 { 2000 + year } else { year };
            if let (Some(month), _) = leading_number(after.trim_start_matches([' ', '-']))
                && let Some(found) = month_of(year, month)
            {
                return Some(found);
            }
        }
    }
    None
}

fn leading_number(text: &str) -> (Option<u32>, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).unwrap_or(("", text));
    (digits.parse().ok(), rest)
}

fn month_of(year: u32, month: u32) -> Option<String> {
    ((2015..=2099).contains(&year) && (1..=12).contains(&month))
        .then(|| format!("FY{:02}M{month}", year % 100))
}

/// The metric a measurement's name means, by the first words that fit, in the order the names
/// must be tried: "premium" before "penetration", or premium services would be read as the
/// managed-service penetration. Unknown names are kept and held constant.
pub fn metric_of(measurement: &str) -> Option<&'static str> {
    let name = measurement.to_lowercase();
    let has = |word: &str| name.contains(word);
    let whole = |word: &str| {
        name.split(|c: char| !c.is_alphanumeric())
            .any(|w| w == word)
    };
    let metric = if has("customer success") || has("customer experience") {
        "cs_maturity"
    } else if has("managed service") && !has("penetration") {
        "ms_maturity"
    } else if has("black belt") {
        "black_belt"
    } else if has("career cert") || has("certification maturity") {
        "career"
    } else if has("growth") || whole("yoy") {
        if whole("tcv") || has("total contract") {
            "tcv_growth"
        } else {
            "acv_growth"
        }
    } else if has("renewal") {
        "otrr"
    } else if has("premium") || has("prem svcs") {
        "premium"
    } else if has("buying") {
        "buying"
    } else if whole("ai") {
        "ai_pen"
    } else if has("managed") && has("penetration") {
        "managed_pen"
    } else if has("onboard") {
        "onboard"
    } else if has("adoption") || has("deployment") {
        "adopt"
    } else {
        return None;
    };
    Some(metric)
}

/// Settles what belongs to the sheet as a whole: one reseller, canonical months, weights in
/// percent and adding up.
///
/// # Errors
/// Several resellers without a choice in the map, or a month no rule reads.
pub fn finish(
    records: &mut [Record],
    map: &Map,
    file: &str,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    one_reseller(records, map, file, problems)?;
    months(records, map, file)?;
    weights(records, problems);
    Ok(())
}

fn data(record: &Record) -> Option<&Values> {
    match &record.outcome {
        Outcome::Data(values) => Some(values),
        _ => None,
    }
}

fn reseller_of(values: &Values) -> Reseller {
    let part = |field| values.text(field).map(|text| text.trim().to_string());
    Reseller {
        name: part(Field::Reseller).filter(|text| !text.is_empty()),
        be_id: part(Field::BeId).filter(|text| !text.is_empty()),
    }
}

/// Leaves the rows of one reseller. Two BE ids under one name are two resellers.
fn one_reseller(
    records: &mut [Record],
    map: &Map,
    file: &str,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    let mut found: Vec<Reseller> = Vec::new();
    for one in records.iter().filter_map(data).map(reseller_of) {
        if !one.is_blank() && !found.iter().any(|known| known.is(&one)) {
            found.push(one);
        }
    }
    if found.len() <= 1 {
        return Ok(());
    }
    found.sort_by_key(|one| (one.name.clone(), one.be_id.clone()));
    let wanted = map.reseller.as_deref().unwrap_or_default();
    let named: Vec<&Reseller> = found.iter().filter(|one| one.is_named(wanted)).collect();
    let [only] = named.as_slice() else {
        let names: Vec<String> = found.iter().map(ToString::to_string).collect();
        let distinct = |one: &Reseller| {
            let same = |other: &&Reseller| other.name == one.name;
            found.iter().filter(same).count() == 1
        };
        let example = found.first().map_or("", |one| match &one.name {
            Some(name) if distinct(one) => name,
            _ => one.key(),
        });
        return Err(IngestError::NeedsAnswer {
            file: file.to_string(),
            question: format!(
                "the sheet holds {} resellers or BE ids ({}); they are never merged.",
                found.len(),
                names.join(", ")
            ),
            key: format!("reseller = {example:?}"),
        });
    };
    for record in records.iter_mut() {
        if data(record).is_some_and(|values| !reseller_of(values).is(only)) {
            problems.note(Code::OtherReseller, "", (None, Some(record.row)), || {
                format!("rows of other resellers than {wanted:?} were left out")
            });
            record.outcome = Outcome::Skipped(Code::OtherReseller);
        }
    }
    Ok(())
}

fn months(records: &mut [Record], map: &Map, file: &str) -> Result<(), IngestError> {
    for record in records {
        let row = record.row;
        let Outcome::Data(values) = &mut record.outcome else {
            continue;
        };
        let Some(text) = values.text(Field::FiscalMonth).cloned() else {
            continue;
        };
        let month = match map.fiscal_months.get(&*text) {
            Some(month) => month.clone(),
            None => canonical_month(&text).ok_or_else(|| IngestError::NeedsAnswer {
                file: file.to_string(),
                question: format!(
                    "the fiscal month {text:?} (row {row}) is neither YYYYMM nor FYnnMn."
                ),
                key: format!("[fiscal_months] {:?} = \"FY27M4\"", &*text),
            })?,
        };
        values.set(Field::FiscalMonth, Value::Text(month.into()));
    }
    Ok(())
}

type Group = (String, String);

fn group(values: &Values) -> Group {
    let part = |field| {
        values
            .text(field)
            .map(|t| t.to_string())
            .unwrap_or_default()
    };
    (part(Field::Portfolio), part(Field::FiscalMonth))
}

/// Turns fraction weights into percent and says where weights do not add up to 100.
fn weights(records: &mut [Record], problems: &mut Problems) {
    let mut sums: BTreeMap<Group, Decimal> = BTreeMap::new();
    let mut seen: BTreeSet<(Group, String, String)> = BTreeSet::new();
    for values in records.iter().filter_map(data) {
        // A row that stands in the sheet twice weighs once.
        let text = |field| {
            values
                .text(field)
                .map_or(String::new(), |t| t.to_lowercase())
        };
        let name = (text(Field::Category), text(Field::Measurement));
        if !seen.insert((group(values), name.0, name.1)) {
            continue;
        }
        let category = values.number(Field::CategoryWeight);
        let measurement = values.number(Field::MeasurementWeight);
        if let (Some(category), Some(measurement)) = (category, measurement) {
            let share = category.checked_mul(measurement).unwrap_or_default();
            *sums.entry(group(values)).or_default() += share;
        }
    }
    let hundred = Decimal::ONE_HUNDRED;
    let fractions = !sums.is_empty()
        && sums
            .values()
            .all(|sum| (*sum - Decimal::ONE).abs() <= Decimal::new(5, 4));
    if fractions {
        for record in records.iter_mut() {
            if let Outcome::Data(values) = &mut record.outcome {
                for field in [Field::CategoryWeight, Field::MeasurementWeight] {
                    if let Some(weight) = values.number(field) {
                        values.set(field, Value::Number(weight * hundred));
                    }
                }
            }
        }
        return;
    }
    for ((portfolio, month), sum) in sums {
        let overall = sum / hundred;
        let in_month = match month.as_str() {
            "" => String::new(),
            month => format!(" in {month}"),
        };
        if (overall - hundred).abs() > Decimal::new(5, 2) {
            problems.about_file(
                Code::Weights,
                // A sheet without months has one, which only the plan can name.
                format!(
                    "the weights of {portfolio}{in_month} add up to {} %, not 100; used as given",
                    overall.normalize()
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_in_every_allowed_spelling() {
        for text in [
            "202704",
            "FY27M4",
            "fy2027 m04",
            "202704 (Nov FY27)",
            "20 FY27-M4",
            "1 [202704]",
        ] {
            assert_eq!(canonical_month(text).as_deref(), Some("FY27M4"), "{text}");
        }
        for text in ["Nov 2026", "202713", "27M4", "2027", ""] {
            assert_eq!(canonical_month(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_tried_in_order() {
        for (name, metric) in [
            ("Customer Success Maturity", "cs_maturity"),
            ("Managed Services Practice", "ms_maturity"),
            ("Managed Services Penetration", "managed_pen"),
            ("Black Belt Points", "black_belt"),
            ("Career Certification Points", "career"),
            ("ACV Growth (YoY)", "acv_growth"),
            ("TCV Growth", "tcv_growth"),
            ("Total Contract Value Growth", "tcv_growth"),
            ("On-Time Renewal Rate", "otrr"),
            ("Premium Services Penetration", "premium"),
            ("Buying Program Penetration", "buying"),
            ("AI Bookings Penetration", "ai_pen"),
            ("Onboard %", "onboard"),
            ("Deployment", "adopt"),
        ] {
            assert_eq!(metric_of(name), Some(metric), "{name}");
        }
        assert_eq!(metric_of("Powered Services"), None);
    }
}
