//! The entities of the book and the columns they live in: one list each, checked by the compiler
//! against the domain type and by a test against the schema.

use super::columns::{borrowed, bytes_of};
use super::error::StoreError;
use super::form::Form;
use super::names::Names;
use super::table::{Entity, Field, Reader, Single, Table, Texts};
use crate::domain::account::{Account, Site};
use crate::domain::activity::Activity;
use crate::domain::adoption::Adoption;
use crate::domain::baseline::BaselineRow;
use crate::domain::batch::{Batch, Counts};
use crate::domain::contract::{AutoRenew, Contract};
use crate::domain::eox::EoxRecord;
use crate::domain::ids::{ContractId, LineId, QuoteId};
use crate::domain::incentive::{OfferGroup, Rate, UseCase};
use crate::domain::line::Line;
use crate::domain::price_rule::PricedBy;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::record::{PackVersion, StoredProjection};
use crate::domain::renewal::Renewal;
use crate::domain::suggestion::Decision;
use crate::domain::view::SavedView;
use chrono::NaiveDate;
use rusqlite::types::{ToSqlOutput, ValueRef};
use uuid::Uuid;

/// Cells of a line that no column holds, from imports before schema 11. Later ones stand with
/// their line.
pub(super) struct RawCells {
    pub line: LineId,
    pub cells: String,
}

/// Terms on which a subscription renews; the id is the contract's.
pub(super) struct SubscriptionRow {
    pub id: ContractId,
    pub terms: AutoRenew,
}

/// A quote line with the quote it belongs to.
pub(super) struct QuoteLineRow {
    pub line: QuoteLine,
    pub quote: QuoteId,
}

/// A quote as it stood when it was named or sent.
pub(super) struct QuoteVersionRow {
    pub id: QuoteVersionId,
    pub quote: QuoteId,
    pub version: u32,
    pub name: String,
    pub on: NaiveDate,
    pub content: String,
}

/// Id of a kept quote version; nothing outside the store names one.
#[derive(Clone, Copy)]
pub(super) struct QuoteVersionId(pub Uuid);

impl Single for PricedBy {
    fn cell(&self) -> ToSqlOutput<'_> {
        borrowed(self.text())
    }
    fn from_cell(cell: ValueRef<'_>, texts: &mut Texts) -> Option<Self> {
        texts.share(bytes_of(cell)?).map(PricedBy::of_text)
    }
}

/// One setting.
pub(super) struct SettingRow {
    pub key: String,
    pub value: String,
}

/// Implements a trait of `table` from the list of fields with their columns.
macro_rules! columns {
    (fields $type:ident { $($field:ident [$($column:ident),+]),+ $(,)? }) => {
        impl Field for $type {
            fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
                $( Field::put(&self.$field, out); )+
            }
            fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
                Ok($type { $($field: Field::take(row)?),+ })
            }
        }
    };
    (
        $type:ident in $table:literal { $($field:ident [$($column:ident),+]),+ $(,)? }
        $(versions [$($version:ident),+])? $(forms [$($form:expr),+])? $(beside { $($extra:ident: $value:expr),+ })?
    ) => {
        impl Entity for $type {
            const TABLE: Table = Table {
                name: $table,
                columns: &[$($(stringify!($column)),+),+],
                versions: &[$($(stringify!($version)),+)?],
                forms: &[$($($form),+)?],
                beside: 0,
            };
            fn cells<'a>(
                &'a self,
                _: &mut Names<'_>,
                out: &mut Vec<ToSqlOutput<'a>>,
            ) -> Result<(), StoreError> {
                $( Field::put(&self.$field, out); )+
                Ok(())
            }
            fn read(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
                Ok($type { $($field: Field::take(row)?,)+ $($($extra: $value),+)? })
            }
        }
    };
}

columns! { Account in "account" {
    id [id], name [name], party_id [party_id], country [country],
} }

columns! { Site in "site" {
    id [id], account [account], name [name], city [city], country [country],
} }

