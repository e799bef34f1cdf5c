//! Everything that can change the book. A screen, the command line and an import all end in one
//! of these; the store's one door applies it in one transaction and writes its history.
//!
//! Commands carry finished values (a priced quote line, a planned import): the store decides
//! nothing about money or rules, it only refuses what the book no longer fits.

use super::account::{Account, Site};
use super::activity::Activity;
use super::adoption::Adoption;
use super::baseline::BaselineRow;
use super::batch::Batch;
use super::contract::Contract;
use super::eox::EoxRecord;
use super::ids::*;
use super::incentive::{OfferGroup, Rate, UseCase};
use super::line::Line;
use super::quote::{Quote, QuoteLine};
use super::record::{PackVersion, StoredProjection};
use super::renewal::{Renewal, Reviewed, StageId};
use super::suggestion::Decision;
use super::view::SavedView;
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// When and by whom a command is given; the only way time enters the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// The instant, for the history.
    pub at: DateTime<Utc>,
    /// The civil day of the desk (`--as-of` moves it).
    pub today: NaiveDate,
    /// The user.
    pub actor: String,
}

/// A change to the book.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Rows of an import, planned against the book as it was at `op_seq`.
    Import(Box<ImportPlan>),
    /// Move a renewal to a stage.
    SetStage(StageChange),
    /// Give renewals to somebody, or to nobody.
    SetOwner {
        /// The renewals, each with the owner version that was seen.
        renewals: Vec<(RenewalId, i64)>,
        /// The new owner.
        owner: Option<Arc<str>>,
    },
    /// Log a contact and say what is next, in one step.
    LogContact {
        /// What happened.
        activity: Activity,
        /// `next` version seen.
        version: i64,
        /// What is next.
        next_step: Option<String>,
        /// And when; `None` leaves both as they are.
        next_date: Option<NaiveDate>,
    },
    /// Next step and its date.
    SetNext {
        /// The renewal.
        renewal: RenewalId,
        /// `next` version seen.
        version: i64,
        /// What is next.
        step: Option<String>,
        /// And when.
        date: Option<NaiveDate>,
    },
    /// Out of the Today list until a day (`None` wakes it).
    Snooze {
        /// The renewals with the `next` version seen.
        renewals: Vec<(RenewalId, i64)>,
        /// Until.
        until: Option<NaiveDate>,
    },
    /// A note.
    AddActivity(Activity),
    /// Forecast call, planned date, at-risk flag and hand-marked signals together.
    SetOutlook {
        /// The renewal.
        renewal: RenewalId,
        /// `outlook` version seen.
        version: i64,
        /// The values as they shall be.
        outlook: Outlook,
    },
    /// A manager has seen these risks.
    MarkReviewed {
        /// Renewals with the review to write.
        renewals: Vec<(RenewalId, Option<Reviewed>)>,
    },
    /// A new quote, complete. The store gives it its number if `number` is empty.
    NewQuote(Box<Quote>),
    /// Changed and added lines of a quote, as they shall be; lines not named stay.
    PutQuoteLines {
        /// The quote.
        quote: QuoteId,
        /// Quote version seen.
        version: u32,
        /// The lines.
        lines: Vec<QuoteLine>,
        /// Renewals the quote covers from now on in addition.
        add_renewals: Vec<RenewalId>,
    },
    /// Lines of a quote with a vendor's prices, and until when those hold: one step.
    TakeOffer {
        /// The quote.
        quote: QuoteId,
        /// Quote version seen.
        version: u32,
        /// The lines, as they shall be; lines not named stay.
        lines: Vec<QuoteLine>,
        /// The last day the prices hold; `None` leaves the quote's own.
        valid_until: Option<NaiveDate>,
    },
    /// All lines of a quote, as they shall be: those not named go.
    ReplaceQuoteLines {
        /// The quote.
        quote: QuoteId,
        /// Quote version seen.
        version: u32,
        /// The lines.
        lines: Vec<QuoteLine>,
    },
    /// Take lines out of a quote.
    RemoveQuoteLines {
        /// The quote.
        quote: QuoteId,
        /// Quote version seen.
        version: u32,
        /// The lines.
        lines: Vec<QuoteLineId>,
    },
    /// Validity, status and sent date of a quote.
    SetQuoteHeader {
        /// The quote with the new header; its lines are not looked at.
        quote: Box<Quote>,
        /// Quote version seen.
        version: u32,
    },
    /// Keep the quote as it stands under a name.
    NameQuoteVersion {
        /// The quote.
        quote: QuoteId,
        /// The name.
        name: String,
    },
    /// A decision on a suggestion, with the quote lines or the task it brings if it was accepted.
    Decide {
        /// The decision.
        decision: Decision,
        /// What accepting writes.
        accept: Option<Box<AcceptInto>>,
    },
    /// The rep's own facts of a coverage line.
    SetLineFlags {
        /// The line with `portfolio_typed`, `premium`, `ea` and `ai` as they shall be; its
        /// other fields are not looked at.
        line: Box<Line>,
    },
    /// Save, change or delete (`None`) a view.
    PutView {
        /// The view.
        id: ViewId,
        /// Its new value.
        view: Option<SavedView>,
    },
    /// Incentive rates, offer groups and use cases of a file the partner gave.
    LoadIncentive(Box<IncentiveLoad>),
    /// A setting; `None` removes it.
    Set {
        /// Key.
        key: String,
        /// Value.
        value: Option<String>,
    },
    /// Rows of the partner's assessment typed, corrected or taken away by a person, with the
    /// settings that belong to them (sizes, whose assessment counts): one step of the history.
    PutBaseline(Box<BaselineEdit>),
    /// Use a rule pack of the book's own from now on, or (`None`) no longer.
    UsePack(Option<Box<PackVersion>>),
    /// Keep projections, with the record of the pack they were made by.
    KeepProjections {
        /// The pack.
        pack: Box<PackVersion>,
        /// The projections, each naming it.
        projections: Vec<StoredProjection>,
    },
    /// Renewals the clock has moved (derived nightly): lapsed ones, for example.
    Overnight(Vec<StageChange>),
}

