//! The book beside other lists, as a list to work off: choose the files, see what differs, settle
//! each finding with one key. Files are read and compared by a worker and never imported; what is
//! taken from them goes into the book like any other change. The quality of the data stands beside.

mod ask;
mod choose;
mod decide;
mod quality;
mod view;

pub use ask::{Answer, File, Found, Question};
pub use view::view;

use crate::book::quality::Quality;
use crate::reconcile::{Finding, Kind, PREFIX, Report, Source, decided};
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::input::Input;
use crate::ui::msg::{Folder, Folders, Trouble};
use crate::ui::overlay::Overlay;
use crate::ui::pane::explain;
use crate::ui::screen::quote::step_list;
use crate::ui::widget::list::List;
use choose::Choose;
use chrono::NaiveDate;
use std::collections::HashSet;
use std::sync::Arc;

/// What the screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    /// Which files to compare.
    #[default]
    Files,
    /// Findings of a kind that are open.
    Kind(Kind),
    /// Findings that were settled.
    Settled,
    /// How good the data is.
    Quality,
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    tab: Tab,
    choose: Choose,
    list: List,
    /// Findings of the tab, as places in the report.
    shown: Vec<usize>,
    held: Vec<Arc<Source>>,
    report: Report,
    quality: Quality,
    /// Open findings by kind, and settled ones.
    counts: Vec<(Kind, usize)>,
    settled: usize,
    trouble: Option<Trouble>,
    /// Findings settled a moment ago, not yet written.
    busy: HashSet<String>,
    /// A decision was noted that is not written yet: it changes no finding.
    noted: bool,
    /// The state of the book that was asked about last, and whether the answer is still out.
    asked: Option<(i64, NaiveDate)>,
    waiting: bool,
    /// Names the newest question.
    ticket: u64,
}

impl Model {
    /// Where the keys go; `None` while a field is open and takes them all.
    pub fn place(&self) -> Option<Place> {
        match self.choose.is_typing() {
            true => None,
            false => Some(Place::List),
        }
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        use ActionId::*;
        let settles = matches!(
            action,
            TakeTheirs | KeepOurs | IgnoreFinding | LaterFinding | AskAgain
        );
        if settles && desk.read_only {
            return Some("the book is open read-only".into());
        }
        if action == AskAgain && self.tab != Tab::Settled {
            return Some("only what was settled can be asked again".into());
        }
        if settles && self.selected().is_none() {
            return Some("no finding under the cursor".into());
        }
        match action {
            ExportFindings if self.report.findings.is_empty() => {
                Some("there is nothing compared yet".into())
            }
            Compare if self.choose.files().is_empty() => Some("choose a file first".into()),
            Copy | Explain if self.tab == Tab::Files => Some("nothing to tell of a file".into()),
            _ => None,
        }
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        match action {
            ActionId::NextTab => self.turn(1, ctx.desk),
            ActionId::PreviousTab => self.turn(-1, ctx.desk),
            ActionId::Compare => self.compare(ctx),
            ActionId::TakeTheirs => self.settle(decide::take, ctx),
            ActionId::KeepOurs => self.settle(decide::keep, ctx),
            ActionId::IgnoreFinding => self.settle(decide::ignore, ctx),
            ActionId::LaterFinding => self.settle(decide::later, ctx),
            ActionId::AskAgain => self.settle(decide::ask_again, ctx),
            ActionId::ExportFindings => decide::export(&self.report, &self.choose, ctx),
            ActionId::Open => self.enter(ctx),
            ActionId::Explain => self.explain(ctx),
            ActionId::Copy => self.copy(ctx),
            ActionId::Back if self.tab != Tab::Files => {
                self.tab = Tab::Files;
                self.list = List::default();
            }
            ActionId::Back => ctx.pass(),
            _ if self.tab == Tab::Files => self.choose.step(action),
            _ => {
                let rows = self.rows();
                step_list(&mut self.list, action, rows);
            }
        }
    }

