//! Who the partner is on its documents: name, address, logo, terms, tax. Kept in the book as one
//! setting, the picture included, so that a document depends on the book alone.

use crate::domain::text::clean;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use imagesize::ImageType;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The setting that holds it.
pub const SETTING: &str = "letterhead";
/// Largest picture taken, in bytes. It travels with every document.
pub const MOST_LOGO_BYTES: usize = 512 * 1024;

/// Most points a picture may have: its file may be small and its picture not.
pub const MOST_LOGO_POINTS: usize = 4_000_000;

/// The partner as its documents show it. Everything may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Letterhead {
    /// The company.
    pub name: String,
    /// Street, place, country: a line each.
    pub address: Vec<String>,
    /// Phone, mail, web: a line each.
    pub contact: Vec<String>,
    /// Terms printed at the end of a quote.
    pub terms: String,
    /// Tax shown under the total; none says that prices exclude tax.
    pub tax: Option<Tax>,
    /// PNG or JPEG in base64.
    pub logo: Option<String>,
}

/// A tax on the whole quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// As the customer knows it: `VAT`.
    pub name: String,
    /// Percent of the net total: 8.1.
    pub percent: Decimal,
}

impl Tax {
    /// A tax as it is typed: `VAT 8.1`, `VAT 8.1 %`; none for nothing or `none`.
    ///
    /// # Errors
    /// [`LetterheadError::NoTax`] where no percentage ends it.
    pub fn of_text(text: &str) -> Result<Option<Tax>, LetterheadError> {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("none") {
            return Ok(None);
        }
        let wrong = || LetterheadError::NoTax(clean(text).into_owned());
        let number = text.trim_end_matches('%').trim_end();
        let (name, percent) = number.rsplit_once(' ').ok_or_else(wrong)?;
        let percent = percent.parse().map_err(|_| wrong())?;
        let name = name.trim().to_string();
        Ok(Some(Tax { name, percent }))
    }

    /// As [`Tax::of_text`] takes it.
    pub fn typed(&self) -> String {
        format!("{} {}", self.name, self.percent.normalize())
    }
}

/// A picture and its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logo {
    /// Portable network graphics.
    Png(Vec<u8>),
    /// JPEG.
    Jpeg(Vec<u8>),
}

/// Why a letterhead cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterheadError {
    /// The picture is of no kind a document can hold.
    #[error("the logo is neither PNG nor JPEG; save it as one of them")]
    Picture,
    /// The picture is too large.
    #[error("the logo has {0} bytes; make it smaller than {MOST_LOGO_BYTES}")]
    Large(usize),
    /// The picture has too many points.
    #[error("the logo has {0} x {1} points; make it smaller, 2000 x 2000 at most")]
    Wide(usize, usize),
    /// No percentage.
    #[error("a tax is from 0 to 100 %; {0} is not")]
    Tax(Decimal),
    /// Not written like a tax.
    #[error("{0} is no tax; write it like VAT 8.1")]
    NoTax(String),
    /// The setting in the book is damaged.
    #[error("the letterhead kept in the book cannot be read: {0}; set it again")]
    Kept(String),
}

impl Letterhead {
    /// The book's letterhead; an empty one where none was set.
    ///
    /// # Errors
    /// [`LetterheadError::Kept`] where the setting is damaged.
    pub fn of(settings: &BTreeMap<String, String>) -> Result<Letterhead, LetterheadError> {
        match settings.get(SETTING) {
            None => Ok(Letterhead::default()),
            Some(text) => {
                serde_json::from_str(text).map_err(|error| LetterheadError::Kept(error.to_string()))
            }
        }
    }

