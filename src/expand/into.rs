//! Where the lines of an accepted suggestion go. Desk and command line ask the same function.

use super::Suggestion;
use crate::catalogue::Catalogue;
use crate::domain::ids::{AccountId, IdSource, QuoteId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::packed::QuoteHead;
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::pricing::draft::Refusal;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Where accepted lines would go.
#[derive(Debug)]
pub enum Into {
    /// The customer's newest draft in that currency.
    Draft {
        /// The quote.
        quote: Box<Quote>,
        /// The lines, numbered on.
        lines: Vec<QuoteLine>,
        /// Renewals they belong to that the quote does not cover yet.
        renewals: Vec<RenewalId>,
    },
    /// A quote made of them.
    New(Quote),
}

impl Into {
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
                let mut out = Quote::clone(quote);
                out.lines.extend(lines.iter().cloned());
                out.renewals.extend(renewals.iter().copied());
                out
            }
        }
    }
}

/// The quote a suggestion's lines would go into, or why they cannot be quoted: the one asked for
/// (which must fit, see [`fits`]), else the customer's newest draft in their currency, else a new one.
pub fn into_quote(
    suggestion: &Suggestion,
    asked: Option<Quote>,
    snapshot: &Snapshot,
    rules: &Rules,
    catalogue: &Catalogue,
    today: NaiveDate,
    ids: &mut dyn IdSource,
) -> Result<Into, Refusal> {
    let lines = super::accept(suggestion, snapshot, rules, catalogue, today, ids)?;
    let drafts = Drafts::of_account(snapshot, suggestion.account);
    Ok(lines_into(
        suggestion, lines, asked, &drafts, snapshot, today, ids,
    ))
}

/// As [`into_quote`] for lines that were made before.
pub fn lines_into(
    suggestion: &Suggestion,
    mut lines: Vec<QuoteLine>,
    asked: Option<Quote>,
    drafts: &Drafts,
    snapshot: &Snapshot,
    today: NaiveDate,
    ids: &mut dyn IdSource,
) -> Into {
    let currency = currency(suggestion, snapshot);
    let newest = || {
        snapshot
            .quotes
            .get(drafts.newest(suggestion.account, currency)?)
    };
    let draft = asked.or_else(newest);
    let first = draft
        .as_ref()
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
                quote: Box::new(quote),
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

/// The draft quotes of customers: day made, currency and id.
#[derive(Debug, Default)]
pub struct Drafts(HashMap<AccountId, Vec<(NaiveDate, QuoteId, Currency)>>);

impl Drafts {
    /// Of all customers of a book, to be asked about many suggestions.
    pub fn of(snapshot: &Snapshot) -> Drafts {
        Drafts::among(snapshot.quotes.heads())
    }

    /// Of one customer.
    pub fn of_account(snapshot: &Snapshot, account: AccountId) -> Drafts {
        Drafts::among(snapshot.quotes.heads_of(account))
    }

    fn among(heads: impl Iterator<Item = QuoteHead>) -> Drafts {
        let mut drafts = Drafts::default();
        for head in heads.filter(|head| head.status == QuoteStatus::Draft) {
            let own = drafts.0.entry(head.account).or_default();
            own.push((head.created_on, head.id, head.currency));
        }
        drafts
    }

    /// The customer's newest draft in a currency, in any where none is asked for.
    fn newest(&self, account: AccountId, currency: Option<Currency>) -> Option<QuoteId> {
        let own = self.0.get(&account)?.iter();
        let own = own.filter(|(_, _, of)| currency.is_none_or(|currency| currency == *of));
        own.max().map(|(_, id, _)| *id)
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