columns! { fields Counts {
    read [rows_read], new [rows_new], changed [rows_changed], unchanged [rows_unchanged],
    skipped [rows_skipped], rejected [rows_rejected],
} }

columns! { Batch in "batch" {
    id [id], file [file], sha256 [sha256], format [format], at [at],
    counts [rows_read, rows_new, rows_changed, rows_unchanged, rows_skipped, rows_rejected],
} }

columns! { Contract in "contract" {
    id [id], account [account], number [number], kind [kind], program [program],
    service_level [service_level], status_raw [status_raw], start [start_on], end [end_on],
} beside { auto_renew: None } }

columns! { fields AutoRenew { term_months [term_months], notice_days [notice_days] } }

columns! { SubscriptionRow in "subscription" { id [id], terms [term_months, notice_days] } }

columns! { RawCells in "raw_cells" { line [line], cells [cells] } forms [Form::Line] }

columns! { Renewal in "renewal" {
    id [id], contract [contract], end [end_on], currency [currency], stage [stage],
    stage_on [stage_on], owner [owner], next_step [next_step], next_date [next_date],
    snoozed_until [snoozed_until], planned_on [planned_on], forecast [forecast],
    at_risk [at_risk], signals [signals], po_number [po_number], order_number [order_number],
    booked_on [booked_on], loss_reason [loss_reason],
    reviewed [reviewed_on, reviewed_reasons], versions [v_stage, v_owner, v_next, v_outlook],
} versions [v_stage, v_owner, v_next, v_outlook] }

columns! { Quote in "quote" {
    id [id], number [number], account [account], renewals [renewals], currency [currency],
    version [version], status [status], created_on [created_on], valid_until [valid_until],
    sent_on [sent_on],
} versions [version] beside { lines: Vec::new() } }

columns! { fields QuoteLine {
    id [id], number [number], renews [renews], renewal [renewal], kind [kind], serial [serial],
    pid [pid], description [description], service_sku [service_sku],
    service_level [service_level], quantity [quantity], unit_list [unit_list],
    list_years [list_years], start [start_on], end [end_on], buy [buy_by, buy_value],
    sell [sell_by, sell_value], proration [proration], ldos [ldos], cut_at_ldos [cut_at_ldos],
    portfolio [portfolio], premium [premium], ea [ea], ai [ai], rule [rule],
    licence_days [licence_days],
} }

columns! { QuoteLineRow in "quote_line" {
    line [
        id, number, renews, renewal, kind, serial, pid, description, service_sku, service_level,
        quantity, unit_list, list_years, start_on, end_on, buy_by, buy_value, sell_by,
        sell_value, proration, ldos, cut_at_ldos, portfolio, premium, ea,
        ai, rule, licence_days
    ],
    quote [quote],
} forms [Form::Plain, Form::Plain, Form::Line] }

columns! { QuoteVersionRow in "quote_version" {
    id [id], quote [quote], version [version], name [name], on [on_day], content [content],
} }

columns! { Decision in "decision" {
    id [id], key [suggestion], facts [facts], verdict [verdict, quote, reason, until],
    on [on_day], by [by_whom],
} }

columns! { Adoption in "adoption" {
    id [id], account [account], offer [offer], use_case [use_case], stage [stage],
    adoption_pct [adoption_pct], usage_pct [usage_pct], since [since],
    seen [seen_on], open_actions [open_actions], origin [origin_batch, origin_row],
} }

columns! { BaselineRow in "baseline" {
    id [id], reseller [reseller], be_id [be_id], portfolio [portfolio], category [category],
    category_weight_pct [category_weight_pct], measurement [measurement], metric [metric],
    measurement_weight_pct [measurement_weight_pct], month [month], achieved [achieved],
    achieved_index [achieved_index], applied_index [applied_index], a [a], b [b], c [c],
    counts [count_a, count_b, count_c], batch [batch], row [sheet_row],
    typed [typed_by, typed_on],
} }

