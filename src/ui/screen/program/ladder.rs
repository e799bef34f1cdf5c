//! The step ladder: the steps of a metric's band from the top down, the one it stands on with how
//! far it is inside it, the money to each one above.

use super::{Model, detail, words};
use crate::program::reconcile::Verdict;
use crate::program::{Ladder, LadderUnit, MetricScore, Rung};
use crate::ui::canvas::Canvas;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::pane::exact;
use crate::ui::theme::Role;
use ratatui::layout::Rect;
use rust_decimal::Decimal;

/// Lines of facts the steps leave room for.
const FACTS: usize = 6;
/// Cells of the bar that shows how far the value is inside its step.
const BAR: usize = 10;

/// Draws the ladder of the metric under the cursor, then what it rests on.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    let Some(metric) = model.metric() else {
        let text = "This portfolio does not have this metric.";
        return detail::lines(canvas, inside, text);
    };
    let found = model
        .portfolio()
        .zip(model.figures.shown())
        .zip(desk.engine.as_ref())
        .and_then(|((portfolio, shown), engine)| engine.ladder(shown, &portfolio, &metric.metric));
    let mut facts = facts(metric, found.as_ref());
    facts.extend(drift(model, desk, metric));
    let cells = usize::from(inside.width).saturating_sub(2);
    let wrapped: Vec<(String, Role)> = facts
        .iter()
        .flat_map(|(text, role)| {
            let lines = format::wrap(text, cells);
            lines.into_iter().map(|line| (line, *role))
        })
        .collect();
    let Some(ladder) = found else {
        let text = "No public scale: held at the imported index. + and - suppose another one.";
        let mut all = wrapped;
        all.extend(
            format::wrap(text, cells)
                .into_iter()
                .map(|l| (l, Role::Dim)),
        );
        return draw_facts(canvas, inside, &all);
    };
    let room = usize::from(inside.height);
    // the step the metric stands on and the next ones come first, then the facts
    let facts = wrapped.len().min(FACTS);
    let steps = room.saturating_sub(facts).max(room.min(4));
    let steps = ladder.rungs.len().min(steps);
    let from = window(&ladder, steps);
    let shown = ladder.rungs.iter().enumerate().skip(from).take(steps).rev();
    let mut y = inside.y;
    for (at, rung) in shown {
        if y >= inside.bottom() {
            return;
        }
        draw_rung(
            canvas,
            Rect::new(inside.x, y, inside.width, 1),
            &ladder,
            at,
            rung,
        );
        y += 1;
    }
    let rest = Rect::new(inside.x, y, inside.width, inside.bottom() - y);
    draw_facts(canvas, rest, &wrapped);
}

/// The lowest rung shown, so that the one stood on is seen with more above it than below.
fn window(ladder: &Ladder, shown: usize) -> usize {
    let most = ladder.rungs.len().saturating_sub(shown);
    let at = ladder.standing.unwrap_or(0);
    at.saturating_sub(shown / 3).min(most)
}

fn draw_facts(canvas: &mut Canvas<'_>, inside: Rect, facts: &[(String, Role)]) {
    let cells = usize::from(inside.width).saturating_sub(2);
    for (y, (text, role)) in (inside.y..inside.bottom()).zip(facts) {
        canvas.text(inside.x + 1, y, cells, text, *role);
    }
}

fn draw_rung(canvas: &mut Canvas<'_>, row: Rect, ladder: &Ladder, at: usize, rung: &Rung) {
    let here = ladder.standing == Some(at);
    let next = ladder.standing.is_some_and(|standing| at == standing + 1);
    let role = match (here, rung.passed) {
        (true, _) => Role::Strong,
        (_, true) => Role::Dim,
        _ => Role::Text,
    };
    let sign = if here { ">" } else { " " };
    canvas.text(row.x, row.y, 1, sign, Role::Key);
    let index = rung.index.normalize().to_string();
    canvas.right(row.x + 1, row.y, 3, &index, role);
    let mut x = row.x + 6;
    x += canvas.text(x, row.y, 14, &edge(ladder, rung), role);
    let x = x.max(row.x + 18);
    let room = usize::from(row.right().saturating_sub(x + 1));
    if here {
        return standing(canvas, (x, row.y, room), ladder, at);
    }
    let text = match (rung.missing, rung.passed) {
        (_, true) => "passed".to_string(),
        (Some(missing), _) => missing_words(ladder, missing, next),
        (None, false) => String::new(),
    };
    let role = if next { Role::Good } else { Role::Dim };
    canvas.text(x, row.y, room, &text, role);
}

/// `> 55 %`, `>= 40 points`, `advanced`, `below`.
fn edge(ladder: &Ladder, rung: &Rung) -> String {
    if let Some(name) = rung.name {
        return name.to_string();
    }
    let sign = if ladder.strict { ">" } else { ">=" };
    match (rung.threshold, ladder.unit) {
        (None, _) => "below".to_string(),
        (Some(t), LadderUnit::Percent) => format!("{sign} {} %", t.normalize()),
        (Some(t), _) => format!("{sign} {} points", t.normalize()),
    }
}

