//! The columns of the quote grid: what each shows, how it is typed, and which are on screen at a
//! width. Every column can be reached at every width: the one under the cursor is always drawn.

use crate::domain::money::{Currency, round_half_up};
use crate::domain::quote::QuoteLine;
use crate::pricing::{LineWarning, PricedLine, edit};
use crate::ui::format;
use crate::ui::widget::grid::CellKind;
use rust_decimal::Decimal;

/// A column of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Number of the line and its marks.
    Number,
    /// Level, product, serial.
    Item,
    /// Portfolio it counts in.
    Portfolio,
    /// Quantity.
    Quantity,
    /// List price of a unit for the list term.
    UnitList,
    /// Discount off list.
    Discount,
    /// Net price of a unit for the term.
    UnitNet,
    /// Net × quantity.
    ExtendedNet,
    /// Term in months or days.
    Term,
    /// First day.
    Start,
    /// Last day.
    End,
    /// Sell price of a unit.
    UnitSell,
    /// Sell × quantity.
    ExtendedSell,
    /// Margin of the sell price.
    Margin,
    /// Markup on net.
    Markup,
    /// Premium service.
    Premium,
    /// Under an EA or MSLA.
    Ea,
    /// An AI product.
    Ai,
}

/// How a column is drawn and which field of the line it types into.
struct Shape {
    title: &'static str,
    width: usize,
    kind: CellKind,
    /// Name of the field, as `quote set` and `pricing::edit` know it.
    field: &'static str,
    /// Columns with a lower rank stay longest when the width shrinks.
    rank: u8,
}

/// Narrowest useful item column: level and part of the product.
const ITEM_MIN: usize = 24;
/// What the item gets before further columns where the grid is wide: level and product in full.
const ITEM_WIDE: usize = 30;
/// From this width on the grid is wide.
const WIDE: usize = 100;
/// Widest; beyond it further columns are worth more.
const ITEM_MAX: usize = 56;

impl Column {
    /// Every column from left to right.
    pub const ALL: [Column; 18] = [
        Column::Number,
        Column::Item,
        Column::Portfolio,
        Column::Quantity,
        Column::UnitList,
        Column::Discount,
        Column::UnitNet,
        Column::ExtendedNet,
        Column::Term,
        Column::Start,
        Column::End,
        Column::UnitSell,
        Column::ExtendedSell,
        Column::Margin,
        Column::Markup,
        Column::Premium,
        Column::Ea,
        Column::Ai,
    ];

    /// The column at a place.
    pub fn at(index: usize) -> Column {
        Column::ALL.get(index).copied().unwrap_or(Column::Number)
    }

    /// Its place.
    pub fn index(self) -> usize {
        Column::ALL.iter().position(|c| *c == self).unwrap_or(0)
    }

    fn shape(self) -> Shape {
        use CellKind::{Choice, Date, Fixed, Number, Text};
        let (title, width, kind, field, rank) = match self {
            Column::Number => ("#", 7, Fixed, "", 0),
            Column::Item => ("Item", ITEM_MIN, Text, "service_sku", 0),
            Column::Portfolio => ("Port", 4, Choice, "portfolio", 8),
            Column::Quantity => ("Qty", 6, Number, "quantity", 1),
            Column::UnitList => ("List/yr", 11, Number, "unit_list", 6),
            Column::Discount => ("Disc %", 7, Number, "discount_pct", 1),
            Column::UnitNet => ("Unit net", 11, Number, "unit_net", 7),
            Column::ExtendedNet => ("Ext net", 13, Number, "extended_net", 2),
            Column::Term => ("Term", 7, Date, "term_months", 4),
            Column::Start => ("Start", 9, Date, "start", 10),
            Column::End => ("End", 9, Date, "end", 5),
            Column::UnitSell => ("Unit sell", 11, Number, "unit_sell", 9),
            Column::ExtendedSell => ("Ext sell", 13, Number, "extended_sell", 11),
            Column::Margin => ("Margin %", 8, Number, "margin_pct", 3),
            Column::Markup => ("Markup %", 8, Number, "markup_pct", 14),
            Column::Premium => ("Prem", 4, Choice, "premium", 12),
            Column::Ea => ("EA", 3, Choice, "ea", 13),
            Column::Ai => ("AI", 3, Choice, "ai", 15),
        };
        Shape {
            title,
            width,
            kind,
            field,
            rank,
        }
    }

