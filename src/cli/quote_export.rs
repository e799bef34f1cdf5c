//! `quote export`: a document of a quote as a new file.

use super::context::{Context, note};
use super::document_args;
use super::error::Failure;
use super::find;
use super::output;
use super::pvi;
use crate::export::document::{self, DocumentError, Form, Kind, Source};
use crate::export::inside;
use crate::export::mail::{Address, MailError};
use crate::export::offer::Options;
use crate::pricing::subtotals::By;
use crate::runtime::save::save_bytes;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    quote_id: String,
    number: String,
    kind: &'static str,
    file: String,
    bytes: usize,
}

/// Runs the command.
pub fn run(
    context: &Context,
    args: &document_args::QuoteExport,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let (pack, today) = (context.pack()?, context.today());
    let snapshot = store.snapshot()?;
    let quote = &find::quote(&snapshot, &args.id)?;
    let (kind, form) = asked(args)?;
    let catalogue = context.catalogue();
    let effects = match kind {
        Kind::Internal => inside::effects_of(&pvi::engine(context, &snapshot, &pack), quote.id)
            .map_err(|error| Failure::refused(error.to_string()))?,
        _ => (Vec::new(), String::new()),
    };
    let from = Source {
        snapshot: &snapshot,
        rules: &pack.rules,
        catalogue: &catalogue,
        today,
        effects: (&effects.0, &effects.1),
        options: &Options {
            attention: args.attention.clone(),
            summary: summary(&args.summary)?,
        },
        address: &Address {
            from: args.from.clone(),
            to: args.mail_to.clone(),
        },
    };
    let bytes = document::make(quote, (kind, form), &from)?;
    let path = match &args.to {
        Some(path) => path.clone(),
        None => PathBuf::from(document::file_name(quote, &snapshot, kind, form)),
    };
    save_bytes(&path, &bytes)?;
    if let Some(remark) = document::remark(quote, (kind, form), &from) {
        note(&remark);
    }
    let last = document::valid_until(quote, &pack.rules);
    if last < today && kind != Kind::Internal {
        note(&format!(
            "the prices of {} held until {last}: reprice before it is sent",
            quote.number
        ));
    }
    output::watermark(&snapshot);
    if args.json {
        return output::json(
            out,
            &Output {
                schema: "renewdesk.quote_export/1",
                quote_id: quote.id.to_string(),
                number: quote.number.to_string(),
                kind: kind.word(),
                file: path.display().to_string(),
                bytes: bytes.len(),
            },
        );
    }
    note(&format!("{} written to {}", kind.title(), path.display()));
    Ok(())
}

/// Kind and form, the form by the file's ending.
fn asked(args: &document_args::QuoteExport) -> Result<(Kind, Form), Failure> {
    let words: Vec<&str> = Kind::ALL.iter().map(|(_, word)| *word).collect();
    let kind = Kind::named(args.kind.trim()).ok_or_else(|| {
        Failure::usage(format!("there is no document {:?}", args.kind))
            .hint(format!("the documents are {}", words.join(", ")))
    })?;
    let usual = kind.forms().first().copied().unwrap_or(Form::Xlsx);
    let Some(path) = &args.to else {
        return Ok((kind, usual));
    };
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let form = kind.form(&ending).ok_or_else(|| {
        let forms: Vec<&str> = kind.forms().iter().map(|form| form.ending()).collect();
        Failure::usage(format!(
            "{}: a document of kind {} ends in .{}",
            path.display(),
            kind.word(),
            forms.join(" or .")
        ))
    })?;
    Ok((kind, form))
}

/// The fields of a summary by their words.
pub(super) fn summary(words: &[String]) -> Result<Vec<By>, Failure> {
    let known: Vec<&str> = By::ALL.iter().map(|(_, word)| *word).collect();
    words
        .iter()
        .map(|word| {
            By::named(word).ok_or_else(|| {
                Failure::usage(format!("lines cannot be gathered by {word:?}"))
                    .hint(format!("the fields are {}", known.join(", ")))
            })
        })
        .collect()
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Self {
        match &error {
            DocumentError::Mail(MailError::Address(_)) => Failure::usage(error.to_string()),
            _ => Failure::refused(error.to_string()),
        }
    }
}
