//! How things look: a style per role, never a colour in a view. Four themes; every state is told
//! by its sign and word first, so the mono theme loses nothing. Glyphs come in two sets.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is, as far as its look goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Less important text: labels, hints.
    Dim,
    /// Column headers and titles.
    Title,
    /// A figure that leads.
    Strong,
    /// Border of a pane.
    Border,
    /// Border of the pane that has the focus.
    Focus,
    /// The row under the cursor in the focused pane.
    Cursor,
    /// The row under the cursor in another pane.
    CursorAway,
    /// The cell under the column cursor.
    Cell,
    /// A marked row.
    Marked,
    /// Near, to be looked at.
    Soon,
    /// Very near or past.
    Critical,
    /// Fine, gained.
    Good,
    /// Lost, refused, failed.
    Bad,
    /// Typed and not yet kept.
    Typing,
    /// The part of a text that matched a search.
    Match,
    /// The tab of the screen shown.
    Tab,
    /// The tabs of the other screens.
    TabAway,
    /// A key in the footer.
    Key,
    /// The watermark of a demo book.
    Watermark,
    /// Text of a popup.
    Popup,
    /// A figure of a heat table: 0 to 10 in four shades.
    Heat(Heat),
}

/// The shades of a heat table. The figure always stands in the cell too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Heat {
    /// Index below 3.
    Low,
    /// Below 5.
    Below,
    /// Below 8.
    Fair,
    /// 8 to 10.
    High,
}

impl Heat {
    /// Every shade, lowest first.
    pub const ALL: [Heat; 4] = [Heat::Low, Heat::Below, Heat::Fair, Heat::High];
}

impl Role {
    /// True when the role has a background of its own; other texts keep what lies under them.
    pub fn has_ground(self) -> bool {
        matches!(
            self,
            Role::Cursor
                | Role::CursorAway
                | Role::Cell
                | Role::Typing
                | Role::Match
                | Role::Tab
                | Role::Watermark
                | Role::Popup
                | Role::Heat(_)
        )
    }
}

/// The themes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ThemeName {
    /// Dark background.
    Dark,
    /// Light background.
    Light,
    /// Black and white with few strong colours.
    HighContrast,
    /// No colour at all: bold, underline and reverse only.
    Mono,
}

impl ThemeName {
    /// Every theme, in the order the palette offers them.
    pub const ALL: [ThemeName; 4] = [
        ThemeName::Dark,
        ThemeName::Light,
        ThemeName::HighContrast,
        ThemeName::Mono,
    ];

    /// Name in settings and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            ThemeName::Dark => "dark",
            ThemeName::Light => "light",
            ThemeName::HighContrast => "high-contrast",
            ThemeName::Mono => "mono",
        }
    }

    /// The theme of that name.
    pub fn named(text: &str) -> Option<ThemeName> {
        ThemeName::ALL.into_iter().find(|t| t.id() == text)
    }
}

/// Characters lines and marks are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Only ASCII.
    pub ascii: bool,
}

impl Glyphs {
    /// Horizontal line.
    pub fn line(self) -> char {
        if self.ascii { '-' } else { '─' }
    }
    /// Vertical line.
    pub fn bar(self) -> char {
        if self.ascii { '|' } else { '│' }
    }
    /// Corners: top left, top right, bottom left, bottom right.
    pub fn corners(self) -> [char; 4] {
        if self.ascii {
            ['+'; 4]
        } else {
            ['┌', '┐', '└', '┘']
        }
    }
    /// The double frame of the focus: horizontal, vertical, and the corners.
    pub fn focus(self) -> (char, char, [char; 4]) {
        if self.ascii {
            ('=', '#', ['+'; 4])
        } else {
            ('═', '║', ['╔', '╗', '╚', '╝'])
        }
    }
    /// Text was cut here.
    pub fn cut(self) -> &'static str {
        if self.ascii { "~" } else { "…" }
    }
    /// Sorted upwards, downwards.
    pub fn sort(self, descending: bool) -> &'static str {
        match (self.ascii, descending) {
            (true, false) => "^",
            (true, true) => "v",
            (false, false) => "↑",
            (false, true) => "↓",
        }
    }
    /// From one figure to the next.
    pub fn arrow(self) -> &'static str {
        if self.ascii { "->" } else { "→" }
    }
    /// Full and empty part of a bar.
    pub fn shades(self) -> (char, char) {
        if self.ascii {
            ('#', '.')
        } else {
            ('█', '░')
        }
    }
    /// How full a cell of a heat table is.
    pub fn heat(self, heat: Heat) -> char {
        match (heat, self.ascii) {
            (Heat::Low, false) => '░',
            (Heat::Below, false) => '▒',
            (Heat::Fair, false) => '▓',
            (Heat::High, false) => '█',
            (Heat::Low, true) => '.',
            (Heat::Below, true) => ':',
            (Heat::Fair, true) => '+',
            (Heat::High, true) => '#',
        }
    }
    /// Between two facts.
    pub fn dot(self) -> &'static str {
        if self.ascii { "|" } else { "·" }
    }
    /// Drops what ASCII cannot show to its nearest sign: used on our own texts, not on names.
    pub fn plain(self, text: &str) -> std::borrow::Cow<'_, str> {
        if !self.ascii || text.is_ascii() {
            return text.into();
        }
        text.chars()
            .map(|c| match c {
                '−' | '–' | '—' => '-',
                '×' => 'x',
                '→' => '>',
                '…' => '~',
                '·' => '|',
                '≤' => '<',
                '≥' => '>',
                'Σ' => 'S',
                '⏎' => '/',
                // eight heights of a bar
                '▁'..='█' => {
                    let height = u32::from(c) - u32::from('▁') + 1;
                    char::from_digit(height, 10).unwrap_or('?')
                }
                c if c.is_ascii() => c,
                _ => '?',
            })
            .collect::<String>()
            .into()
    }
}