    /// Heading.
    pub fn title(self) -> &'static str {
        self.shape().title
    }

    /// What may be typed.
    pub fn kind(self) -> CellKind {
        self.shape().kind
    }

    /// Field name for `pricing::edit`; empty for computed columns.
    pub fn field(self) -> &'static str {
        self.shape().field
    }

    /// Words for messages and history: `discount`, `unit net`.
    pub fn words(self) -> &'static str {
        match self {
            Column::Number => "line",
            Column::Item => "service",
            Column::Portfolio => "portfolio",
            Column::Quantity => "quantity",
            Column::UnitList => "list price",
            Column::Discount => "discount",
            Column::UnitNet => "unit net",
            Column::ExtendedNet => "extended net",
            Column::Term => "term",
            Column::Start => "start",
            Column::End => "end",
            Column::UnitSell => "unit sell",
            Column::ExtendedSell => "extended sell",
            Column::Margin => "margin",
            Column::Markup => "markup",
            Column::Premium => "premium",
            Column::Ea => "EA",
            Column::Ai => "AI",
        }
    }

    /// True when its figures stand against the right edge.
    pub fn right(self) -> bool {
        !matches!(
            self,
            Column::Item | Column::Portfolio | Column::Premium | Column::Ea | Column::Ai
        )
    }
}

/// Columns that fit into `cells`, from left to right with their widths; `under` is the column of
/// the cursor and always among them where there is room for one at all.
pub fn layout(cells: usize, under: Column) -> Vec<(Column, usize)> {
    let mut ranked = Column::ALL;
    ranked.sort_by_key(|column| (*column != under, column.shape().rank));
    // Number and item stay frozen at the left.
    let mut chosen = vec![Column::Number, Column::Item];
    let item = if cells >= WIDE { ITEM_WIDE } else { ITEM_MIN };
    let mut used = Column::Number.shape().width + 1 + item;
    for column in ranked {
        let needed = column.shape().width + 1;
        if chosen.contains(&column) {
            continue;
        }
        // On a narrow grid the first that does not fit ends it: what is left makes the item
        // readable. A wide one goes on to columns that do fit.
        if used + needed > cells {
            if cells >= WIDE {
                continue;
            }
            break;
        }
        used += needed;
        chosen.push(column);
    }
    chosen.sort_by_key(|column| column.index());
    let spare = cells.saturating_sub(used).min(ITEM_MAX - item);
    let width = |column: Column| match column {
        Column::Item => item + spare,
        other => other.shape().width,
    };
    let mut room = cells;
    let mut out = Vec::with_capacity(chosen.len());
    for column in chosen {
        let wide = width(column).min(room);
        if wide > 0 {
            out.push((column, wide));
        }
        room = room.saturating_sub(wide + 1);
    }
    out
}

/// What a cell shows.
pub fn shown(column: Column, line: &QuoteLine, priced: &PricedLine, currency: Currency) -> String {
    let money = |value: Option<Decimal>| {
        value.map_or_else(
            || "?".to_string(),
            |amount| format::amount(amount, currency),
        )
    };
    match column {
        Column::Number => format!("{}{}", line.number, marks(line, priced)),
        Column::Item => item(line),
        Column::Portfolio => line
            .portfolio
            .as_ref()
            .map_or_else(|| "?".to_string(), |p| p.short().to_string()),
        Column::Quantity => format::decimal(line.quantity, line.quantity.normalize().scale()),
        Column::UnitList => money(line.unit_list),
        Column::Discount => percent(priced.discount_pct),
        Column::UnitNet => money(priced.unit_net),
        Column::ExtendedNet => money(priced.extended_net),
        Column::Term => term(line),
        Column::Start => format::day(line.start),
        Column::End => format::day(line.end),
        Column::UnitSell => money(priced.unit_sell),
        Column::ExtendedSell => money(priced.extended_sell),
        Column::Margin => percent(priced.margin_pct),
        Column::Markup => percent(priced.markup_pct),
        Column::Premium => flag(line.premium).to_string(),
        Column::Ea => flag(line.ea).to_string(),
        Column::Ai => flag(line.ai).to_string(),
    }
}

