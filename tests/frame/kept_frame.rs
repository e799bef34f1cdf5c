//! What a terminal is sent, frame after frame, beside whole frames drawn anew: the same cells, and
//! of those the ones that look otherwise. Both drivers hold every frame of every test to it.

use ratatui::buffer::{Buffer, Cell};
use renewdesk::ui::layout::draw_on;
use renewdesk::ui::model::Model;
use renewdesk::ui::surface::Surface;

/// A terminal that follows the frames, and the last of them.
pub struct Followed {
    surface: Surface,
    before: Buffer,
}

impl Followed {
    /// One that shows nothing yet.
    pub fn new() -> Followed {
        Followed {
            surface: Surface::new(Default::default()),
            before: Buffer::default(),
        }
    }

    /// Draws over the frame before and compares with the frame drawn anew.
    #[track_caller]
    pub fn follow(&mut self, model: &Model, fresh: &Buffer) {
        if self.surface.area() != fresh.area {
            // the first of a size is drawn whole; the next frames are held to what it left
            self.surface = Surface::new(fresh.area);
            draw_on(model, self.surface.next_page());
            self.before = fresh.clone();
            return drop(self.surface.update(|_| {}));
        }
        draw_on(model, self.surface.next_page());
        let sent: Vec<(u16, u16, &Cell)> = self.surface.update(|_| {}).collect();
        assert_eq!(sent, self.before.diff(fresh), "what is sent");
        assert_eq!(self.surface.shown(), *fresh, "what is held");
        self.before = fresh.clone();
    }
}