/// An edit of the partner's assessment. Every row says what it was when it was looked at; a row
/// that another window changed meanwhile makes the store refuse the whole edit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BaselineEdit {
    /// Rows as they were (`None`: not there) and as they shall be.
    pub put: Vec<(Option<BaselineRow>, BaselineRow)>,
    /// Rows to take away, as they were.
    pub drop: Vec<BaselineRow>,
    /// Settings; `None` removes one.
    pub settings: Vec<(String, Option<String>)>,
}

impl Command {
    /// True for what the desk does by itself: it stands in the history, but an undo passes over
    /// it to what a person did.
    pub fn is_automatic(&self) -> bool {
        match self {
            Command::KeepProjections { projections, .. } => {
                projections.iter().all(|projection| projection.automatic)
            }
            _ => false,
        }
    }
}

/// A stage change.
#[derive(Clone, Debug, PartialEq)]
pub struct StageChange {
    /// The renewal.
    pub renewal: RenewalId,
    /// `stage` version seen.
    pub version: i64,
    /// The new stage.
    pub stage: StageId,
    /// The day it took place: booking date for Booked, planned booking date for Committed.
    pub on: Option<NaiveDate>,
    /// Loss reason id.
    pub reason: Option<Arc<str>>,
    /// Note, kept as an activity.
    pub note: Option<Activity>,
    /// PO number.
    pub po: Option<String>,
    /// Order number.
    pub order: Option<String>,
    /// True where the stage is a booked one, so that the store sets `booked_on`.
    pub books: bool,
}

/// The rep's outlook on a renewal.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// Planned booking date.
    pub planned_on: Option<NaiveDate>,
    /// Forecast call.
    pub forecast: Option<Arc<str>>,
    /// At-risk flag with its reason.
    pub at_risk: Option<String>,
    /// Hand-marked signals.
    pub signals: Vec<Arc<str>>,
}

