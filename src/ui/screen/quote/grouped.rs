//! The grid in groups: which row of the screen is a subtotal and which a line, which groups are folded, and
//! what a row of the screen stands for. What is summed and in which order is `pricing::gathered`'s.

use super::away::Task;
use super::columns::{self, Column};
use super::{Model, Sheet};
use crate::domain::ids::QuoteLineId;
use crate::domain::quote::QuoteLine;
use crate::pricing::PricedLine;
use crate::pricing::gathered::{Gathered, Head, Path, Spot};
use crate::pricing::subtotals::{By, Group, Words};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::overlay::{Overlay, pick};
use crate::ui::pane::explain;
use crate::ui::widget::grid::Cells;
use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// By what a person wants the lines gathered, and which groups are folded.
#[derive(Clone, Debug, Default)]
pub(super) struct Grouping {
    /// The fields, the outermost first; none: the lines in their own order.
    by: Vec<By>,
    folded: HashSet<Path>,
}

/// The lines of a sheet laid out in groups.
#[derive(Clone, Debug)]
pub(super) struct Laid {
    pub(super) gathered: Gathered,
    /// The rows of the screen.
    spots: Vec<Spot>,
    /// By row of the quote: its row of the screen, or that of the folded group it is in.
    places: Vec<usize>,
}

impl Laid {
    fn of(gathered: Gathered, grouping: &Grouping) -> Laid {
        let mut laid = Laid {
            places: Vec::new(),
            spots: Vec::new(),
            gathered,
        };
        laid.fold(&grouping.folded);
        laid
    }

    /// How many rows of the screen there are.
    pub(super) fn len(&self) -> usize {
        self.spots.len()
    }

    /// Takes in a line that was changed.
    pub(super) fn put(
        &mut self,
        row: usize,
        before: (&QuoteLine, &PricedLine),
        now: (&[QuoteLine], &[PricedLine]),
    ) {
        self.gathered.put(row, before, now);
    }

    fn fold(&mut self, folded: &HashSet<Path>) {
        self.spots = self.gathered.spots(folded);
        let lines = self.gathered.heads().iter().map(|head| head.span.end);
        self.places = vec![0; lines.max().unwrap_or(0)];
        let mut put = |row: usize, place| {
            if let Some(slot) = self.places.get_mut(row) {
                *slot = place;
            }
        };
        for (place, spot) in self.spots.iter().enumerate() {
            match spot {
                Spot::Line(row) => put(*row, place),
                Spot::Head(at) => {
                    let head = self.gathered.heads().get(*at);
                    let head = head.filter(|head| folded.contains(&head.path));
                    let hidden = head.map(|head| self.gathered.rows_of(head));
                    hidden
                        .into_iter()
                        .flatten()
                        .for_each(|row| put(*row, place));
                }
            }
        }
    }
}

/// What the cursor is on, whatever rows come and go around it.
#[derive(Clone, Debug)]
pub(super) enum Anchor {
    Line(QuoteLineId),
    Head(Path),
}

impl Sheet {
    /// Lays the lines out as wanted.
    pub(super) fn lay(&mut self, desk: &Desk, grouping: &Grouping) {
        self.laid = (!grouping.by.is_empty()).then(|| {
            let group = Group {
                snapshot: &desk.snapshot,
                quote: &self.typed,
            };
            Laid::of(Gathered::of(&group, &self.priced, &grouping.by), grouping)
        });
    }

    /// Puts kept lines into the groups they now belong to; true where rows of the screen moved.
    pub(super) fn settle(&mut self, desk: &Desk, grouping: &Grouping, rows: &[usize]) -> bool {
        let Some(laid) = &mut self.laid else {
            return false;
        };
        let group = Group {
            snapshot: &desk.snapshot,
            quote: &self.typed,
        };
        let moved = laid.gathered.settle(&group, &self.priced, rows);
        if moved {
            laid.fold(&grouping.folded);
        }
        moved
    }

    /// A row of the screen.
    pub(super) fn spot(&self, place: usize) -> Option<Spot> {
        match &self.laid {
            Some(laid) => laid.spots.get(place).copied(),
            None => (place < self.kept.lines.len()).then_some(Spot::Line(place)),
        }
    }

    /// The row of the quote that stands in a row of the screen; none for a subtotal.
    pub fn line_at(&self, place: usize) -> Option<usize> {
        match self.spot(place)? {
            Spot::Line(row) => Some(row),
            Spot::Head(_) => None,
        }
    }

