//! The plays of the catalogue.

/// A play of the catalogue. Their order is the order in which they take a device: a box is in one play, and
/// the others it fits are notes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Play {
    /// A renewal at or past the last day to renew.
    WindowClosing,
    /// Hardware near or past its last date of support.
    LdosRefresh,
    /// Bare gear in the install base.
    CoverageGap,
    /// Cover that ended, asset still seen.
    LapsedWinBack,
    /// Gear a source shows while it hides the contract.
    Takeover,
    /// Devices without a licence, licences that end.
    Attach,
    /// A level below the customer's norm.
    TierUplift,
    /// Use cases that stand still before a renewal.
    AdoptionStalled,
    /// Yearly renewals that could run longer.
    MultiYear,
    /// Many contracts or end dates.
    CoTerm,
    /// A portfolio that like-sized customers hold.
    Whitespace,
}

impl Play {
    /// All, in the order in which they take a device.
    pub const ALL: [Play; 11] = [
        Play::WindowClosing,
        Play::LdosRefresh,
        Play::CoverageGap,
        Play::LapsedWinBack,
        Play::Takeover,
        Play::Attach,
        Play::TierUplift,
        Play::AdoptionStalled,
        Play::MultiYear,
        Play::CoTerm,
        Play::Whitespace,
    ];

    /// Id in keys and JSON.
    pub fn id(self) -> &'static str {
        match self {
            Play::WindowClosing => "window_closing",
            Play::LdosRefresh => "ldos_refresh",
            Play::CoverageGap => "coverage_gap",
            Play::LapsedWinBack => "lapsed_win_back",
            Play::Takeover => "takeover",
            Play::Attach => "attach",
            Play::TierUplift => "tier_uplift",
            Play::AdoptionStalled => "adoption_stalled",
            Play::MultiYear => "multi_year",
            Play::CoTerm => "co_term",
            Play::Whitespace => "whitespace",
        }
    }

    /// Title on screen.
    pub fn title(self) -> &'static str {
        match self {
            Play::WindowClosing => "Renewal window closing",
            Play::LdosRefresh => "LDoS refresh",
            Play::CoverageGap => "Coverage gap",
            Play::LapsedWinBack => "Lapsed win-back",
            Play::Takeover => "Takeover",
            Play::Attach => "Subscription attach",
            Play::TierUplift => "Tier uplift",
            Play::AdoptionStalled => "Adoption stalled",
            Play::MultiYear => "Multi-year",
            Play::CoTerm => "Co-term",
            Play::Whitespace => "Whitespace",
        }
    }

    /// The play of an id; `-` and `_` are alike.
    pub fn named(id: &str) -> Option<Play> {
        let id = id.trim().to_lowercase().replace('-', "_");
        Play::ALL.into_iter().find(|play| play.id() == id)
    }

    /// True for a play that brings no quote line: it is accepted as a task on a renewal.
    pub fn is_task(self) -> bool {
        matches!(
            self,
            Play::AdoptionStalled | Play::CoTerm | Play::Whitespace
        )
    }
}
