//! Who gets a device: the first play in the order of [`Play`] that takes it, with a note of the others.

use super::Play;
use super::group::{Group, GroupKey, Member};
use super::judge::Said;
use super::whole::Made;
use crate::domain::ids::AccountId;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Groups while devices are judged.
pub(super) struct Found<'w> {
    account: AccountId,
    groups: BTreeMap<GroupKey, Group>,
    /// Plays about the customer that take lines before multi-year does.
    whole: &'w mut [Made],
    /// Who has the device of a serial number, once all are given.
    held: Option<HashMap<Arc<str>, GroupKey>>,
}

fn by_serial(groups: &BTreeMap<GroupKey, Group>) -> HashMap<Arc<str>, GroupKey> {
    let members = groups
        .iter()
        .flat_map(|(key, group)| group.members.iter().map(move |member| (key, member)));
    let named =
        members.filter_map(|(key, member)| Some((member.names.serial.clone()?, key.clone())));
    named.collect()
}

impl<'w> Found<'w> {
    /// Nothing yet, of a customer.
    pub fn of(account: AccountId, whole: &'w mut [Made]) -> Found<'w> {
        Found {
            account,
            groups: BTreeMap::new(),
            whole,
            held: None,
        }
    }

    /// What was found.
    pub fn groups(self) -> BTreeMap<GroupKey, Group> {
        self.groups
    }

    fn group(&mut self, play: Play, family: &Arc<str>) -> &mut Group {
        let key = GroupKey {
            play,
            account: self.account,
            family: Arc::clone(family),
        };
        self.groups.entry(key).or_default()
    }

    /// Puts a device into the first play that takes it, and returns that. A refusal is told where no play
    /// before took it.
    pub fn take(&mut self, said: Said, family: Arc<str>) -> Option<Play> {
        let mut first = None;
        for (play, judged) in said {
            match (judged, first) {
                (Ok(member), None) if self.is_stalled(play, &member) => return None,
                (Ok(member), None) => {
                    self.group(play, &family).members.push(member);
                    first = Some(play);
                }
                (Ok(member), Some(first)) => {
                    let notes = &mut self.group(first, &family).notes;
                    *notes.entry(play.title().to_string()).or_default() += 1;
                    self.group(play, &family).lent.push(member);
                }
                (Err(reason), None) => {
                    let refused = &mut self.group(play, &family).refused;
                    *refused.entry(reason).or_default() += 1;
                }
                (Err(_), Some(_)) => {}
            }
        }
        first
    }

    /// True where a play about the customer that comes before has the line; that one is told.
    fn is_stalled(&mut self, play: Play, member: &Member) -> bool {
        let has = |made: &&mut Made| {
            let lines = made.group.whole.as_ref().map(|whole| &whole.lines);
            made.key.play < play
                && lines.is_some_and(|lines| lines.binary_search(&member.line.id).is_ok())
        };
        let Some(made) = self.whole.iter_mut().find(has) else {
            return false;
        };
        let notes = &mut made.group.notes;
        *notes.entry(play.title().to_string()).or_default() += 1;
        true
    }

    /// As [`take`](Self::take) for a licence. Where the device of its serial number stands in a play that
    /// comes before, the licence is a note there; one that comes later gives its device up for the licence's.
    pub fn take_licence(&mut self, said: Said, family: Arc<str>) {
        let taken = said.iter().find_map(|(play, judged)| {
            let member = judged.as_ref().ok()?;
            Some((*play, member.line.serial.clone()?))
        });
        let groups = &self.groups;
        let held = self.held.get_or_insert_with(|| by_serial(groups));
        let holder = taken.and_then(|(play, serial)| {
            let holder = held.get(&serial)?.clone();
            Some((play, serial, holder))
        });
        let Some((first, serial, holder)) = holder else {
            self.take(said, family);
            return;
        };
        if holder.play < first {
            for (play, judged) in said {
                let Ok(member) = judged else { continue };
                self.tell(&holder, play);
                self.group(play, &family).lent.push(member);
            }
            return;
        }
        // A play about the customer may have the licence: then its device stays where it is.
        let is_taken = self.take(said, family.clone()).is_some();
        if is_taken && holder.play > first {
            self.give_up(&holder, &serial);
            let account = self.account;
            let own = GroupKey {
                play: first,
                account,
                family,
            };
            self.tell(&own, holder.play);
            self.held.get_or_insert_default().insert(serial, own);
        }
    }

    /// Notes in a group that one of its devices fits another play too.
    fn tell(&mut self, holder: &GroupKey, play: Play) {
        if let Some(group) = self.groups.get_mut(holder) {
            *group.notes.entry(play.title().to_string()).or_default() += 1;
        }
    }

    /// Takes the device of a serial number out of a group; it stays a fact of it.
    fn give_up(&mut self, holder: &GroupKey, serial: &str) {
        if let Some(group) = self.groups.get_mut(holder) {
            let of = |member: &mut Member| member.names.serial.as_deref() == Some(serial);
            group.lent.extend(group.members.extract_if(.., of));
        }
    }
}
