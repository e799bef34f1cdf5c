//! Devices as the lines of the book describe them: one serial number may stand on an asset row and
//! on several service lines, and they are judged together.

use super::facts::Facts;
use crate::domain::ids::LineId;
use crate::domain::line::{Coverage, Line, LineKind};
use chrono::{Days, NaiveDate};
use foldhash::{HashMap, HashMapExt};
use std::sync::Arc;

/// What makes two lines one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Identity<'a> {
    Serial(&'a str),
    Line(LineId),
}

/// A device, gathered from its lines.
#[derive(Clone, Debug)]
pub(super) struct Device<'a> {
    /// The line that names it best.
    pub line: &'a Arc<Line>,
    /// The line that says it has no cover.
    pub bare: Option<&'a Arc<Line>>,
    /// The service line that ended last.
    pub service: Option<&'a Arc<Line>>,
    /// Cover runs, or may still be renewed on its number.
    pub covered: bool,
    /// A file hides who covers it.
    pub masked: bool,
    /// Another box took its place.
    pub replaced: bool,
    /// Newest sighting in an import.
    pub seen: Option<(NaiveDate, &'a Arc<Line>)>,
    /// Every line of it was missing from the last file.
    pub gone: bool,
}

/// The devices that the lines of one customer describe.
pub(super) fn devices<'a>(
    lines: impl IntoIterator<Item = &'a Arc<Line>>,
    facts: &Facts<'_>,
) -> Vec<Device<'a>> {
    let mut index: HashMap<Identity<'a>, usize> = HashMap::new();
    let mut found: Vec<Device<'a>> = Vec::new();
    for line in lines {
        let identity = match line.serial.as_deref() {
            Some(serial) => Identity::Serial(serial),
            None => Identity::Line(line.id),
        };
        let at = *index.entry(identity).or_insert(found.len());
        if at == found.len() {
            found.push(Device::of(line));
        }
        if let Some(device) = found.get_mut(at) {
            device.add(line, facts);
        }
    }
    found
}

impl<'a> Device<'a> {
    fn of(line: &'a Arc<Line>) -> Device<'a> {
        Device {
            line,
            bare: None,
            service: None,
            covered: false,
            masked: false,
            replaced: false,
            seen: None,
            gone: true,
        }
    }

    fn add(&mut self, line: &'a Arc<Line>, facts: &Facts<'_>) {
        if naming_order(line) < naming_order(self.line) {
            self.line = line;
        }
        self.gone &= line.gone_in.is_some();
        self.masked |= line.coverage == Coverage::Masked;
        self.replaced |= line.replaced_by.is_some();
        if line.gone_in.is_none()
            && let Some(day) = facts.seen_on(line)
            && self
                .seen
                .is_none_or(|(known, by)| (day, line.id) > (known, by.id))
        {
            self.seen = Some((day, line));
        }
        if line.coverage == Coverage::NotCovered {
            self.bare = Some(earlier(self.bare, line));
            return;
        }
        self.covered |= runs(line, facts);
        if line.kind == LineKind::Service {
            let later = |known: &'a Arc<Line>| (line.end, line.id) > (known.end, known.id);
            if self.service.is_none_or(later) {
                self.service = Some(line);
            }
        }
    }
}

/// Lines that name their product and date come first, then lines still in their file, then by id.
fn naming_order(line: &Line) -> (bool, bool, bool, LineId) {
    (
        line.pid.is_none(),
        line.ldos.is_none(),
        line.gone_in.is_some(),
        line.id,
    )
}

fn earlier<'a>(known: Option<&'a Arc<Line>>, line: &'a Arc<Line>) -> &'a Arc<Line> {
    match known {
        Some(known) if known.id < line.id => known,
        _ => line,
    }
}

/// True while a line covers its device or can be renewed on its number: up to its end plus
/// grace. A line that says covered and gives no end counts as running.
fn runs(line: &Line, facts: &Facts<'_>) -> bool {
    let ended = line.terminated.is_some_and(|day| day <= facts.today);
    if ended || line.coverage == Coverage::Terminated {
        return false;
    }
    let grace = Days::new(facts.rules.lapse.grace_days.unsigned_abs());
    match line.end {
        Some(end) => end.checked_add_days(grace).unwrap_or(end) >= facts.today,
        None => matches!(line.coverage, Coverage::Covered | Coverage::Pending),
    }
}
