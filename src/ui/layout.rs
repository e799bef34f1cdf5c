//! The frame around every screen: tabs, status line, footer, popups on top. `draw_on` is the only
//! entry; it says where clicks lead and where the text cursor stands.

use super::action::{ACTIONS, Action, ActionId, Place};
use super::canvas::{Canvas, Target, Zone};
use super::desk::Desk;
use super::format;
use super::model::{Model, Screen};
use super::overlay;
use super::page::Page;
use super::screen::{
    changes, expansion, history, import, pipeline, program, quote, reconcile, risk, settings, today,
};
use super::theme::Role;
use super::update;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Fewer columns than this cannot show a row.
pub const LEAST_COLUMNS: u16 = 80;
/// Fewer rows than this cannot show a list.
pub const LEAST_ROWS: u16 = 20;

/// Draws the desk into a buffer, all of it.
pub fn draw(model: &Model, buffer: &mut Buffer) -> (Vec<Zone>, Option<Position>) {
    let mut page = Page::new(buffer.area);
    let found = draw_on(model, &mut page);
    page.onto(buffer);
    found
}

/// Draws the desk; gives the clickable places and the text cursor.
pub fn draw_on(model: &Model, page: &mut Page) -> (Vec<Zone>, Option<Position>) {
    let mut canvas = Canvas::new(page, model.look);
    let area = canvas.area();
    canvas.fill(area, Role::Text);
    if area.width < LEAST_COLUMNS || area.height < LEAST_ROWS {
        too_small(&mut canvas, area);
        return canvas.finish();
    }
    let [top, body, status, footer] = bands(area);
    match (model.desk.as_ref().or(model.glimpse.as_ref()), &model.fatal) {
        (_, Some(trouble)) => {
            let hint = trouble.hint.as_str();
            let lines = [trouble.what.as_str(), "", hint, "", "Enter or Esc leaves."];
            paragraph(&mut canvas, body, &lines, Role::Bad);
        }
        (None, None) if model.no_book.is_some() => {
            let at = format!(
                "There is no book at {} yet.",
                model.no_book.as_deref().unwrap_or("this place")
            );
            let lines = [
                at.as_str(),
                "",
                "Enter makes a new, empty book there.",
                "Esc or Ctrl+Q leaves, and nothing is made.",
            ];
            paragraph(&mut canvas, body, &lines, Role::Text);
        }
        (None, None) => {
            tabs(model, None, &mut canvas, top);
            paragraph(&mut canvas, body, &["opening book…"], Role::Dim);
            if let Some(told) = update::waiting(model) {
                let room = usize::from(status.width).saturating_sub(2);
                canvas.text(status.x + 1, status.y, room, &told, Role::Key);
            }
        }
        (Some(desk), None) => {
            tabs(model, Some(desk), &mut canvas, top);
            screen(model, desk, &mut canvas, body);
            status_line(model, desk, &mut canvas, status);
        }
    }
    foot(model, &mut canvas, footer);
    if let Some(desk) = &model.desk {
        let actions = update::runnable(model);
        for popup in &model.overlays {
            overlay::view(popup, desk, &actions, &mut canvas, body);
        }
    }
    canvas.finish()
}

/// Tabs, body, status, two lines of footer.
fn bands(area: Rect) -> [Rect; 4] {
    let line = |y: u16, height: u16| Rect::new(area.x, y, area.width, height);
    [
        line(area.y, 1),
        line(area.y + 1, area.height - 4),
        line(area.bottom() - 3, 1),
        line(area.bottom() - 2, 2),
    ]
}

fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let text = format!(
        "renewdesk needs {LEAST_COLUMNS}x{LEAST_ROWS}; this window is {}x{}",
        area.width, area.height
    );
    for (at, line) in format::wrap(&text, usize::from(area.width))
        .iter()
        .enumerate()
    {
        canvas.text(area.x, area.y + at as u16, usize::MAX, line, Role::Text);
    }
}

/// Lines of text in the middle of an area, wrapped.
pub fn paragraph(canvas: &mut Canvas<'_>, area: Rect, lines: &[&str], role: Role) {
    let width = usize::from(area.width).saturating_sub(8).min(90);
    let wrapped: Vec<String> = lines
        .iter()
        .flat_map(|line| format::wrap(line, width.max(1)))
        .collect();
    let top = area.y + area.height.saturating_sub(wrapped.len() as u16) / 3;
    for (at, line) in wrapped.iter().enumerate() {
        let y = top + at as u16;
        if y < area.bottom() {
            canvas.text(area.x + 4, y, width, line, role);
        }
    }
}

