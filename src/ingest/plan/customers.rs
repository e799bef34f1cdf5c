//! Customers by their number: new ones, and the newest name of known ones.

use super::identity::{Met, RowKeys};
use super::parties::Parties;
use super::{Planner, RowStream, held};
use crate::ingest::error::IngestError;
use crate::ingest::row::{Code, Field};

/// Plans all customers of a file.
///
/// # Errors
/// Those of the stream.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
) -> Result<(), E> {
    let mut parties = Parties::of(planner.book);
    let (mut met, mut any) = (RowKeys::default(), false);
    planner.data(stream, |planner, record, values, _| {
        let text = |field| values.text(field).map(|text| text.to_lowercase());
        let key = match (text(Field::CustomerId), text(Field::CustomerName)) {
            (Some(number), _) => format!("#{number}"),
            (None, name) => name.unwrap_or_default(),
        };
        any = true;
        match met.meet_as(&[key.as_bytes()], values) {
            Met::Again => planner.counts.skipped += 1,
            Met::Against => {
                let reason = "the customer stands in this file with another name or country";
                planner.reject(record, Code::DupKey, reason.to_string());
            }
            Met::First => {
                planner.hold(held::MET);
                let effect = parties.customer(values, planner);
                planner.count(effect);
            }
        }
        Ok(())
    })?;
    if any {
        planner.problems.about_file(
            Code::Incomplete,
            "the book keeps number, name and country of a customer; streets and theatres were \
             passed over (sites come with the assets)"
                .to_string(),
        );
    }
    parties.into_plan(planner);
    Ok(())
}
