//! What is done with a finding: theirs taken, ours kept, ignored, asked later; and where it leads.

use super::choose::Choose;
use crate::domain::command::Command;
use crate::domain::ids::RenewalId;
use crate::export;
use crate::reconcile::{Decision, Finding, How as Way, PREFIX, Report, Taking, decided};
use crate::ui::desk::Ctx;
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::model::Screen;
use crate::ui::overlay::{Overlay, prompt};
use crate::ui::widget::picker::path::{joined, parent};

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nothing.
    Nothing,
    /// A decision is noted; no line changes.
    Note,
    /// Values go into the book.
    Values,
}

/// Settles a finding.
pub(super) type How = fn(&Report, &Finding, &mut Ctx<'_>) -> Asked;

/// The others' values go into the book.
pub(super) fn take(report: &Report, finding: &Finding, ctx: &mut Ctx<'_>) -> Asked {
    let by = ctx.desk.user.to_string();
    let Some(taking) = Taking::of(report, finding, ctx.desk.today, &by) else {
        ctx.say(
            Tone::Refused,
            "There is nothing to take: no other source gives another value. m keeps ours, x ignores it",
        );
        return Asked::Nothing;
    };
    let label = taking.label(&report.name(finding));
    ctx.ask(Effect::Take(Box::new(taking), label));
    Asked::Values
}

/// The book stays as it is.
pub(super) fn keep(report: &Report, finding: &Finding, ctx: &mut Ctx<'_>) -> Asked {
    note(report, finding, Way::Keep, ctx)
}

/// A repeat, or of no interest.
pub(super) fn ignore(report: &Report, finding: &Finding, ctx: &mut Ctx<'_>) -> Asked {
    note(report, finding, Way::Ignore, ctx)
}

/// Asked again in a week.
pub(super) fn later(report: &Report, finding: &Finding, ctx: &mut Ctx<'_>) -> Asked {
    note(report, finding, Way::Later, ctx)
}

fn note(report: &Report, finding: &Finding, how: Way, ctx: &mut Ctx<'_>) -> Asked {
    let (today, by) = (ctx.desk.today, ctx.desk.user.clone());
    let decision = Decision::of(finding, how, today, &by);
    let (key, value) = decision.setting(finding);
    let until = decision.until.map_or_else(String::new, |day| {
        format!(", asked again {}", format::day(day))
    });
    let label = format!("reconcile {}: {}{until}", report.name(finding), how.word());
    let value = Some(value);
    ctx.apply(Command::Set { key, value }, label);
    Asked::Note
}

/// A settled finding is open again; what was taken stays taken.
pub(super) fn ask_again(report: &Report, finding: &Finding, ctx: &mut Ctx<'_>) -> Asked {
    if decided(finding, &ctx.desk.snapshot.settings, ctx.desk.today).is_none() {
        return Asked::Nothing;
    }
    let command = Command::Set {
        key: format!("{PREFIX}{}", finding.key),
        value: None,
    };
    let label = format!("reconcile {}: asked again", report.name(finding));
    ctx.apply(command, label);
    Asked::Note
}

/// Goes to the contract of the book the finding is about.
pub(super) fn show(report: &Report, finding: &Finding, ctx: &mut Ctx<'_>) {
    let members = finding.twin.iter().chain(&finding.members);
    let mut records = members.filter_map(|member| report.record(*member));
    let line = records.find_map(|record| record.line);
    let Some(line) = line.and_then(|id| ctx.desk.snapshot.lines.get(id)) else {
        let told = "The book does not have it: there is no contract to go to. t adds it";
        return ctx.say(Tone::Note, told);
    };
    let renewals = ctx.desk.snapshot.renewals.iter();
    let own = renewals.filter(|renewal| Some(renewal.contract) == line.contract);
    // The renewal of its end, else the contract's next one.
    let found: Option<RenewalId> = own
        .min_by_key(|renewal| (Some(renewal.end) != line.end, renewal.end))
        .map(|renewal| renewal.id);
    match found {
        Some(id) => ctx.ask(Effect::ShowRenewal(id)),
        None => ctx.say(
            Tone::Note,
            "The line has no contract with an end: it is in no renewal",
        ),
    }
}

/// Shows a customer's renewals in Pipeline, or all of them.
pub(super) fn show_customer(name: Option<&str>, ctx: &mut Ctx<'_>) {
    ctx.ask(Effect::Go(Screen::Pipeline));
    if let Some(name) = name {
        // The filter has no way to say a quote inside quotes.
        let name = name.replace('"', "");
        ctx.ask(Effect::Filter(format!("customer = \"{name}\"")));
    }
}

/// Asks where the findings shall be written to.
pub(super) fn export(report: &Report, choose: &Choose, ctx: &mut Ctx<'_>) {
    let (book, today) = (&ctx.desk.snapshot, ctx.desk.today);
    let open = report
        .findings
        .iter()
        .filter(|finding| finding.kind.is_open());
    let table = export::reconciliation(report, open, book, today);
    let first = choose.chosen().first();
    let folder = first
        .and_then(|file| parent(&file.path))
        .unwrap_or_default();
    let name = joined(folder, &format!("reconcile-{today}.xlsx"));
    let rows = format::count(table.rows.len(), "row", "rows");
    let popup = prompt::Model::new(
        "Export the findings",
        "path of a new file: .xlsx or .csv; what matches is left out",
        &name,
        move |text, _| match text.trim().to_lowercase() {
            path if path.ends_with(".xlsx") || path.ends_with(".csv") => {
                Ok(format!("{rows}; a file that exists is not replaced"))
            }
            _ => Err("End the name in .xlsx or .csv".into()),
        },
        move |text, ctx| {
            let path = text.trim().to_string();
            ctx.ask(Effect::Export(path, Box::new(table)));
        },
    );
    ctx.open(Overlay::Prompt(popup));
}
