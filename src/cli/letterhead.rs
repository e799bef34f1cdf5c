//! `letterhead`: who the partner is on its documents.

use super::context::Context;
use super::document_args;
use super::error::Failure;
use super::output;
use crate::domain::command::Command;
use crate::export::letterhead::{Letterhead, LetterheadError, SETTING, Tax};
use crate::runtime::clock::Clock;
use crate::runtime::picture;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

#[derive(Serialize)]
struct Output<'a> {
    schema: &'static str,
    name: &'a str,
    address: &'a [String],
    contact: &'a [String],
    terms: &'a str,
    tax: Option<&'a Tax>,
    /// Size of the picture; none without one.
    logo_bytes: Option<usize>,
}

/// Runs the command: sets what is named, shows all of it.
pub fn run(
    context: &Context,
    args: &document_args::Letterhead,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let sets = args.name.is_some()
        || !args.address.is_empty()
        || !args.contact.is_empty()
        || args.terms.is_some()
        || args.tax.is_some()
        || args.logo.is_some();
    let letterhead = if sets {
        set(context, args)?
    } else {
        Letterhead::of(&context.open_to_look()?.snapshot()?.settings)?
    };
    let logo = letterhead.logo()?;
    let logo_bytes = logo.map(|logo| match logo {
        crate::export::letterhead::Logo::Png(bytes)
        | crate::export::letterhead::Logo::Jpeg(bytes) => bytes.len(),
    });
    let shown = Output {
        schema: "renewdesk.letterhead/1",
        name: &letterhead.name,
        address: &letterhead.address,
        contact: &letterhead.contact,
        terms: &letterhead.terms,
        tax: letterhead.tax.as_ref(),
        logo_bytes,
    };
    if args.json {
        return output::json(out, &shown);
    }
    let or_none = |text: &str| match text.is_empty() {
        true => "(none)".to_string(),
        false => text.to_string(),
    };
    let tax = shown.tax.map_or_else(
        || "none: prices exclude tax".to_string(),
        |tax| format!("{} {} %", tax.name, tax.percent.normalize()),
    );
    let logo = logo_bytes.map_or("(none)".to_string(), |bytes| format!("{bytes} bytes"));
    writeln!(out, "Name     {}", or_none(shown.name))?;
    writeln!(out, "Address  {}", or_none(&shown.address.join(", ")))?;
    writeln!(out, "Contact  {}", or_none(&shown.contact.join(", ")))?;
    writeln!(out, "Tax      {tax}")?;
    writeln!(out, "Logo     {logo}")?;
    writeln!(
        out,
        "Terms    {}",
        or_none(&shown.terms.replace('\n', " / "))
    )?;
    Ok(())
}

fn set(context: &Context, args: &document_args::Letterhead) -> Result<Letterhead, Failure> {
    let mut store = context.open()?;
    let snapshot = store.snapshot()?;
    let mut letterhead = Letterhead::of(&snapshot.settings)?;
    if let Some(name) = &args.name {
        letterhead.name.clone_from(name);
    }
    if !args.address.is_empty() {
        letterhead.address.clone_from(&args.address);
    }
    if !args.contact.is_empty() {
        letterhead.contact.clone_from(&args.contact);
    }
    if let Some(terms) = &args.terms {
        letterhead.terms.clone_from(terms);
    }
    if let Some(text) = &args.tax {
        letterhead.tax = Tax::of_text(text).map_err(|error| Failure::usage(error.to_string()))?;
    }
    match args.logo.as_deref() {
        None => {}
        Some(path) if path == Path::new("none") => letterhead.logo = None,
        Some(path) => {
            let failed = |why| Failure::new(super::error::Exit::Failed, why);
            letterhead.set_logo(&picture::read(path).map_err(failed)?)?;
        }
    }
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    let command = Command::Set {
        key: SETTING.into(),
        value: Some(letterhead.setting()?),
    };
    store.apply(&command, "letterhead of the documents", &stamp)?;
    Ok(Letterhead::of(&store.snapshot()?.settings)?)
}

impl From<LetterheadError> for Failure {
    fn from(error: LetterheadError) -> Self {
        Failure::refused(error.to_string())
    }
}