    /// The group whose subtotal stands in a row of the screen.
    pub fn head_at(&self, place: usize) -> Option<&Head> {
        match self.spot(place)? {
            Spot::Head(at) => self.laid.as_ref()?.gathered.heads().get(at),
            Spot::Line(_) => None,
        }
    }

    /// The row of the screen where a row of the quote stands, or the folded group that holds it.
    pub fn place_of(&self, row: usize) -> usize {
        let laid = self.laid.as_ref();
        laid.map_or(row, |laid| laid.places.get(row).copied().unwrap_or(0))
    }

    /// The first row of the screen with a line in it.
    pub(super) fn first_line(&self) -> usize {
        let rows = 0..self.rows();
        let is_line = |place: &usize| self.is_line(*place);
        rows.into_iter().find(is_line).unwrap_or(0)
    }

    /// The lines seen in these rows of the screen, as rows of the quote in the order they are seen.
    pub(super) fn seen(&self, places: Range<usize>) -> impl Iterator<Item = usize> {
        let places = places.start..places.end.min(self.rows());
        places.filter_map(|place| self.line_at(place))
    }

    /// The lines these rows of the screen stand for: those seen, those of folded groups, and all of a
    /// group whose subtotal stands there alone.
    pub(super) fn stand_for(&self, places: RangeInclusive<usize>) -> Vec<usize> {
        let alone = places.start() == places.end();
        let last = (*places.end()).min(self.rows().saturating_sub(1));
        let mut rows = Vec::new();
        for place in *places.start()..=last {
            match (self.spot(place), &self.laid) {
                (Some(Spot::Line(row)), _) => rows.push(row),
                (Some(Spot::Head(at)), Some(laid)) => {
                    let head = laid.gathered.heads().get(at);
                    let head = head.filter(|_| alone || self.is_folded(place));
                    rows.extend(
                        head.into_iter()
                            .flat_map(|head| laid.gathered.rows_of(head)),
                    );
                }
                _ => {}
            }
        }
        rows
    }

    /// True for the subtotal of a folded group.
    pub(super) fn is_folded(&self, place: usize) -> bool {
        let Some(head) = self.head_at(place) else {
            return false;
        };
        let next = place.checked_add(1).and_then(|next| self.spot(next));
        match (next, &self.laid) {
            (Some(Spot::Line(row)), Some(laid)) => !laid.gathered.rows_of(head).contains(&row),
            (Some(Spot::Head(at)), Some(laid)) => {
                let other = laid.gathered.heads().get(at);
                other.is_none_or(|other| !head.span.contains(&other.span.start))
            }
            _ => true,
        }
    }

    /// What a subtotal shows in a column; empty where a sum says nothing.
    pub(super) fn subtotal(&self, head: &Head, column: Column) -> String {
        let currency = self.kept.currency;
        let totals = head.sums.totals(currency);
        let known = head.sums.lines() > totals.unpriced;
        let money = |amount| match known {
            true => format::amount(amount, currency),
            false => "?".to_string(),
        };
        match column {
            Column::Quantity => {
                let units = head.sums.quantity();
                format::decimal(units, units.normalize().scale())
            }
            Column::Discount => columns::percent(totals.discount_pct),
            Column::ExtendedNet => money(totals.net),
            Column::ExtendedSell => money(totals.sell),
            Column::Margin => columns::percent(totals.margin_pct),
            _ => String::new(),
        }
    }

    /// The word of a group, as it is shown.
    pub(super) fn name_of(&self, head: &Head) -> String {
        self.name_at(&head.path)
    }

    pub(super) fn name_at(&self, path: &[Arc<str>]) -> String {
        let by = self
            .laid
            .as_ref()
            .map_or(&[][..], |laid| laid.gathered.by());
        let field = by.get(path.len().saturating_sub(1)).copied();
        let word = path.last().map_or("", |word| word);
        match (word.is_empty(), word.parse(), field) {
            (true, _, Some(field)) => format!("(no {})", field.title().to_lowercase()),
            (_, Ok(date), Some(By::End)) => format::day(date),
            _ => crate::domain::text::clean(word).into_owned(),
        }
    }

    /// What to say of a group beside its name: how many lines, and the currency of its sums.
    pub(super) fn told_of(&self, head: &Head) -> String {
        let lines = format::count(head.sums.lines(), "line", "lines");
        let unpriced = match head.sums.totals(self.kept.currency).unpriced {
            0 => String::new(),
            n => format!(", {n} unpriced"),
        };
        format!("{lines}{unpriced}, {}", self.kept.currency)
    }

