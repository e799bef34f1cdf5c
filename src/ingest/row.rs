//! Rows between the two steps of an import: what one row of a file says, in the desk's terms, not
//! yet compared with the book. They travel from the reading process by [`super::wire`].

use super::estimate::Head;
use super::outline::Outline;
use super::report::Problem;
use super::several::Part;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How the values of a field are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Serial, instance, contract number and the like.
    Identifier,
    /// Free text.
    Text,
    /// A civil day.
    Date,
    /// An exact number.
    Number,
    /// A percentage.
    Percent,
}

macro_rules! fields {
    ($($name:ident $id:literal $kind:ident $title:literal),+ $(,)?) => {
        /// A field a column can fill. Its id is the key under `[columns]` of a map file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Field {
            $(
                #[doc = $title]
                #[serde(rename = $id)]
                $name,
            )+
        }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$name),+];

            /// The id used in map files and on the wire.
            pub fn id(self) -> &'static str {
                match self { $(Field::$name => $id),+ }
            }

            /// What it holds, in a few words.
            pub fn title(self) -> &'static str {
                let words = match self { $(Field::$name => $title),+ };
                words.trim_end_matches('.')
            }

            /// How its values are read.
            pub fn kind(self) -> FieldKind {
                match self { $(Field::$name => FieldKind::$kind),+ }
            }
        }
    };
}