/// Theme and glyphs together: all a view needs to know about looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The theme.
    pub theme: ThemeName,
    /// The glyphs.
    pub glyphs: Glyphs,
}

impl Look {
    /// A look by theme.
    pub fn new(theme: ThemeName, ascii: bool) -> Look {
        Look {
            theme,
            glyphs: Glyphs { ascii },
        }
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        match self.theme {
            ThemeName::Mono => mono(role),
            ThemeName::Dark => colours(&DARK, role),
            ThemeName::Light => colours(&LIGHT, role),
            ThemeName::HighContrast => colours(&CONTRAST, role),
        }
    }
}

/// The colours of a theme. Text contrast is at least 4.5:1 on `back` (held by a test).
struct Palette {
    back: Color,
    text: Color,
    dim: Color,
    title: Color,
    accent: Color,
    soon: Color,
    critical: Color,
    good: Color,
    cursor_back: Color,
    away_back: Color,
    popup_back: Color,
    typing_back: Color,
    match_back: Color,
    on_accent: Color,
    heat: (Color, Color, Color, Color),
}

const fn rgb(r: u8, g: u8, b: u8) -> Color {
    Color::Rgb(r, g, b)
}

const DARK: Palette = Palette {
    back: rgb(16, 20, 26),
    text: rgb(216, 222, 230),
    dim: rgb(164, 173, 186),
    title: rgb(150, 200, 240),
    accent: rgb(110, 190, 250),
    soon: rgb(240, 190, 90),
    critical: rgb(255, 138, 124),
    good: rgb(120, 210, 150),
    cursor_back: rgb(32, 54, 82),
    away_back: rgb(34, 40, 50),
    popup_back: rgb(28, 34, 44),
    typing_back: rgb(74, 58, 14),
    match_back: rgb(70, 62, 20),
    on_accent: rgb(10, 16, 24),
    heat: (
        rgb(96, 30, 34),
        rgb(84, 62, 14),
        rgb(24, 62, 92),
        rgb(16, 84, 54),
    ),
};

const LIGHT: Palette = Palette {
    back: rgb(250, 250, 248),
    text: rgb(30, 34, 40),
    dim: rgb(84, 90, 100),
    title: rgb(10, 80, 140),
    accent: rgb(0, 84, 156),
    soon: rgb(120, 70, 0),
    critical: rgb(166, 20, 14),
    good: rgb(10, 92, 44),
    cursor_back: rgb(210, 228, 248),
    away_back: rgb(230, 232, 236),
    popup_back: rgb(240, 242, 246),
    typing_back: rgb(255, 240, 190),
    match_back: rgb(255, 236, 170),
    on_accent: rgb(255, 255, 255),
    heat: (
        rgb(255, 208, 204),
        rgb(255, 232, 176),
        rgb(206, 226, 250),
        rgb(190, 236, 206),
    ),
};

const CONTRAST: Palette = Palette {
    back: rgb(0, 0, 0),
    text: rgb(255, 255, 255),
    dim: rgb(220, 220, 220),
    title: rgb(255, 255, 255),
    accent: rgb(255, 255, 0),
    soon: rgb(255, 210, 0),
    critical: rgb(255, 150, 150),
    good: rgb(120, 255, 120),
    cursor_back: rgb(0, 0, 130),
    away_back: rgb(60, 60, 60),
    popup_back: rgb(0, 0, 0),
    typing_back: rgb(90, 60, 0),
    match_back: rgb(80, 80, 0),
    on_accent: rgb(0, 0, 0),
    heat: (
        rgb(120, 0, 0),
        rgb(96, 64, 0),
        rgb(0, 50, 120),
        rgb(0, 92, 30),
    ),
};

