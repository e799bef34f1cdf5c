//! The documents of a quote by kind: one place that says which forms each has, what it is called and
//! how it is made. Values in, bytes out.

use super::inside::{self, Effect};
use super::mail::{self, Address, MailError};
use super::offer::{Offer, Options, PdfError, file_stem};
use super::workbook::{Sheet, workbook};
use super::{CsvOptions, Table, asset_list, price_request};
use crate::catalogue::{Catalogue, EoxIndex, MilestoneCache};
use crate::domain::quote::{Quote, QuoteStatus};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::pricing::price_quote;
use chrono::{Days, NaiveDate};

/// A document of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The offer, for the customer.
    Customer,
    /// A mail draft with the offer attached.
    Mail,
    /// The list of gear the customer ticks.
    Assets,
    /// What the vendor is asked to price.
    Request,
    /// Everything, cost and margin too, for the partner's own people.
    Internal,
}

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Portable document.
    Pdf,
    /// Excel workbook.
    Xlsx,
    /// Comma-separated text.
    Csv,
    /// Mail.
    Eml,
}

impl Form {
    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Form::Pdf => "pdf",
            Form::Xlsx => "xlsx",
            Form::Csv => "csv",
            Form::Eml => "eml",
        }
    }
}

impl Kind {
    /// All kinds with the word each has on the command line, in the order a person needs them.
    pub const ALL: [(Kind, &'static str); 5] = [
        (Kind::Customer, "customer"),
        (Kind::Mail, "mail"),
        (Kind::Assets, "assets"),
        (Kind::Request, "request"),
        (Kind::Internal, "internal"),
    ];

    /// The kind of a word.
    pub fn named(word: &str) -> Option<Kind> {
        let known = Kind::ALL.iter().find(|(_, known)| *known == word);
        known.map(|(kind, _)| *kind)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        let known = Kind::ALL.iter().find(|(kind, _)| *kind == self);
        known.map_or("", |(_, word)| word)
    }

    /// What it is, for a list to choose from.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Customer => "Quote for the customer",
            Kind::Mail => "Mail draft with the quote attached",
            Kind::Assets => "Asset list for the customer to tick",
            Kind::Request => "Price request for the vendor",
            Kind::Internal => "Internal quote with cost, margin and PVI",
        }
    }

    /// The forms it has, the usual one first.
    pub fn forms(self) -> &'static [Form] {
        match self {
            Kind::Customer => &[Form::Pdf, Form::Xlsx],
            Kind::Mail => &[Form::Eml],
            Kind::Assets | Kind::Request => &[Form::Xlsx, Form::Csv],
            Kind::Internal => &[Form::Xlsx],
        }
    }

    /// The form of a file's ending, if this kind has it.
    pub fn form(self, ending: &str) -> Option<Form> {
        let is = |form: &&Form| form.ending().eq_ignore_ascii_case(ending);
        self.forms().iter().find(is).copied()
    }
}

/// Sheets of the internal quote that follow from its lines.
pub const TOTALS_SHEET: &str = "Totals";
/// See [`TOTALS_SHEET`].
pub const EFFECTS_SHEET: &str = "PVI estimate";

/// What documents are made from beside the quote.
pub struct Source<'a> {
    /// The book.
    pub snapshot: &'a Snapshot,
    /// Renewal rules.
    pub rules: &'a Rules,
    /// Products.
    pub catalogue: &'a Catalogue,
    /// Day of the document.
    pub today: NaiveDate,
    /// What the quote does to the scores, for the internal one; and which pack and month say so.
    pub effects: (&'a [Effect], &'a str),
    /// Choices of the offer.
    pub options: &'a Options,
    /// Who the mail is from and for.
    pub address: &'a Address,
}

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The offer's PDF.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The mail draft.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// A workbook or a text.
    #[error("the document cannot be written: {0}")]
    Writer(String),
    /// The kind has no such form.
    #[error("a document of kind {kind} is no .{ending} file; it is {forms}")]
    Form {
        /// The kind's word.
        kind: &'static str,
        /// The ending asked for.
        ending: &'static str,
        /// What there is.
        forms: String,
    },
}

/// The last day a quote's prices hold: typed, or its day plus the pack's days of validity.
pub fn valid_until(quote: &Quote, rules: &Rules) -> NaiveDate {
    let days = Days::new(rules.quote.valid_days.unsigned_abs());
    let computed = quote.created_on.checked_add_days(days);
    quote.valid_until.or(computed).unwrap_or(quote.created_on)
}

/// The day a document bears: the day a quote went out while it stands as it was sent, else today.
pub fn day_of(quote: &Quote, today: NaiveDate) -> NaiveDate {
    let sent = quote.sent_on.filter(|_| quote.status == QuoteStatus::Sent);
    sent.unwrap_or(today)
}

/// What a customer may see of a quote.
///
/// # Errors
/// [`DocumentError`] where the letterhead is damaged.
pub fn offer(quote: &Quote, from: &Source<'_>) -> Result<Offer, DocumentError> {
    let (priced, _) = price_quote(quote, from.rules);
    let days = (day_of(quote, from.today), valid_until(quote, from.rules));
    let offer = Offer::of(from.snapshot, quote, &priced, days, from.options);
    Ok(offer.map_err(PdfError::from)?)
}

