//! Kinds that are recognised, so that a person is told what the file is, but that are not read: the
//! book has no use for them, or their reader is still to come.

use super::Profile;

const fn known(
    id: &'static str,
    title: &'static str,
    needs: &'static [&'static [&'static str]],
    telling: &'static [&'static str],
    telling_at_least: usize,
) -> Profile {
    Profile {
        id,
        title,
        rows: None,
        needs,
        at_least: needs.len(),
        telling,
        telling_at_least,
        forbids: &[],
        columns: &[],
        contains: false,
        workbook: false,
        customer_list: false,
        document: false,
    }
}

/// Tables by their headers.
pub static TABLES: [Profile; 9] = [
    known(
        "sntc_software",
        "SNTC Software",
        &[&["swtype"], &["swversion"]],
        &["swmajorversion", "swcategory", "swname"],
        1,
    ),
    known(
        "sntc_software_bulletins",
        "SNTC Software_Bulletins",
        &[&["sweolinstanceid"], &["bulletinnumber"]],
        &["bulletintitle", "lastdateofsupport"],
        1,
    ),
    known(
        "sntc_software_eol",
        "SNTC Software_EOL",
        &[&["sweolinstanceid"]],
        &[],
        0,
    ),
    known(
        "sntc_assets",
        "SNTC Assets",
        &[&["neinstanceid"], &["managedneinstanceid"]],
        &["netype", "nesubtype", "sysname"],
        1,
    ),
    known(
        "sntc_asset_groups",
        "SNTC Asset_Groups",
        &[&["inventoryid"], &["inventoryname"]],
        &[],
        0,
    ),
    known(
        "sntc_field_notices",
        "SNTC Field_Notices or Security_Advisories",
        &[&["bulletinnumber"], &["vulnerabilitystatus"]],
        &[],
        0,
    ),
    known(
        "sntc_field_notice_bulletins",
        "SNTC Field_Notice_Bulletins or Security_Advisory_Bulletins",
        &[&["bulletinnumber"], &["fieldnoticetype", "bulletinsummary"]],
        &[],
        0,
    ),
    known(
        "sntc_security_advisories",
        "SNTC Security_Advisories",
        &[&["securityadvisoryinstanceid"], &["vulnerabilitystatus"]],
        &[],
        0,
    ),
    known(
        "sntc_security_advisory_bulletins",
        "SNTC Security_Advisory_Bulletins",
        &[
            &["securityadvisoryinstanceid"],
            &["advisoryid", "securityimpactrating", "bulletintitle"],
        ],
        &[],
        0,
    ),
];

/// Why nothing of a recognised kind goes into the book, and what to import instead; `None` for
/// kinds whose reader is still to come.
pub fn of_no_use(id: &str) -> Option<(&'static str, &'static str)> {
    const SOFTWARE: (&str, &str) = (
        "it lists the software on devices, and the book keeps hardware, contracts and their renewals",
        "Subscriptions come with CCW-R quotes and install-base exports",
    );
    const ALERTS: (&str, &str) = (
        "it lists faults and weaknesses of devices, which say nothing about a renewal",
        "End-of-life dates come with Hardware_Bulletins and EoX files",
    );
    Some(match id {
        "sntc_software" | "sntc_software_bulletins" | "sntc_software_eol" => SOFTWARE,
        "sntc_field_notices"
        | "sntc_field_notice_bulletins"
        | "sntc_security_advisories"
        | "sntc_security_advisory_bulletins" => ALERTS,
        "sntc_assets" => (
            "it lists network elements by host name and address, without serial numbers",
            "Import Hardware of the same collection: it has the serials",
        ),
        "sntc_asset_groups" => (
            "it lists the inventories of a collector and nothing in them",
            "Import the other lists of the same collection",
        ),
        _ => return None,
    })
}
