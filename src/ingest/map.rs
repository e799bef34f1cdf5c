//! The `--map` file: a person's answers about one kind of file, in TOML. Every key is optional.
//!
//! ```toml
//! format = "generic"            # which profile; else detected
//! sheet = "Data"                # only this sheet
//! header_row = 4                # row of the headers, as the spreadsheet numbers it
//! date_order = "dmy"            # or "mdy", for 03/04/2026
//! decimal_mark = ","            # or ".", for 1.234
//! percent = "percent"           # or "fraction": what 0.4 means in a percent column
//! currency = "EUR"              # of prices without one
//! customer = "Acme AG"          # of rows without one
//! contract = "201234567"        # of rows without one
//! estimate = "AB12345678CD"      # id of a price estimate that does not name its own
//! reseller = "Partner GmbH"     # whose assessment (name or BE id), where file or book hold several
//! ignore = ["Notes", "Fax"]      # headers of columns to leave unread
//! accept_loss = true            # this file may lack over 20 % of the lines seen before
//!
//! [columns]                     # field = "header in the file"
//! serial = "Seriennummer"
//! end_date = "Vertragsende"
//!
//! [fiscal_months]               # unusual spellings in an assessment
//! "Period 4 of 2027" = "FY27M4"
//! ```

use super::error::IngestError;
use super::row::Field;
use super::value::date::DateOrder;
use super::value::number::DecimalMark;
use crate::domain::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The line that lets a file lack over a fifth of the lines seen before.
pub const ACCEPT_LOSS: &str = "accept_loss = true";

/// What a number such as 0.4 means in a percent column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PercentForm {
    /// 0.4 is 0.4 %.
    Percent,
    /// 0.4 is 40 %.
    Fraction,
}

/// A map file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Map {
    /// Profile to read as.
    pub format: Option<String>,
    /// The only sheet to read.
    pub sheet: Option<String>,
    /// Row of the headers, from 1.
    pub header_row: Option<u32>,
    /// Day or month first.
    pub date_order: Option<DateOrder>,
    /// Decimal mark.
    pub decimal_mark: Option<DecimalMark>,
    /// Percent or fraction.
    pub percent: Option<PercentForm>,
    /// Currency of prices without one.
    pub currency: Option<Currency>,
    /// Customer of rows without one.
    pub customer: Option<String>,
    /// Contract of rows without one.
    pub contract: Option<String>,
    /// Id of a price estimate that does not name its own.
    pub estimate: Option<String>,
    /// The reseller to load.
    pub reseller: Option<String>,
    /// Lines may be gone.
    pub accept_loss: bool,
    /// Field id to header.
    pub columns: BTreeMap<String, String>,
    /// Month text to canonical month.
    pub fiscal_months: BTreeMap<String, String>,
    /// Headers of columns to leave unread. Not written when empty: the hash of what was imported
    /// with a map of an earlier version stays what it was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
}

impl Map {
    /// Reads a map file.
    ///
    /// # Errors
    /// [`IngestError::BadMap`] with the line of a syntax error, an unknown key or field name.
    pub fn parse(text: &str, file: &str) -> Result<Map, IngestError> {
        let bad = |why: String| IngestError::BadMap {
            file: file.to_string(),
            why,
        };
        let map: Map = toml::from_str(text).map_err(|e| bad(e.to_string().trim().to_string()))?;
        for field in map.columns.keys() {
            if Field::named(field).is_none() {
                let known: Vec<&str> = Field::ALL.iter().map(|field| field.id()).collect();
                return Err(bad(format!(
                    "[columns] has no field {field:?}; it may be one of {}",
                    known.join(", ")
                )));
            }
        }
        if map.header_row == Some(0) {
            return Err(bad("header_row counts from 1".to_string()));
        }
        for month in map.fiscal_months.values() {
            if super::profile::dpv::canonical_month(month).as_deref() != Some(month.as_str()) {
                return Err(bad(format!(
                    "[fiscal_months] {month:?} is no fiscal month; write it like FY27M4"
                )));
            }
        }
        Ok(map)
    }

    /// These answers, and where they say nothing those of `base`. A column that is answered here
    /// is not answered by `base` too.
    pub fn over(self, base: Map) -> Map {
        let mut columns = base.columns;
        columns.retain(|_, header| {
            !self.ignore.contains(header) && !self.columns.values().any(|own| own == header)
        });
        let mut ignore = base.ignore;
        ignore.retain(|header| !self.columns.values().any(|own| own == header));
        columns.extend(self.columns);
        ignore.extend(self.ignore);
        let mut fiscal_months = base.fiscal_months;
        fiscal_months.extend(self.fiscal_months);
        Map {
            format: self.format.or(base.format),
            sheet: self.sheet.or(base.sheet),
            header_row: self.header_row.or(base.header_row),
            date_order: self.date_order.or(base.date_order),
            decimal_mark: self.decimal_mark.or(base.decimal_mark),
            percent: self.percent.or(base.percent),
            currency: self.currency.or(base.currency),
            customer: self.customer.or(base.customer),
            contract: self.contract.or(base.contract),
            estimate: self.estimate.or(base.estimate),
            reseller: self.reseller.or(base.reseller),
            accept_loss: self.accept_loss || base.accept_loss,
            columns,
            fiscal_months,
            ignore,
        }
    }

    /// The columns as fields.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &str)> {
        self.columns
            .iter()
            .filter_map(|(field, header)| Some((Field::named(field)?, header.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_read_and_its_mistakes_are_named() {
        let map = Map::parse(
            "date_order = \"dmy\"\ndecimal_mark = \",\"\npercent = \"fraction\"\n[columns]\nserial = \"SN\"",
            "m.toml",
        );
        let map = map.unwrap_or_default();
        assert_eq!(map.date_order, Some(DateOrder::Dmy));
        assert_eq!(map.decimal_mark, Some(DecimalMark::Comma));
        assert_eq!(map.fields().collect::<Vec<_>>(), [(Field::Serial, "SN")]);
        let refused = |text: &str| Map::parse(text, "m.toml").err().map(|e| e.to_string());
        assert!(refused("[columns]\nserail = \"SN\"").is_some_and(|e| e.contains("serail")));
        assert!(refused("dateorder = \"dmy\"").is_some_and(|e| e.contains("dateorder")));
    }
}
