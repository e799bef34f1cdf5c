//! Text out of the desk: through the terminal's own clipboard sequence, and into a file beside the
//! book, since a terminal does not say whether it took the text. The message names both.

use base64::Engine;
use std::io::{self, Write};
use std::path::Path;

/// Longer texts are cut off by many terminals; they only go to the file.
const MOST_BYTES: usize = 74_000;

/// Copies a text; says where it went, or why it went nowhere.
pub fn copy(text: &str, folder: &Path) -> Result<String, String> {
    let file = folder.join("copied.tsv");
    let kept = keep(text, &file);
    let sent = text.len() <= MOST_BYTES && send(text).is_ok();
    match (sent, kept) {
        (true, Ok(())) => Ok(format!(
            "Handed to the terminal's clipboard; also in {}",
            file.display()
        )),
        (true, Err(_)) => Ok("Handed to the terminal's clipboard".into()),
        (false, Ok(())) => Ok(format!("Copied to {}", file.display())),
        (false, Err(error)) => Err(format!("Could not copy: {error}")),
    }
}

fn send(text: &str) -> io::Result<()> {
    let code = base64::engine::general_purpose::STANDARD.encode(text);
    let mut out = super::terminal::out()?;
    if std::env::var_os("TMUX").is_some() {
        write!(out, "\x1bPtmux;\x1b\x1b]52;c;{code}\x07\x1b\\")?;
    } else {
        write!(out, "\x1b]52;c;{code}\x07")?;
    }
    out.flush()
}

fn keep(text: &str, file: &Path) -> io::Result<()> {
    let part = file.with_extension("part");
    let _ = std::fs::remove_file(&part);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(&part)?.write_all(text.as_bytes())?;
    std::fs::rename(&part, file)
}
