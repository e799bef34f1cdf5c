//! PX Cloud lifecycle: how far a customer has come with each use case of what it bought. A use case
//! goes through pitstops; the first one not complete is where it stands.

use super::Profile;
use crate::domain::adoption::{COMPLETE, STAGES};
use crate::domain::text::clean;
use crate::ingest::document::{Document, Grid, Page, Tally};
use crate::ingest::json::{find, list, list_or_self, text_of};
use crate::ingest::report::Problems;
use crate::ingest::row::{Code, Field, RowKind};
use crate::ingest::value::is_placeholder;
use serde_json::Value as Json;

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "pxcloud_lifecycle",
    title: "PX Cloud lifecycle",
    rows: Some(RowKind::Adoption),
    needs: &[&["solution"], &["usecase"], &["adoptionstage"]],
    at_least: 3,
    telling: &[],
    telling_at_least: 0,
    forbids: &[],
    columns: &[
        (Field::CustomerId, &["customerid"]),
        (Field::CustomerName, &["customername"]),
        (Field::Offer, &["solution"]),
        (Field::UseCase, &["usecase"]),
        (Field::AdoptionStage, &["adoptionstage"]),
        (Field::AdoptionPct, &["adoptionpercentage"]),
        (Field::OpenActions, &["openactions"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: true,
};

/// The document.
pub const DOCUMENT: Document = Document {
    profile: &PROFILE,
    fits,
    lists: &["items"],
    fill,
    end,
};

/// A page of solutions with use cases, an empty one of a customer, or a solution standing alone.
fn fits(page: &Json) -> bool {
    let has_cases = |item: &Json| find(item, "usecases").is_some_and(Json::is_array);
    match find(page, "items") {
        Some(Json::Array(items)) if items.is_empty() => {
            ["customerid", "cavid", "buid"]
                .into_iter()
                .any(|key| find(page, key).is_some())
                && find(page, "totalcount").is_none()
        }
        Some(Json::Array(items)) => items.iter().any(has_cases),
        Some(_) => false,
        None => has_cases(page) && find(page, "name").is_some(),
    }
}

fn fill(page: &Page<'_>, grid: &mut Grid, tally: &mut Tally, problems: &mut Problems) {
    if !page.fits {
        return;
    }
    for item in list_or_self(page.json, "items") {
        let cases = list(item, "usecases");
        tally.bare += usize::from(cases.is_empty());
        for case in cases {
            one(page.json, item, case, grid, problems);
            count_actions(case, tally);
        }
    }
}

fn one(page: &Json, item: &Json, case: &Json, grid: &mut Grid, problems: &mut Problems) {
    grid.start();
    let mut put = |from: &Json, key: &str, name: &str| {
        if let Some(value) = find(from, key) {
            grid.value(name, value);
        }
    };
    put(page, "customername", "customerName");
    put(item, "name", "solution");
    put(case, "name", "useCase");
    put(case, "adoptionpercentage", "adoptionPercentage");
    put(case, "currentpitstop", "currentPitstop");
    put(page, "buid", "buId");
    put(page, "cavid", "cavId");
    put(item, "solutionid", "solutionId");
    put(item, "cxlevel", "cxLevel");
    put(case, "usecaseid", "usecaseId");
    if let Some(number) = find(page, "customerid").and_then(text_of) {
        // Some clients write the number of the customer as a fraction.
        let number = number.trim();
        grid.put("customerId", number.strip_suffix(".0").unwrap_or(number));
    }
    let called = name_of(case, "currentpitstop");
    let (counted, stop) = stage_of(case);
    if let Some(open) = stop.and_then(open_actions) {
        grid.put("openActions", &open);
    }
    if let (Some(called), Some(counted)) = (&called, &counted)
        && !called.eq_ignore_ascii_case(counted)
        && counted != COMPLETE
    {
        let row = u32::try_from(grid.len()).ok();
        problems.note(Code::StatusConflict, "pitstop", (None, row), || {
            format!(
                "the current pitstop is called {called:?}, but {counted:?} is the first not \
                 complete; that one counts"
            )
        });
    }
    if let Some(stage) = counted.or(called) {
        grid.put("adoptionStage", &stage);
    }
}

/// The first pitstop not complete, and its name; none without pitstops, or where that one has no name.
fn stage_of(case: &Json) -> (Option<String>, Option<&Json>) {
    let stops = list(case, "pitstops");
    if stops.is_empty() {
        return (None, None);
    }
    let named: Vec<Option<String>> = stops.iter().map(|stop| name_of(stop, "name")).collect();
    let mut ranked: Vec<(Option<usize>, &Json, Option<String>)> = stops
        .iter()
        .zip(named)
        .map(|(stop, name)| {
            let rank = name.as_deref().and_then(rank);
            (rank, stop, name)
        })
        .collect();
    if ranked.iter().all(|(rank, ..)| rank.is_some()) {
        ranked.sort_by_key(|(rank, ..)| *rank);
    }
    match ranked.into_iter().find(|(_, stop, _)| !is_complete(stop)) {
        Some((_, stop, name)) => (name, Some(stop)),
        None => (Some(COMPLETE.to_string()), None),
    }
}

/// The names of the actions of a pitstop that are not done; none where all are.
fn open_actions(stop: &Json) -> Option<String> {
    let actions = list(stop, "pitstopactions").iter();
    let open = actions.filter(|action| !is_done(action));
    let names: Vec<String> = open.filter_map(|action| name_of(action, "name")).collect();
    (!names.is_empty()).then(|| names.join("; "))
}

fn is_done(action: &Json) -> bool {
    let done = find(action, "iscomplete").and_then(text_of);
    done.is_some_and(|done| is_yes(done.trim()))
}

fn rank(name: &str) -> Option<usize> {
    STAGES
        .iter()
        .position(|known| known.eq_ignore_ascii_case(name))
}

/// Complete as it says itself, else by its percentage.
fn is_complete(stop: &Json) -> bool {
    let said = find(stop, "iscomplete").and_then(text_of);
    match said.as_deref().map(str::trim) {
        Some(text) if !text.is_empty() => is_yes(text),
        _ => find(stop, "completionpercentage")
            .and_then(text_of)
            .and_then(|text| text.trim().parse::<rust_decimal::Decimal>().ok())
            .is_some_and(|done| done >= rust_decimal::Decimal::ONE_HUNDRED),
    }
}

fn is_yes(text: &str) -> bool {
    ["true", "yes", "y", "1"]
        .iter()
        .any(|yes| text.eq_ignore_ascii_case(yes))
}

fn name_of(object: &Json, key: &str) -> Option<String> {
    let text = find(object, key).and_then(text_of)?;
    let text = clean(text.trim()).trim().to_string();
    (!is_placeholder(&text)).then_some(text)
}

fn count_actions(case: &Json, tally: &mut Tally) {
    let (_, here) = stage_of(case);
    for stop in list(case, "pitstops") {
        let actions = list(stop, "pitstopactions");
        tally.actions += match here {
            Some(here) if std::ptr::eq(here, stop) => 0,
            _ => actions.len(),
        };
    }
}

/// What a file says and the book has no place for.
fn end(tally: &Tally, grid: &mut Grid, problems: &mut Problems) {
    if tally.bare > 0 {
        problems.about_file(
            Code::Incomplete,
            format!("{} solutions list no use case and gave no row", tally.bare),
        );
    }
    if tally.actions > 0 {
        problems.about_file(
            Code::Incomplete,
            format!(
                "of the pitstops' actions the book keeps what is open in the stage each use case is \
                 in; the {} of other stages are shown by PX Cloud only",
                tally.actions
            ),
        );
    }
    if !grid.is_empty() {
        problems.about_file(
            Code::Incomplete,
            "the file dates no stage: a use case counts as standing where it does since the first \
             file that shows it there, and a stage completed since the assessment moves no score"
                .to_string(),
        );
    }
}