fn missing_words(ladder: &Ladder, missing: Decimal, next: bool) -> String {
    let much = match ladder.unit {
        LadderUnit::Percent => format::decimal(missing, 2),
        _ => format!("{} points", missing.normalize()),
    };
    if next {
        format!("{much} more  next step")
    } else {
        format!("{much} more")
    }
}

/// The value, how far it is between this step and the next, the headroom.
fn standing(canvas: &mut Canvas<'_>, (x, y, room): (u16, u16, usize), ladder: &Ladder, at: usize) {
    let value = ladder.value.as_ref().map(|value| match ladder.unit {
        LadderUnit::Percent => format!("{} %", exact::fixed(value, 2, false)),
        LadderUnit::Points => format!("{} points", exact::fixed(value, 0, false)),
        LadderUnit::Level => String::new(),
    });
    let mut at_x = x;
    if let Some(text) = value.filter(|text| !text.is_empty()) {
        at_x += canvas.text(at_x, y, room, &text, Role::Strong) + 1;
    }
    if let Some(full) = inside_step(ladder, at) {
        let (one, none) = canvas.look().glyphs.shades();
        let bar: String = (0..BAR)
            .map(|n| if n < full { one } else { none })
            .collect();
        at_x += canvas.text(at_x, y, BAR, &bar, Role::Key) + 1;
    }
    let left = room.saturating_sub(usize::from(at_x - x));
    if let Some(headroom) = ladder.headroom {
        let text = format!("may lose {}", format::decimal(headroom, 2));
        canvas.text(at_x, y, left, &text, Role::Dim);
    }
}

/// Tenths of the way from this step to the next.
fn inside_step(ladder: &Ladder, at: usize) -> Option<usize> {
    let value = exact::decimal(ladder.value.as_ref()?)?;
    let low = ladder.rungs.get(at)?.threshold?;
    let high = ladder.rungs.get(at + 1)?.threshold?;
    let span = high - low;
    let tenths = ((value - low) * Decimal::TEN).checked_div(span)?;
    let tenths = tenths.trunc().clamp(Decimal::ZERO, Decimal::TEN);
    usize::try_from(tenths.mantissa() / 10i128.pow(tenths.scale())).ok()
}

/// What the ladder rests on.
fn facts(metric: &MetricScore, ladder: Option<&Ladder>) -> Vec<(String, Role)> {
    let mut out = vec![(
        format!("index {} ({})", words::index(metric), metric.basis.word()),
        Role::Strong,
    )];
    if let (Some(a), Some(b)) = (&metric.a, &metric.b) {
        out.push((format!("A {}  B {}", money(a), money(b)), Role::Text));
    }
    out.push((detail::weight(metric), Role::Text));
    let Some(ladder) = ladder else { return out };
    if !ladder.shift.is_zero() {
        let text = format!(
            "band differs: the sheet's index is {} off its own band; every step counts so",
            format::change(ladder.shift, 0)
        );
        out.push((text, Role::Soon));
    }
    if let Some((minimum, met)) = &ladder.minimum {
        let side = if minimum.on_b { "B" } else { "A" };
        let much = format::decimal(minimum.amount, 0);
        let (word, role) = if *met {
            ("met", Role::Dim)
        } else {
            ("NOT met: index 0", Role::Bad)
        };
        out.push((format!("minimum {side} {much}: {word}"), role));
    }
    if !ladder.moves {
        out.push((
            "held: bookings do not move it; + and - suppose".into(),
            Role::Soon,
        ));
    }
    let (source, confidence) = &ladder.source;
    let (band, size) = &ladder.band;
    let size = if &**size == "*" {
        "any size".to_string()
    } else {
        format!("size {size}")
    };
    out.push((
        format!("band {band}, {size}: {source} ({confidence})"),
        Role::Dim,
    ));
    out
}

/// Where our own figures and the sheet's differ.
fn drift(model: &Model, desk: &Desk, metric: &MetricScore) -> Vec<(String, Role)> {
    let Some(portfolio) = model.portfolio() else {
        return Vec::new();
    };
    let differing = desk
        .reconciliation
        .of(&portfolio, &metric.metric)
        .filter(|line| matches!(line.verdict, Verdict::Differs | Verdict::Drift));
    differing
        .map(|line| {
            let side = |figure: &Option<num_rational::BigRational>| {
                figure.as_ref().map_or("-".to_string(), money)
            };
            let text = format!(
                "{}, {}: ours {}, the sheet {}",
                line.verdict.word(),
                line.subject.word(),
                side(&line.ours),
                side(&line.theirs)
            );
            (text, Role::Soon)
        })
        .collect()
}

fn money(figure: &num_rational::BigRational) -> String {
    exact::decimal(figure).map_or("?".into(), |d| format::decimal(d.round_dp(2), 2))
}
