//! An offer as a workbook: the same fields as the PDF and no other, one sheet, no hidden cells, the
//! partner as the only name in its properties.

use super::Offer;
use super::layout::{DEMO, day, holds};
use crate::export::letterhead::{LetterheadError, Logo};
use crate::export::sheet_cells::{Styles, excel_day, put_number, put_text};
use rust_xlsxwriter::{DocProperties, Image, Workbook, Worksheet, XlsxError};

/// Most of the page the logo takes, in points of the screen.
const LOGO: (f64, f64) = (226.0, 68.0);
/// Rows it stands over.
const LOGO_ROWS: u32 = 4;
/// A4.
const PAPER: u8 = 9;

const HEADERS: [&str; 12] = [
    "#",
    "Product",
    "Service",
    "Description",
    "Serial",
    "Site",
    "Contract",
    "Start",
    "End",
    "Quantity",
    "Unit price",
    "Price",
];
const WIDTHS: [f64; 12] = [
    5.0, 22.0, 24.0, 40.0, 15.0, 24.0, 14.0, 12.0, 12.0, 9.0, 14.0, 16.0,
];

impl Offer {
    /// The document as a workbook.
    ///
    /// # Errors
    /// What the writer reports, for example of more lines than a sheet can hold.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let properties = DocProperties::new()
            .set_title(format!("Quote {} version {}", self.number, self.version))
            .set_author(&self.seller.name)
            .set_creation_datetime(&excel_day(self.day)?);
        book.set_properties(&properties);
        let styles = Styles::of(self.currency);
        let page = book.add_worksheet();
        page.set_name("Quote")?;
        for (column, width) in (0u16..).zip(WIDTHS) {
            page.set_column_width(column, width)?;
        }
        let row = self.logo(page)?;
        let row = self.head(page, &styles, row)?;
        let row = self.summary_rows(page, &styles, row)?;
        self.line_rows(page, &styles, row)?;
        self.on_paper(page, row)?;
        book.save_to_buffer()
    }

    /// The logo at the top, and the row below it.
    fn logo(&self, page: &mut Worksheet) -> Result<u32, XlsxError> {
        let damaged = |error: LetterheadError| XlsxError::ParameterError(error.to_string());
        let Some(Logo::Png(bytes) | Logo::Jpeg(bytes)) = self.seller.logo().map_err(damaged)?
        else {
            return Ok(0);
        };
        let image = Image::new_from_buffer(&bytes)?;
        let image = image.set_scale_to_size(LOGO.0, LOGO.1, true);
        page.insert_image(0, 0, &image.set_alt_text("Logo"))?;
        Ok(LOGO_ROWS)
    }

    /// How it is printed: across the page, as many pages as it takes, the heads of the lines on each, which
    /// says what it is and of how many.
    fn on_paper(&self, page: &mut Worksheet, heads: u32) -> Result<(), XlsxError> {
        page.set_landscape().set_paper_size(PAPER);
        page.set_print_fit_to_pages(1, 0)
            .set_repeat_rows(heads, heads)?;
        // a single & begins a command there
        let number = self.number.replace('&', "&&");
        let version = self.version;
        page.set_footer(format!("&LQuote {number} version {version}&RPage &P of &N"));
        Ok(())
    }

    fn head(&self, page: &mut Worksheet, styles: &Styles, top: u32) -> Result<u32, XlsxError> {
        let mut row = top;
        put_text(
            page,
            (row, 0),
            &format!("Quote {}", self.number),
            &styles.title,
        )?;
        if self.demo {
            put_text(page, (top, 4), DEMO, &styles.strong)?;
        }
        let mut seller = vec![self.seller.name.clone()];
        seller.extend(
            self.seller
                .address
                .iter()
                .chain(&self.seller.contact)
                .cloned(),
        );
        let facts = [
            ("Date", day(self.day)),
            ("Valid until", day(self.valid_until)),
            ("Currency", self.currency.to_string()),
            ("Version", self.version.to_string()),
        ];
        for at in 0..seller.len().max(self.customer.len()).max(facts.len()) {
            row += 1;
            let customer = self.customer.get(at).map_or("", String::as_str);
            put_text(page, (row, 1), customer, &styles.plain)?;
            if let Some((name, value)) = facts.get(at) {
                put_text(page, (row, 4), name, &styles.plain)?;
                put_text(page, (row, 5), value, &styles.plain)?;
            }
            let line = seller.get(at).map_or("", String::as_str);
            put_text(page, (row, 8), line, &styles.plain)?;
        }
        Ok(row + 2)
    }

    fn summary_rows(
        &self,
        page: &mut Worksheet,
        styles: &Styles,
        from: u32,
    ) -> Result<u32, XlsxError> {
        let mut row = from;
        let heads = [
            self.summary_by.join(", "),
            "Lines".into(),
            "Units".into(),
            "Price".into(),
        ];
        for (column, head) in [1u16, 9, 10, 11].into_iter().zip(heads) {
            put_text(page, (row, column), &head, &styles.head)?;
        }
        for part in &self.summary {
            row += 1;
            put_text(page, (row, 1), &part.words.join(" · "), &styles.plain)?;
            put_number(page, (row, 9), part.lines.into(), &styles.plain)?;
            put_number(page, (row, 10), part.quantity, &styles.plain)?;
            put_number(page, (row, 11), part.amount, &styles.money)?;
        }
        let mut sums = vec![("Total".to_string(), self.total)];
        if let (Some(tax), Some(amount)) = (&self.seller.tax, self.tax) {
            sums.push((
                format!("{} {} %", tax.name, tax.percent.normalize()),
                amount,
            ));
            sums.push(("Total with tax".into(), self.gross()));
        }
        for (name, amount) in sums {
            row += 1;
            put_text(page, (row, 10), &name, &styles.strong)?;
            put_number(page, (row, 11), amount, &styles.strong_money)?;
        }
        if self.unpriced > 0 {
            row += 1;
            let text = format!("{} lines on request, not in the total", self.unpriced);
            put_text(page, (row, 1), &text, &styles.plain)?;
        }
        Ok(row + 2)
    }

    fn line_rows(&self, page: &mut Worksheet, styles: &Styles, from: u32) -> Result<(), XlsxError> {
        for (column, head) in (0u16..).zip(HEADERS) {
            put_text(page, (from, column), head, &styles.head)?;
        }
        let mut row = from;
        for line in &self.lines {
            row += 1;
            put_number(page, (row, 0), line.number.into(), &styles.plain)?;
            let texts = [
                &line.product,
                &line.service,
                &line.description,
                &line.serial,
                &line.site,
                &line.contract,
            ];
            for (column, text) in (1u16..).zip(texts) {
                put_text(page, (row, column), text, &styles.plain)?;
            }
            for (column, date) in [(7, line.start), (8, line.end)] {
                page.write_datetime_with_format(row, column, excel_day(date)?, &styles.day)?;
            }
            put_number(page, (row, 9), line.quantity, &styles.plain)?;
            for (column, price) in [(10, line.unit_price), (11, line.price)] {
                match price {
                    Some(price) => put_number(page, (row, column), price, &styles.money)?,
                    None => put_text(page, (row, column), "on request", &styles.plain)?,
                }
            }
        }
        row += 2;
        let terms = self.seller.terms.lines().map(String::from);
        for text in holds(self).into_iter().chain(terms) {
            put_text(page, (row, 1), &text, &styles.plain)?;
            row += 1;
        }
        Ok(())
    }
}
