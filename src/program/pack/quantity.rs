//! What A and B of a metric may be made of: the closed vocabulary of a pack's `measure` rows. A
//! metric is a choice of these words, so that a new one is a row of a pack and no code. Names and
//! their order only; what a deal adds to each is the engine's business.

/// An amount that deals add up to, per portfolio and fiscal month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    /// Run-rate renewed on time, in the month of the due date.
    OnTimeValue,
    /// Run-rate due, in the month of the due date.
    ValueDue,
    /// ACV booked, like all below in the month of the booking.
    Acv,
    /// TCV booked, as far as bookings count as growth.
    Tcv,
    /// TCV booked under an EA or MSLA.
    EaTcv,
    /// TCV in the base of buying-program penetration (`buying.base`).
    BuyingBaseTcv,
    /// TCV of premium services.
    PremiumTcv,
    /// TCV of services.
    ServicesTcv,
    /// TCV of AI bookings.
    AiTcv,
    /// TCV of all bookings of a portfolio, renewals among them whether or not they grow.
    PortfolioTcv,
    /// TCV of eligible use cases.
    UseCaseTcv,
    /// TCV of eligible use cases with the stage Onboard complete.
    OnboardedTcv,
    /// TCV of eligible use cases with the stage Adopt complete.
    AdoptedTcv,
}

/// The fiscal month an amount belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountedBy {
    /// The month it is booked in.
    Booking,
    /// The month the expiring line ends in.
    Due,
}

/// Whose lines a metric looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinesCounted {
    /// Every line of the metric's portfolio.
    All,
    /// Lines of the Services portfolio; the metric does not move in another one.
    Services,
}

impl Quantity {
    /// All of them, in the order of their words in messages.
    pub const ALL: [Quantity; 13] = [
        Quantity::OnTimeValue,
        Quantity::ValueDue,
        Quantity::Acv,
        Quantity::Tcv,
        Quantity::EaTcv,
        Quantity::BuyingBaseTcv,
        Quantity::PremiumTcv,
        Quantity::ServicesTcv,
        Quantity::AiTcv,
        Quantity::PortfolioTcv,
        Quantity::UseCaseTcv,
        Quantity::OnboardedTcv,
        Quantity::AdoptedTcv,
    ];

    /// The word of a pack, `premium_tcv`.
    pub fn word(self) -> &'static str {
        match self {
            Quantity::OnTimeValue => "on_time_value",
            Quantity::ValueDue => "value_due",
            Quantity::Acv => "acv",
            Quantity::Tcv => "tcv",
            Quantity::EaTcv => "ea_tcv",
            Quantity::BuyingBaseTcv => "buying_base_tcv",
            Quantity::PremiumTcv => "premium_tcv",
            Quantity::ServicesTcv => "services_tcv",
            Quantity::AiTcv => "ai_tcv",
            Quantity::PortfolioTcv => "portfolio_tcv",
            Quantity::UseCaseTcv => "use_case_tcv",
            Quantity::OnboardedTcv => "onboarded_tcv",
            Quantity::AdoptedTcv => "adopted_tcv",
        }
    }

    /// The quantity of a word.
    pub fn named(word: &str) -> Option<Quantity> {
        Quantity::ALL.into_iter().find(|q| q.word() == word)
    }

    /// What a person calls it, in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Quantity::OnTimeValue => "on-time value",
            Quantity::ValueDue => "value due",
            Quantity::Acv => "ACV bookings",
            Quantity::Tcv => "TCV bookings",
            Quantity::EaTcv => "bookings under an EA or MSLA",
            Quantity::BuyingBaseTcv => "bookings in the buying base",
            Quantity::PremiumTcv => "premium services bookings",
            Quantity::ServicesTcv => "services bookings",
            Quantity::AiTcv => "AI bookings",
            Quantity::PortfolioTcv => "portfolio bookings",
            Quantity::UseCaseTcv => "eligible use cases",
            Quantity::OnboardedTcv => "onboarded use cases",
            Quantity::AdoptedTcv => "adopted use cases",
        }
    }

    /// The month its amounts belong to.
    pub fn counted_by(self) -> CountedBy {
        match self {
            Quantity::OnTimeValue | Quantity::ValueDue => CountedBy::Due,
            _ => CountedBy::Booking,
        }
    }
}
