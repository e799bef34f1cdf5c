//! Which look fits the terminal: what the person asked for, else what the environment says.

use crate::ui::theme::{Look, ThemeName};

/// The look by option and environment. `NO_COLOR` and a dumb terminal mean no colour;
/// `RENEWDESK_THEME` names a theme; `COLORFGBG` tells a light background from a dark one. Without
/// a UTF-8 locale lines are drawn in ASCII.
pub fn look(theme: Option<ThemeName>, ascii: bool) -> Look {
    let env = |name: &str| std::env::var(name).unwrap_or_default();
    let theme = theme
        .or_else(|| ThemeName::named(&env("RENEWDESK_THEME")))
        .unwrap_or_else(|| by_terminal(&env("NO_COLOR"), &env("TERM"), &env("COLORFGBG")));
    let locale = [env("LC_ALL"), env("LC_CTYPE"), env("LANG")]
        .into_iter()
        .find(|value| !value.is_empty());
    let plain = cfg!(unix) && locale.is_some_and(|value| !is_utf8(&value));
    Look::new(theme, ascii || plain)
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8") || locale.starts_with("c.utf")
}

fn by_terminal(no_color: &str, term: &str, ground: &str) -> ThemeName {
    if !no_color.is_empty() || term == "dumb" {
        return ThemeName::Mono;
    }
    let back = ground.rsplit(';').next().and_then(|last| last.parse().ok());
    match back {
        Some(7 | 9..=15) => ThemeName::Light,
        Some(_) | None::<u8> => ThemeName::Dark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_only_where_it_is_wanted_and_light_where_it_is_light() {
        assert_eq!(by_terminal("1", "xterm", ""), ThemeName::Mono);
        assert_eq!(by_terminal("", "dumb", ""), ThemeName::Mono);
        assert_eq!(by_terminal("", "xterm", "0;15"), ThemeName::Light);
        assert_eq!(by_terminal("", "xterm", "15;0"), ThemeName::Dark);
        assert_eq!(by_terminal("", "xterm", ""), ThemeName::Dark);
        assert!(is_utf8("en_US.UTF-8") && !is_utf8("POSIX"));
    }
}