/// Where accepted suggestion lines go.
#[derive(Clone, Debug, PartialEq)]
pub enum AcceptInto {
    /// A new quote made of them.
    New(Quote),
    /// An existing quote.
    Existing {
        /// The quote.
        quote: QuoteId,
        /// Quote version seen.
        version: u32,
        /// The lines.
        lines: Vec<QuoteLine>,
        /// Renewals the quote covers from now on in addition.
        add_renewals: Vec<RenewalId>,
    },
    /// A task on a renewal: what the suggestion says as a note, and what is next.
    Task {
        /// The note.
        note: Activity,
        /// `next` version seen.
        version: i64,
        /// What is next.
        step: String,
        /// And when.
        on: NaiveDate,
    },
}

/// Rows of an incentive file, checked against the book as it was at `op_seq`.
#[derive(Clone, Debug, PartialEq)]
pub struct IncentiveLoad {
    /// The file.
    pub batch: Batch,
    /// The operation the rows were checked against; a later one makes the store refuse them.
    pub op_seq: i64,
    /// New and changed rates.
    pub put_rates: Vec<Rate>,
    /// New and changed offer groups.
    pub put_groups: Vec<OfferGroup>,
    /// New and changed use cases.
    pub put_use_cases: Vec<UseCase>,
    /// Rates that leave the book.
    pub drop_rates: Vec<RateId>,
    /// Offer groups that leave the book.
    pub drop_groups: Vec<OfferGroupId>,
    /// Use cases that leave the book.
    pub drop_use_cases: Vec<UseCaseId>,
}

/// An import as rows to write. `ingest` makes it from a file and the book as it stood; rows under
/// `put_*` are complete new values, whether the row exists or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportPlan {
    /// The batch record; `None` in an empty plan and in one that takes single values into the book.
    pub batch: Option<Batch>,
    /// The operation the plan was made against; a later one makes the store refuse it.
    pub op_seq: i64,
    /// Accounts.
    pub put_accounts: Vec<Account>,
    /// Sites.
    pub put_sites: Vec<Site>,
    /// Contracts.
    pub put_contracts: Vec<Contract>,
    /// Lines.
    pub put_lines: Vec<Line>,
    /// Renewals, new or moved with their lines.
    pub put_renewals: Vec<Renewal>,
    /// Renewals without lines and without any work on them.
    pub drop_renewals: Vec<RenewalId>,
    /// Adoption states.
    pub put_adoption: Vec<Adoption>,
    /// Assessment rows.
    pub put_baseline: Vec<BaselineRow>,
    /// End-of-life records.
    pub put_eox: Vec<EoxRecord>,
    /// Raw cells nothing else holds, by line: kept so that nothing of the file is lost.
    pub raw: Vec<(LineId, String)>,
    /// Quotes, activities and decisions: only a generated book (demo) brings these. Settings:
    /// also whose assessment counts.
    pub put_quotes: Vec<Quote>,
    /// See `put_quotes`.
    pub put_activities: Vec<Activity>,
    /// See `put_quotes`.
    pub put_decisions: Vec<Decision>,
    /// See `put_quotes`.
    pub put_settings: Vec<(String, String)>,
    /// See `put_quotes`.
    pub put_rates: Vec<Rate>,
    /// See `put_quotes`.
    pub put_groups: Vec<OfferGroup>,
    /// See `put_quotes`.
    pub put_use_cases: Vec<UseCase>,
}

/// One entry of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its place, from 1 up without gaps.
    pub seq: i64,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The desk's day.
    pub today: NaiveDate,
    /// Who.
    pub actor: String,
    /// What, in words a person reads: `discount line 4: 16.0 → 15.0`.
    pub label: String,
    /// The operation this one takes back (undo) or brings back (redo).
    pub reverts: Option<i64>,
    /// Taken back by a later one that still stands.
    pub undone: bool,
    /// Rows it touched.
    pub rows: u64,
}
