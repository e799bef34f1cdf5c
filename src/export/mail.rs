//! A mail draft with a document attached: a file that a mail program opens to be looked at and sent by a
//! person. Nothing is sent from here.

use super::offer::Offer;
use chrono::NaiveDate;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use std::time::{Duration, SystemTime};

/// The builder wants addresses; where none was given the header is taken out again, and the person
/// fills it in.
const NOBODY: &str = "recipient@example.invalid";
/// Stands between the parts: the same draft must give the same bytes.
const BOUNDARY: &str = "renewdesk-part-0c6f2a1b";

/// Who a draft is from and for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// `A. Meyer <a.meyer@partner.example>` or the bare address.
    pub from: Option<String>,
    /// The same of the customer's person.
    pub to: Option<String>,
}

/// Why a draft could not be made.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No mail address.
    #[error("{0:?} is no mail address; write it like a.meyer@partner.example")]
    Address(String),
    /// The writer.
    #[error("the mail draft cannot be written: {0}")]
    Writer(String),
}

/// The draft of a mail that brings an offer as PDF. `day` is the day of the offer; the draft is dated
/// its noon, so that the same offer gives the same bytes.
///
/// # Errors
/// [`MailError`].
pub fn draft(offer: &Offer, pdf: Vec<u8>, address: &Address) -> Result<Vec<u8>, MailError> {
    let nobody = || NOBODY.to_string();
    let writer = |error: &dyn std::fmt::Display| MailError::Writer(error.to_string());
    let subject = format!("Quote {} version {}", offer.number, offer.version);
    let kind = ContentType::parse("application/pdf").map_err(|error| writer(&error))?;
    let name = format!("{}.pdf", offer.file_stem());
    let parts = MultiPart::mixed()
        .boundary(BOUNDARY)
        .singlepart(SinglePart::plain(text(offer)))
        .singlepart(Attachment::new(name).body(pdf, kind));
    let mut mail = Message::builder()
        .from(mailbox(&address.from.clone().unwrap_or_else(nobody))?)
        .to(mailbox(&address.to.clone().unwrap_or_else(nobody))?)
        .date(noon(offer.day))
        .subject(subject)
        .multipart(parts)
        .map_err(|error| writer(&error))?;
    // opens as a draft in Outlook instead of as a mail that was received
    let unsent = HeaderName::new_from_ascii_str("X-Unsent");
    mail.headers_mut()
        .insert_raw(HeaderValue::new(unsent, "1".to_string()));
    for (given, header) in [(&address.from, "From"), (&address.to, "To")] {
        if given.is_none() {
            mail.headers_mut().remove_raw(header);
        }
    }
    Ok(mail.formatted())
}

/// True for a mail address.
pub fn is_address(text: &str) -> bool {
    text.contains('@') && mailbox(text).is_ok()
}

fn mailbox(text: &str) -> Result<Mailbox, MailError> {
    text.trim()
        .parse()
        .map_err(|_| MailError::Address(text.to_string()))
}

fn noon(day: NaiveDate) -> SystemTime {
    let seconds = day
        .and_hms_opt(12, 0, 0)
        .map(|noon| noon.and_utc().timestamp());
    let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unwrap_or_default())
}

fn text(offer: &Offer) -> String {
    let day = |day: NaiveDate| day.format("%d %b %Y").to_string();
    let mut total = offer.gross();
    total.rescale(offer.currency.minor_units());
    let priced = format!("{} {}", offer.currency, crate::pricing::grouped(total));
    let price = match (offer.unpriced, offer.unpriced == offer.lines.len()) {
        (_, true) => "prices on request".to_string(),
        (0, _) => format!("{priced} in total"),
        (1, _) => format!("{priced} in total and 1 position on request"),
        (n, _) => format!("{priced} in total and {n} positions on request"),
    };
    format!(
        "Good day,\r\n\r\nplease find attached our quote {} of {}, {price}, valid until {}.\r\n\r\n\
         Kind regards\r\n{}\r\n",
        offer.number,
        day(offer.day),
        day(offer.valid_until),
        offer.seller.name,
    )
}
