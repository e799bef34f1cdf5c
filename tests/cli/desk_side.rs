//! A desk of one test: a folder of its own, the program run in it, answers as JSON.

use assert_cmd::Command;
use serde_json::Value;
use std::path::PathBuf;
use tempfile::TempDir;

/// The day most tests work on.
pub const DAY: &str = "2026-11-22";

/// A folder with a book that nobody else sees.
pub struct Side {
    folder: TempDir,
}

/// What a run gave.
pub struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("no JSON ({e}): {}\n{}", self.out, self.err))
    }
}

impl Side {
    pub fn new() -> Side {
        Side {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A side with the worked line of the renewal rules and a second contract, imported.
    pub fn imported() -> Side {
        let side = Side::new();
        let file = side.file("lines.csv", LINES);
        side.ok(&["import", file.to_str().unwrap()]);
        side
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Runs the program on a day of its own choosing.
    pub fn run_raw(&self, args: &[&str]) -> Answer {
        let output = Command::cargo_bin("renewdesk")
            .unwrap()
            .env("RENEWDESK_HOME", self.folder.path())
            .env_remove("RENEWDESK_BOOK")
            .env("USER", "tester")
            .current_dir(self.folder.path())
            .args(args)
            .output()
            .unwrap();
        Answer {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the program on [`DAY`] as somebody whom file permissions hold: root is not held by any,
    /// so that the program then runs as nobody.
    #[cfg(unix)]
    pub fn run_held(&self, args: &[&str]) -> Answer {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        use std::os::unix::process::CommandExt;
        let mut program = assert_cmd::cargo::cargo_bin("renewdesk");
        let root = std::fs::metadata(self.folder.path()).unwrap().uid() == 0;
        if root {
            // where nobody can reach it
            let reachable = self.path("renewdesk-program");
            if !reachable.exists() {
                // by another process: a file this one has open for writing is busy in every child
                // that a test beside this one starts meanwhile, and would not run
                let mut copy = std::process::Command::new("cp");
                assert!(
                    copy.arg(&program)
                        .arg(&reachable)
                        .status()
                        .unwrap()
                        .success()
                );
            }
            let open = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(self.folder.path(), open).unwrap();
            program = reachable;
        }
        let mut command = std::process::Command::new(program);
        if root {
            command.uid(65_534).gid(65_534);
        }
        let output = command
            .env("RENEWDESK_HOME", self.folder.path())
            .env_remove("RENEWDESK_BOOK")
            .env("USER", "tester")
            .current_dir("/")
            .args(["--as-of", DAY])
            .args(args)
            .output()
            .unwrap();
        Answer {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Gives everything in a folder, and the folder, to whoever [`Side::run_held`] runs as.
    #[cfg(unix)]
    pub fn hand_over(&self, folder: &std::path::Path) {
        use std::os::unix::fs::MetadataExt;
        if std::fs::metadata(self.folder.path()).unwrap().uid() == 0 {
            let files = std::fs::read_dir(folder).unwrap();
            for path in files.map(|file| file.unwrap().path()) {
                std::os::unix::fs::chown(path, Some(65_534), Some(65_534)).unwrap();
            }
            std::os::unix::fs::chown(folder, Some(65_534), Some(65_534)).unwrap();
        }
    }

    /// Runs the program on [`DAY`].
    pub fn run(&self, args: &[&str]) -> Answer {
        let all: Vec<&str> = ["--as-of", DAY].iter().chain(args).copied().collect();
        self.run_raw(&all)
    }

    /// Runs it and demands success.
    pub fn ok(&self, args: &[&str]) -> Answer {
        let answer = self.run(args);
        assert_eq!(answer.code, 0, "{args:?}: {}{}", answer.out, answer.err);
        answer
    }

    /// Runs it with `--json` and gives the JSON.
    pub fn json(&self, args: &[&str]) -> Value {
        let all: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        self.ok(&all).json()
    }

    /// Runs it and demands that it fails with a code, saying why on standard error only.
    pub fn fails(&self, code: i32, args: &[&str]) -> String {
        let answer = self.run(args);
        assert_eq!(answer.code, code, "{args:?}: {}{}", answer.out, answer.err);
        assert_eq!(answer.out, "", "{args:?} wrote data although it failed");
        assert!(answer.err.starts_with("renewdesk: ") || answer.err.starts_with("error:"));
        answer.err
    }
}

/// Two contracts of one customer; the first line is the worked one of the renewal rules.
pub const LINES: &str = "\
customer,contract_number,serial,instance,pid,service_sku,service_level,quantity,unit_list,start_date,end_date,extended_net,currency
Blütental Water,200123456,FOC2329X0AB,1001,C9300-24T-E,CON-SNT-C93002TE,8x5xNBD,12,1240.00,2025-12-11,2026-12-10,9300.00,USD
Blütental Water,200123456,FOC2329X0AC,1002,C9300-48P,CON-SNTP-C930048P,24x7x4,1,1000.00,2025-12-11,2026-12-10,1000.00,USD
Blütental Water,200123457,FOC2329X0AD,1003,C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000.00,2025-03-15,2026-03-14,800.00,USD
";