columns! { Activity in "activity" {
    id [id], renewal [renewal], on [on_day], by [by_whom], kind [kind], text [text],
} }

columns! { EoxRecord in "eox" {
    id [id], pid [pid], none_announced [none_announced], bulletin [bulletin], url [url],
    end_of_sale [end_of_sale], last_attach [last_attach], last_renewal [last_renewal],
    ldos [ldos], successor [successor], notice [notice],
    updated [updated], synthetic [synthetic], batch [batch],
} }

columns! { SavedView in "saved_view" {
    id [id], name [name], filter [filter], sort [sort], descending [descending],
    grouped [grouped],
} }

columns! { Rate in "cpi_rate" {
    id [id], component [component], gsp [gsp], region [region], column [partner_type],
    rate_pct [rate_pct], from [from_day], to [to_day], demo [demo],
    origin [origin_batch, origin_row],
} }

columns! { OfferGroup in "offer_group" {
    id [id], product [product], gsp [gsp], from [from_day], to [to_day], demo [demo],
    origin [origin_batch, origin_row],
} }

columns! { UseCase in "use_case" {
    id [id], account [account], offer [offer], use_case [use_case], eligibility [eligibility],
    booked_on [booked_on], opt_in_on [opt_in_on], expires_on [expires_on], currency [currency],
    milestones [milestones], demo [demo], origin [origin_batch, origin_row],
} }

columns! { PackVersion in "pack_version" {
    id [id], number [number], pack [pack], title [title], as_of [as_of], sha256 [sha256],
    overlay_file [overlay_file], overlay [overlay], first_on [first_on], by [by_whom],
} }

columns! { StoredProjection in "projection" {
    id [id], on [on_day], month [month], view [view], pack [pack], pack_name [pack_name],
    baseline_month [baseline_month], note [note], automatic [automatic], scores [scores],
} }

columns! { SettingRow in "setting" { key [id], value [value] } }

/// Every table people's work lives in.
pub(super) const TABLES: [Table; 23] = [
    Account::TABLE,
    Site::TABLE,
    Batch::TABLE,
    Contract::TABLE,
    SubscriptionRow::TABLE,
    Line::TABLE,
    RawCells::TABLE,
    Renewal::TABLE,
    Quote::TABLE,
    QuoteLineRow::TABLE,
    QuoteVersionRow::TABLE,
    Decision::TABLE,
    Adoption::TABLE,
    BaselineRow::TABLE,
    Activity::TABLE,
    EoxRecord::TABLE,
    SavedView::TABLE,
    Rate::TABLE,
    OfferGroup::TABLE,
    UseCase::TABLE,
    SettingRow::TABLE,
    PackVersion::TABLE,
    StoredProjection::TABLE,
];

/// The table with that name.
pub(super) fn table_named(name: &str) -> Result<Table, StoreError> {
    TABLES
        .into_iter()
        .find(|table| table.name == name)
        .ok_or_else(|| StoreError::Damaged(format!("the history names a table {name:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_the_schema() {
        let mut conn = rusqlite::Connection::open_in_memory().unwrap();
        crate::store::migrate::climb(&mut conn, false).unwrap();
        for table in TABLES {
            let mut statement = conn
                .prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")
                .unwrap();
            let columns: Vec<String> = statement
                .query_map([table.name], |row| row.get(0))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            let mut listed = vec!["deleted_op"];
            listed.extend(table.columns);
            if table.key() != "n" {
                listed.push("n");
            }
            let sorted = |mut names: Vec<String>| {
                names.sort();
                names
            };
            let listed = listed.into_iter().map(str::to_owned).collect();
            assert_eq!(sorted(columns), sorted(listed), "{}", table.name);
            let key = match table.name {
                "line" => "n",
                "raw_cells" => "line",
                _ => "id",
            };
            assert_eq!(table.key(), key, "{}", table.name);
        }
    }
}
