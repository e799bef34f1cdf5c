//! The list of quotes, shown while none is open.

use super::Model;
use crate::domain::packed::QuoteHead;
use crate::domain::quote::{Quote, QuoteStatus};
use crate::pricing;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::theme::Role;
use ratatui::layout::Rect;
use std::sync::Arc;

/// Every quote of the book, newest first.
pub fn sorted(desk: &Desk) -> Vec<QuoteHead> {
    let mut quotes: Vec<QuoteHead> = desk.snapshot.quotes.heads().collect();
    quotes.sort_by(|a, b| {
        b.created_on
            .cmp(&a.created_on)
            .then(b.number.cmp(&a.number))
    });
    quotes
}

/// Name of the customer of a quote.
pub fn customer(desk: &Desk, quote: &Quote) -> Arc<str> {
    let account = desk.snapshot.accounts.get(quote.account);
    account.map_or_else(|| "(unknown customer)".into(), |account| account.name)
}

/// Draws the list.
pub fn draw(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, focus: bool) {
    let quotes = sorted(desk);
    let title = format!("Quotes  {}", format::count(quotes.len(), "quote", "quotes"));
    let inside = canvas.frame(area, &title, focus);
    let cells = usize::from(inside.width);
    if quotes.is_empty() {
        let text =
            "No quote yet. Go to the pipeline (g p), put the cursor on a renewal, press Enter.";
        for (y, line) in (inside.y..inside.bottom()).zip(format::wrap(text, cells)) {
            canvas.text(inside.x, y, cells, &line, Role::Text);
        }
        return;
    }
    let head = row_text("Quote", "Customer", "Status", "Made", "Net", cells);
    canvas.text(inside.x, inside.y, cells, &head, Role::Dim);
    let room = usize::from(inside.height.saturating_sub(1));
    for (line, at) in model.list.rows(quotes.len(), room).enumerate() {
        let quote = quotes.get(at).and_then(|head| desk.quote(head.id));
        let Some(quote) = &quote else { break };
        let row = Rect::new(inside.x, inside.y + 1 + line as u16, inside.width, 1);
        let (_, totals) = pricing::price_quote(quote, &desk.rules);
        let status = match quote.status {
            QuoteStatus::Draft => "draft",
            QuoteStatus::Sent => "sent",
        };
        let text = row_text(
            &format!("{} v{}", quote.number, quote.version),
            &customer(desk, quote),
            status,
            &format::day(quote.created_on),
            &format!(
                "{} {}",
                quote.currency,
                format::amount(totals.net, quote.currency)
            ),
            cells,
        );
        let role = if at == model.list.cursor {
            Role::Cursor
        } else {
            Role::Text
        };
        canvas.fill(row, role);
        canvas.text(row.x, row.y, cells, &text, role);
        canvas.zone(row, Target::Row(Pane::Grid, at));
    }
}

fn row_text(
    quote: &str,
    customer: &str,
    status: &str,
    made: &str,
    net: &str,
    cells: usize,
) -> String {
    let wide = cells.saturating_sub(12 + 7 + 11 + 18 + 4).min(50);
    [
        format::fit(quote, 12, false, "…"),
        format::fit(customer, wide, false, "…"),
        format::fit(status, 7, false, "…"),
        format::fit(made, 11, false, "…"),
        format::fit(net, 18, true, "…"),
    ]
    .join(" ")
}
