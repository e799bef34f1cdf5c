//! Who the partner is on its documents, as the settings show and change it: one line of text each, several
//! lines parted by semicolons.

use super::Item;
use crate::domain::command::Command;
use crate::export::letterhead::{Letterhead, Logo, SETTING, Tax};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::overlay::{Overlay, prompt};

/// Parts the lines of an address where they stand in one.
const PARTED: &str = "; ";

/// The rows of documents: label, text, what Enter changes.
pub(super) fn rows(desk: &Desk) -> Vec<(&'static str, String, Option<Item>)> {
    let letterhead = match Letterhead::of(&desk.snapshot.settings) {
        Ok(letterhead) => letterhead,
        Err(error) => return vec![("company", error.to_string(), Some(Item::Company))],
    };
    let logo = match letterhead.logo() {
        Ok(None) => "none   (Enter asks for its file)".to_string(),
        Ok(Some(Logo::Png(bytes))) => format!("PNG, {} kB", bytes.len().div_ceil(1_000)),
        Ok(Some(Logo::Jpeg(bytes))) => format!("JPEG, {} kB", bytes.len().div_ceil(1_000)),
        Err(error) => error.to_string(),
    };
    let text = |item| match text(&letterhead, item) {
        text if text.is_empty() => "none   (Enter types it)".to_string(),
        text => text,
    };
    vec![
        ("company", text(Item::Company), Some(Item::Company)),
        ("address", text(Item::Address), Some(Item::Address)),
        ("contact", text(Item::Contact), Some(Item::Contact)),
        (
            "tax",
            match &letterhead.tax {
                None => "none: prices exclude tax".into(),
                Some(tax) => format!("{} {} %", tax.name, tax.percent.normalize()),
            },
            Some(Item::Tax),
        ),
        ("terms", text(Item::Terms), Some(Item::Terms)),
        ("logo", logo, Some(Item::Logo)),
    ]
}

fn text(letterhead: &Letterhead, item: Item) -> String {
    match item {
        Item::Company => letterhead.name.clone(),
        Item::Address => letterhead.address.join(PARTED),
        Item::Contact => letterhead.contact.join(PARTED),
        Item::Terms => letterhead.terms.replace('\n', PARTED),
        Item::Tax => letterhead.tax.as_ref().map_or(String::new(), Tax::typed),
        Item::You | Item::Logo => String::new(),
    }
}

/// Asks for one of them.
pub(super) fn ask(item: Item, ctx: &mut Ctx<'_>) {
    let (title, hint) = match item {
        Item::Company => (
            "Company",
            "your company as quotes, mails and asset lists show it",
        ),
        Item::Address => ("Address", "street; place; country: a line each"),
        Item::Contact => ("Contact", "phone; mail; web: a line each"),
        Item::Tax => ("Tax", "under the total of a quote: VAT 8.1, or nothing"),
        Item::Terms => ("Terms", "at the end of a quote: a sentence; another one"),
        Item::Logo => return ask_logo(ctx),
        Item::You => return,
    };
    // a letterhead that cannot be read is begun anew
    let letterhead = Letterhead::of(&ctx.desk.snapshot.settings).unwrap_or_default();
    let popup = prompt::Model::new(
        title,
        hint,
        &text(&letterhead, item),
        move |text, desk| {
            let kept = with(desk, item, text)?;
            kept.setting().map_err(|error| error.to_string())?;
            let shown = self::text(&kept, item);
            Ok(match shown.is_empty() {
                true => "taken away".into(),
                false => format!("documents show: {shown}"),
            })
        },
        move |text, ctx| match with(ctx.desk, item, text) {
            Ok(letterhead) => keep(&letterhead, title, ctx),
            Err(why) => ctx.say(Tone::Refused, why),
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// The book's letterhead with a text in the place of one of its own.
fn with(desk: &Desk, item: Item, text: &str) -> Result<Letterhead, String> {
    let mut letterhead = Letterhead::of(&desk.snapshot.settings).unwrap_or_default();
    let text = Desk::typed(text);
    let lines = || {
        let lines = text.split(';').map(|line| line.trim().to_string());
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>()
    };
    match item {
        Item::Company => letterhead.name = text,
        Item::Address => letterhead.address = lines(),
        Item::Contact => letterhead.contact = lines(),
        Item::Terms => letterhead.terms = lines().join("\n"),
        Item::Tax => letterhead.tax = Tax::of_text(&text).map_err(|error| error.to_string())?,
        Item::You | Item::Logo => {}
    }
    Ok(letterhead)
}

fn keep(letterhead: &Letterhead, what: &str, ctx: &mut Ctx<'_>) {
    match letterhead.setting() {
        Ok(setting) => {
            let command = Command::Set {
                key: SETTING.into(),
                value: Some(setting),
            };
            ctx.apply(command, format!("{} of the documents", what.to_lowercase()));
        }
        Err(error) => ctx.say(Tone::Refused, error.to_string()),
    }
}

fn ask_logo(ctx: &mut Ctx<'_>) {
    let popup = prompt::Model::new(
        "Logo",
        "path of a PNG or JPEG file, or nothing to take the logo away",
        "",
        |text, _| match text.trim() {
            "" => Ok("no logo".into()),
            path => Ok(format!("the picture in {path} is kept in the book")),
        },
        |text, ctx| match text.trim() {
            "" => take_logo(None, ctx),
            path => ctx.ask(Effect::ReadPicture(path.to_string())),
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

/// Keeps a picture that was read, or takes the one there away.
pub(super) fn take_logo(bytes: Option<&[u8]>, ctx: &mut Ctx<'_>) {
    let mut letterhead = Letterhead::of(&ctx.desk.snapshot.settings).unwrap_or_default();
    let taken = match bytes {
        None => {
            letterhead.logo = None;
            Ok(())
        }
        Some(bytes) => letterhead.set_logo(bytes),
    };
    match taken {
        Ok(()) => keep(&letterhead, "Logo", ctx),
        Err(error) => ctx.say(Tone::Refused, error.to_string()),
    }
}
