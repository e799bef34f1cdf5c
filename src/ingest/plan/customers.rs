//! Customers by their number: new ones, and the newest name of known ones.

use super::Planner;
use super::parties::Parties;
use crate::ingest::row::{Code, Field, Values};
use std::collections::HashMap;

/// Plans all customers of a file.
pub fn plan(planner: &mut Planner<'_>) {
    let mut parties = Parties::of(planner.book);
    let mut seen: HashMap<String, Values> = HashMap::new();
    planner.data(|planner, record, values, _| {
        let text = |field| values.text(field).map(|text| text.to_lowercase());
        let key = match (text(Field::CustomerId), text(Field::CustomerName)) {
            (Some(number), _) => format!("#{number}"),
            (None, name) => name.unwrap_or_default(),
        };
        match seen.get(&key) {
            Some(first) if first == values => planner.counts.skipped += 1,
            Some(_) => {
                let reason = "the customer stands in this file with another name or country";
                planner.reject(record, Code::DupKey, reason.to_string());
            }
            None => {
                let effect = parties.customer(values, planner);
                planner.count(effect);
                seen.insert(key, values.clone());
            }
        }
    });
    if !seen.is_empty() {
        planner.problems.about_file(
            Code::Incomplete,
            "the book keeps number, name and country of a customer; streets and theatres were \
             passed over (sites come with the assets)"
                .to_string(),
        );
    }
    parties.into_plan(planner);
}