    /// As the setting holds it, its texts cleaned.
    ///
    /// # Errors
    /// [`LetterheadError`] for a logo or a tax no document can show.
    pub fn setting(&self) -> Result<String, LetterheadError> {
        let lines = |lines: &[String]| -> Vec<String> {
            let cleaned = lines.iter().map(|line| clean(line.trim()).into_owned());
            cleaned.filter(|line| !line.is_empty()).collect()
        };
        let kept = Letterhead {
            name: clean(self.name.trim()).into_owned(),
            address: lines(&self.address),
            contact: lines(&self.contact),
            terms: lines(&self.terms.lines().map(String::from).collect::<Vec<_>>()).join("\n"),
            tax: self.tax.clone(),
            logo: self.logo.clone(),
        };
        kept.logo()?;
        if let Some(tax) = &kept.tax
            && !(Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&tax.percent)
        {
            return Err(LetterheadError::Tax(tax.percent));
        }
        serde_json::to_string(&kept).map_err(|error| LetterheadError::Kept(error.to_string()))
    }

    /// Takes a picture from the bytes of a file.
    ///
    /// # Errors
    /// [`LetterheadError::Picture`] and [`LetterheadError::Large`].
    pub fn set_logo(&mut self, bytes: &[u8]) -> Result<(), LetterheadError> {
        if bytes.len() > MOST_LOGO_BYTES {
            return Err(LetterheadError::Large(bytes.len()));
        }
        kind(bytes.to_vec())?;
        self.logo = Some(STANDARD.encode(bytes));
        Ok(())
    }

    /// The picture, if there is one.
    ///
    /// # Errors
    /// As [`Letterhead::set_logo`].
    pub fn logo(&self) -> Result<Option<Logo>, LetterheadError> {
        let Some(text) = &self.logo else {
            return Ok(None);
        };
        let bytes = STANDARD.decode(text);
        let bytes = bytes.map_err(|error| LetterheadError::Kept(error.to_string()))?;
        if bytes.len() > MOST_LOGO_BYTES {
            return Err(LetterheadError::Large(bytes.len()));
        }
        kind(bytes).map(Some)
    }
}

fn kind(bytes: Vec<u8>) -> Result<Logo, LetterheadError> {
    let make = match imagesize::image_type(&bytes) {
        Ok(ImageType::Png) => Logo::Png,
        Ok(ImageType::Jpeg) => Logo::Jpeg,
        _ => return Err(LetterheadError::Picture),
    };
    let size = imagesize::blob_size(&bytes).map_err(|_| LetterheadError::Picture)?;
    match size.width.checked_mul(size.height) {
        Some(points) if points <= MOST_LOGO_POINTS => Ok(make(bytes)),
        _ => Err(LetterheadError::Wide(size.width, size.height)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_what_the_book_gives_back() {
        let mut letterhead = Letterhead {
            name: " Müller\u{202e} AG ".into(),
            address: vec!["Weg 1".into(), "".into()],
            tax: Some(Tax {
                name: "MWST".into(),
                percent: Decimal::new(81, 1),
            }),
            ..Letterhead::default()
        };
        letterhead.set_logo(&picture(160, 40)).unwrap();
        let settings = BTreeMap::from([(SETTING.to_string(), letterhead.setting().unwrap())]);
        let kept = Letterhead::of(&settings).unwrap();
        assert_eq!(kept.name, "Müller AG");
        assert_eq!(kept.address, ["Weg 1"]);
        assert_eq!(kept.logo().unwrap(), Some(Logo::Png(picture(160, 40))));
    }

    /// The head of a picture, which is all that is looked at here.
    fn picture(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_small_file_with_a_huge_picture_is_refused() {
        let mut letterhead = Letterhead::default();
        let wide = letterhead.set_logo(&picture(60_000, 60_000));
        assert_eq!(wide, Err(LetterheadError::Wide(60_000, 60_000)));
        assert_eq!(letterhead.logo, None);
    }

    #[test]
    fn no_picture_and_no_percentage_are_refused() {
        let mut letterhead = Letterhead::default();
        assert_eq!(letterhead.set_logo(b"%PDF"), Err(LetterheadError::Picture));
        letterhead.tax = Some(Tax {
            name: "VAT".into(),
            percent: Decimal::from(101),
        });
        assert!(letterhead.setting().is_err());
        let settings = BTreeMap::from([(SETTING.to_string(), "{".to_string())]);
        assert!(Letterhead::of(&settings).is_err());
    }
}