fields! {
    CustomerId "customer_id" Text "The source's id of the customer.",
    CustomerName "customer_name" Text "End customer.",
    Country "country" Text "Country of the customer or site.",
    SiteName "site" Text "Where the gear stands.",
    SiteCity "site_city" Text "City of the site.",
    SiteCountry "site_country" Text "Country of the site.",
    ContractNumber "contract_number" Identifier "Contract number.",
    SubscriptionId "subscription_id" Identifier "Subscription id.",
    AgreementNumber "agreement_number" Identifier "Contract number if digits only, else subscription id.",
    QuoteNumber "quote_number" Identifier "Quote number.",
    QuoteName "quote_name" Text "Quote name.",
    ContractStatus "contract_status" Text "Status of the contract.",
    ContractStart "contract_start" Date "First day of the contract.",
    ContractEnd "contract_end" Date "Last day of the contract.",
    ServiceProgram "service_program" Text "Service programme.",
    LineId "renewdesk_line_id" Text "The desk's own id of a line, in a list that came back.",
    Renew "renew" Text "The customer's tick.",
    CustomerComment "customer_comment" Text "The customer's own words.",
    QuoteLineId "renewdesk_quote_line_id" Text "The desk's own id of a quote line, in a quote that came back.",
    QuoteVersion "quote_version" Number "The version a quote had when it was written out.",
    LineDiscount "line_discount_pct" Number "Discount of a quote line, in percent.",
    MarginPct "margin_pct" Number "Margin of a quote line, in percent of its sell price.",
    MarkupPct "markup_pct" Number "Markup of a quote line, in percent of its net price.",
    UnitSell "unit_sell" Number "Sell price of one unit for the term.",
    ExtendedSell "extended_sell" Number "Sell price for quantity and term.",
    Premium "premium" Text "Premium service: yes, no or unknown.",
    UnderEa "ea" Text "Under an EA or MSLA: yes, no or unknown.",
    AiProduct "ai" Text "An AI product: yes, no or unknown.",
    TreeLine "line_number" Text "Place of a line in the tree of an estimate.",
    Serial "serial" Identifier "Serial number.",
    Pid "pid" Identifier "Product id.",
    Instance "instance" Identifier "Instance number.",
    ParentInstance "parent_instance" Identifier "Instance of the chassis.",
    Description "description" Text "Product description.",
    ItemType "item_type" Text "Kind of item.",
    ServiceSku "service_sku" Identifier "Service SKU.",
    ServiceLevel "service_level" Text "Service level.",
    ServiceType "service_type" Text "Service type.",
    LineStatus "line_status" Text "Status of the line.",
    CoverageStatus "coverage_status" Text "Coverage status.",
    StartDate "start_date" Date "First covered day.",
    EndDate "end_date" Date "Last covered day.",
    TermMonths "term_months" Number "Term in months.",
    Ldos "ldos" Date "Last date of support.",
    WarrantyEnd "warranty_end" Date "End of warranty.",
    ShipDate "ship_date" Date "Ship date.",
    TerminationDate "termination_date" Date "Ended before its time.",
    Quantity "quantity" Number "Quantity.",
    UnitList "unit_list" Number "List price of one unit.",
    ListYears "list_years" Number "Years the list price is for.",
    ProratedList "prorated_list" Number "Prorated list price as the file gives it.",
    UnitNet "unit_net" Number "Net price of one unit for the term.",
    DiscountPct "discount_pct" Percent "Discount off list.",
    ExtendedNet "extended_net" Number "Net price for quantity and term.",
    Currency "currency" Text "Currency of the prices.",
    PriceList "price_list" Text "Price list.",
    RenewedFrom "renewed_from_instance" Identifier "The instance this one renewed.",
    RenewedTo "renewed_to_instance" Identifier "The instance that renewed this one.",
    ReplacementSerial "replacement_serial" Identifier "Serial of the RMA replacement.",
    ReplacementInstance "replacement_instance" Identifier "Instance of the RMA replacement.",
    ReferenceSerial "reference_serial" Identifier "Serial the line refers to.",
    ReferenceInstance "reference_instance" Identifier "Instance the line refers to.",
    ReferenceSubscription "reference_subscription" Identifier "Subscription the line refers to.",
    Vendor "vendor" Text "Maker of the product.",
    Bulletin "bulletin" Text "End-of-life bulletin number.",
    BulletinUrl "bulletin_url" Text "Address of the bulletin.",
    EndOfSale "end_of_sale" Date "End of sale.",
    LastAttach "last_attach" Date "Last day to attach service.",
    LastRenewal "last_renewal" Date "Last day to renew service.",
    Successor "successor" Identifier "Successor product.",
    Updated "updated" Date "Last update at the source.",
    RenewalId "renewal_id" Identifier "The distributor's number of a renewal.",
    RenewalValue "renewal_value" Number "What a renewal is worth at the distributor.",
    References "references" Text "Order and quote numbers of a renewal, with `;` between them.",
    Serials "serials" Text "Serial numbers of a renewal, with `;` between them.",
    Products "products" Text "Products of a renewal: `part x quantity`, with `;` between them.",
    ContractNumbers "contract_numbers" Text "Contract numbers of a renewal, with `;` between them.",
    EolNotice "eol_notice" Identifier "The collector's number of an end-of-life notice.",
    Milestone "milestone" Text "End-of-life milestone last passed.",
    MilestoneDate "milestone_date" Date "Day of the milestone last passed.",
    NextMilestone "next_milestone" Text "End-of-life milestone to come.",
    NextMilestoneDate "next_milestone_date" Date "Day of the milestone to come.",
    NetworkElement "network_element" Text "The device a part is in.",
    CollectedSerial "collected_serial" Text "Serial number as a collector read it.",
    Offer "offer" Text "Offer or solution.",
    UseCase "use_case" Text "Use case.",
    AdoptionStage "adoption_stage" Text "First adoption stage not completed.",
    AdoptionPct "adoption_pct" Number "Share of the adoption plan done, in percent.",
    OpenActions "open_actions" Text "What is left to do in the stage, with `;` between.",
    NoneAnnounced "none_announced" Text "The vendor announced no end of life.",
    Reseller "reseller" Text "Reseller of an assessment.",
    BeId "be_id" Text "BE id of the reseller.",
    Portfolio "portfolio" Text "Portfolio.",
    Category "category" Text "Category.",
    CategoryWeight "category_weight" Percent "Category weight.",
    Measurement "measurement" Text "Measurement.",
    MeasurementWeight "measurement_weight" Percent "Measurement weight.",
    FiscalMonth "fiscal_month" Text "Fiscal month.",
    Achieved "achieved_metric" Number "Achieved metric.",
    AchievedIndex "achieved_index" Number "Achieved index.",
    AppliedIndex "applied_index" Number "Applied index.",
    CountA "measure_a_count" Number "Measure A count.",
    ValueA "measure_a_value" Number "Measure A value.",
    CountB "measure_b_count" Number "Measure B count.",
    ValueB "measure_b_value" Number "Measure B value.",
    CountC "measure_c_count" Number "Measure C count.",
    ValueC "measure_c_value" Number "Measure C value.",
}

