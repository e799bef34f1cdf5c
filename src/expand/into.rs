//! Where the lines of an accepted suggestion go. Desk and command line ask the same function.

use super::Suggestion;
use crate::catalogue::Catalogue;
use crate::domain::ids::{AccountId, IdSource, QuoteId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::packed::QuoteHead;
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus, SellDriver};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::pricing;
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
        /// The lines: in the place of those that renew the same cover, the others numbered on.
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
                let mut out = pricing::with_lines(quote, lines);
                let held = |line: &&QuoteLine| quote.lines.iter().any(|held| held.id == line.id);
                out.lines
                    .extend(lines.iter().filter(|line| !held(line)).cloned());
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
    let mut numbers = first + 1..;
    for line in &mut lines {
        let held = draft.as_ref().and_then(|quote| held(quote, line));
        match held {
            Some(held) => *line = in_place_of(held, line),
            None => line.number = numbers.next().unwrap_or(u32::MAX),
        }
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

/// The line of a draft that renews the same cover: cover is renewed once, so that a longer or higher one
/// takes its place.
fn held<'q>(quote: &'q Quote, line: &QuoteLine) -> Option<&'q QuoteLine> {
    let renews = line.renews?;
    let mut lines = quote.lines.iter();
    lines.find(|held| held.renews == Some(renews))
}

/// A line in the place of another: what a person said of that one and the suggestion does not stays.
fn in_place_of(held: &QuoteLine, line: &QuoteLine) -> QuoteLine {
    let percent = |sell| matches!(sell, SellDriver::MarginPct(_) | SellDriver::MarkupPct(_));
    QuoteLine {
        id: held.id,
        number: held.number,
        renewal: held.renewal.or(line.renewal),
        sell: match line.rule.is_none() && percent(held.sell) {
            true => held.sell,
            false => line.sell,
        },
        portfolio: held.portfolio.clone().or(line.portfolio.clone()),
        premium: held.premium.or(line.premium),
        ea: held.ea.or(line.ea),
        ai: held.ai.or(line.ai),
        ..line.clone()
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
