//! Narrowing the pipeline: filter in words, search as one types, saved views.

use super::Model;
use super::columns::{self, COLUMNS};
use crate::book::filter::Filter;
use crate::book::sort::Column;
use crate::domain::command::Command;
use crate::domain::ids::{AccountId, ViewId};
use crate::domain::view::SavedView;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::input::{Code, Key};
use crate::ui::model::Pane;
use crate::ui::overlay::{Overlay, pick, prompt};

impl Model {
    pub(super) fn ask_filter(&mut self, ctx: &mut Ctx<'_>) {
        let popup = prompt::Model::new(
            "Filter in words",
            "owner = me, end within 90 days, stage = Quoted, atr > 10000; empty shows all",
            &self.words,
            |words, desk| {
                let owners = desk.rows().iter().filter_map(|row| row.owner());
                let known = owners.chain([&*desk.user]);
                let filter = Filter::parse_for(words, &desk.user, &desk.rules)
                    .and_then(|filter| filter.owned_by(known))
                    .map_err(|e| e.to_string())?;
                let hits = desk
                    .rows()
                    .iter()
                    .filter(|row| filter.matches(row, desk.today, desk.gear()))
                    .count();
                Ok(format::count(hits, "renewal", "renewals"))
            },
            |words, ctx| {
                let words = Desk::typed(words);
                ctx.ask(Effect::Filter(words));
            },
        );
        ctx.open(Overlay::Prompt(popup));
    }

    /// Narrows the list to a filter in words.
    pub fn set_filter(&mut self, words: String, desk: &Desk) {
        self.words = words;
        self.view_name = None;
        self.refresh(desk);
    }

    /// Narrows the list to the open renewals of a customer.
    pub fn show_customer(&mut self, account: AccountId, desk: &Desk) {
        let known = desk.snapshot.accounts.get(account);
        let Some(name) = known.map(|known| known.name.clone()) else {
            return;
        };
        self.search.clear();
        self.searching = false;
        self.set_focus(Pane::List);
        self.set_filter(filter_of(&name), desk);
    }

    pub(super) fn filter_value(&mut self, ctx: &mut Ctx<'_>) {
        let Some(row) = self.selected(ctx.desk).and_then(|id| ctx.desk.row(id)) else {
            return;
        };
        let Some(col) = COLUMNS.get(self.column) else {
            return;
        };
        let value = columns::cell(col.by, &row, ctx.desk).0;
        let term = match col.by {
            Column::Customer => format!("customer = \"{value}\""),
            Column::Contract => format!("contract = \"{value}\""),
            Column::Stage => format!("stage = \"{value}\""),
            Column::Risk => format!("risk = \"{}\"", row.risk().level.words()),
            Column::Owner => match row.owner() {
                Some(owner) => format!("owner = \"{owner}\""),
                None => "owner = nobody".into(),
            },
            _ => {
                return ctx.say(
                    Tone::Note,
                    format!("{}: filter by it in words with f", col.title),
                );
            }
        };
        let words = if self.words.is_empty() {
            term
        } else {
            format!("{}, {term}", self.words)
        };
        match Filter::parse(&words, &ctx.desk.user) {
            Ok(_) => self.set_filter(words, ctx.desk),
            Err(error) => ctx.say(Tone::Refused, error.to_string()),
        }
    }