fn screen(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    match model.screen {
        Screen::Today => today::view(&model.today, desk, canvas, area),
        Screen::Pipeline => pipeline::view(model, desk, canvas, area),
        Screen::Quote => quote::view(&model.quote, desk, canvas, area, model.zoomed),
        Screen::Expansion => expansion::view(&model.expansion, desk, canvas, area, model.zoomed),
        Screen::Risk => risk::view(&model.risk, desk, canvas, area),
        Screen::Program => program::view(&model.program, desk, canvas, area, model.zoomed),
        Screen::Import => import::view(&model.import, desk, canvas, area),
        Screen::Changes => changes::view(&model.changes, desk, canvas, area),
        Screen::Reconcile => reconcile::view(&model.reconcile, desk, canvas, area),
        Screen::History => history::view(&model.history, desk, canvas, area),
        Screen::Settings => {
            let told = (model.look, model.import.watches());
            settings::view(&model.settings, desk, told, canvas, area);
        }
    }
}

/// Tabs to the left; who, which book, saved, day to the right.
fn tabs(model: &Model, desk: Option<&Desk>, canvas: &mut Canvas<'_>, area: Rect) {
    let mut facts = desk.map_or_else(Vec::new, |desk| facts(desk, area.width));
    let needed = |facts: &[(String, Role)]| -> usize {
        facts.iter().map(|(text, _)| format::width(text) + 3).sum()
    };
    let all: usize = Screen::ALL.iter().map(|s| s.title().len() + 2).sum();
    // the way to every screen goes before facts that Settings tells too
    let room = usize::from(area.width).saturating_sub(all + 2);
    let spare = |(text, role): &(String, Role)| {
        *role == Role::Dim && desk.is_some_and(|desk| *text != desk.saved)
    };
    while needed(&facts) > room && facts.first().is_some_and(spare) {
        facts.remove(0);
    }
    let mut x = area.x + 1;
    // where they do not fit with a blank on both sides, one between them has to do
    let close = needed(&facts) > room;
    let room = match close {
        true => room + Screen::ALL.len() - 1,
        false => room,
    };
    // where even so not all tabs fit, room for "more.." in front of the facts
    let more = if needed(&facts) > room { 8 } else { 0 };
    let end = area.right().saturating_sub(needed(&facts) as u16 + more);
    let own = tab(model.screen, true, close);
    let own_wide = format::width(&own) as u16;
    let mut passed = false;
    for screen in Screen::ALL {
        let here = screen == model.screen;
        passed |= here;
        let label = tab(screen, here, close);
        let wide = format::width(&label) as u16;
        // where one is stays in sight, however few tabs fit
        let kept = if passed { 0 } else { own_wide };
        if x + wide + kept > end && !here {
            if !passed {
                let used = canvas.text(x, area.y, usize::from(own_wide), &own, Role::Tab);
                canvas.zone(Rect::new(x, area.y, used, 1), Target::Screen(model.screen));
                x += used;
            }
            let more = canvas.text(x, area.y, 7, " more..", Role::TabAway);
            canvas.zone(
                Rect::new(x, area.y, more, 1),
                Target::Act(ActionId::Palette),
            );
            break;
        }
        let role = if here { Role::Tab } else { Role::TabAway };
        let used = canvas.text(x, area.y, usize::from(wide), &label, role);
        canvas.zone(Rect::new(x, area.y, used, 1), Target::Screen(screen));
        x += used;
    }
    tell_facts(&facts, canvas, area, x);
}

/// A tab, with a blank after it or on both sides.
fn tab(screen: Screen, here: bool, close: bool) -> String {
    match (here, close) {
        (true, true) => format!("[{}] ", screen.title()),
        (true, false) => format!("[{}]", screen.title()),
        (false, true) => format!("{} ", screen.title()),
        (false, false) => format!(" {} ", screen.title()),
    }
}

/// The facts at the right end, the most important one kept longest beside tabs that end at `x`.
fn tell_facts(facts: &[(String, Role)], canvas: &mut Canvas<'_>, area: Rect, x: u16) {
    let mut right = area.right().saturating_sub(1);
    for (text, role) in facts.iter().rev() {
        let wide = format::width(text) as u16;
        right = right.saturating_sub(wide);
        if right <= x {
            break;
        }
        canvas.text(right, area.y, usize::from(wide), text, *role);
        if right > x + 4 {
            canvas.text(right - 2, area.y, 1, canvas.look().glyphs.dot(), Role::Dim);
        }
        right = right.saturating_sub(3);
    }
}

/// What the first line says about the desk, least important first.
fn facts(desk: &Desk, width: u16) -> Vec<(String, Role)> {
    let mut facts = Vec::new();
    if width >= 140 {
        facts.push((pack_label(desk), Role::Dim));
    }
    if width >= 120 {
        facts.push((format!("book: {}", desk.book), Role::Dim));
    }
    if width >= 100 {
        facts.push((desk.user.to_string(), Role::Dim));
    }
    if desk.read_only {
        facts.push(("READ-ONLY".into(), Role::Watermark));
    }
    if desk.clock_back {
        facts.push(("CLOCK SET BACK".into(), Role::Watermark));
    }
    if !desk.behind.is_empty() {
        facts.push(("scores follow…".into(), Role::Dim));
    }
    facts.push((desk.saved.clone(), Role::Dim));
    facts.push((format::day(desk.today), Role::Text));
    if desk.snapshot.is_demo() {
        facts.push((" DEMO DATA ".into(), Role::Watermark));
    }
    facts
}

