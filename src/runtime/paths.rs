//! Where things lie: the book, its backups, the person's rule pack. The platform decides unless
//! `RENEWDESK_HOME` names one folder for everything or `RENEWDESK_BOOK` names the book.

use directories::ProjectDirs;
use std::path::{Path, PathBuf};

/// Name of the default book in the data folder.
pub const BOOK_FILE: &str = "book.renewdesk";
/// Name of the demo book in the data folder.
pub const DEMO_FILE: &str = "demo.renewdesk";
/// Name of the person's rule pack in the settings folder.
pub const PACK_FILE: &str = "pack.toml";

/// Name of the list of folders used and watched, in the settings folder.
pub const FOLDERS_FILE: &str = "folders.toml";

/// The folders of this person on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Books and backups.
    pub data: PathBuf,
    /// Rule pack and settings.
    pub config: PathBuf,
    /// The book named by `RENEWDESK_BOOK`.
    book: Option<PathBuf>,
}

/// No home folder is known, so that there is nowhere to keep the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no home folder is known here; set RENEWDESK_HOME to a folder, or give --book FILE")]
pub struct NoHome;

impl Paths {
    /// Everything in one folder.
    pub fn under(home: PathBuf) -> Paths {
        Paths {
            config: home.clone(),
            data: home,
            book: None,
        }
    }

    /// The folders by environment and platform.
    pub fn of_environment() -> Result<Paths, NoHome> {
        let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let home = named("RENEWDESK_HOME").map(PathBuf::from);
        let book = named("RENEWDESK_BOOK").map(PathBuf::from);
        if let Some(home) = home {
            return Ok(Paths {
                book,
                ..Paths::under(home)
            });
        }
        let dirs = ProjectDirs::from("", "", "renewdesk").ok_or(NoHome)?;
        Ok(Paths {
            data: dirs.data_dir().to_path_buf(),
            config: dirs.config_dir().to_path_buf(),
            book,
        })
    }

    /// The book to open when the command line names none.
    pub fn book(&self) -> PathBuf {
        self.book
            .clone()
            .unwrap_or_else(|| self.data.join(BOOK_FILE))
    }

    /// The demo book, beside the default book and never the same file.
    pub fn demo_book(&self) -> PathBuf {
        self.data.join(DEMO_FILE)
    }

    /// Where backups of a book go.
    pub fn backups_of(&self, book: &Path) -> PathBuf {
        let folder = book.parent().filter(|p| !p.as_os_str().is_empty());
        folder.unwrap_or(&self.data).join("backups")
    }

    /// The folders files were read from and those watched for new exports.
    pub fn folders(&self) -> PathBuf {
        self.config.join(FOLDERS_FILE)
    }

    /// The person's rule pack.
    pub fn pack(&self) -> PathBuf {
        self.config.join(PACK_FILE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_book_lies_beside_the_default_one() {
        let paths = Paths {
            data: "/d".into(),
            config: "/c".into(),
            book: None,
        };
        assert_eq!(paths.book(), Path::new("/d/book.renewdesk"));
        assert_eq!(paths.demo_book().parent(), paths.book().parent());
        assert_ne!(paths.demo_book(), paths.book());
        assert_eq!(
            paths.backups_of(Path::new("/x/y.renewdesk")),
            Path::new("/x/backups")
        );
    }
}
