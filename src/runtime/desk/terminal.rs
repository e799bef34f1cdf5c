//! The terminal, taken and given back. Whatever ends the program (return, error, panic, signal)
//! the screen, the mouse, paste marks, the cursor and line editing are as they were.

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// The terminal is ours at this moment.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Where frames go: the terminal itself, past the lock and the line buffer of standard output,
/// which another thread may hold in the moment the terminal must be given back.
#[cfg(unix)]
pub type Out = std::fs::File;
/// Where frames go.
#[cfg(not(unix))]
pub type Out = io::Stdout;

/// A way to the terminal of one's own.
#[cfg(unix)]
pub fn out() -> io::Result<Out> {
    use std::os::fd::AsFd;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

/// A way to the terminal of one's own.
#[cfg(not(unix))]
pub fn out() -> io::Result<Out> {
    Ok(io::stdout())
}

/// Holds the terminal; dropping gives it back.
pub struct Guard(());

impl Guard {
    /// Takes the terminal.
    pub fn take() -> io::Result<Guard> {
        give_back_on_panic();
        enter(true)?;
        Ok(Guard(()))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Raw mode, other screen, mouse, paste marks.
pub fn enter(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        cursor::Hide
    )?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back; the second time does nothing. Errors have nowhere to go: the terminal
/// may be the very thing that is gone.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    if let Ok(mut out) = out() {
        let _ = execute!(
            out,
            crossterm::terminal::EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        let _ = out.flush();
    }
    let _ = disable_raw_mode();
}

/// True for what writing to a closed terminal reports.
pub fn is_gone(error: &io::Error) -> bool {
    /// `EIO`, `ENXIO` and `EBADF`, which have no name of their own in the standard library.
    const CLOSED: [i32; 3] = [5, 6, 9];
    let named = error.kind() == io::ErrorKind::BrokenPipe;
    named || (cfg!(unix) && error.raw_os_error().is_some_and(|n| CLOSED.contains(&n)))
}

/// Takes or leaves the mouse.
pub fn mouse(ours: bool) -> io::Result<()> {
    let mut out = out()?;
    if ours {
        execute!(out, EnableMouseCapture)
    } else {
        execute!(out, DisableMouseCapture)
    }
}

/// A panic in any thread gives the terminal back, says where it was, and ends the program: the
/// book is safe at every moment, a half-alive desk is not. The message of the panic is left out,
/// since it may hold names or prices.
fn give_back_on_panic() {
    static SET: AtomicBool = AtomicBool::new(false);
    if SET.swap(true, Ordering::SeqCst) {
        return;
    }
    std::panic::set_hook(Box::new(|info| {
        give_back();
        let at = info.location().map_or_else(String::new, |place| {
            format!(" at {}:{}", place.file(), place.line())
        });
        let _ = writeln!(
            io::stderr(),
            "renewdesk stopped because of an error in the program{at}.\n\
             Everything that was said to be saved is in the book. Please report the place above."
        );
        std::process::exit(101);
    }));
}
