//! A row of figures between 0 and 10 as a line of bars, one cell each: eight heights, in ASCII the
//! whole number. A gap stays a gap.

use crate::ui::theme::Glyphs;
use num_rational::BigRational;
use num_traits::ToPrimitive;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The line, at most `cells` long; where there are more figures the last of each group is shown.
/// Scores 1, 5 and 9.5 are `▁▅█`, in ASCII `159`.
pub fn line(values: &[Option<BigRational>], cells: usize, glyphs: Glyphs) -> String {
    let group = values.len().div_ceil(cells.max(1)).max(1);
    values
        .chunks(group)
        .filter_map(|part| part.last())
        .map(|value| match value {
            None => ' ',
            Some(value) => bar(value, glyphs),
        })
        .collect()
}

fn bar(value: &BigRational, glyphs: Glyphs) -> char {
    let of = |steps: i64| {
        let scaled = value * BigRational::new(steps.into(), 10.into());
        let step = scaled.floor().to_integer().to_i64().unwrap_or(0);
        step.clamp(0, steps - 1)
    };
    if glyphs.ascii {
        let digit = u32::try_from(of(10)).unwrap_or(0);
        return char::from_digit(digit, 10).unwrap_or('?');
    }
    let step = usize::try_from(of(8)).unwrap_or(0);
    BARS.get(step).copied().unwrap_or('?')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_rise_with_the_score_and_a_gap_stays_one() {
        let score = |tenths: i64| Some(BigRational::new(tenths.into(), 10.into()));
        let values = [score(10), score(50), score(95), None, score(100)];
        let plain = Glyphs { ascii: false };
        assert_eq!(line(&values, 10, plain), "▁▅█ █");
        assert_eq!(line(&values, 10, Glyphs { ascii: true }), "159 9");
        assert_eq!(line(&values, 2, plain).chars().count(), 2);
    }
}
