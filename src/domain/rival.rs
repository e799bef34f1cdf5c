//! Where a person and an import have both written: what the history knows of it. Whether the two
//! say different things is for `book` to judge.

use super::baseline::BaselineRow;
use super::ids::{LineId, QuoteLineId};
use super::line::Line;
use super::moved::Imported;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// A field of a quote line that has its counterpart in the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuoteField {
    /// How many.
    Quantity,
    /// List price of one unit.
    UnitList,
    /// Service SKU.
    ServiceSku,
    /// Service level.
    ServiceLevel,
    /// First covered day: the day after the coverage of the file ends.
    Start,
    /// Discount or net price.
    Buy,
    /// Portfolio it counts in.
    Portfolio,
}

impl QuoteField {
    /// Every field, in the order of the grid.
    pub const ALL: [QuoteField; 7] = [
        QuoteField::Quantity,
        QuoteField::UnitList,
        QuoteField::ServiceSku,
        QuoteField::ServiceLevel,
        QuoteField::Start,
        QuoteField::Buy,
        QuoteField::Portfolio,
    ];

    /// Name in JSON and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            QuoteField::Quantity => "quantity",
            QuoteField::UnitList => "unit_list",
            QuoteField::ServiceSku => "service_sku",
            QuoteField::ServiceLevel => "service_level",
            QuoteField::Start => "start",
            QuoteField::Buy => "price",
            QuoteField::Portfolio => "portfolio",
        }
    }
}

/// When a value was written, by a change that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Its place in the history.
    pub seq: i64,
    /// The desk's day.
    pub day: NaiveDate,
    /// Who.
    pub actor: String,
}

/// What people and imports wrote side by side. Changes that were taken back are not in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rivals {
    /// The imports, newest first.
    pub imports: Vec<Imported>,
    /// Lines that quotes renew, as they were before each import that wrote them, with the import's
    /// place in the history; newest first.
    pub lines: HashMap<LineId, Vec<(i64, Line)>>,
    /// The newest write of each field of each quote line.
    pub writes: HashMap<QuoteLineId, BTreeMap<QuoteField, Write>>,
    /// Typed rows of the assessment that an import wrote over, as they were, with the import's
    /// place in the history; newest first.
    pub sheets: Vec<(i64, BaselineRow)>,
}
