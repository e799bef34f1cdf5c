//! Where everything of an offer stands on its pages. Nothing a customer must read is clipped: texts
//! wrap, amounts that are too wide get smaller, rows that do not fit go to the next page under the
//! same headers.

use super::pages::{Drawn, Item, PAGE_HEIGHT, PAGE_WIDTH, Tone};
use super::type_setting::{Font, Fonts};
use super::{Offer, OfferLine};
use crate::domain::money::Currency;
use crate::pricing::grouped;
use chrono::NaiveDate;
use rust_decimal::Decimal;

const LEFT: f32 = 40.0;
const RIGHT: f32 = PAGE_WIDTH - 40.0;
const TOP: f32 = 44.0;
/// Nothing but the page's foot stands below.
const BOTTOM: f32 = PAGE_HEIGHT - 58.0;
const TEXT: f32 = 8.5;
const SMALL: f32 = 7.5;
const LEAD: f32 = 11.0;
/// On documents of a demo book.
pub(super) const DEMO: &str = "DEMO DATA: customers and prices are invented. This is no offer.";
/// Most lines of one cell; a file's description can have thousands of letters.
const MOST_LINES: usize = 12;
/// Left end and width of the columns of the table of lines.
const COLUMNS: [(&str, f32, f32, bool); 7] = [
    ("#", LEFT, 20.0, true),
    ("Item", LEFT + 28.0, 176.0, false),
    ("Serial, site", LEFT + 210.0, 88.0, false),
    ("Term", LEFT + 304.0, 56.0, false),
    ("Qty", LEFT + 362.0, 34.0, true),
    ("Unit price", LEFT + 400.0, 52.0, true),
    ("Price", LEFT + 456.0, RIGHT - LEFT - 456.0, true),
];

/// The pages of an offer.
pub(super) fn pages(offer: &Offer, fonts: &Fonts) -> Vec<Drawn> {
    let mut sheet = Sheet {
        fonts,
        pages: vec![Drawn::default()],
        y: TOP,
    };
    head(&mut sheet, offer);
    summary(&mut sheet, offer);
    lines(&mut sheet, offer);
    totals(&mut sheet, offer);
    terms(&mut sheet, offer);
    feet(&mut sheet, offer);
    sheet.pages
}

/// A day as a letter writes it: `09 Dec 2026`.
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%d %b %Y").to_string()
}

/// An amount with the currency's decimals, thousands in groups.
pub(super) fn amount(value: Decimal, currency: Currency) -> String {
    let mut value = value;
    value.rescale(currency.minor_units());
    grouped(value)
}

fn price(value: Option<Decimal>, currency: Currency) -> String {
    value.map_or_else(|| "on request".into(), |value| amount(value, currency))
}

/// The pages while they are filled from the top down.
struct Sheet<'f> {
    fonts: &'f Fonts,
    pages: Vec<Drawn>,
    y: f32,
}

impl Sheet<'_> {
    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.items.push(item);
        }
    }

    fn text(&mut self, (x, y): (f32, f32), size: f32, font: Font, tone: Tone, text: &str) {
        if !text.is_empty() {
            let text = text.to_string();
            self.put(Item::Text {
                x,
                y,
                size,
                font,
                tone,
                text,
            });
        }
    }

    /// A text ending at `right`, smaller where it would be wider than `width`.
    fn right(&mut self, (right, y): (f32, f32), width: f32, font: Font, text: &str) {
        let size = self.fonts.fitting(text, font, TEXT, width);
        let x = right - self.fonts.width(text, font, size);
        self.text((x, y), size, font, Tone::Ink, text);
    }

    fn bar(&mut self, y: f32, height: f32, tone: Tone) {
        self.put(Item::Bar {
            x: LEFT,
            y,
            width: RIGHT - LEFT,
            height,
            tone,
        });
    }

    fn new_page(&mut self) {
        self.pages.push(Drawn::default());
        self.y = TOP;
    }

    /// Room for `height` on this page, or a new one.
    fn need(&mut self, height: f32) -> bool {
        let full = self.y + height > BOTTOM;
        if full {
            self.new_page();
        }
        full
    }

    /// Lines of text one below the other, wrapped to a width.
    fn block(&mut self, x: f32, width: f32, font: Font, tone: Tone, texts: &[String]) {
        for text in texts {
            for line in self.fonts.wrap(text, font, TEXT, width, MOST_LINES) {
                self.need(LEAD);
                self.y += LEAD;
                let y = self.y;
                self.text((x, y), TEXT, font, tone, &line);
            }
        }
    }
}

