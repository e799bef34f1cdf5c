//! The shapes of service SKUs and product ids. Only what is written on the label: no portfolio, no
//! dates, and never a PID guessed from the shortened stub of a service SKU.

use super::Match;
use crate::domain::line::LineKind;
use std::borrow::Cow;

/// Prefixes under which the same model is sold in a bundle or programme.
const BUNDLE_PREFIXES: [&str; 3] = ["C1-", "EDU-", "NAL-"];
/// What support SKUs begin with.
const SERVICE_PREFIXES: [&str; 3] = ["CON-", "SVS-", "SP-"];

/// A PID in the form tables are keyed by: upper case, without the trailing `=` of a spare and the
/// trailing `++` of a TAA variant. A single `+` belongs to the PID: `ws-c4507r+e=` becomes
/// `WS-C4507R+E`.
pub fn normalise_pid(pid: &str) -> String {
    let mut pid = pid.trim().to_uppercase();
    while let Some(shorter) = pid.strip_suffix("++").or_else(|| pid.strip_suffix('=')) {
        pid = shorter.trim_end().to_string();
    }
    pid
}

/// The forms a PID is looked up in, in order, each once.
pub(super) fn tries(pid: &str) -> Vec<(Match, String)> {
    let typed = pid.trim().to_uppercase();
    let normal = normalise_pid(pid);
    let bare = BUNDLE_PREFIXES
        .iter()
        .find_map(|prefix| normal.strip_prefix(prefix))
        .map(str::to_string);
    let mut tries = Vec::with_capacity(3);
    if normal != typed {
        tries.push((Match::AsTyped, typed));
        tries.push((Match::Normalised, normal));
    } else {
        tries.push((Match::AsTyped, normal));
    }
    tries.extend(bare.map(|bare| (Match::WithoutPrefix, bare)));
    tries
}

/// The code part of a support SKU: `SNTP` of `CON-SNTP-C93002TE`, `SSSNT` of `SP-SSSNT-…`,
/// `DUO-SUP-B` of `SVS-DUO-SUP-B`. `None` for anything else.
pub fn service_code(sku: &str) -> Option<&str> {
    let sku = sku.trim();
    let after = |prefix: &str| {
        sku.get(..prefix.len())
            .filter(|head| head.eq_ignore_ascii_case(prefix))
            .and_then(|_| sku.get(prefix.len()..))
    };
    if let Some(offer) = after("SVS-") {
        return Some(offer).filter(|offer| !offer.is_empty());
    }
    let rest = after("CON-").or_else(|| after("SP-"))?;
    rest.split('-').next().filter(|code| !code.is_empty())
}

/// True for a SKU that is support on something: `CON-`, `SVS-`, `SP-`.
pub fn is_service_sku(sku: &str) -> bool {
    let sku = sku.trim();
    SERVICE_PREFIXES.iter().any(|prefix| {
        sku.get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    })
}

/// True for a product id that is a licence or subscription rather than a box: DNA terms, Meraki
/// `LIC-`, offers with a term suffix such as `-3Y`. A hardware notice says nothing about these.
pub fn is_licence(pid: &str) -> bool {
    let pid = normalise_pid(pid);
    let term = pid.rsplit('-').next().is_some_and(is_term_suffix) && !pid.contains("-NM-");
    pid.starts_with("LIC-")
        || pid.starts_with("A-FLEX")
        || pid.starts_with("D-DNA")
        || pid.contains("-DNA-")
        || pid.starts_with("CISCO-NETWORK-SUB")
        || pid.ends_with("-SUB")
        || pid.starts_with("DUO-")
        || pid.starts_with("UMB-")
        || pid.starts_with("SPLK")
        || term
}

/// `3YR`, `10YR`, or `1Y`, `3Y`, `5Y`, `7Y`: a term. Other numbers before a bare `Y` count ports.
fn is_term_suffix(last: &str) -> bool {
    let years = |n: &str| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit());
    matches!(last, "1Y" | "3Y" | "5Y" | "7Y") || last.strip_suffix("YR").is_some_and(years)
}

/// What is sold on a line, from what its file says. Order: zero-price wrapper, support SKU, licence
/// shapes and the software service type, any other service type, a subscription id without serial
/// shapes, and otherwise an asset.
///
/// `C1-C9300-RENEW-T` is a wrapper; `CON-SNT-…` a service; service type `SUB-TNC`, a DNA or `LIC-`
/// product and a line known only by its subscription id are subscriptions.
pub fn kind_of(
    service_sku: Option<&str>,
    service_type: Option<&str>,
    subscription_id: Option<&str>,
    pid: Option<&str>,
) -> LineKind {
    fn filled(text: Option<&str>) -> Option<Cow<'_, str>> {
        text.map(upper).filter(|text| !text.is_empty())
    }
    let (sku, service_type, pid) = (filled(service_sku), filled(service_type), filled(pid));
    let is =
        |text: &Option<Cow<'_, str>>, test: fn(&str) -> bool| text.as_deref().is_some_and(test);
    if is(&sku, is_wrapper) || is(&pid, is_wrapper) {
        LineKind::Wrapper
    } else if is(&service_type, |t| t.starts_with("SUB")) {
        LineKind::Subscription
    } else if is(&sku, is_service_sku) || is(&pid, is_service_sku) {
        LineKind::Service
    } else if is(&sku, is_licence) || is(&pid, is_licence) || filled(subscription_id).is_some() {
        LineKind::Subscription
    } else if sku.is_some() || service_type.is_some() {
        LineKind::Service
    } else {
        LineKind::Asset
    }
}

/// In capitals and without blanks around it, as nearly every text of an export is already.
fn upper(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let is_upper = |byte: u8| byte.is_ascii() && !byte.is_ascii_lowercase();
    match text.bytes().all(is_upper) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.to_uppercase()),
    }
}

fn is_wrapper(sku: &str) -> bool {
    sku.starts_with("C1-") && sku.ends_with("RENEW-T")
}
