//! What comes into being here: a quote over a renewal, a line that renews nothing.

use super::{Model, rules};
use crate::catalogue::{EoxIndex, kind_of, line_milestones};
use crate::domain::command::Command;
use crate::domain::day::term_end;
use crate::domain::ids::{QuoteId, QuoteLineId, RenewalId};
use crate::domain::quote::{BuyDriver, Quote, QuoteLine, QuoteStatus, SellDriver};
use crate::pricing::{draft, mode_for};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::overlay::{Overlay, prompt};
use crate::ui::pane::explain;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

impl Model {
    /// Asks what the new line is for.
    pub(super) fn ask_new_line(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let quote = sheet.kept.id;
        let last = sheet.kept.lines.iter().map(|line| line.number).max();
        self.adding = Some(last.unwrap_or(0) + 1);
        let popup = prompt::Model::new(
            format!("Add a line to {}", sheet.kept.number),
            "service SKU (CON-SNT-…) or product id; the price is typed in the grid",
            "",
            |text, _| match Desk::typed(text) {
                text if text.is_empty() => Err("Type a service SKU or a product id".into()),
                text => Ok(format!("adds {text}: quantity 1, no price yet")),
            },
            move |text, ctx| add_line(quote, &Desk::typed(text), ctx),
        );
        ctx.open(Overlay::Prompt(popup));
    }
}

/// Adds a line that renews nothing.
fn add_line(quote: QuoteId, text: &str, ctx: &mut Ctx<'_>) {
    let Some(quote) = ctx.desk.quote(quote) else {
        return;
    };
    let id = QuoteLineId(ctx.ids.next());
    let mut line = expansion_line(&quote, text, id, ctx.desk);
    rules::price([&mut line], (quote.account, quote.currency), ctx.desk);
    if let Some(ldos) = line.ldos.filter(|ldos| *ldos < line.start) {
        let text = format!("{text}: its last date of support was {}", format::day(ldos));
        return ctx.say(Tone::Refused, text);
    }
    let label = format!("add line {} to {}: {text}", line.number, quote.number);
    let command = Command::PutQuoteLines {
        quote: quote.id,
        version: quote.version,
        lines: vec![line],
        add_renewals: Vec::new(),
    };
    ctx.apply(command, label);
}

/// A line for a service SKU or a product, without a price. Its term is the one of the first line,
/// else the pack's from today, and never passes the product's last date of support.
fn expansion_line(quote: &Quote, text: &str, id: QuoteLineId, desk: &Desk) -> QuoteLine {
    let (catalogue, rules) = (&desk.catalogue, &desk.rules);
    let (service_sku, pid) = match catalogue.service_code(text) {
        Some(_) => (Some(text), None),
        None => (None, Some(text)),
    };
    let kind = kind_of(service_sku, None, None, pid);
    let (portfolio, _) = catalogue.portfolio_of_line(service_sku, pid, kind);
    let found = pid.map(|pid| catalogue.milestones(pid, &EoxIndex::of(&desk.snapshot)));
    let ldos = found.and_then(|found| found.ldos).map(|found| found.date);
    let first = quote.lines.first();
    let start = first.map_or(desk.today, |line| line.start.max(desk.today));
    let wanted = first.map_or(term_end(start, rules.quote.term_months), |line| line.end);
    let end = ldos.map_or(wanted, |ldos| wanted.min(ldos)).max(start);
    let last = quote.lines.iter().map(|line| line.number).max();
    QuoteLine {
        id,
        number: last.unwrap_or(0) + 1,
        renews: None,
        renewal: None,
        kind,
        serial: None,
        pid: pid.map(Into::into),
        description: None,
        service_sku: service_sku.map(Into::into),
        service_level: None,
        quantity: Decimal::ONE,
        unit_list: None,
        list_years: Decimal::ONE,
        start,
        end,
        buy: BuyDriver::DiscountPct(Decimal::ZERO),
        sell: SellDriver::MarginPct(rules.quote.margin_pct),
        proration: mode_for(kind, [pid, service_sku], rules),
        ldos,
        cut_at_ldos: end < wanted,
        portfolio,
        premium: None,
        ea: None,
        ai: None,
        rule: None,
        licence_days: None,
    }
}

/// Makes a quote of everything that expires on a renewal.
pub fn new_quote(renewal: RenewalId, ctx: &mut Ctx<'_>) {
    one_quote(&[renewal], ctx);
}

/// Makes one quote of everything that expires on some renewals of a customer. Where one draft holds some of
/// them already, the others come into it.
///
/// True where a quote was made or took them.
pub fn one_quote(renewals: &[RenewalId], ctx: &mut Ctx<'_>) -> bool {
    let answer = held(renewals, ctx.desk).and_then(|into| {
        let within = into.iter().flat_map(|quote| &quote.renewals);
        let within: BTreeSet<RenewalId> = within.copied().collect();
        let others = renewals.iter().filter(|id| !within.contains(id));
        let others: Vec<RenewalId> = others.copied().collect();
        if let (true, Some(quote)) = (others.is_empty(), &into) {
            return Err(format!("{} holds them all already", quote.number));
        }
        Ok((drafted(&others, ctx)?, into))
    });
    let (mut drafted, into) = match answer {
        Ok(answer) => answer,
        Err(why) => return refuse(why, ctx),
    };
    let refused = std::mem::take(&mut drafted.refused);
    if drafted.quote.lines.is_empty() {
        let why = refused.first().map_or_else(
            || "No open line expires here".to_string(),
            draft::Refusal::sentence,
        );
        return refuse(format!("No quote was made: {why}"), ctx);
    }
    let (command, label) = match into {
        Some(quote) => match added(drafted.quote, &quote) {
            Ok(both) => both,
            Err(why) => return refuse(why, ctx),
        },
        None => made(drafted.quote, ctx.desk),
    };
    ctx.apply(command, label);
    if !refused.is_empty() {
        let title = format!(
            "{} left out of the quote",
            format::count(refused.len(), "line", "lines")
        );
        let lines = refused
            .iter()
            .map(|refusal| (String::new(), refusal.sentence()))
            .collect();
        ctx.open(Overlay::Explain(explain::Model::new(title, lines)));
    }
    true
}

