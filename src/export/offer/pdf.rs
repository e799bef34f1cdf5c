//! Pages as a PDF with the fonts' used glyphs embedded. The same pages give the same bytes: the day of
//! the document is the only date in it.

use super::pages::{Drawn, Item, PAGE_HEIGHT, PAGE_WIDTH, Tone};
use super::type_setting::{FONT_FILES, Fonts};
use super::{Offer, layout};
use crate::export::letterhead::{LetterheadError, Logo};
use chrono::Datelike;
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use std::collections::BTreeSet;

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The letterhead.
    #[error(transparent)]
    Letterhead(#[from] LetterheadError),
    /// The picture cannot be decoded.
    #[error("the logo of the letterhead cannot be drawn ({0}); set another one")]
    Picture(String),
    /// The writer.
    #[error("the PDF cannot be written: {0}")]
    Writer(String),
}

impl Offer {
    /// The pages of the document, as they will be drawn.
    pub fn pages(&self) -> Vec<Drawn> {
        layout::pages(self, &Fonts::read())
    }

    /// Characters of the document that none of its fonts has: a `?` stands for each.
    pub fn unwritten(&self) -> BTreeSet<char> {
        let fonts = Fonts::read();
        let pages = layout::pages(self, &fonts);
        let items = pages.iter().flat_map(|page| &page.items);
        let texts = items.filter_map(|item| match item {
            Item::Text { text, .. } => Some(text),
            _ => None,
        });
        let letters = texts.flat_map(|text| text.chars());
        letters.filter(|c| !fonts.draws(*c)).collect()
    }

    /// The document as PDF.
    ///
    /// # Errors
    /// [`PdfError`].
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let fonts = Fonts::read();
        let faces: Vec<Font> = FONT_FILES
            .iter()
            .filter_map(|file| Font::new((*file).into(), 0))
            .collect();
        let logo = self.seller.logo()?.map(picture).transpose()?;
        let mut document = Document::new();
        document.set_metadata(self.metadata());
        for drawn in layout::pages(self, &fonts) {
            let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT);
            let mut page = document.start_page_with(size.unwrap_or_default());
            let mut surface = page.surface();
            for item in &drawn.items {
                draw(&mut surface, item, &fonts, &faces, logo.as_ref());
            }
            surface.finish();
            page.finish();
        }
        let written = document.finish();
        written.map_err(|error| PdfError::Writer(format!("{error:?}")))
    }

    fn metadata(&self) -> Metadata {
        let day = DateTime::new(u16::try_from(self.day.year()).unwrap_or(1970))
            .month(self.day.month() as u8)
            .day(self.day.day() as u8)
            .hour(0)
            .minute(0)
            .second(0)
            .utc_offset_hour(0)
            .utc_offset_minute(0);
        Metadata::new()
            .title(format!("Quote {} version {}", self.number, self.version))
            .authors(vec![self.seller.name.clone()])
            .language("en".to_string())
            .creation_date(day)
    }
}

fn picture(logo: Logo) -> Result<Image, PdfError> {
    let image = match logo {
        Logo::Png(bytes) => Image::from_png(bytes.into(), true),
        Logo::Jpeg(bytes) => Image::from_jpeg(bytes.into(), true),
    };
    image.map_err(PdfError::Picture)
}

fn fill(tone: Tone) -> Option<Fill> {
    let (red, green, blue) = match tone {
        Tone::Ink => (0x1a, 0x1a, 0x1a),
        Tone::Grey => (0x5a, 0x5a, 0x5a),
        Tone::Hair => (0xb4, 0xb4, 0xb4),
        Tone::Shade => (0xee, 0xf1, 0xf4),
    };
    Some(Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        ..Fill::default()
    })
}

fn draw(
    surface: &mut Surface<'_>,
    item: &Item,
    fonts: &Fonts,
    faces: &[Font],
    logo: Option<&Image>,
) {
    match item {
        Item::Text {
            x,
            y,
            size,
            font,
            tone,
            text,
        } => {
            surface.set_fill(fill(*tone));
            let mut x = *x;
            for run in fonts.runs(text, *font) {
                let wide = fonts.width_of(&run, *size);
                if let Some(face) = faces.get(run.font.place()) {
                    let at = Point::from_xy(x, *y);
                    let auto = TextDirection::Auto;
                    surface.draw_text(at, face.clone(), *size, &run.text, false, auto);
                }
                x += wide;
            }
        }
        Item::Bar {
            x,
            y,
            width,
            height,
            tone,
        } => {
            surface.set_fill(fill(*tone));
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Item::Logo {
            x,
            y,
            width,
            height,
        } => {
            let Some(image) = logo else { return };
            let (wide, high) = image.size();
            let scale = (width / wide.max(1) as f32).min(height / high.max(1) as f32);
            let size = Size::from_wh(wide as f32 * scale, high as f32 * scale);
            if let Some(size) = size {
                surface.push_transform(&Transform::from_translate(*x, *y));
                surface.draw_image(image.clone(), size);
                surface.pop();
            }
        }
    }
}
