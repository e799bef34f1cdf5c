//! What folders tell the import: their entries, which were used or are watched, and new exports in
//! those.

use super::{Model, PATH, Step};
use crate::ui::desk::Ctx;
use crate::ui::msg::{Arrived, Folder, Folders};

impl Model {
    /// A folder was listed. What was typed as one may be a file without an ending that is known: its
    /// content counts, so it is read like any other.
    pub fn folder(&mut self, folder: Folder, ctx: &mut Ctx<'_>) {
        if folder.is_file && matches!(self.step, Step::Choose) {
            return self.read(&folder.path, ctx);
        }
        self.listed(folder);
    }

    /// A folder was listed while there is no book yet to read a file into.
    pub fn listed(&mut self, folder: Folder) {
        if folder.error.is_none() && !self.picker.is_typing() {
            self.picker.set_text(PATH, &folder.path);
        }
        self.picker.listed(folder);
    }

    /// Which folders were used before and which are watched.
    pub fn known(&mut self, folders: Folders) {
        self.picker.known(folders);
    }

    /// Folders watched for new exports.
    pub fn watches(&self) -> &[String] {
        self.picker.watches()
    }

    /// A new export appeared in a watched folder.
    pub fn appeared(&mut self, arrived: Arrived) {
        self.picker.appeared(arrived);
    }

    /// Why the newest export that appeared cannot be looked at now.
    pub fn no_arrival(&self) -> Option<String> {
        let why = match self.step {
            _ if self.picker.newest().is_none() => "no new export has appeared in a watched folder",
            Step::Choose | Step::Done { .. } | Step::Failed { .. } => return None,
            _ => "a file is on the Import screen; Esc leaves it",
        };
        Some(why.to_string())
    }

    /// Reads the newest export that appeared, to be looked at.
    pub fn open_arrival(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(path) = self.picker.newest().map(|arrived| arrived.path.clone()) {
            self.read(&path, ctx);
        }
    }
}