    /// The fields the lines are gathered by, in words; empty where they are not.
    pub(super) fn gathered_by(&self) -> String {
        let by = self
            .laid
            .as_ref()
            .map_or(&[][..], |laid| laid.gathered.by());
        let words: Vec<String> = by.iter().map(|by| by.title().to_lowercase()).collect();
        words.join(", ")
    }

    /// What stands in a row of the screen.
    fn anchor(&self, place: usize) -> Option<Anchor> {
        match self.line_at(place) {
            Some(row) => self.kept.lines.get(row).map(|line| Anchor::Line(line.id)),
            None => self
                .head_at(place)
                .map(|head| Anchor::Head(head.path.clone())),
        }
    }

    fn find(&self, anchor: &Anchor) -> Option<usize> {
        match anchor {
            Anchor::Line(id) => {
                let row = self.kept.lines.iter().position(|line| line.id == *id)?;
                Some(self.place_of(row))
            }
            Anchor::Head(path) => {
                let is = |place: &usize| self.head_at(*place).is_some_and(|h| h.path == *path);
                (0..self.rows()).find(is)
            }
        }
    }

    /// The arithmetic of a subtotal.
    pub(super) fn worked(&self, head: &Head) -> explain::Model {
        let currency = self.kept.currency;
        let totals = head.sums.totals(currency);
        let amount = |value| format!("{currency} {}", format::amount(value, currency));
        let percent = |value: Option<_>| value.map_or("none".into(), |v| format::percent(v, 2));
        let mut lines = vec![
            ("lines".to_string(), self.told_of(head)),
            ("units".into(), head.sums.quantity().normalize().to_string()),
            ("list".into(), amount(totals.list)),
            (
                "net".into(),
                format!("{} = sum of Ext net", amount(totals.net)),
            ),
            (
                "sell".into(),
                format!("{} = sum of Ext sell", amount(totals.sell)),
            ),
            (
                "discount".into(),
                format!("1 − net / list = {}", percent(totals.discount_pct)),
            ),
            (
                "margin".into(),
                format!("(sell − net) / sell = {}", percent(totals.margin_pct)),
            ),
        ];
        if totals.unpriced > 0 {
            let text = "lines without a price count in no amount".to_string();
            lines.push(("note".into(), text));
        }
        let text = "sums of rounded lines: the subtotals of a level add up to the quote's totals";
        lines.push((String::new(), text.into()));
        explain::Model::new(format!("Subtotal of {}", self.name_of(head)), lines)
    }
}

impl Model {
    /// The row of the quote under the cursor; none on a subtotal.
    pub(super) fn row(&self) -> Option<usize> {
        self.sheet.as_deref()?.line_at(self.grid.row())
    }

    /// The lines an action is for: the marked ones, or what the cursor is on; of a subtotal all lines
    /// of its group.
    pub(super) fn chosen(&self) -> Vec<usize> {
        let at = self.grid.row();
        let places = self.grid.marked().unwrap_or(at..=at);
        let sheet = self.sheet.as_deref();
        sheet.map_or_else(Vec::new, |sheet| sheet.stand_for(places))
    }

    /// What the cursor is on.
    pub(super) fn anchor(&self) -> Option<Anchor> {
        self.sheet.as_deref()?.anchor(self.grid.row())
    }

    /// Puts the cursor back on what it was on, after rows of the screen moved.
    pub(super) fn hold_place(&mut self, anchor: Option<Anchor>) {
        let Some((sheet, anchor)) = self.sheet.as_deref().zip(anchor) else {
            return;
        };
        let place = sheet.find(&anchor);
        self.grid.relocate(place.unwrap_or(self.grid.row()), sheet);
    }

    /// Lays the rows out anew with the cursor where it was.
    fn lay_out(&mut self, desk: &Desk) {
        let anchor = self.anchor();
        if let Some(sheet) = &mut self.sheet {
            Arc::make_mut(sheet).lay(desk, &self.grouping);
        }
        self.hold_place(anchor);
    }

    /// Kept lines go to the groups they now belong to.
    pub(super) fn settle(&mut self, desk: &Desk, rows: &[usize]) {
        let anchor = self.sheet.as_deref().and_then(|sheet| {
            sheet.laid.as_ref()?;
            sheet.anchor(self.grid.row())
        });
        let grouping = &self.grouping;
        let moved = |sheet: &mut Arc<Sheet>| {
            sheet.laid.is_some() && Arc::make_mut(sheet).settle(desk, grouping, rows)
        };
        if self.sheet.as_mut().is_some_and(moved) {
            self.hold_place(anchor);
        }
    }

