//! Documents of a quote, asked for on the desk: which, then where to. What is made of the answer runs on
//! a worker.

use super::desk::Ctx;
use super::effect::Effect;
use super::overlay::{Overlay, pick, prompt};
use crate::catalogue::Catalogue;
use crate::domain::ids::QuoteId;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::export::document::{self, DocumentError, Form, Kind, Source};
use crate::export::inside;
use crate::export::mail::Address;
use crate::export::offer::Options;
use crate::program::Engine;
use chrono::NaiveDate;
use std::path::Path;
use std::sync::Arc;

/// A document to be made, with the book as it was on the screen.
pub struct Wish {
    /// The quote.
    pub quote: QuoteId,
    /// What and how.
    pub kind: (Kind, Form),
    /// Path of the new file, as typed.
    pub path: String,
    snapshot: Arc<Snapshot>,
    rules: Arc<Rules>,
    catalogue: Arc<Catalogue>,
    engine: Option<Arc<Engine>>,
    today: NaiveDate,
}

impl std::fmt::Debug for Wish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Wish({:?} of {} to {:?})",
            self.kind, self.quote, self.path
        )
    }
}

/// A document's bytes and what is to be known of it.
pub type Made = Result<(Vec<u8>, Option<String>), DocumentError>;

impl Wish {
    /// The document's bytes, and what is to be known of it; `None` where the quote is no longer in the book.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn make(&self) -> Option<Made> {
        let quote = self.snapshot.quotes.get(self.quote)?;
        let effects = match (self.kind.0, &self.engine) {
            (Kind::Internal, Some(engine)) => inside::effects_of(engine, self.quote).ok(),
            _ => None,
        };
        let (effects, words) = effects.unwrap_or_default();
        let from = Source {
            snapshot: &self.snapshot,
            rules: &self.rules,
            catalogue: &self.catalogue,
            today: self.today,
            effects: (&effects, &words),
            options: &Options::default(),
            address: &Address::default(),
        };
        let made = document::make(&quote, self.kind, &from);
        Some(made.map(|bytes| (bytes, document::remark(&quote, self.kind, &from))))
    }
}

/// Asks which document of the quote shall be written.
pub fn ask(quote: QuoteId, ctx: &mut Ctx<'_>) {
    let items = Kind::ALL
        .iter()
        .map(|(kind, _)| {
            let forms: Vec<&str> = kind.forms().iter().map(|form| form.ending()).collect();
            (kind.title().to_string(), forms.join(", "))
        })
        .collect();
    let number = ctx.desk.quote(quote).map(|quote| quote.number.to_string());
    let title = format!("Document of {}", number.unwrap_or_default());
    let popup = pick::Model::new(title, items, 0, move |chosen, ctx| {
        if let Some((kind, _)) = Kind::ALL.get(chosen) {
            ask_file(quote, *kind, ctx);
        }
    });
    ctx.open(Overlay::Pick(popup));
}

/// Asks for the file of a document; its ending says the form.
pub fn ask_file(quote: QuoteId, kind: Kind, ctx: &mut Ctx<'_>) {
    let Some(held) = ctx.desk.quote(quote) else {
        return;
    };
    let form = kind.forms().first().copied().unwrap_or(Form::Xlsx);
    let name = document::file_name(&held, &ctx.desk.snapshot, kind, form);
    let forms: Vec<String> = kind
        .forms()
        .iter()
        .map(|form| format!(".{}", form.ending()))
        .collect();
    let forms = forms.join(" or ");
    let wanted = forms.clone();
    let popup = prompt::Model::new(
        kind.title(),
        format!("path of a new file: {forms}; without a folder it goes where the desk was started"),
        &name,
        move |text, _| match form_of(text, kind) {
            Some(_) => Ok("a file that exists is not replaced".into()),
            None => Err(format!("End the name in {wanted}")),
        },
        move |text, ctx| {
            let Some(form) = form_of(text, kind) else {
                return;
            };
            let desk = ctx.desk;
            let wish = Wish {
                quote,
                kind: (kind, form),
                path: text.trim().to_string(),
                snapshot: Arc::clone(&desk.snapshot),
                rules: Arc::clone(&desk.rules),
                catalogue: Arc::clone(&desk.catalogue),
                engine: desk.engine.clone(),
                today: desk.today,
            };
            ctx.ask(Effect::Document(Box::new(wish)));
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

fn form_of(path: &str, kind: Kind) -> Option<Form> {
    let ending = Path::new(path.trim()).extension()?.to_str()?;
    kind.form(ending)
}
