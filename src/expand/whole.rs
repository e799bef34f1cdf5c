//! Plays about a customer as a whole: use cases that stand still, many end dates, portfolios that others of
//! its size hold. They own no device that another play has; the others are told of them.

use super::facts::Facts;
use super::group::{Group, GroupKey, Pitch, Whole};
use super::{Play, coterm, white};
use crate::domain::ids::{AccountId, LineId};
use crate::domain::line::Line;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A suggestion before its common parts are put to it.
pub(super) struct Made {
    pub key: GroupKey,
    pub group: Group,
    pub pitch: Pitch,
}

impl Made {
    /// About a customer.
    pub fn of(play: Play, account: AccountId, family: &str, whole: Whole, pitch: Pitch) -> Made {
        Made {
            key: GroupKey {
                play,
                account,
                family: family.into(),
            },
            group: Group {
                whole: Some(whole),
                ..Group::default()
            },
            pitch,
        }
    }
}

/// All of a customer but stalled adoption, which takes its lines before devices are given to multi-year.
pub(super) fn of_account(
    facts: &mut Facts<'_>,
    account: AccountId,
    lines: &[Arc<Line>],
) -> Vec<Made> {
    let joined = coterm::of_account(facts, account, lines);
    facts.meet(account, lines);
    let mut made = white::of_account(facts, account);
    made.extend(joined);
    made
}

/// What makes two lines one box.
#[derive(PartialEq, Eq, Hash)]
enum Box<'l> {
    Serial(&'l str),
    Line(LineId),
}

/// Leaves every box to the first play that has it: a line another play holds goes from the later one, and
/// the holder is told.
pub(super) fn share(
    groups: &mut BTreeMap<GroupKey, Group>,
    made: &mut [Made],
    lines: &[Arc<Line>],
) {
    if made.iter().all(|made| lines_of(made).is_empty()) {
        return;
    }
    let names = lines.iter().map(|line| (line.id, line.serial.as_deref()));
    let names: HashMap<LineId, Option<&str>> = names.collect();
    let of = |id: &LineId| match names.get(id) {
        Some(Some(serial)) => Box::Serial(serial),
        _ => Box::Line(*id),
    };
    let mut held: HashMap<Box<'_>, Holder> = HashMap::new();
    for (key, group) in groups.iter() {
        for member in &group.members {
            held.insert(of(&member.line.id), Holder::Group(key.clone()));
        }
    }
    let mut told: Vec<(Holder, &'static str)> = Vec::new();
    for (at, made) in made.iter_mut().enumerate() {
        let title = made.key.play.title();
        let Some(whole) = &mut made.group.whole else {
            continue;
        };
        whole.lines.retain(|id| match held.get(&of(id)) {
            Some(holder) if !holder.is(at) => {
                told.push((holder.clone(), title));
                false
            }
            _ => {
                held.insert(of(id), Holder::Made(at));
                true
            }
        });
    }
    for (holder, title) in told {
        let group = match holder {
            Holder::Group(key) => groups.get_mut(&key),
            Holder::Made(at) => made.get_mut(at).map(|made| &mut made.group),
        };
        if let Some(group) = group {
            *group.notes.entry(title.to_string()).or_default() += 1;
        }
    }
}

fn lines_of(made: &Made) -> &[LineId] {
    made.group.whole.as_ref().map_or(&[], |whole| &whole.lines)
}

/// Who has a box.
#[derive(Clone)]
enum Holder {
    Group(GroupKey),
    Made(usize),
}

impl Holder {
    fn is(&self, at: usize) -> bool {
        matches!(self, Holder::Made(own) if *own == at)
    }
}