/// Logo and partner, customer, what the document is and how long it holds.
fn head(sheet: &mut Sheet<'_>, offer: &Offer) {
    if offer.seller.logo.is_some() {
        sheet.put(Item::Logo {
            x: LEFT,
            y: TOP - 10.0,
            width: 170.0,
            height: 52.0,
        });
    }
    let at = RIGHT - 200.0;
    sheet.block(
        at,
        200.0,
        Font::Bold,
        Tone::Ink,
        std::slice::from_ref(&offer.seller.name),
    );
    sheet.block(at, 200.0, Font::Regular, Tone::Grey, &offer.seller.address);
    sheet.block(at, 200.0, Font::Regular, Tone::Grey, &offer.seller.contact);
    sheet.y = sheet.y.max(TOP + 60.0) + 14.0;
    let from = sheet.y;
    let (name, rest) = offer.customer.split_at(offer.customer.len().min(1));
    sheet.block(LEFT, 240.0, Font::Bold, Tone::Ink, name);
    sheet.block(LEFT, 240.0, Font::Regular, Tone::Ink, rest);
    let customer = sheet.y;
    sheet.y = from;
    let (name, total) = last_total(offer);
    let facts = [
        ("Date", day(offer.day), Font::Regular),
        ("Valid until", day(offer.valid_until), Font::Regular),
        ("Currency", offer.currency.to_string(), Font::Regular),
        ("Version", offer.version.to_string(), Font::Regular),
        // where the lines take forty pages, what they come to is looked for on the first
        (name, amount(total, offer.currency), Font::Bold),
    ];
    for (name, value, font) in facts {
        sheet.y += LEAD;
        let y = sheet.y;
        sheet.text((at, y), TEXT, Font::Regular, Tone::Grey, name);
        sheet.text((at + 70.0, y), TEXT, font, Tone::Ink, &value);
    }
    sheet.y = sheet.y.max(customer) + 30.0;
    let title = format!("Quote {}", offer.number);
    let size = sheet.fonts.fitting(&title, Font::Bold, 17.0, RIGHT - LEFT);
    let y = sheet.y;
    sheet.text((LEFT, y), size, Font::Bold, Tone::Ink, &title);
    if offer.demo {
        sheet.text((LEFT, TOP + 58.0), SMALL, Font::Bold, Tone::Ink, DEMO);
    }
    sheet.y += 10.0;
}

/// The subtotals by the chosen fields.
fn summary(sheet: &mut Sheet<'_>, offer: &Offer) {
    if offer.summary.len() < 2 && offer.summary_by == ["Contract"] {
        return; // one contract: its subtotal is the total
    }
    let names = offer.summary_by.join(", ");
    let heads = |sheet: &mut Sheet<'_>| {
        let y = sheet.y + 16.0;
        sheet.bar(y - 11.0, 15.0, Tone::Shade);
        sheet.text((LEFT + 4.0, y), SMALL, Font::Bold, Tone::Ink, &names);
        for (right, name) in [
            (RIGHT - 150.0, "Lines"),
            (RIGHT - 90.0, "Units"),
            (RIGHT - 4.0, "Price"),
        ] {
            let wide = sheet.fonts.width(name, Font::Bold, SMALL);
            sheet.text((right - wide, y), SMALL, Font::Bold, Tone::Ink, name);
        }
        sheet.y = y + 4.0;
    };
    sheet.need(40.0);
    heads(sheet);
    for part in &offer.summary {
        let words: Vec<String> = part
            .words
            .iter()
            .map(|word| match (word.is_empty(), word.parse::<NaiveDate>()) {
                (true, _) => "(none)".to_string(),
                (_, Ok(date)) => day(date),
                _ => crate::domain::text::clean(word).into_owned(),
            })
            .collect();
        let texts = sheet
            .fonts
            .wrap(&words.join(" · "), Font::Regular, TEXT, 310.0, MOST_LINES);
        let height = LEAD * texts.len().max(1) as f32 + 4.0;
        if sheet.need(height) {
            heads(sheet);
        }
        let mut y = sheet.y + LEAD;
        let first = y;
        for text in &texts {
            sheet.text((LEFT + 4.0, y), TEXT, Font::Regular, Tone::Ink, text);
            y += LEAD;
        }
        sheet.right(
            (RIGHT - 150.0, first),
            50.0,
            Font::Regular,
            &part.lines.to_string(),
        );
        let units = grouped(part.quantity.normalize());
        sheet.right((RIGHT - 90.0, first), 54.0, Font::Regular, &units);
        let sum = amount(part.amount, offer.currency);
        sheet.right((RIGHT - 4.0, first), 82.0, Font::Regular, &sum);
        sheet.y += height;
        let y = sheet.y;
        sheet.bar(y, 0.4, Tone::Hair);
    }
    sheet.y += 16.0;
}