/// What a cell holds as a person would type it: full precision, no thousands signs.
pub fn typed(column: Column, line: &QuoteLine, priced: &PricedLine) -> String {
    let Some(field) = edit::parse_field(column.field()) else {
        return String::new();
    };
    let kept = edit::text_of(line, field);
    if !kept.is_empty() {
        return kept;
    }
    // A derived percent has endless places; four are more than the quote shows.
    let derived = match column {
        Column::Discount => priced.discount_pct.map(|v| round_half_up(v, 4)),
        Column::Margin => priced.margin_pct.map(|v| round_half_up(v, 4)),
        Column::Markup => priced.markup_pct.map(|v| round_half_up(v, 4)),
        Column::UnitNet => priced.unit_net,
        Column::UnitSell => priced.unit_sell,
        Column::ExtendedNet => priced.extended_net,
        Column::ExtendedSell => priced.extended_sell,
        _ => None,
    };
    derived
        .map(|v| v.normalize().to_string())
        .unwrap_or_default()
}

/// Signs beside the line number: `L` stops at the last date of support, `*` premium service,
/// `?` without a price, `<` sold below cost, `0` dropped, `!` other warnings.
pub fn marks(line: &QuoteLine, priced: &PricedLine) -> String {
    let mut out = String::new();
    if line.premium == Some(true) {
        out.push('*');
    }
    for warning in &priced.warnings {
        let sign = match warning {
            LineWarning::CutAtLdos => 'L',
            LineWarning::NoPrice => '?',
            LineWarning::BelowCost => '<',
            LineWarning::Dropped => '0',
            LineWarning::OnlyLeapDay
            | LineWarning::ShortTerm(_)
            | LineWarning::LongTerm(_)
            | LineWarning::NetAboveList
            | LineWarning::ListOfOldSku => '!',
        };
        if !out.contains(sign) {
            out.push(sign);
        }
    }
    out
}

/// A warning as a sentence.
pub fn warning(warning: &LineWarning) -> String {
    match warning {
        LineWarning::OnlyLeapDay => "the term is only 29 February and costs nothing".into(),
        LineWarning::BelowCost => "sells below cost".into(),
        LineWarning::ShortTerm(months) => format!("the term is shorter than {months} months"),
        LineWarning::LongTerm(months) => format!("the term is longer than {months} months"),
        LineWarning::NetAboveList => "the net price lies above list".into(),
        LineWarning::ListOfOldSku => {
            "the list price is the one of the old service: look the new one up".into()
        }
        LineWarning::CutAtLdos => "the term stops at the last date of support".into(),
        LineWarning::NoPrice => "no list price is known: type one, or import a priced file".into(),
        LineWarning::Dropped => "quantity 0: shown, not counted".into(),
    }
}

/// Product, level and serial of a line: which box it is comes first.
fn item(line: &QuoteLine) -> String {
    let parts = [
        line.pid.as_deref(),
        line.service_level
            .as_deref()
            .or(line.service_sku.as_deref()),
        line.serial.as_deref(),
    ];
    let text: Vec<&str> = parts
        .into_iter()
        .flatten()
        .filter(|p| !p.is_empty())
        .collect();
    if text.is_empty() {
        line.description
            .as_deref()
            .unwrap_or("(no item)")
            .to_string()
    } else {
        text.join(" ")
    }
}

fn months(line: &QuoteLine) -> Option<i32> {
    crate::domain::day::whole_months(line.start, line.end)
}

fn term(line: &QuoteLine) -> String {
    match months(line) {
        Some(months) => format!("{months} m"),
        None => format!(
            "{} d",
            crate::domain::day::days_inclusive(line.start, line.end)
        ),
    }
}

pub(super) fn percent(value: Option<Decimal>) -> String {
    value.map_or_else(
        || "-".to_string(),
        |v| {
            let shown = round_half_up(v, 2).normalize();
            format::decimal(shown, shown.scale().max(1))
        },
    )
}

/// A tri-state flag; unknown counts as no and says so.
pub fn flag(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_shows_the_cursor_column_and_never_overflows() {
        for cells in 30..260 {
            for under in Column::ALL {
                let columns = layout(cells, under);
                let used: usize = columns.iter().map(|(_, wide)| wide + 1).sum();
                assert!(used <= cells + 1, "{cells} {under:?}");
                assert!(
                    cells < 48 || columns.iter().any(|(column, _)| *column == under),
                    "{cells} {under:?}"
                );
            }
        }
    }

    #[test]
    fn at_80_cells_the_figures_a_rep_types_are_on_screen() {
        let columns: Vec<Column> = layout(78, Column::Discount)
            .into_iter()
            .map(|(column, _)| column)
            .collect();
        for needed in [
            Column::Quantity,
            Column::Discount,
            Column::ExtendedNet,
            Column::Margin,
        ] {
            assert!(columns.contains(&needed), "{needed:?}");
        }
        assert_eq!(layout(260, Column::Discount).len(), Column::ALL.len());
    }
}
