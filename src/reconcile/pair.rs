//! Which records speak of the same asset. Strong keys first: serial with instance, serial,
//! instance, then contract with product where the serial is missing. One to one: a group holds at
//! most one record of each source. Where a key stands on several records (a split, an old term
//! beside the new one) equal dates go together first, then the latest with the latest.

use super::finding::Member;
use super::record::{Field, Record, Source};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What was found out about all records.
pub(super) struct Paired {
    /// Records of the same asset, at most one of each source, in no order that matters.
    pub groups: Vec<Vec<Member>>,
    /// Records that stand in their source once more, each with the one that counts.
    pub doubles: Vec<(Member, Member)>,
}

/// A group in the making.
struct Node {
    members: Vec<Member>,
    state: State,
    gone: bool,
}

/// What decides whether two groups may become one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    sources: u8,
    serial: bool,
    instance: bool,
}

impl State {
    fn with(self, other: State) -> State {
        State {
            sources: self.sources | other.sources,
            serial: self.serial || other.serial,
            instance: self.instance || other.instance,
        }
    }
}

/// One way to recognise an asset.
#[derive(Clone, Copy)]
struct Pass {
    fields: &'static [Field],
    /// Fields that must be there; the others count as they are, known or not.
    needs: usize,
    /// Serials, or instances, that both sides have were compared before and differ.
    apart: fn(State, State) -> bool,
}

fn never(_: State, _: State) -> bool {
    false
}

fn two_serials(a: State, b: State) -> bool {
    a.serial && b.serial
}

fn two_keys(a: State, b: State) -> bool {
    two_serials(a, b) || (a.instance && b.instance)
}

const PASSES: [Pass; 9] = {
    use Field::{Contract, End, Instance, Pid, Serial, Start};
    const fn pass(fields: &'static [Field], needs: usize, apart: fn(State, State) -> bool) -> Pass {
        Pass {
            fields,
            needs,
            apart,
        }
    }
    [
        pass(&[Serial, Instance, Start, End], 2, never),
        pass(&[Serial, Instance], 2, never),
        pass(&[Serial, Pid, Start, End], 1, never),
        pass(&[Serial, Start, End], 1, never),
        pass(&[Serial], 1, never),
        pass(&[Instance, Start, End], 1, two_serials),
        pass(&[Instance], 1, two_serials),
        pass(&[Contract, Pid, Start, End], 1, two_keys),
        pass(&[Contract, Pid], 1, two_keys),
    ]
};

/// Groups the records of all sources.
pub(super) fn pair(sources: &[Arc<Source>]) -> Paired {
    let (mut nodes, doubles) = nodes(sources);
    for pass in PASSES {
        run(pass, &mut nodes, sources);
    }
    let groups = nodes.into_iter().filter(|node| !node.gone);
    Paired {
        groups: groups.map(|node| node.members).collect(),
        doubles,
    }
}

fn record(sources: &[Arc<Source>], member: Member) -> Option<&Record> {
    sources.get(member.source)?.records.get(member.record)
}

/// One node for each record that is no repeat, in an order that only their content decides: the
/// latest end first.
fn nodes(sources: &[Arc<Source>]) -> (Vec<Node>, Vec<(Member, Member)>) {
    let mut all: Vec<(_, Member)> = Vec::new();
    for (source, known) in sources.iter().enumerate() {
        for (record, one) in known.records.iter().enumerate() {
            let latest = Reverse((one.day_of(Field::End), one.day_of(Field::Start)));
            let place = (latest, one.content(), one.row, one.line, source);
            all.push((place, Member { source, record }));
        }
    }
    all.sort();
    let mut first: HashMap<(usize, String), Member> = HashMap::new();
    let mut nodes = Vec::with_capacity(all.len());
    let mut doubles = Vec::new();
    for ((_, content, ..), member) in all {
        let Some(one) = record(sources, member) else {
            continue;
        };
        let identity = identity(one).unwrap_or(content);
        match first.entry((member.source, identity)) {
            std::collections::hash_map::Entry::Occupied(known) => {
                doubles.push((member, *known.get()));
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(member);
                nodes.push(Node {
                    members: vec![member],
                    state: State {
                        sources: 1 << member.source,
                        serial: one.get(Field::Serial).is_some(),
                        instance: one.get(Field::Instance).is_some(),
                    },
                    gone: false,
                });
            }
        }
    }
    (nodes, doubles)
}

/// What may stand in a source only once: serial and instance (or serial and product) with the day
/// that tells the parts of a split apart. `None` for a record without either: only an equal one
/// repeats it.
fn identity(record: &Record) -> Option<String> {
    let text = |field| record.comparable(field).unwrap_or_default();
    let from = match record.get(Field::Start) {
        Some(_) => text(Field::Start),
        None => text(Field::End),
    };
    let (serial, instance) = (text(Field::Serial), text(Field::Instance));
    match (serial.is_empty(), instance.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("s|{serial}|{}|{from}", text(Field::Pid))),
        (_, false) => Some(format!("i|{serial}|{instance}|{from}")),
    }
}

/// The keys of a group in a pass: those of its members.
fn keys(pass: Pass, node: &Node, sources: &[Arc<Source>]) -> BTreeSet<String> {
    let members = node.members.iter();
    let of = |member: &Member| {
        let record = record(sources, *member)?;
        let mut key = String::new();
        for (at, field) in pass.fields.iter().enumerate() {
            match record.comparable(*field) {
                Some(value) => key.push_str(&value),
                None if at < pass.needs => return None,
                None => {}
            }
            key.push('\u{1f}');
        }
        Some(key)
    };
    members.filter_map(of).collect()
}

/// Joins what shares a key, in the nodes' order.
fn run(pass: Pass, nodes: &mut [Node], sources: &[Arc<Source>]) {
    let all = (1u16 << sources.len()) - 1;
    let mut buckets: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        if node.gone || u16::from(node.state.sources) == all {
            continue;
        }
        for key in keys(pass, node, sources) {
            buckets.entry(key).or_default().push(at);
        }
    }
    for bucket in buckets.into_values().filter(|bucket| bucket.len() > 1) {
        join(pass, &bucket, nodes);
    }
}

/// Joins the nodes of one key: each with the first before it that it may be joined with.
fn join(pass: Pass, bucket: &[usize], nodes: &mut [Node]) {
    let mut open: BTreeMap<State, BTreeSet<usize>> = BTreeMap::new();
    for at in bucket {
        let Some(node) = nodes.get(*at).filter(|node| !node.gone) else {
            continue;
        };
        let state = node.state;
        let fits =
            |other: &State| other.sources & state.sources == 0 && !(pass.apart)(*other, state);
        let best = open
            .iter()
            .filter(|(other, _)| fits(other))
            .filter_map(|(other, places)| Some((*places.first()?, *other)))
            .min();
        let Some((into, other)) = best else {
            open.entry(state).or_default().insert(*at);
            continue;
        };
        let members = match nodes.get_mut(*at) {
            Some(node) => {
                node.gone = true;
                std::mem::take(&mut node.members)
            }
            None => Vec::new(),
        };
        if let Some(node) = nodes.get_mut(into) {
            node.members.extend(members);
            node.state = other.with(state);
        }
        if let Some(places) = open.get_mut(&other) {
            places.remove(&into);
        }
        open.entry(other.with(state)).or_default().insert(into);
    }
}