impl Field {
    /// True where rows of one file repeat a few texts; a serial or an instance is met once.
    pub fn repeats(self) -> bool {
        use Field::{Instance, ParentInstance, RenewedFrom, RenewedTo, Serial};
        !matches!(
            self,
            Serial | Instance | ParentInstance | RenewedFrom | RenewedTo
        )
    }

    /// The field with that id.
    pub fn named(id: &str) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| field.id() == id)
    }
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text or identifier.
    Text(Arc<str>),
    /// Day.
    Day(NaiveDate),
    /// Number, percentages in percent.
    Number(Decimal),
}

/// The values one row gives; a field that is not there was empty or has no column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// One bit a field, so that asking for what is not there costs no search.
    given: u128,
    /// Beside the values and not with each: a field is then found in one look at a few bytes.
    fields: Vec<Field>,
    values: Vec<Value>,
}

const _: () = assert!(Field::ALL.len() <= 128, "a field has no bit left");

fn bit(field: Field) -> u128 {
    1 << (field as u32)
}

impl Values {
    /// Room for so many fields.
    pub fn with_capacity(fields: usize) -> Values {
        Values {
            given: 0,
            fields: Vec::with_capacity(fields),
            values: Vec::with_capacity(fields),
        }
    }

    /// Sets a field, replacing what was there.
    #[inline]
    pub fn set(&mut self, field: Field, value: Value) {
        if !self.has(field) {
            self.given |= bit(field);
            self.fields.push(field);
            self.values.push(value);
        } else if let Some(slot) = self.at(field).and_then(|at| self.values.get_mut(at)) {
            *slot = value;
        }
    }

    /// Takes a field away.
    pub fn remove(&mut self, field: Field) -> Option<Value> {
        if !self.has(field) {
            return None;
        }
        let at = self.at(field)?;
        self.given &= !bit(field);
        self.fields.remove(at);
        Some(self.values.remove(at))
    }

    /// True when the row gives that field.
    pub fn has(&self, field: Field) -> bool {
        self.given & bit(field) != 0
    }

    /// The fields with their values, in the order they were set.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Field, &Value)> {
        self.fields.iter().zip(&self.values)
    }

    /// A text field.
    pub fn text(&self, field: Field) -> Option<&Arc<str>> {
        self.find(field).and_then(|value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        })
    }

    /// A date field.
    pub fn day(&self, field: Field) -> Option<NaiveDate> {
        self.find(field).and_then(|value| match value {
            Value::Day(day) => Some(*day),
            _ => None,
        })
    }

    /// A number field.
    pub fn number(&self, field: Field) -> Option<Decimal> {
        self.find(field).and_then(|value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        })
    }

    fn find(&self, field: Field) -> Option<&Value> {
        if !self.has(field) {
            return None;
        }
        self.values.get(self.at(field)?)
    }

    fn at(&self, field: Field) -> Option<usize> {
        self.fields.iter().position(|known| *known == field)
    }
}

/// What kind of thing the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// Coverage lines.
    Line,
    /// Contract headers.
    Contract,
    /// End-of-life records.
    Eox,
    /// Assessment rows.
    Baseline,
    /// Adoption states.
    Adoption,
    /// Renewals of a distributor.
    Renewal,
    /// Customers.
    Customer,
    /// End-of-life notices of a collector.
    Notice,
    /// Lines of a price estimate.
    Estimate,
    /// A customer's answers about lines.
    Answer,
    /// Lines of a quote of this book that was worked on in a spreadsheet.
    QuoteLine,
}

