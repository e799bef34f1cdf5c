//! Carries out what the model asks for: each effect goes to the thread that does such things, or is done
//! here where it takes no time. What is done comes back as a message.

use super::book::Job;
use super::compute::{Known, Wish};
use super::forecast::Draw;
use super::goal::Search;
use super::importer::{self, Plan};
use super::{Desk, beside, clipboard, compare, folders, seen, terminal};
use crate::domain::ids::RenewalId;
use crate::domain::snapshot::Snapshot;
use crate::runtime::import::ImportOptions;
use crate::ui::effect::Effect;
use crate::ui::msg::Msg;
use crate::ui::overlay::goal::Query;
use chrono::NaiveDate;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Desk {
    pub(super) fn effect(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Apply { command, label } => self.job(Job::Apply(command, label)),
            Effect::Undo => self.job(Job::Undo),
            Effect::Redo => self.job(Job::Redo),
            Effect::Revert(seq) => self.job(Job::Revert(seq)),
            Effect::LoadHistory => self.job(Job::History),
            Effect::LoadVersions(quote) => self.job(Job::Versions(quote)),
            Effect::LoadChanges { span, words, book } => {
                self.job(Job::Changes(span, words, book));
            }
            Effect::Reload => self.job(Job::Load),
            Effect::CreateBook => self.job(Job::Create),
            Effect::FairSplit(stakes) => self.wish(Wish::Fair(stakes)),
            Effect::ListFolder(asker, path) => self.ask(folders::Asked::List(asker, path)),
            Effect::KnownFolders => self.ask(folders::Asked::Known),
            Effect::UsedFolder(path) => self.ask(folders::Asked::Used(path)),
            Effect::WatchFolder { folder, on } => self.ask(folders::Asked::Watch(folder, on)),
            Effect::Compute {
                snapshot,
                today,
                behind,
            } => self.figures(snapshot, today, behind),
            Effect::Away(away) => self.beside(beside::Work::Quote(away)),
            Effect::Spent(spent) => self.beside(beside::Work::Spent(spent)),
            Effect::Check(asking) => self.beside(beside::Work::Text(asking)),
            Effect::Forecast {
                ticket,
                engine,
                terms,
                draft,
            } => self.forecast(Draw {
                ticket,
                engine,
                terms,
                draft,
            }),
            Effect::PlanImport { .. }
            | Effect::ApplyImport { .. }
            | Effect::LoadIncentive(_)
            | Effect::DropImport(_) => return self.import(effect),
            Effect::SeekGoal(query) => self.seek(*query),
            Effect::Compare(question) => self.list(compare::Wanted::Answer(question)),
            Effect::Standing(question) => self.list(compare::Wanted::Standing(question)),
            Effect::ReadOffer(quote, path) => self.list(compare::Wanted::Offer(quote, path)),
            Effect::ReadPicture(path) => self.list(compare::Wanted::Picture(path)),
            Effect::Document(wish) => self.list(compare::Wanted::Document(wish)),
            Effect::Export(path, table) => self.list(compare::Wanted::File(path, table)),
            Effect::Take(taking, label) => {
                if let Some(desk) = &self.model.desk {
                    let seen = Arc::clone(&desk.snapshot);
                    self.job(Job::Take(taking, seen, label));
                }
            }
            Effect::DropGoal => {
                self.asked.fetch_add(1, Ordering::Relaxed);
            }
            Effect::Copy(text) => {
                let copied = clipboard::copy(&text, &self.data);
                return self.update(Msg::Copied(copied));
            }
            Effect::Mouse(ours) => terminal::mouse(ours)?,
            Effect::Redraw => return self.redraw(),
            Effect::WakeAt(ms) => {
                self.wake_ms = Some(self.wake_ms.map_or(ms, |at| at.min(ms)));
            }
            Effect::Suspend => return self.suspend(),
            Effect::Quit => self.leaving = Some(0),
            // the rest is settled by the desk itself
            _ => {}
        }
        Ok(())
    }

    /// What files are read and written for.
    fn import(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::PlanImport {
                ticket,
                path,
                format,
                map,
                accept_loss,
                answers,
            } => {
                let path = importer::typed_path(&path);
                match seen::options(format, map, &answers) {
                    Ok(options) => {
                        let options = ImportOptions {
                            accept_loss,
                            ..options
                        };
                        self.plan(ticket, path, options);
                    }
                    Err(error) => return self.update(importer::unanswered(ticket, &path, &error)),
                }
            }
            Effect::ApplyImport { ticket, keep } => {
                // held on to: it can still be stopped, and tried again where it was refused
                let plan = self.planned.clone().filter(|plan| plan.ticket == ticket);
                if let Some(mut plan) = plan {
                    plan.options.keep = keep;
                    self.job(Job::Import(Box::new(plan)));
                }
            }
            Effect::LoadIncentive(path) => {
                self.job(Job::Incentive(importer::typed_path(&path)));
            }
            Effect::DropImport(ticket) => {
                if let Some(plan) = self.planned.take_if(|plan| plan.ticket == ticket) {
                    plan.cancel.store(true, Ordering::Relaxed);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Asks for the figures of the book anew, with what the rows on screen say of each renewal.
    fn figures(&mut self, snapshot: Arc<Snapshot>, today: NaiveDate, behind: Vec<RenewalId>) {
        let Some(desk) = &self.model.desk else { return };
        let rows = desk.rows().iter();
        let known = rows.map(|row| (row.renewal(), Known::of(&row)));
        self.wish(Wish::Figures {
            known: known.collect(),
            pack: desk.pack.clone(),
            suggested: desk.suggested(),
            snapshot,
            today,
            behind,
        });
    }

    fn forecast(&self, draw: Draw) {
        if let Some(draws) = &self.draws {
            let _ = draws.send(draw);
        }
    }

    /// One file at a time: the one before is no longer wanted.
    fn plan(&mut self, ticket: u64, path: PathBuf, options: ImportOptions) {
        if let Some(old) = self.planned.take() {
            old.cancel.store(true, Ordering::Relaxed);
        }
        let plan = Plan {
            ticket,
            path,
            options,
            cancel: Arc::default(),
        };
        self.planned = Some(plan.clone());
        if let Some(plans) = &self.plans {
            let _ = plans.send(plan);
        }
    }

    /// The search for an older question ends with this.
    fn seek(&mut self, query: Query) {
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let desk = self.model.desk.as_ref();
        let Some((desk, engine)) = desk.zip(desk.and_then(|desk| desk.engine.clone())) else {
            return;
        };
        let search = Search {
            query,
            number,
            engine,
            snapshot: Arc::clone(&desk.snapshot),
            suggestions: Arc::clone(&desk.suggestions),
            pack: Arc::clone(&desk.pack),
            catalogue: Arc::clone(&desk.catalogue),
            today: desk.today,
        };
        if let Some(goals) = &self.goals {
            let _ = goals.send(search);
        }
    }

    pub(super) fn job(&mut self, job: Job) {
        if let Some(book) = &self.book {
            // a book thread that is gone has said so before
            let _ = book.send(job);
        }
    }

    fn list(&mut self, wanted: compare::Wanted) {
        if let Some(lists) = &self.lists {
            let _ = lists.send(wanted);
        }
    }

    fn beside(&mut self, work: beside::Work) {
        if let Some(beside) = &self.beside {
            let _ = beside.send(work);
        }
    }

    fn ask(&mut self, asked: folders::Asked) {
        if let Some(folders) = &self.folders {
            let _ = folders.send(asked);
        }
    }

    pub(super) fn wish(&mut self, wish: Wish) {
        if let Some(wishes) = &self.wishes {
            let _ = wishes.send(wish);
        }
    }

    /// Lets the workers end; a file that is being read or written is given up.
    pub(super) fn close(&mut self) {
        if let Some(plan) = &self.planned {
            plan.cancel.store(true, Ordering::Relaxed);
        }
        self.folders = None;
        self.book = None;
        self.wishes = None;
        self.plans = None;
        self.draws = None;
        self.goals = None;
        self.lists = None;
        self.beside = None;
        self.asked.fetch_add(1, Ordering::Relaxed);
    }
}