    pub(super) fn ask_view(&mut self, ctx: &mut Ctx<'_>) {
        let views: Vec<SavedView> = ctx.desk.snapshot.views.iter().cloned().collect();
        let mut items: Vec<(String, String)> = views
            .iter()
            .map(|view| (view.name.clone(), view.filter.clone()))
            .collect();
        items.push(("Save this view…".into(), self.words.clone()));
        items.push(("Delete a view…".into(), String::new()));
        let now = SavedView {
            id: ViewId(ctx.ids.next()),
            name: String::new(),
            filter: self.words.clone(),
            // no column: the order a pipeline starts with, lapsed ones last
            sort: self.sort.map_or_else(String::new, |(by, _)| by.id().into()),
            descending: self.sort.is_some_and(|(_, down)| down),
            grouped: self.grouped,
        };
        let popup = pick::Model::new("Views", items, 0, move |chosen, ctx| {
            if let Some(view) = views.get(chosen) {
                ctx.ask(Effect::UseView(Box::new(view.clone())));
            } else if chosen == views.len() {
                save_view(now, ctx);
            } else {
                delete_view(views, ctx);
            }
        });
        ctx.open(Overlay::Pick(popup));
    }

    /// Shows a saved view.
    pub fn use_view(&mut self, view: &SavedView, desk: &Desk) {
        self.words = view.filter.clone();
        self.sort = Column::from_id(&view.sort).map(|by| (by, view.descending));
        self.grouped = view.grouped;
        self.view_name = Some(view.name.clone());
        self.search.clear();
        self.refresh(desk);
    }

    pub(super) fn search_key(&mut self, key: Key, ctx: &mut Ctx<'_>) {
        let len = self.entries.len();
        match key.code {
            Code::Enter => self.searching = false,
            Code::Esc => {
                self.searching = false;
                self.search.clear();
                self.reorder(ctx.desk);
            }
            Code::Up => self.list.step(-1, len),
            Code::Down => self.list.step(1, len),
            Code::PageUp => self.list.turn(-1, len),
            Code::PageDown => self.list.turn(1, len),
            _ => {
                if self.search.key(key) {
                    self.list.cursor = 0;
                    self.on = None;
                    self.reorder(ctx.desk);
                }
            }
        }
        self.moved(ctx.desk);
    }
}

/// The open renewals of a customer, as a filter in words. A name with a quotation mark in it can be
/// quoted with the other kind; of one with both the longest part is looked for.
fn filter_of(name: &str) -> String {
    match (name.contains('"'), name.contains('”')) {
        (false, _) => format!("open, customer = \"{name}\""),
        (true, false) => format!("open, customer = “{name}”"),
        (true, true) => {
            let part = name.split(['"', '”']).map(str::trim);
            let longest = part.max_by_key(|part| part.len()).unwrap_or_default();
            format!("open, customer contains \"{longest}\"")
        }
    }
}

fn save_view(view: SavedView, ctx: &mut Ctx<'_>) {
    let popup = prompt::Model::new(
        "Save this view as",
        "filter, order and grouping; the same name replaces",
        "",
        |text, _| {
            if Desk::typed(text).is_empty() {
                Err("A view needs a name".into())
            } else {
                Ok(String::new())
            }
        },
        move |text, ctx| {
            let name = Desk::typed(text);
            let same = ctx.desk.snapshot.views.iter().find(|v| v.name == name);
            let id = same.map_or(view.id, |same| same.id);
            let label = format!("view {name}");
            let view = SavedView { id, name, ..view };
            ctx.ask(Effect::UseView(Box::new(view.clone())));
            ctx.apply(
                Command::PutView {
                    id,
                    view: Some(view),
                },
                label,
            );
        },
    );
    ctx.open(Overlay::Prompt(popup));
}

fn delete_view(views: Vec<SavedView>, ctx: &mut Ctx<'_>) {
    if views.is_empty() {
        return ctx.say(Tone::Note, "There is no saved view yet");
    }
    let items = views
        .iter()
        .map(|view| (view.name.clone(), view.filter.clone()))
        .collect();
    let popup = pick::Model::new("Delete which view?", items, 0, move |chosen, ctx| {
        if let Some(view) = views.get(chosen) {
            let label = format!("view {} deleted", view.name);
            let command = Command::PutView {
                id: view.id,
                view: None,
            };
            ctx.apply(command, label);
        }
    });
    ctx.open(Overlay::Pick(popup));
}