/// What became of a row while it was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Data.
    Data(Values),
    /// Data under a hidden contract: somebody else covers it.
    Masked(Values),
    /// No data, with the code of the reason.
    Skipped(Code),
    /// Refused, with the reason in words.
    Rejected(Code, String),
}

/// Why a row was skipped, refused or remarked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// No usable identity.
    NoKey,
    /// Same key and date range twice with different values.
    DupKey,
    /// The same row once more.
    Repeated,
    /// No full date.
    BadDate,
    /// No end where one is needed.
    NoEnd,
    /// Ends before it starts.
    EndBeforeStart,
    /// No number.
    BadNumber,
    /// Quantity is no number or negative.
    BadQty,
    /// Scientific notation or more digits than a spreadsheet keeps.
    DamagedId,
    /// Title, comment, total, blank.
    NotALine,
    /// Another maker's product.
    NonCisco,
    /// Zero-price `-RENEW-T` line: kept, not counted.
    Wrapper,
    /// A distributor's renewal that is closed there and of no contract of the book.
    Closed,
    /// A distributor's renewal of no contract of the book, or of one since this file.
    Unmatched,
    /// A module or other part: it stands with its chassis.
    Part,
    /// Somebody else's contract.
    Masked,
    /// Coverage past the last date of support.
    PastLdos,
    /// Two statements of the term differ by over a month.
    TermConflict,
    /// Status and dates disagree.
    StatusConflict,
    /// The file's prorated price is not list × quantity × days.
    ProrateDiff,
    /// No currency beside the prices.
    NoCurrency,
    /// The text encoding had to be guessed.
    BadEncoding,
    /// A column, sheet or page is missing or was left out.
    Incomplete,
    /// Rows of a sheet that the spreadsheet does not show.
    HiddenSheet,
    /// A formula without a saved value.
    NoValue,
    /// One contract number on rows of two customers.
    TwoCustomers,
    /// A service SKU whose code the catalogue does not have.
    UnknownSku,
    /// A line that nothing but its product and its quote or contract tells from others.
    Unresolved,
    /// A value of the book was kept against this file's.
    Kept,
    /// A number that does not add up in an assessment.
    Weights,
    /// The partner's other reseller.
    OtherReseller,
    /// Figures a person typed that the file replaces.
    Replaced,
    /// The same bytes were imported before.
    AlreadyImported,
    /// Lines of the same source that are not in this file.
    Gone,
    /// The source answered with an error instead of data.
    SourceError,
    /// Figures of the file that do not add up.
    Totals,
    /// A quote was made of the file.
    NewQuote,
    /// The id names no line of the book, or another one than the row shows.
    WrongLine,
    /// A quote that was changed, or sent, after it was written out.
    Outdated,
    /// A value that a line of a quote cannot take.
    Refused,
    /// Neither yes nor no.
    BadAnswer,
}