fn colours(p: &Palette, role: Role) -> Style {
    let base = Style::new().fg(p.text).bg(p.back);
    let bold = Modifier::BOLD;
    match role {
        Role::Text => base,
        Role::Dim | Role::Border => base.fg(p.dim),
        Role::Title => base.fg(p.title).add_modifier(bold),
        Role::Strong => base.add_modifier(bold),
        Role::Focus => base.fg(p.accent),
        Role::Cursor => base.bg(p.cursor_back),
        Role::CursorAway => base.bg(p.away_back),
        Role::Cell => base
            .bg(p.cursor_back)
            .add_modifier(bold | Modifier::UNDERLINED),
        Role::Marked => base.fg(p.accent),
        Role::Soon => base.fg(p.soon),
        Role::Critical | Role::Bad => base.fg(p.critical).add_modifier(bold),
        Role::Good => base.fg(p.good),
        Role::Typing => base.bg(p.typing_back).add_modifier(bold),
        Role::Match => base.bg(p.match_back).add_modifier(bold),
        Role::Tab => Style::new().fg(p.on_accent).bg(p.accent).add_modifier(bold),
        Role::TabAway => base.fg(p.dim),
        Role::Key => base.fg(p.accent).add_modifier(bold),
        Role::Watermark => Style::new().fg(p.on_accent).bg(p.soon).add_modifier(bold),
        Role::Popup => base.bg(p.popup_back),
        Role::Heat(heat) => base.bg(match heat {
            Heat::Low => p.heat.0,
            Heat::Below => p.heat.1,
            Heat::Fair => p.heat.2,
            Heat::High => p.heat.3,
        }),
    }
}

fn mono(role: Role) -> Style {
    let base = Style::new();
    match role {
        Role::Text | Role::Dim | Role::Border | Role::TabAway | Role::Popup => base,
        Role::Title | Role::Strong | Role::Key | Role::Good | Role::Focus => {
            base.add_modifier(Modifier::BOLD)
        }
        Role::Soon | Role::Marked => base.add_modifier(Modifier::UNDERLINED),
        Role::Critical | Role::Bad => base.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        Role::Cursor | Role::Tab | Role::Watermark => base.add_modifier(Modifier::REVERSED),
        Role::CursorAway => base.add_modifier(Modifier::BOLD),
        Role::Cell => base.add_modifier(Modifier::REVERSED | Modifier::BOLD),
        Role::Typing => base.add_modifier(Modifier::REVERSED | Modifier::UNDERLINED),
        Role::Match => base.add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
        // the figure tells; bold where it is high, underlined where it is low
        Role::Heat(Heat::Low) => base.add_modifier(Modifier::UNDERLINED),
        Role::Heat(Heat::Below | Heat::Fair) => base,
        Role::Heat(Heat::High) => base.add_modifier(Modifier::BOLD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [Role; 18] = [
        Role::Text,
        Role::Dim,
        Role::Title,
        Role::Strong,
        Role::Marked,
        Role::Soon,
        Role::Critical,
        Role::Good,
        Role::Bad,
        Role::TabAway,
        Role::Key,
        Role::Typing,
        Role::Tab,
        Role::Watermark,
        Role::Heat(Heat::Low),
        Role::Heat(Heat::Below),
        Role::Heat(Heat::Fair),
        Role::Heat(Heat::High),
    ];

    /// Relative luminance after WCAG 2.
    fn luminance(colour: Color) -> f64 {
        let Color::Rgb(r, g, b) = colour else {
            panic!("{colour} is no 24-bit colour");
        };
        let part = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(one: Color, two: Color) -> f64 {
        let (one, two) = (luminance(one), luminance(two));
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    #[test]
    fn every_text_can_be_read_on_every_ground_it_stands_on() {
        for theme in [ThemeName::Dark, ThemeName::Light, ThemeName::HighContrast] {
            let look = Look::new(theme, false);
            let grounds = [Role::Text, Role::Cursor, Role::CursorAway, Role::Popup];
            for role in TEXTS {
                let style = look.style(role);
                let own = [role];
                let under: &[Role] = if role.has_ground() { &own } else { &grounds };
                for ground in under {
                    let seen = contrast(style.fg.unwrap(), look.style(*ground).bg.unwrap());
                    assert!(seen >= 4.5, "{theme:?} {role:?} on {ground:?}: {seen:.2}");
                }
            }
        }
    }

    #[test]
    fn without_colour_the_states_still_differ() {
        let look = Look::new(ThemeName::Mono, true);
        let states = [
            Role::Text,
            Role::Soon,
            Role::Critical,
            Role::Cursor,
            Role::Typing,
        ];
        for (at, one) in states.iter().enumerate() {
            for two in states.iter().skip(at + 1) {
                assert_ne!(look.style(*one), look.style(*two), "{one:?} {two:?}");
            }
        }
        for role in TEXTS {
            assert_eq!((look.style(role).fg, look.style(role).bg), (None, None));
        }
    }
}
