//! Documents of a quote, asked for on the desk: which, then where to. What is made of the answer runs on
//! a worker.

use super::desk::{Ctx, Desk};
use super::effect::Effect;
use super::overlay::{Overlay, pick, prompt};
use crate::catalogue::Catalogue;
use crate::domain::ids::QuoteId;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::export::document::{self, DocumentError, Form, Kind, Source};
use crate::export::inside;
use crate::export::mail::{self, Address};
use crate::export::offer::Options;
use crate::pricing::subtotals::By;
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
    /// What it says beside the quote.
    said: Said,
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
            "Wish({:?} of {} to {:?}, {:?})",
            self.kind, self.quote, self.path, self.said
        )
    }
}

/// What a person says of a document before it is written.
#[derive(Clone, Debug, Default)]
struct Said {
    options: Options,
    address: Address,
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
            options: &self.said.options,
            address: &self.said.address,
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
            ask_of(quote, *kind, ctx);
        }
    });
    ctx.open(Overlay::Pick(popup));
}

/// Asks for a document of a kind.
pub fn ask_of(quote: QuoteId, kind: Kind, ctx: &mut Ctx<'_>) {
    match kind {
        Kind::Customer | Kind::Mail => ask_words(quote, kind, Said::default(), ctx),
        Kind::Assets | Kind::Request | Kind::Internal => {
            ask_file(quote, kind, Said::default(), ctx);
        }
    }
}

/// Asks what the customer's document shall say beside the quote; Enter on the first row goes on.
fn ask_words(quote: QuoteId, kind: Kind, said: Said, ctx: &mut Ctx<'_>) {
    let told = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.into());
    let item = |name: &str, text: String, hint: &str| (format!("{name}{text}"), hint.to_string());
    let mut items = vec![
        item("Write it…", String::new(), "asks for the file"),
        item(
            "For:      ",
            told(&said.options.attention, "nobody named"),
            "the person it is meant for",
        ),
        item(
            "Summary:  by ",
            fields(&said.options.summary),
            "what lines are added up by",
        ),
    ];
    if kind == Kind::Mail {
        let to = told(&said.address.to, "nobody yet");
        items.push(item("Mail to:  ", to, "the address of the draft"));
    }
    let popup = pick::Model::new(kind.title(), items, 0, move |chosen, ctx| match chosen {
        0 => ask_file(quote, kind, said, ctx),
        1 => ask_attention(quote, kind, said, ctx),
        2 => ask_summary(quote, kind, said, ctx),
        _ => ask_address(quote, kind, said, ctx),
    });
    ctx.open(Overlay::Pick(popup));
}

fn fields(by: &[By]) -> String {
    let words = |by: &By| {
        By::ALL
            .iter()
            .find(|(own, _)| own == by)
            .map(|(_, word)| *word)
    };
    match by {
        [] => "contract".to_string(),
        by => by
            .iter()
            .filter_map(words)
            .collect::<Vec<_>>()
            .join(", then "),
    }
}

fn ask_attention(quote: QuoteId, kind: Kind, said: Said, ctx: &mut Ctx<'_>) {
    let now = said.options.attention.clone().unwrap_or_default();
    let words = (
        "For whom the document is",
        "a name as it stands in an address: Dr. L. Senn; empty for nobody",
    );
    let check = |_: &str, _: &Desk| Ok(String::new());
    ask_line(words, &now, check, ctx, move |name, ctx| {
        let mut said = said;
        said.options.attention = name;
        ask_words(quote, kind, said, ctx);
    });
}

fn ask_address(quote: QuoteId, kind: Kind, said: Said, ctx: &mut Ctx<'_>) {
    let now = said.address.to.clone().unwrap_or_default();
    let words = (
        "To whom the mail goes",
        "l.senn@customer.example, or L. Senn <l.senn@customer.example>; empty for nobody",
    );
    let check = |text: &str, _: &Desk| match text.trim().is_empty() || mail::is_address(text.trim())
    {
        true => Ok("nothing is sent: your mail program opens the draft".into()),
        false => Err("This is no mail address".into()),
    };
    ask_line(words, &now, check, ctx, move |to, ctx| {
        let mut said = said;
        said.address.to = to;
        ask_words(quote, kind, said, ctx);
    });
}

/// Asks for a line that may stay empty.
fn ask_line(
    (title, hint): (&str, &str),
    now: &str,
    check: impl Fn(&str, &Desk) -> Result<String, String> + 'static,
    ctx: &mut Ctx<'_>,
    then: impl FnOnce(Option<String>, &mut Ctx<'_>) + 'static,
) {
    let popup = prompt::Model::new(title, hint, now, check, move |text, ctx| {
        then(Some(Desk::typed(text)).filter(|text| !text.is_empty()), ctx);
    });
    ctx.open(Overlay::Prompt(popup));
}

/// The fields of the summary, outer first: choosing one adds it or takes it away.
fn ask_summary(quote: QuoteId, kind: Kind, said: Said, ctx: &mut Ctx<'_>) {
    let place = |by: &By| said.options.summary.iter().position(|own| own == by);
    let items = By::ALL.iter().map(|(by, word)| {
        let told = place(by).map(|at| format!("level {}", at + 1));
        (word.to_string(), told.unwrap_or_default())
    });
    let items = std::iter::once(("Done".to_string(), fields(&said.options.summary))).chain(items);
    let popup = pick::Model::new("Summary by", items.collect(), 0, move |chosen, ctx| {
        let mut said = said;
        let Some((by, _)) = chosen.checked_sub(1).and_then(|at| By::ALL.get(at)) else {
            return ask_words(quote, kind, said, ctx);
        };
        let summary = &mut said.options.summary;
        match summary.iter().position(|own| own == by) {
            Some(at) => {
                summary.remove(at);
            }
            None => summary.push(*by),
        }
        ask_summary(quote, kind, said, ctx);
    });
    ctx.open(Overlay::Pick(popup));
}

/// Asks for the file of a document; its ending says the form.
fn ask_file(quote: QuoteId, kind: Kind, said: Said, ctx: &mut Ctx<'_>) {
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
                said,
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
