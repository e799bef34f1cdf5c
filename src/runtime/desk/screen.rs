//! Frames onto the terminal: what changed, the text cursor, all of a frame in one write.

use super::colour::Depth;
use super::terminal;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::layout::{Position, Rect, Size};
use std::io::{self, BufWriter, Write};
use ui::canvas::Zone;
use ui::model::Model;
use ui::surface::Surface;

use crate::ui;

/// A frame of a big window fits, so that it goes out in one write.
const MOST_OF_A_FRAME: usize = 1 << 18;

/// The terminal as the desk draws on it.
pub struct Screen<W: Write = terminal::Out> {
    out: CrosstermBackend<BufWriter<W>>,
    surface: Surface,
    depth: Depth,
    /// Where the text cursor was left, none where it is hidden; not known at first.
    cursor: Option<Option<Position>>,
}

impl<W: Write> Screen<W> {
    /// A terminal of that size with nothing on it.
    pub fn new(out: W, size: Size, depth: Depth) -> Screen<W> {
        Screen {
            out: CrosstermBackend::new(BufWriter::with_capacity(MOST_OF_A_FRAME, out)),
            surface: Surface::new(Rect::from((Position::ORIGIN, size))),
            depth,
            cursor: None,
        }
    }

    /// Wipes it; the next frame is drawn whole, in that size.
    pub fn wipe(&mut self, size: Size) -> io::Result<()> {
        self.surface = Surface::new(Rect::from((Position::ORIGIN, size)));
        self.cursor = None;
        self.out.clear()
    }

    /// The window may have another size now; where it has, the next frame is drawn whole.
    pub fn fit(&mut self, size: Size) -> io::Result<()> {
        match self.surface.area().as_size() == size {
            true => Ok(()),
            false => self.wipe(size),
        }
    }

    /// Draws the desk; gives the clickable places. `ready` is called before the frame goes out: what
    /// is typed at sight of it was typed later. A frame like the one before is not sent.
    pub fn draw(&mut self, model: &Model, ready: impl FnOnce()) -> io::Result<Vec<Zone>> {
        let (zones, cursor) = ui::layout::draw_on(model, self.surface.next_page());
        let depth = self.depth;
        let mut changed = self.surface.update(|cells| depth.fit(cells)).peekable();
        ready();
        let drawn = changed.peek().is_some();
        if !drawn && self.cursor == Some(cursor) {
            return Ok(zones);
        }
        queue!(self.out, BeginSynchronizedUpdate)?;
        if drawn {
            self.out.draw(changed)?;
        }
        let shown = self.cursor.map(|cursor| cursor.is_some());
        match cursor {
            None if shown == Some(false) => {}
            None => queue!(self.out, Hide)?,
            Some(Position { x, y }) => {
                if shown != Some(true) {
                    queue!(self.out, Show)?;
                }
                queue!(self.out, MoveTo(x, y))?;
            }
        }
        queue!(self.out, EndSynchronizedUpdate)?;
        Write::flush(&mut self.out)?;
        self.cursor = Some(cursor);
        Ok(zones)
    }
}