/// The pack by name and date, with the mark that weights are placeholders.
pub fn pack_label(desk: &Desk) -> String {
    let pack = &desk.pack;
    let said = pack.title.contains("weights");
    let starter = if desk.snapshot.baseline.is_empty() && !said {
        ", starter weights"
    } else {
        ""
    };
    let own = desk
        .snapshot
        .baseline
        .iter()
        .any(|row| row.category_weight_pct.is_some());
    let title = if own { pack.plain_title() } else { &pack.title };
    format!("{title} {}{starter}", format::day(pack.as_of))
}

fn status_line(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let width = usize::from(area.width).saturating_sub(2);
    let waits = update::waiting(model).filter(|_| model.desk.is_none());
    let (text, role) = match (&model.prefix, &model.status) {
        _ if waits.is_some() => (waits.unwrap_or_default(), Role::Key),
        (Some(key), _) => (
            format!(
                "{key} -  t Today  p Pipeline  q Quote  x Expansion  r Risk  v Program  i Import  c Changes  d Reconcile  l History  s Settings  w White space  a Adoption  g first row"
            ),
            Role::Key,
        ),
        (None, Some(status)) => (status.text.clone(), status.tone.role()),
        (None, None) => (idle(model, desk), Role::Dim),
    };
    canvas.text(area.x + 1, area.y, width, &text, role);
}

/// What the status line says when there is nothing to say.
fn idle(model: &Model, desk: &Desk) -> String {
    match model.screen {
        Screen::Pipeline => model.pipeline.told(desk),
        Screen::Today => model.today.told(desk),
        Screen::Risk => model.risk.told(desk),
        Screen::Program => model.program.told(),
        Screen::Expansion => model.expansion.told(),
        _ => String::new(),
    }
}

/// Two lines of keys: what the focus offers, and what works everywhere.
fn foot(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let place = update::place(model);
    let y = area.y;
    let Some(place) = place.filter(|_| model.overlays.is_empty()) else {
        let editing = match model.overlays.last() {
            None => " EDIT  Enter keep   Tab keep and go on   Esc old value back",
            Some(overlay) => overlay.keys(),
        };
        canvas.text(area.x, y, usize::from(area.width), editing, Role::Key);
        return;
    };
    let word = match place {
        Place::Grid => "GRID",
        _ => "LIST",
    };
    let works = |action: &&Action| action.works(model.screen, place) && !action.short.is_empty();
    let local: Vec<&Action> = ACTIONS
        .iter()
        .filter(works)
        .filter(|action| action.place != Place::Anywhere)
        .collect();
    let wide: Vec<&Action> = ACTIONS
        .iter()
        .filter(works)
        .filter(|action| action.place == Place::Anywhere)
        .filter(|action| !matches!(action.id, ActionId::Quit | ActionId::Back))
        .collect();
    let x = area.x + 1 + canvas.text(area.x + 1, y, 4, word, Role::Title) + 2;
    keys(model, canvas, Rect::new(x, y, area.right() - x, 1), &local);
    // the way out is always told
    let quit: Vec<&Action> = [ActionId::Back, ActionId::Quit]
        .into_iter()
        .filter_map(ActionId::row)
        .collect();
    let wide_of = |action: &&Action| format::width(&action.key()) + 4 + action.short.len();
    let wanted = quit.iter().map(wide_of).sum::<usize>() as u16;
    let line = Rect::new(area.x + 1, y + 1, area.width - 1 - wanted - 2, 1);
    keys(model, canvas, line, &wide);
    let right = Rect::new(area.right() - wanted, y + 1, wanted, 1);
    keys(model, canvas, right, &quit);
}

/// Keys in a line. Where there is no room for all, those that do nothing now give way to those that do.
fn keys(model: &Model, canvas: &mut Canvas<'_>, area: Rect, actions: &[&Action]) {
    let wide = |action: &Action| (format::width(&action.key()) + 1 + action.short.len()) as u16;
    let all: u16 = actions.iter().map(|action| wide(action) + 3).sum();
    let crowded = all > area.width + 3;
    let known = actions
        .iter()
        .map(|action| (action, update::disabled(model, action.id).is_some()));
    let mut x = area.x;
    for (action, off) in known.filter(|(_, off)| !crowded || !off) {
        if x + wide(action) > area.right() {
            break;
        }
        let (one, two) = if off {
            (Role::Dim, Role::Dim)
        } else {
            (Role::Key, Role::Text)
        };
        let used = canvas.text(x, area.y, usize::MAX, &action.key(), one);
        let used = used + 1 + canvas.text(x + used + 1, area.y, usize::MAX, action.short, two);
        canvas.zone(Rect::new(x, area.y, used, 1), Target::Act(action.id));
        x += used + 3;
    }
}