impl Code {
    /// The code as the rejects file writes it.
    pub fn text(self) -> &'static str {
        match self {
            Code::NoKey => "NO_KEY",
            Code::DupKey => "DUP_KEY",
            Code::Repeated => "REPEATED",
            Code::BadDate => "BAD_DATE",
            Code::NoEnd => "NO_END",
            Code::EndBeforeStart => "END_BEFORE_START",
            Code::BadNumber => "BAD_NUMBER",
            Code::BadQty => "BAD_QTY",
            Code::DamagedId => "DAMAGED_ID",
            Code::NotALine => "NOT_A_LINE",
            Code::NonCisco => "NON_CISCO",
            Code::Wrapper => "WRAPPER",
            Code::Closed => "CLOSED",
            Code::Unmatched => "UNMATCHED",
            Code::Part => "PART",
            Code::Masked => "MASKED",
            Code::PastLdos => "PAST_LDOS",
            Code::TermConflict => "TERM_CONFLICT",
            Code::StatusConflict => "STATUS_CONFLICT",
            Code::ProrateDiff => "PRORATE_DIFF",
            Code::NoCurrency => "NO_CURRENCY",
            Code::BadEncoding => "BAD_ENCODING",
            Code::Incomplete => "INCOMPLETE",
            Code::HiddenSheet => "HIDDEN_SHEET",
            Code::NoValue => "NO_VALUE",
            Code::TwoCustomers => "TWO_CUSTOMERS",
            Code::UnknownSku => "UNKNOWN_SKU",
            Code::Unresolved => "UNRESOLVED",
            Code::Kept => "KEPT",
            Code::Weights => "WEIGHTS",
            Code::Replaced => "REPLACED",
            Code::OtherReseller => "OTHER_RESELLER",
            Code::AlreadyImported => "ALREADY_IMPORTED",
            Code::Gone => "GONE",
            Code::SourceError => "SOURCE_ERROR",
            Code::Totals => "TOTALS",
            Code::NewQuote => "NEW_QUOTE",
            Code::WrongLine => "WRONG_LINE",
            Code::Outdated => "OUTDATED",
            Code::Refused => "REFUSED",
            Code::BadAnswer => "BAD_ANSWER",
        }
    }
}

/// One row of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Which table of [`Rows::tables`].
    pub table: u16,
    /// Row as a spreadsheet shows it, from 1; for JSON the record's place in the file.
    pub row: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// All cells as written, cleaned, joined by [`CELL_SEPARATOR`]; trailing empty ones left out.
    pub cells: String,
}

/// Stands between cells in [`Record::cells`]. Cleaned text cannot contain it.
pub const CELL_SEPARATOR: char = '\u{1f}';

impl Record {
    /// The cells by column; the header's width is the caller's to know.
    pub fn cell_texts(&self) -> impl Iterator<Item = &str> {
        self.cells.split(CELL_SEPARATOR)
    }
}

/// A table the rows came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Sheet; none for CSV and JSON.
    pub sheet: Option<String>,
    /// Row of the header, from 1.
    pub header_row: u32,
    /// Headers, kept apart.
    pub headers: Vec<String>,
    /// The field of each column, where it has one.
    pub fields: Vec<Option<Field>>,
    /// True for a rejects file coming back: it holds only part of its source.
    pub partial: bool,
    /// What stands above and below the rows of an estimate.
    #[serde(default)]
    pub estimate: Option<Head>,
}

/// Answers and facts that belong to the whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Customer of all rows that name none.
    pub customer: Option<String>,
    /// Contract of all rows that name none.
    pub contract: Option<String>,
    /// Quote number found above the header.
    pub quote_number: Option<String>,
    /// The loss of lines has been accepted.
    pub accept_loss: bool,
    /// The reseller an assessment was asked for by name or BE id.
    #[serde(default)]
    pub reseller: Option<String>,
}

/// A file as rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    /// File name without its folder, cleaned.
    pub file: String,
    /// SHA-256 of the bytes, and of the map's answers where there were any, hex.
    pub sha256: String,
    /// Profile it was read as.
    pub format: String,
    /// What its rows are; lines unless the profile says otherwise.
    pub kind: Option<RowKind>,
    /// True where the source is a customer list, which never beats a vendor file.
    pub customer_list: bool,
    /// Tables.
    pub tables: Vec<TableInfo>,
    /// What the reader sees in the file.
    #[serde(default)]
    pub outline: Outline,
    /// The kinds of its tables, where they are several: then no rows follow, and each kind is read
    /// by itself, in this order.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Facts of the file.
    pub facts: FileFacts,
    /// What to tell the reader about the file.
    pub problems: Vec<Problem>,
    /// The rows.
    #[serde(skip)]
    pub records: Vec<Record>,
}
