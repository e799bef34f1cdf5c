//! What comes from the terminal, in the desk's own words, and the threads that wait for it.

use super::Event;
use crate::ui::input::{Code, Input, Key, Mouse, MouseKind};
use crossterm::event::{
    Event as Terminal, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind,
};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

/// A short wait: the reader cannot sleep for less than a millisecond and spins instead, on a core that
/// the desk and the terminal need in the same moment.
const AT_ONCE: Duration = Duration::from_micros(100);

/// Our word for an event; `None` for what the desk does not look at (key releases, mouse moves).
pub fn translate(event: Terminal) -> Option<Input> {
    match event {
        Terminal::Key(key) => key_of(key).map(Input::Key),
        Terminal::Mouse(mouse) => mouse_of(mouse).map(Input::Mouse),
        Terminal::Paste(text) => Some(Input::Paste(text)),
        Terminal::Resize(columns, rows) => Some(Input::Resize(columns, rows)),
        Terminal::FocusGained | Terminal::FocusLost => None,
    }
}

fn key_of(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let mut shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let code = match key.code {
        KeyCode::Char(c) => {
            // the character itself says whether shift was held
            shift = false;
            Code::Char(c)
        }
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let code = match code {
        Code::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        code => code,
    };
    Some(Key {
        code,
        ctrl,
        alt: key.modifiers.contains(KeyModifiers::ALT),
        shift,
        repeat: key.kind == KeyEventKind::Repeat,
    })
}

fn mouse_of(mouse: MouseEvent) -> Option<Mouse> {
    let kind = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Click,
        MouseEventKind::Down(MouseButton::Right) => MouseKind::Menu,
        MouseEventKind::ScrollUp => MouseKind::WheelUp,
        MouseEventKind::ScrollDown => MouseKind::WheelDown,
        _ => return None,
    };
    Some(Mouse {
        kind,
        x: mouse.column,
        y: mouse.row,
    })
}

/// Waits for the terminal until it is gone or nobody listens.
pub fn listen(to: &SyncSender<Event>) {
    loop {
        if !ready() {
            let _ = to.send(Event::TerminalGone);
            return;
        }
        loop {
            // a wait of nothing never finds anything
            match crossterm::event::poll(AT_ONCE) {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => {
                    let _ = to.send(Event::TerminalGone);
                    return;
                }
            }
            let Ok(event) = crossterm::event::read() else {
                let _ = to.send(Event::TerminalGone);
                return;
            };
            let sent = translate(event).map(|input| to.send(Event::Input(input, Instant::now())));
            if matches!(sent, Some(Err(_))) {
                return;
            }
        }
    }
}

/// Waits until there is something to read; false when the terminal was closed. The reader beneath
/// spins for ever on a closed terminal, so it is only asked when there is something.
#[cfg(unix)]
fn ready() -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let stdin = std::io::stdin();
    loop {
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut fds, None) {
            Ok(_) => {
                let seen = fds.first().map_or(PollFlags::HUP, |fd| fd.revents());
                if seen.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
                    return false;
                }
                return true;
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(not(unix))]
fn ready() -> bool {
    crossterm::event::poll(Duration::from_secs(3600)).is_ok()
}

/// Waits for signals: those that end the program, and a new window size.
#[cfg(unix)]
pub fn signals(to: SyncSender<Event>) -> std::io::Result<()> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGWINCH};
    let mut signals =
        signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM, SIGWINCH, SIGCONT])?;
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            for signal in signals.forever() {
                let event = match signal {
                    SIGWINCH => match crossterm::terminal::size() {
                        Ok((columns, rows)) => {
                            Event::Input(Input::Resize(columns, rows), Instant::now())
                        }
                        Err(_) => Event::TerminalGone,
                    },
                    SIGCONT => Event::Continued,
                    other => Event::Stop(other),
                };
                if to.send(event).is_err() {
                    return;
                }
            }
        })?;
    Ok(())
}

/// Other systems tell of a closed window through the reader.
#[cfg(not(unix))]
pub fn signals(_to: SyncSender<Event>) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyEventState;

    fn key(code: KeyCode, modifiers: KeyModifiers, kind: KeyEventKind) -> Option<String> {
        let event = Terminal::Key(KeyEvent {
            code,
            modifiers,
            kind,
            state: KeyEventState::NONE,
        });
        match translate(event)? {
            Input::Key(key) => Some(key.to_string()),
            _ => None,
        }
    }

    #[test]
    fn presses_and_repeats_become_keys_and_releases_do_not() {
        let none = KeyModifiers::NONE;
        assert_eq!(
            key(KeyCode::Char('H'), KeyModifiers::SHIFT, KeyEventKind::Press),
            Some("H".into())
        );
        assert_eq!(
            key(KeyCode::BackTab, KeyModifiers::SHIFT, KeyEventKind::Press),
            Some("Shift+Tab".into())
        );
        assert_eq!(
            key(
                KeyCode::Char('Z'),
                KeyModifiers::CONTROL,
                KeyEventKind::Press
            ),
            Some("Ctrl+Z".into())
        );
        assert_eq!(key(KeyCode::Char('x'), none, KeyEventKind::Release), None);
        assert_eq!(key(KeyCode::CapsLock, none, KeyEventKind::Press), None);
    }
}