    /// Asks by which field the lines shall be gathered: one after another, each within the one before.
    pub(super) fn ask_groups(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let chosen = &self.grouping.by;
        let mut items: Vec<(String, String)> = By::ALL
            .iter()
            .map(|(by, _)| {
                let hint = match chosen.iter().position(|other| other == by) {
                    Some(at) => format!("level {}: takes it out", at + 1),
                    None => groups_of(sheet, *by, ctx.desk),
                };
                (by.title().to_string(), hint)
            })
            .collect();
        if !chosen.is_empty() {
            items.push(("No groups".into(), "the lines in their own order".into()));
        }
        let title = match chosen.is_empty() {
            true => format!("Group the lines of {} by", sheet.kept.number),
            false => format!("By {}, and then by", sheet.gathered_by()),
        };
        let popup = pick::Model::new(title, items, 0, move |at, ctx| {
            let by = By::ALL.get(at).map(|(by, _)| *by);
            ctx.ask(crate::ui::effect::Effect::GroupLines(by));
        });
        ctx.open(Overlay::Pick(popup));
    }

    /// Adds a field the lines are gathered by or takes it out; none: no groups.
    pub fn group_by(&mut self, by: Option<By>, desk: &Desk) {
        if self.is_long(desk) {
            return self.want(Task::Group(by));
        }
        let chosen = &mut self.grouping.by;
        match by {
            None => chosen.clear(),
            Some(by) if chosen.contains(&by) => chosen.retain(|other| *other != by),
            Some(by) => chosen.push(by),
        }
        self.grouping.folded.clear();
        self.lay_out(desk);
    }

    /// Folds the group the cursor is in, or shows its lines again.
    pub(super) fn fold(&mut self, ctx: &mut Ctx<'_>) {
        let Some((sheet, laid)) = self
            .sheet
            .as_deref()
            .and_then(|s| s.laid.as_ref().map(|l| (s, l)))
        else {
            return ctx.say(Tone::Note, "The lines are in no groups; Y gathers them");
        };
        let place = self.grid.row();
        let around = |row| laid.gathered.around(row).next();
        let inner = || laid.gathered.heads().get(around(sheet.line_at(place)?)?);
        let Some(path) = sheet.head_at(place).or_else(inner).map(|h| h.path.clone()) else {
            return;
        };
        if !self.grouping.folded.remove(&path) {
            self.grouping.folded.insert(path);
        }
        self.fold_again();
    }

    /// Folds every group, or shows all lines again where all are folded.
    pub(super) fn fold_all(&mut self, ctx: &mut Ctx<'_>) {
        let Some(laid) = self.sheet.as_deref().and_then(|sheet| sheet.laid.as_ref()) else {
            return ctx.say(Tone::Note, "The lines are in no groups; Y gathers them");
        };
        let is_outer = |head: &&Head| head.path.len() == 1;
        let outer = laid.gathered.heads().iter().filter(is_outer);
        let outer: HashSet<Path> = outer.map(|head| head.path.clone()).collect();
        let folded = &mut self.grouping.folded;
        match outer.iter().all(|path| folded.contains(path)) {
            true => folded.clear(),
            false => folded.extend(outer),
        }
        self.fold_again();
    }

    fn fold_again(&mut self) {
        let at = self.grid.row();
        let row = self.row();
        let anchor = self.anchor();
        let sheet = self.sheet.as_mut().map(Arc::make_mut);
        if let Some(laid) = sheet.and_then(|sheet| sheet.laid.as_mut()) {
            laid.fold(&self.grouping.folded);
        }
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let place = match row {
            Some(row) => Some(sheet.place_of(row)),
            None => anchor.and_then(|anchor| sheet.find(&anchor)),
        };
        self.grid.relocate(place.unwrap_or(at), sheet);
    }
}

/// How many groups a field makes by itself.
fn groups_of(sheet: &Sheet, by: By, desk: &Desk) -> String {
    let mut words = Words::of(Group {
        snapshot: &desk.snapshot,
        quote: &sheet.typed,
    });
    let lines = sheet.typed.lines.iter();
    let groups: HashSet<Arc<str>> = lines.map(|line| words.word(line, by)).collect();
    format::count(groups.len(), "group", "groups")
}
