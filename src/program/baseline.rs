//! What a row of the partner's own assessment measures. Pure text recognition; reading the sheet
//! is `ingest`'s, using the rows is the engine's.

/// The metric a measurement's name means, by the words in it; `None` is a measurement nobody knows:
/// it is kept and its index held. The order matters: "premium" is looked for before
/// "penetration", or premium services would be read with another metric's bands.
///
/// `On-Time Renewal Rate` is `otrr`; `Managed Services Penetration` is `managed_pen`.
pub fn recognise(measurement: &str) -> Option<&'static str> {
    let text: String = measurement
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let has = |part: &str| text.contains(part);
    let word = |wanted: &str| words.contains(&wanted);
    let penetration = has("penetration");
    let metric = if has("customer success") || has("customer experience") {
        "cs_maturity"
    } else if (has("managed service") || has("provider role")) && !penetration {
        "ms_maturity"
    } else if has("black belt") {
        "black_belt"
    } else if has("career cert") || has("certification maturity") {
        "career"
    } else if has("growth") || word("yoy") {
        if word("tcv") {
            "tcv_growth"
        } else {
            "acv_growth"
        }
    } else if has("renewal") {
        "otrr"
    } else if has("premium") || has("prem svc") {
        "premium"
    } else if has("buying") {
        "buying"
    } else if word("ai") {
        "ai_pen"
    } else if has("managed") && penetration {
        "managed_pen"
    } else if has("onboard") {
        "onboard"
    } else if has("adoption") || has("deployment") {
        "adopt"
    } else if has("powered") {
        "powered"
    } else {
        return None;
    };
    Some(metric)
}
