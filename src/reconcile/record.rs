//! What one source says of one asset, in the terms all sources share.

use crate::catalogue::normalise_pid;
use crate::domain::ids::LineId;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

macro_rules! fields {
    ($($name:ident $id:literal $title:literal),+ $(,)?) => {
        /// A field sources can disagree on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = $title] $name,)+
        }

        impl Field {
            /// Every field, the one that weighs most first.
            pub const ALL: &'static [Field] = &[$(Field::$name),+];

            /// Its name in JSON.
            pub fn id(self) -> &'static str {
                match self { $(Field::$name => $id),+ }
            }

            /// Its name on screen.
            pub fn title(self) -> &'static str {
                match self { $(Field::$name => $title),+ }
            }
        }
    };
}

fields! {
    Contract "contract" "contract",
    Customer "customer" "customer",
    Site "site" "site",
    End "end" "end date",
    Start "start" "start date",
    ServiceLevel "service_level" "service level",
    ServiceSku "service_sku" "service SKU",
    Quantity "quantity" "quantity",
    ExtendedNet "extended_net" "net price",
    UnitList "unit_list" "list price",
    Currency "currency" "currency",
    Pid "pid" "product",
    Serial "serial" "serial",
    Instance "instance" "instance",
    Ldos "last_date_of_support" "last date of support",
}

impl Field {
    /// True for what says where an asset belongs: a difference there means that it moved.
    pub fn is_home(self) -> bool {
        matches!(self, Field::Contract | Field::Customer | Field::Site)
    }
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text or identifier.
    Text(Arc<str>),
    /// Day.
    Day(NaiveDate),
    /// Number or amount in the currency beside it.
    Number(Decimal),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Day(day) => day.fmt(f),
            Value::Number(number) => number.normalize().fmt(f),
        }
    }
}

impl Value {
    /// The value as it is compared: names without case, blanks and punctuation, products without
    /// the mark of a spare, numbers without trailing zeros.
    pub fn comparable(&self, field: Field) -> Cow<'_, str> {
        match self {
            Value::Text(text) => match field {
                Field::Customer | Field::Site | Field::ServiceLevel => name_key(text),
                Field::Pid => Cow::Owned(normalise_pid(text)),
                _ => Cow::Owned(text.trim().to_uppercase()),
            },
            other => Cow::Owned(other.to_string()),
        }
    }
}

/// Letters and digits in lower case; a name of signs alone stays as it is.
fn name_key(name: &str) -> Cow<'_, str> {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let key: String = letters.flat_map(char::to_lowercase).collect();
    match key.is_empty() {
        true => Cow::Borrowed(name),
        false => Cow::Owned(key),
    }
}

/// Whose word counts, the strongest first (formats §5.6). A rep's own edits are in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The book.
    Book,
    /// A file as Cisco's tools write it.
    Vendor,
    /// A list of a distributor.
    Distributor,
    /// A list the customer keeps.
    Customer,
}

impl Rank {
    /// In words, for screen and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Rank::Book => "book",
            Rank::Vendor => "cisco file",
            Rank::Distributor => "distributor list",
            Rank::Customer => "customer list",
        }
    }
}

/// What a serial and an instance take, which no other record shares.
const OWN_TEXTS: usize = 96;

/// What one source says of one asset. A field that is not there is unknown to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    values: Vec<(Field, Value)>,
    /// Somebody else holds the contract, and the source hides it.
    pub masked: bool,
    /// The agreement is a subscription.
    pub subscription: bool,
    /// The line of the book it is.
    pub line: Option<LineId>,
    /// The file it was read from.
    pub file: Arc<str>,
    /// The row there, from 1.
    pub row: Option<u32>,
    /// The day the file was of, as far as known.
    pub day: Option<NaiveDate>,
}

impl Record {
    /// Sets a field, or takes it away.
    pub fn set(&mut self, field: Field, value: Option<Value>) {
        self.values.retain(|(known, _)| *known != field);
        if let Some(value) = value {
            let at = self.values.partition_point(|(known, _)| *known < field);
            self.values.insert(at, (field, value));
        }
    }

    /// What it takes, about, with texts of its own; room that was left for more is given back.
    pub fn bytes(&mut self) -> usize {
        self.values.shrink_to_fit();
        let values = self.values.capacity() * size_of::<(Field, Value)>();
        size_of::<Record>() + values + OWN_TEXTS
    }

    /// The value of a field.
    pub fn get(&self, field: Field) -> Option<&Value> {
        let found = self.values.iter().find(|(known, _)| *known == field);
        found.map(|(_, value)| value)
    }

    /// A field as it is compared.
    pub fn comparable(&self, field: Field) -> Option<Cow<'_, str>> {
        self.get(field).map(|value| value.comparable(field))
    }

    /// A field as text to show; empty when unknown.
    pub fn shown(&self, field: Field) -> String {
        self.get(field).map_or_else(String::new, Value::to_string)
    }

    /// A day.
    pub fn day_of(&self, field: Field) -> Option<NaiveDate> {
        match self.get(field) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }

    /// Every field it gives, in the order of [`Field::ALL`].
    pub fn values(&self) -> &[(Field, Value)] {
        &self.values
    }

    /// All it says, as text to compare and sort by.
    pub(super) fn content(&self) -> String {
        let mut text = String::new();
        for (field, value) in &self.values {
            text.push_str(field.id());
            text.push('=');
            text.push_str(&value.comparable(*field));
            text.push('\u{1f}');
        }
        text
    }
}

/// One of the things compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// How a person knows it: a file's name, `the book`.
    pub name: Arc<str>,
    /// Whose word it is.
    pub rank: Rank,
    /// The kind of file it was read as; empty for the book.
    pub format: Arc<str>,
    /// The day it is of, as far as known.
    pub day: Option<NaiveDate>,
    /// What it says.
    pub records: Vec<Record>,
    /// Rows that could not be compared, each with its reason.
    pub left_out: Vec<String>,
}