fn refuse(why: String, ctx: &mut Ctx<'_>) -> bool {
    ctx.say(Tone::Refused, why);
    false
}

/// The one draft that holds any of some renewals; several, or one that was sent, are refused.
fn held(renewals: &[RenewalId], desk: &Desk) -> Result<Option<Quote>, String> {
    let ids: BTreeSet<QuoteId> = renewals
        .iter()
        .filter_map(|id| desk.quote_id_of(*id))
        .collect();
    let quotes: Vec<Quote> = ids.iter().filter_map(|id| desk.quote(*id)).collect();
    match quotes.as_slice() {
        [] => Ok(None),
        [quote] if quote.status == QuoteStatus::Sent => {
            let own = renewals.iter().find(|id| quote.renewals.contains(id));
            let row = own.and_then(|id| desk.row(*id));
            let contract = row.map_or("", |row| row.contract_number());
            Err(format!(
                "{} was sent and takes no further lines: unmark {contract}, which it holds",
                quote.number
            ))
        }
        [quote] => Ok(Some(quote.clone())),
        [first, .., last] => Err(format!(
            "{} and {} both hold some of them: mark renewals of one quote only",
            first.number, last.number
        )),
    }
}

/// What makes the quote, and what that is called.
fn made(quote: Quote, desk: &Desk) -> (Command, String) {
    let customer = desk.snapshot.accounts.get(quote.account);
    let customer = customer.map_or_else(|| "".into(), |customer| customer.name);
    let lines = format::count(quote.lines.len(), "line", "lines");
    let label = match quote.renewals.len() {
        1 => format!("new quote for {customer}: {lines}"),
        many => {
            format!("new quote for {customer} over {many} renewals: {lines}")
        }
    };
    (Command::NewQuote(Box::new(quote)), label)
}

/// What brings the lines of a draft into a quote that is there, and what that is called.
fn added(drafted: Quote, quote: &Quote) -> Result<(Command, String), String> {
    if drafted.account != quote.account {
        return Err(draft::DraftError::Customers.to_string());
    }
    if drafted.currency != quote.currency {
        let both = draft::DraftError::Currencies(quote.currency, drafted.currency);
        return Err(both.to_string());
    }
    let last = quote.lines.iter().map(|line| line.number).max();
    let mut lines = drafted.lines;
    for (line, number) in lines.iter_mut().zip(last.unwrap_or(0) + 1..) {
        line.number = number;
    }
    let renewals = drafted.renewals.len();
    let label = format!(
        "{} into {}: {}",
        format::count(renewals, "renewal", "renewals"),
        quote.number,
        format::count(lines.len(), "line", "lines"),
    );
    let command = Command::PutQuoteLines {
        quote: quote.id,
        version: quote.version,
        lines,
        add_renewals: drafted.renewals,
    };
    Ok((command, label))
}

/// The quote that renewals would get, from their open lines and what is known of their products.
fn drafted(renewals: &[RenewalId], ctx: &mut Ctx<'_>) -> Result<draft::Drafted, String> {
    let desk = ctx.desk;
    let eox = EoxIndex::of(&desk.snapshot);
    let expiring: Option<Vec<_>> = renewals
        .iter()
        .map(|id| expiring(*id, desk, &eox))
        .collect();
    let expiring = expiring.ok_or("A renewal is no longer in the book")?;
    let options = draft::DraftOptions::default();
    let drafted = draft::draft_quote(&expiring, ctx.ids, desk.today, &desk.rules, &options);
    let mut drafted = drafted.map_err(|error| error.to_string())?;
    let quote = &mut drafted.quote;
    rules::price(&mut quote.lines, (quote.account, quote.currency), desk);
    Ok(drafted)
}

/// What expires on a renewal, each line with the last days it may run to.
fn expiring(renewal: RenewalId, desk: &Desk, eox: &EoxIndex) -> Option<draft::Expiring> {
    let row = desk.row(renewal)?;
    let lines = desk.queue.lines_of(renewal);
    let lines = lines
        .iter()
        .filter_map(|id| desk.snapshot.lines.get(id))
        .map(|line| {
            let found = line_milestones(&line, &desk.catalogue, eox);
            let limits = draft::Limits {
                ldos: found.ldos.map(|milestone| milestone.date),
                last_renewal: found.last_renewal.map(|milestone| milestone.date),
            };
            (line, limits)
        });
    Some(draft::Expiring {
        renewal,
        account: row.account(),
        currency: desk.renewal(renewal).and_then(|renewal| renewal.currency),
        lines: lines.collect(),
    })
}