/// The name a document gets where the person gives none, without a folder.
pub fn file_name(quote: &Quote, snapshot: &Snapshot, kind: Kind, form: Form) -> String {
    let account = snapshot.accounts.get(quote.account);
    let customer = account.map_or_else(String::new, |account| {
        clean(account.name.trim()).into_owned()
    });
    let stem = file_stem(&clean(&quote.number), quote.version, &customer);
    match kind {
        Kind::Customer | Kind::Mail => format!("{stem}.{}", form.ending()),
        other => format!("{stem}_{}.{}", other.word(), form.ending()),
    }
}

/// Makes a document.
///
/// # Errors
/// [`DocumentError`].
pub fn make(
    quote: &Quote,
    (kind, form): (Kind, Form),
    from: &Source<'_>,
) -> Result<Vec<u8>, DocumentError> {
    match (kind, form) {
        (Kind::Customer, Form::Pdf) => Ok(offer(quote, from)?.pdf()?),
        (Kind::Customer, Form::Xlsx) => offer(quote, from)?.xlsx().map_err(writer),
        (Kind::Mail, Form::Eml) => {
            let offer = offer(quote, from)?;
            let mut address = from.address.clone();
            address.from = address.from.or_else(|| own_address(&offer));
            Ok(mail::draft(&offer, offer.pdf()?, &address)?)
        }
        (Kind::Assets, Form::Xlsx | Form::Csv) => {
            let answers = [
                asset_list::header(asset_list::Column::Renew),
                asset_list::header(asset_list::Column::Comment),
            ];
            let list = assets(quote, from);
            written(("Assets", &list, &answers), form, from.today)
        }
        (Kind::Request, Form::Xlsx | Form::Csv) => {
            let request = price_request::table(from.snapshot, quote);
            let sheet = ("Price request", &request, &price_request::ANSWERS[..]);
            written(sheet, form, from.today)
        }
        (Kind::Internal, Form::Xlsx) => internal(quote, from),
        (kind, form) => {
            let forms: Vec<&str> = kind.forms().iter().map(|form| form.ending()).collect();
            Err(DocumentError::Form {
                kind: kind.word(),
                ending: form.ending(),
                forms: forms.join(" or "),
            })
        }
    }
}

/// What a person has to know of a document before it goes out: letters its fonts do not have.
pub fn remark(quote: &Quote, (kind, form): (Kind, Form), from: &Source<'_>) -> Option<String> {
    let drawn = matches!((kind, form), (Kind::Customer, Form::Pdf) | (Kind::Mail, _));
    let offer = drawn.then(|| offer(quote, from).ok()).flatten()?;
    let letters: String = offer.unwritten().into_iter().collect();
    (!letters.is_empty()).then(|| {
        format!(
            "a ? stands in it for letters its fonts do not have: {}",
            clean(&letters)
        )
    })
}

/// The partner's own mail address, where its letterhead names one.
fn own_address(offer: &Offer) -> Option<String> {
    let lines = offer.seller.contact.iter();
    let mut words = lines.flat_map(|line| line.split([' ', ',', ';']));
    words.find(|word| mail::is_address(word)).map(String::from)
}

fn writer(error: impl std::fmt::Display) -> DocumentError {
    DocumentError::Writer(error.to_string())
}

fn written(
    (name, table, to_fill): (&str, &Table, &[&str]),
    form: Form,
    today: NaiveDate,
) -> Result<Vec<u8>, DocumentError> {
    if form == Form::Csv {
        let bom = CsvOptions {
            bom: true,
            ..CsvOptions::default()
        };
        return table.csv(bom).map_err(writer);
    }
    let sheet = Sheet {
        name,
        table,
        to_fill,
    };
    workbook(&[sheet], today).map_err(writer)
}

/// The coverage lines a quote renews, as a list to tick.
fn assets(quote: &Quote, from: &Source<'_>) -> Table {
    let eox = EoxIndex::of(from.snapshot);
    let mut dates = MilestoneCache::new();
    let renewed = quote.lines.iter().filter_map(|line| line.renews);
    let lines = renewed.filter_map(|id| from.snapshot.lines.get(id));
    asset_list::table(from.snapshot, lines, &mut |line| {
        let known = dates.of_line(line, from.catalogue, &eox);
        known.ldos.as_ref().map(|milestone| milestone.date)
    })
}

fn internal(quote: &Quote, from: &Source<'_>) -> Result<Vec<u8>, DocumentError> {
    let (priced, totals) = price_quote(quote, from.rules);
    let lines = inside::lines(from.snapshot, quote, &priced);
    let totals = inside::totals(quote, &totals);
    let effects = inside::effects(from.effects.0, from.effects.1);
    let sheet = |name, table| Sheet {
        name,
        table,
        to_fill: &[],
    };
    let sheets = [
        sheet("Lines", &lines),
        sheet(TOTALS_SHEET, &totals),
        sheet(EFFECTS_SHEET, &effects),
    ];
    workbook(&sheets, from.today).map_err(writer)
}