/// The table of lines.
fn lines(sheet: &mut Sheet<'_>, offer: &Offer) {
    sheet.need(50.0);
    table_head(sheet);
    for line in &offer.lines {
        let cells = [(1, item_of(line)), (2, place_of(line)), (3, term_of(line))];
        let mut drawn: Vec<(usize, usize, Font, Tone, String)> = Vec::new();
        let mut most = 1;
        for (column, texts) in cells {
            let width = COLUMNS.get(column).map_or(0.0, |(_, _, width, _)| *width);
            let mut at = 0;
            for (text, font, tone) in texts {
                for line in sheet
                    .fonts
                    .wrap(&text, font, SMALL + 0.5, width, MOST_LINES)
                {
                    drawn.push((column, at, font, tone, line));
                    at += 1;
                }
            }
            most = most.max(at);
        }
        let height = 10.0 * most as f32 + 5.0;
        if sheet.need(height) {
            table_head(sheet);
        }
        let top = sheet.y + 10.0;
        for (column, at, font, tone, text) in drawn {
            let x = COLUMNS.get(column).map_or(LEFT, |(_, x, _, _)| *x);
            sheet.text((x, top + 10.0 * at as f32), SMALL + 0.5, font, tone, &text);
        }
        let figures = [
            (0, line.number.to_string()),
            (4, grouped(line.quantity.normalize())),
            (5, price(line.unit_price, offer.currency)),
            (6, price(line.price, offer.currency)),
        ];
        for (column, text) in figures {
            if let Some((_, x, width, _)) = COLUMNS.get(column) {
                sheet.right((x + width, top), *width, Font::Regular, &text);
            }
        }
        sheet.y += height;
        let y = sheet.y;
        sheet.bar(y, 0.4, Tone::Hair);
    }
}

fn table_head(sheet: &mut Sheet<'_>) {
    let y = sheet.y + 14.0;
    sheet.bar(y - 11.0, 15.0, Tone::Shade);
    for (name, x, width, right) in COLUMNS {
        let wide = sheet.fonts.width(name, Font::Bold, SMALL);
        let x = if right { x + width - wide } else { x };
        sheet.text((x, y), SMALL, Font::Bold, Tone::Ink, name);
    }
    sheet.y = y + 4.0;
}

type Words = Vec<(String, Font, Tone)>;

fn item_of(line: &OfferLine) -> Words {
    let texts = [
        (line.product.clone(), Font::Bold, Tone::Ink),
        (line.description.clone(), Font::Regular, Tone::Ink),
        (line.service.clone(), Font::Regular, Tone::Grey),
    ];
    texts
        .into_iter()
        .filter(|(text, _, _)| !text.is_empty())
        .collect()
}

fn place_of(line: &OfferLine) -> Words {
    let mut texts = vec![(line.serial.clone(), Font::Regular, Tone::Ink)];
    texts.push((line.site.clone(), Font::Regular, Tone::Grey));
    texts.retain(|(text, _, _)| !text.is_empty());
    texts
}

fn term_of(line: &OfferLine) -> Words {
    vec![
        (day(line.start), Font::Regular, Tone::Ink),
        (day(line.end), Font::Regular, Tone::Ink),
    ]
}

