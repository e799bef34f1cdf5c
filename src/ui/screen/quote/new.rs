//! What comes into being here: a quote over a renewal, a line that renews nothing.

use super::{Model, rules};
use crate::catalogue::{EoxIndex, kind_of, line_milestones};
use crate::domain::command::Command;
use crate::domain::day::term_end;
use crate::domain::ids::{QuoteId, QuoteLineId, RenewalId};
use crate::domain::quote::{BuyDriver, Quote, QuoteLine, SellDriver};
use crate::pricing::{draft, mode_for};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::overlay::{Overlay, prompt};
use crate::ui::pane::explain;
use rust_decimal::Decimal;

impl Model {
    /// Asks what the new line is for.
    pub(super) fn ask_new_line(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &self.sheet else { return };
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
    let drafted = match drafted(renewal, ctx) {
        Ok(drafted) => drafted,
        Err(why) => return ctx.say(Tone::Refused, why),
    };
    let lines = format::count(drafted.quote.lines.len(), "line", "lines");
    let customer = ctx
        .desk
        .row(renewal)
        .map_or("", |row| row.customer())
        .to_string();
    let refused = drafted.refused;
    if drafted.quote.lines.is_empty() {
        let why = refused.first().map_or_else(
            || "No open line expires here".to_string(),
            draft::Refusal::sentence,
        );
        return ctx.say(Tone::Refused, format!("No quote was made: {why}"));
    }
    let command = Command::NewQuote(Box::new(drafted.quote));
    ctx.apply(command, format!("new quote for {customer}: {lines}"));
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
}

/// The quote a renewal would get, from its open lines and what is known of their products.
fn drafted(renewal: RenewalId, ctx: &mut Ctx<'_>) -> Result<draft::Drafted, String> {
    let desk = ctx.desk;
    let row = desk
        .row(renewal)
        .ok_or("This renewal is no longer in the book")?;
    let eox = EoxIndex::of(&desk.snapshot);
    let lines = desk
        .queue
        .lines_of(renewal)
        .iter()
        .filter_map(|id| desk.snapshot.lines.get(id))
        .map(|line| {
            let found = line_milestones(&line, &desk.catalogue, &eox);
            let limits = draft::Limits {
                ldos: found.ldos.map(|milestone| milestone.date),
                last_renewal: found.last_renewal.map(|milestone| milestone.date),
            };
            (line, limits)
        })
        .collect();
    let expiring = draft::Expiring {
        renewal,
        account: row.account(),
        currency: desk.renewal(renewal).and_then(|renewal| renewal.currency),
        lines,
    };
    let options = draft::DraftOptions::default();
    let drafted = draft::draft_quote(&[expiring], ctx.ids, desk.today, &desk.rules, &options);
    let mut drafted = drafted.map_err(|error| error.to_string())?;
    let quote = &mut drafted.quote;
    rules::price(&mut quote.lines, (quote.account, quote.currency), desk);
    Ok(drafted)
}