    /// Takes what no action took: typed text, pasted text.
    pub fn input(&mut self, input: &Input, ctx: &mut Ctx<'_>) {
        if self.tab == Tab::Files {
            self.choose.input(input, ctx);
        }
    }

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        let at = match target {
            Target::Header(_, at) => return self.go_to(at, ctx.desk),
            Target::Row(_, at) => at,
            _ => return,
        };
        if self.tab == Tab::Files {
            if self.choose.click(at, ctx) {
                self.compare(ctx);
            }
            return;
        }
        let again = self.list.cursor == at;
        self.list.go(at, self.rows());
        if again {
            self.enter(ctx);
        }
    }

    /// The screen is shown: lists the person's folder the first time.
    pub fn shown(&mut self, effects: &mut Vec<Effect>) {
        self.choose.shown(effects);
    }

    /// A folder was listed.
    pub fn folder(&mut self, folder: Folder) {
        self.choose.folder(folder);
    }

    /// Which folders were used before.
    pub fn known(&mut self, folders: Folders) {
        self.choose.known(folders);
    }

    /// Follows a change of the desk.
    pub fn follow(&mut self, desk: &Desk) {
        self.relist(desk);
    }

    /// A change was refused: what was being settled is open again.
    pub fn refused(&mut self) {
        self.busy.clear();
        self.noted = false;
    }

    /// What to ask a worker for the book as it stands; `None` when it has been asked.
    pub fn ask(&mut self, desk: &Desk) -> Option<Effect> {
        let state = (desk.snapshot.op_seq, desk.today);
        if self.asked == Some(state) {
            return None;
        }
        let next = self.asked.map(|(seq, day)| (seq + 1, day));
        if std::mem::take(&mut self.noted) && next == Some(state) && !self.waiting {
            // The one step since is a decision: nothing has to be compared anew.
            self.asked = Some(state);
            self.busy.clear();
            return None;
        }
        self.asked = Some(state);
        self.waiting = true;
        self.ticket += 1;
        Some(Effect::Compare(Box::new(Question {
            ticket: self.ticket,
            files: match self.held.is_empty() && self.trouble.is_none() {
                true => self.choose.chosen().to_vec(),
                false => Vec::new(),
            },
            held: self.held.clone(),
            scope: self.choose.scope(),
            book: desk.snapshot.clone(),
            rules: desk.rules.clone(),
            catalogue: desk.catalogue.clone(),
            today: desk.today,
        })))
    }

    /// A worker answers; gives what to say once files were compared for the first time.
    pub fn answered(&mut self, answer: Answer, desk: &Desk) -> Option<String> {
        if answer.ticket != self.ticket {
            return None;
        }
        self.waiting = false;
        match answer.outcome {
            Ok(found) => {
                let first = self.held.is_empty() && !found.held.is_empty();
                self.held = found.held;
                self.report = found.report;
                self.quality = found.quality;
                self.busy.clear();
                self.relist(desk);
                if first {
                    self.tab = self.first_tab();
                    self.list = List::default();
                    self.relist(desk);
                    return Some(self.told());
                }
                None
            }
            Err(trouble) => {
                let told = format!("Not compared: {}", trouble.what);
                self.trouble = Some(trouble);
                // The quality of the data is told all the same.
                self.asked = None;
                Some(told)
            }
        }
    }

    /// How the comparison came out, in a sentence.
    fn told(&self) -> String {
        let open = self.counts.iter().filter(|(kind, _)| kind.is_open());
        let open: usize = open.map(|(_, n)| n).sum();
        let matched: usize = self.counts.iter().map(|(_, n)| n).sum::<usize>() - open;
        let findings = format::count(open, "finding", "findings");
        let settled = match self.settled {
            0 => String::new(),
            n => format!(", {n} settled before"),
        };
        format!("Compared: {findings} to look at, {matched} agree{settled}")
    }

    /// Reads the chosen files and compares them.
    fn compare(&mut self, ctx: &mut Ctx<'_>) {
        if !self.choose.choose(ctx) {
            return ctx.say(Tone::Note, "Choose a file first");
        }
        self.held = Vec::new();
        self.report = Report::default();
        self.trouble = None;
        self.asked = None;
        self.relist(ctx.desk);
        self.tab = Tab::Files;
        ctx.say(Tone::Note, "Reading and comparing");
    }

    /// The first kind with something to work off.
    fn first_tab(&self) -> Tab {
        let open = self
            .counts
            .iter()
            .find(|(kind, n)| *n > 0 && kind.is_open());
        open.map_or(Tab::Kind(Kind::Matched), |(kind, _)| Tab::Kind(*kind))
    }

    /// The tabs there are now.
    fn tabs(&self) -> Vec<Tab> {
        let kinds = self
            .counts
            .iter()
            .filter(|(kind, n)| *n > 0 || self.tab == Tab::Kind(*kind));
        let mut tabs = vec![Tab::Files];
        tabs.extend(kinds.map(|(kind, _)| Tab::Kind(*kind)));
        if self.settled > 0 || self.tab == Tab::Settled {
            tabs.push(Tab::Settled);
        }
        tabs.push(Tab::Quality);
        tabs
    }

    fn turn(&mut self, by: isize, desk: &Desk) {
        let tabs = self.tabs();
        let at = tabs.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        self.go_to(at.saturating_add_signed(by).min(tabs.len() - 1), desk);
    }

    /// Shows the tab at a place.
    fn go_to(&mut self, at: usize, desk: &Desk) {
        if let Some(tab) = self.tabs().get(at).filter(|tab| **tab != self.tab) {
            self.tab = *tab;
            self.list = List::default();
            self.relist(desk);
        }
    }

    /// Sorts the findings into open and settled, and lists those of the tab.
    fn relist(&mut self, desk: &Desk) {
        let mut counts: Vec<(Kind, usize)> = Kind::ALL.iter().map(|kind| (*kind, 0)).collect();
        let mut shown = Vec::new();
        self.settled = 0;
        let settings = &desk.snapshot.settings;
        // Most findings were never decided on: only those that were are looked at more closely.
        let named = settings.range(PREFIX.to_string()..);
        let named: HashSet<&str> = named
            .map_while(|(key, _)| key.strip_prefix(PREFIX))
            .collect();
        for (at, finding) in self.report.findings.iter().enumerate() {
            let noted = named.contains(finding.key.as_str());
            let settled = self.busy.contains(&finding.key)
                || (noted && decided(finding, settings, desk.today).is_some());
            if settled {
                self.settled += 1;
            } else if let Some(count) = counts.iter_mut().find(|(k, _)| *k == finding.kind) {
                count.1 += 1;
            }
            let here = match self.tab {
                Tab::Kind(kind) => !settled && finding.kind == kind,
                Tab::Settled => settled,
                _ => false,
            };
            if here {
                shown.push(at);
            }
        }
        (self.counts, self.shown) = (counts, shown);
        let rows = self.rows();
        self.list.step(0, rows);
    }

    /// Rows of the tab's list.
    fn rows(&self) -> usize {
        match self.tab {
            Tab::Files => 0,
            Tab::Quality => 1 + self.quality.customers.len(),
            _ => self.shown.len(),
        }
    }

    fn selected(&self) -> Option<&Finding> {
        let at = self.shown.get(self.list.cursor)?;
        self.report.findings.get(*at)
    }

    /// Settles the finding under the cursor.
    fn settle(&mut self, how: decide::How, ctx: &mut Ctx<'_>) {
        let Some(finding) = self.selected() else {
            return;
        };
        let key = finding.key.clone();
        let asked = how(&self.report, finding, ctx);
        if asked == decide::Asked::Nothing {
            return;
        }
        self.noted = asked == decide::Asked::Note;
        if self.tab != Tab::Settled {
            self.busy.insert(key);
        }
        self.relist(ctx.desk);
    }

    fn enter(&mut self, ctx: &mut Ctx<'_>) {
        match self.tab {
            Tab::Files => {
                if self.choose.enter(ctx) {
                    self.compare(ctx);
                }
            }
            Tab::Quality => {
                let customers = &self.quality.customers;
                let customer = self
                    .list
                    .cursor
                    .checked_sub(1)
                    .and_then(|at| customers.get(at));
                decide::show_customer(customer.map(|customer| &*customer.name), ctx);
            }
            _ => {
                if let Some(finding) = self.selected() {
                    decide::show(&self.report, finding, ctx);
                }
            }
        }
    }

    fn explain(&self, ctx: &mut Ctx<'_>) {
        let told = match (self.tab, self.selected()) {
            (Tab::Quality, _) => quality::lines(&self.quality, self.list.cursor),
            (_, Some(finding)) => view::finding_lines(&self.report, finding, ctx.desk),
            _ => return ctx.pass(),
        };
        let popup = explain::Model::new("What was found", told);
        ctx.open(Overlay::Explain(popup));
    }

    fn copy(&self, ctx: &mut Ctx<'_>) {
        let told = match (self.tab, self.selected()) {
            (Tab::Quality, _) => quality::lines(&self.quality, self.list.cursor),
            (_, Some(finding)) => view::finding_lines(&self.report, finding, ctx.desk),
            _ => return,
        };
        let lines: Vec<String> = told.iter().map(|(a, b)| format!("{a}\t{b}")).collect();
        ctx.ask(Effect::Copy(lines.join("\n")));
    }
}