/// What there is to pay in the end, and its name.
fn last_total(offer: &Offer) -> (&'static str, Decimal) {
    match offer.seller.tax.as_ref().and(offer.tax) {
        Some(_) => ("Total with tax", offer.gross()),
        None => ("Total", offer.total),
    }
}

/// Total, tax, and what is not in it. The first of the terms stand on the same page: a last page with a
/// sentence alone says nothing.
fn totals(sheet: &mut Sheet<'_>, offer: &Offer) {
    let mut rows = vec![("Total".to_string(), offer.total)];
    if let (Some(tax), Some(amount)) = (&offer.seller.tax, offer.tax) {
        rows.push((
            format!("{} {} %", tax.name, tax.percent.normalize()),
            amount,
        ));
        let (name, gross) = last_total(offer);
        rows.push((name.to_string(), gross));
    }
    let words = closing(offer);
    let wrapped = words
        .iter()
        .map(|text| {
            let width = RIGHT - LEFT;
            let wrap = sheet
                .fonts
                .wrap(text, Font::Regular, TEXT, width, MOST_LINES);
            wrap.len()
        })
        .sum::<usize>();
    let beside = 18.0 + LEAD * wrapped.min(MOST_LINES) as f32;
    sheet.need(20.0 + 14.0 * rows.len() as f32 + beside);
    sheet.y += 8.0;
    let last = rows.len().saturating_sub(1);
    for (at, (name, value)) in rows.into_iter().enumerate() {
        sheet.y += 14.0;
        let font = if at == last {
            Font::Bold
        } else {
            Font::Regular
        };
        let y = sheet.y;
        let name = format!("{name} {}", offer.currency);
        sheet.right((RIGHT - 110.0, y), 240.0, font, &name);
        sheet.right((RIGHT, y), 105.0, font, &amount(value, offer.currency));
    }
}

fn terms(sheet: &mut Sheet<'_>, offer: &Offer) {
    sheet.y += 18.0;
    sheet.block(
        LEFT,
        RIGHT - LEFT,
        Font::Regular,
        Tone::Grey,
        &closing(offer),
    );
}

/// What is said below the total.
fn closing(offer: &Offer) -> Vec<String> {
    let mut texts = Vec::new();
    if offer.demo {
        texts.push(DEMO.to_string());
    }
    texts.extend(holds(offer));
    if offer.unpriced > 0 {
        let many = match offer.unpriced {
            1 => "1 line has a price on request and is".to_string(),
            n => format!("{n} lines have prices on request and are"),
        };
        texts.push(format!("{many} not in the total."));
    }
    texts.extend(offer.seller.terms.lines().map(String::from));
    texts
}

/// Until when and of what the prices are.
pub(super) fn holds(offer: &Offer) -> Vec<String> {
    let mut texts = vec![format!(
        "The prices hold until {}. Prices of a term cover the days shown, both included.",
        day(offer.valid_until)
    )];
    if offer.seller.tax.is_none() {
        texts.push("All prices exclude tax.".to_string());
    }
    if offer.rounds_units() {
        let words = "Unit prices are rounded; what counts is the price of the whole line.";
        texts.push(words.to_string());
    }
    texts
}

/// The foot of every page, once it is known how many there are.
fn feet(sheet: &mut Sheet<'_>, offer: &Offer) {
    let of = sheet.pages.len();
    let customer = offer.customer.first().map_or("", String::as_str);
    let left = format!(
        "Quote {} version {}   {customer}",
        offer.number, offer.version
    );
    let size = sheet
        .fonts
        .fitting(&left, Font::Regular, SMALL, RIGHT - LEFT - 70.0);
    let y = PAGE_HEIGHT - 34.0;
    for (at, page) in sheet.pages.iter_mut().enumerate() {
        let right = format!("Page {} of {of}", at + 1);
        let x = RIGHT - sheet.fonts.width(&right, Font::Regular, SMALL);
        let foot = [(LEFT, size, left.clone()), (x, SMALL, right)];
        page.items.extend(foot.map(|(x, size, text)| Item::Text {
            x,
            y,
            size,
            font: Font::Regular,
            tone: Tone::Grey,
            text,
        }));
    }
}
