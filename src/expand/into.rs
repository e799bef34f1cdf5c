//! Where the lines of an accepted suggestion go. Desk and command line ask the same function.

use super::Suggestion;
use crate::catalogue::Catalogue;
use crate::domain::ids::{IdSource, QuoteId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::pricing::draft::Refusal;
use chrono::NaiveDate;

/// Where accepted lines would go.
#[derive(Debug)]
pub enum Into<'a> {
    /// The customer's newest draft in that currency.
    Draft {
        /// The quote.
        quote: &'a Quote,
        /// The lines, numbered on.
        lines: Vec<QuoteLine>,
        /// Renewals they belong to that the quote does not cover yet.
        renewals: Vec<RenewalId>,
    },
    /// A quote made of them.
    New(Quote),
}

impl Into<'_> {
    /// The quote as it stands, where there is one.
    pub fn existing(&self) -> Option<&Quote> {
        match self {
            Into::Draft { quote, .. } => Some(quote),
            Into::New(_) => None,
        }
    }

    /// The lines that go into it.
    pub fn lines(&self) -> &[QuoteLine] {
        match self {
            Into::Draft { lines, .. } => lines,
            Into::New(quote) => &quote.lines,
        }
    }

    /// The quote with the lines in it.
    pub fn with_lines(&self) -> Quote {
        match self {
            Into::New(quote) => quote.clone(),
            Into::Draft {
                quote,
                lines,
                renewals,
            } => {
                let mut out = (*quote).clone();
                out.lines.extend(lines.iter().cloned());
                out.renewals.extend(renewals.iter().copied());
                out
            }
        }
    }
}

/// The quote a suggestion's lines would go into, or why they cannot be quoted: the one asked for
/// (which must fit, see [`fits`]), else the customer's newest draft in their currency, else a new one.
pub fn into_quote<'a>(
    suggestion: &Suggestion,
    asked: Option<&'a Quote>,
    snapshot: &'a Snapshot,
    rules: &Rules,
    catalogue: &Catalogue,
    today: NaiveDate,
    ids: &mut dyn IdSource,
) -> Result<Into<'a>, Refusal> {
    let lines = super::accept(suggestion, snapshot, rules, catalogue, today, ids)?;
    Ok(lines_into(suggestion, lines, asked, snapshot, today, ids))
}

/// As [`into_quote`] for lines that were made before.
pub fn lines_into<'a>(
    suggestion: &Suggestion,
    mut lines: Vec<QuoteLine>,
    asked: Option<&'a Quote>,
    snapshot: &'a Snapshot,
    today: NaiveDate,
    ids: &mut dyn IdSource,
) -> Into<'a> {
    let currency = currency(suggestion, snapshot);
    let newest = || {
        let own = snapshot.quotes.iter().filter(|quote| {
            quote.status == QuoteStatus::Draft && fits(suggestion, currency, quote)
        });
        own.max_by(|a, b| a.created_on.cmp(&b.created_on).then(a.id.cmp(&b.id)))
    };
    let draft = asked.or_else(newest);
    let first = draft
        .and_then(|quote| quote.lines.iter().map(|line| line.number).max())
        .unwrap_or(0);
    for (number, line) in (first + 1..).zip(&mut lines) {
        line.number = number;
    }
    let mut renewals: Vec<RenewalId> = lines.iter().filter_map(|line| line.renewal).collect();
    renewals.sort();
    renewals.dedup();
    match draft {
        Some(quote) => {
            renewals.retain(|id| !quote.renewals.contains(id));
            Into::Draft {
                quote,
                lines,
                renewals,
            }
        }
        None => Into::New(Quote {
            id: QuoteId(ids.next()),
            number: "".into(),
            account: suggestion.account,
            renewals,
            currency: currency.unwrap_or(Currency::USD),
            version: 1,
            status: QuoteStatus::Draft,
            created_on: today,
            valid_until: None,
            sent_on: None,
            lines,
        }),
    }
}

/// True when a suggestion's lines may stand in a quote: same customer, same currency.
pub fn fits(suggestion: &Suggestion, currency: Option<Currency>, quote: &Quote) -> bool {
    quote.account == suggestion.account && currency.is_none_or(|c| c == quote.currency)
}

/// The currency its lines are priced in, where one is known.
pub fn currency(suggestion: &Suggestion, snapshot: &Snapshot) -> Option<Currency> {
    suggestion.value.map(|value| value.currency).or_else(|| {
        suggestion
            .lines
            .iter()
            .filter_map(|id| snapshot.lines.get(*id))
            .find_map(|line| line.currency)
    })
}
