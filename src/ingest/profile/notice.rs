//! End-of-life lists of the SNTC and CX Cloud collectors. `Hardware_EOL` says of each device which
//! milestone it has passed and which comes next; `Hardware_Bulletins` gives the dates of a notice.
//! Both carry the number of the notice, by which the book joins them.

use super::Profile;
use crate::ingest::extract::Draft;
use crate::ingest::report::Problems;
use crate::ingest::row::{Code, Field, Outcome, RowKind, Value, Values};

/// Milestones by device.
pub static HARDWARE_EOL: Profile = Profile {
    id: "sntc_hardware_eol",
    title: "SNTC Hardware_EOL",
    rows: Some(RowKind::Notice),
    needs: &[&["hwinstanceid"], &["hweolinstanceid"]],
    at_least: 2,
    telling: &["currenthweolmilestone", "nexthweolmilestone", "productid"],
    telling_at_least: 1,
    forbids: &["bulletinproductid", "serialnumber"],
    columns: &[
        (Field::Pid, &["productid"]),
        (Field::EolNotice, &["hweolinstanceid"]),
        (Field::Milestone, &["currenthweolmilestone"]),
        (Field::MilestoneDate, &["currenthweolmilestonedate"]),
        (Field::NextMilestone, &["nexthweolmilestone"]),
        (Field::NextMilestoneDate, &["nexthweolmilestonedate"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};

/// Dates by notice and product.
pub static BULLETINS: Profile = Profile {
    id: "sntc_hardware_bulletins",
    title: "SNTC Hardware_Bulletins",
    rows: Some(RowKind::Notice),
    needs: &[&["hweolinstanceid"], &["lastdateofsupport"]],
    at_least: 2,
    telling: &["bulletinproductid", "bulletinnumber", "eosaledate"],
    telling_at_least: 1,
    forbids: &["hwinstanceid"],
    columns: &[
        (Field::Pid, &["bulletinproductid"]),
        (Field::EolNotice, &["hweolinstanceid"]),
        (Field::Bulletin, &["bulletinnumber"]),
        (Field::BulletinUrl, &["url"]),
        (Field::EndOfSale, &["eosaledate"]),
        (Field::LastAttach, &["eonewserviceattachmentdate"]),
        (Field::LastRenewal, &["eoservicecontractrenewaldate"]),
        (Field::Ldos, &["lastdateofsupport"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};

/// A row of either list; milestones become the date they name.
pub fn finish(
    mut draft: Draft,
    place: (Option<&str>, Option<u32>),
    problems: &mut Problems,
) -> Outcome {
    if let Some((code, reason)) = draft.refusal {
        return Outcome::Rejected(code, reason);
    }
    let values = &mut draft.values;
    for (name, date) in [
        (Field::Milestone, Field::MilestoneDate),
        (Field::NextMilestone, Field::NextMilestoneDate),
    ] {
        milestone(values, name, date, place, problems);
    }
    if !values.has(Field::Pid) {
        let reason = "the row names no product id".to_string();
        return Outcome::Rejected(Code::NoKey, reason);
    }
    Outcome::Data(draft.values)
}

fn milestone(
    values: &mut Values,
    name: Field,
    date: Field,
    place: (Option<&str>, Option<u32>),
    problems: &mut Problems,
) {
    let (name, day) = (values.remove(name), values.remove(date));
    let (Some(Value::Text(name)), Some(day)) = (name, day) else {
        return;
    };
    match field_of(&name) {
        Some(field) if !values.has(field) => values.set(field, day),
        Some(_) => {}
        None => problems.note(Code::Incomplete, "milestone", place, || {
            format!(
                "the book keeps end of sale, last attach, last renewal and last date of support; \
                 milestones such as {name:?} were passed over"
            )
        }),
    }
}

/// The date a milestone's name means, by its words.
fn field_of(name: &str) -> Option<Field> {
    let words: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    let text = words.join(" ");
    let has = |part: &str| text.contains(part);
    if has("support") && has("last") || words.contains(&"ldos") {
        Some(Field::Ldos)
    } else if has("renewal") {
        Some(Field::LastRenewal)
    } else if has("attach") {
        Some(Field::LastAttach)
    } else if has("sale") {
        Some(Field::EndOfSale)
    } else {
        None
    }
}
