//! A small book to suggest from.

use chrono::NaiveDate;
use renewdesk::catalogue::Catalogue;
use renewdesk::domain::account::Account;
use renewdesk::domain::batch::{Batch, Counts};
use renewdesk::domain::contract::{Contract, ContractKind};
use renewdesk::domain::eox::EoxRecord;
use renewdesk::domain::ids::*;
use renewdesk::domain::line::{Coverage, Line, LineKind, Origin};
use renewdesk::domain::money::Currency;
use renewdesk::domain::renewal::{Renewal, RenewalVersions};
use renewdesk::domain::rules::Rules;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::expand::{Play, Suggestion, suggest_all};
use renewdesk::program::Pack;
use rust_decimal::Decimal;
use uuid::Uuid;

pub fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn today() -> NaiveDate {
    day("2026-11-22")
}

pub fn account(n: u128) -> AccountId {
    AccountId(Uuid::from_u128(n))
}

pub struct Book {
    pub snapshot: Snapshot,
    pub rules: Rules,
    pub catalogue: Catalogue,
    next: u128,
}

impl Book {
    /// Two customers and one import of 2026-11-20.
    pub fn new() -> Book {
        let mut snapshot = Snapshot::default();
        for (n, name) in [(1, "Fjord Data"), (2, "Delta Press")] {
            snapshot.accounts.put(Account {
                id: account(n),
                name: name.into(),
                party_id: None,
                country: None,
            });
        }
        snapshot.batches.put(Batch {
            id: BatchId(Uuid::from_u128(50)),
            file: "ib.xlsx".into(),
            sha256: String::new(),
            format: "ib_line_details".into(),
            at: "2026-11-20T08:00:00Z".into(),
            counts: Counts::default(),
        });
        Book {
            snapshot,
            rules: Pack::shipped().rules,
            catalogue: Catalogue::shipped(),
            next: 1000,
        }
    }

    /// Adds a line; `change` makes it what the case needs of a covered Catalyst 9300.
    pub fn line(&mut self, serial: &str, change: impl FnOnce(&mut Line)) -> LineId {
        self.next += 1;
        let id = LineId((self.next - 1000) as u32);
        let mut line = Line {
            id,
            contract: Some(ContractId(Uuid::from_u128(60))),
            account: account(1),
            site: None,
            kind: LineKind::Service,
            serial: Some(serial.into()),
            instance: None,
            pid: Some("C9300-24T-E".into()),
            description: None,
            service_sku: Some("CON-SNT-C93002TE".into()),
            service_level: None,
            start: Some(day("2026-03-01")),
            end: Some(day("2027-02-28")),
            quantity: Decimal::ONE,
            unit_list: Some(d("200.00")),
            list_years: Decimal::ONE,
            prorated_list: None,
            discount_pct: None,
            extended_net: Some(d("120.00")),
            currency: Some(Currency::USD),
            ldos: None,
            warranty_end: None,
            ship_date: None,
            terminated: None,
            coverage: Coverage::Covered,
            status_raw: None,
            renewed_to: None,
            replaced_by: None,
            customer_renew: None,
            customer_comment: None,
            origin_sheet: None,
            portfolio: None,
            product_portfolio: None,
            portfolio_typed: None,
            premium: None,
            ea: None,
            ai: None,
            gone_in: None,
            origin: Some(Origin {
                batch: BatchId(Uuid::from_u128(50)),
                row: u32::try_from(self.next - 1000).unwrap(),
            }),
        };
        change(&mut line);
        self.snapshot.lines.put(line);
        id
    }

    /// Adds a device without cover.
    pub fn bare(&mut self, serial: &str, pid: &str) -> LineId {
        let pid = pid.to_string();
        self.line(serial, move |line| {
            line.kind = LineKind::Asset;
            line.contract = None;
            line.pid = Some(pid.as_str().into());
            line.service_sku = None;
            line.start = None;
            line.end = None;
            line.unit_list = None;
            line.extended_net = None;
            line.currency = None;
            line.coverage = Coverage::NotCovered;
        })
    }

    /// Adds a service line that ended on a day.
    pub fn lapsed(&mut self, serial: &str, end: &str) -> LineId {
        let end = day(end);
        self.line(serial, move |line| {
            line.start = Some(end - chrono::Days::new(364));
            line.end = Some(end);
            line.coverage = Coverage::Expired;
        })
    }

    /// Adds an imported end-of-life record.
    pub fn eox(&mut self, pid: &str, attach: Option<&str>, ldos: Option<&str>) {
        self.next += 1;
        self.snapshot.eox.put(EoxRecord {
            id: EoxId(Uuid::from_u128(self.next)),
            pid: pid.into(),
            none_announced: false,
            bulletin: None,
            url: None,
            end_of_sale: None,
            last_attach: attach.map(day),
            last_renewal: None,
            ldos: ldos.map(day),
            notice: None,
            successor: None,
            updated: None,
            synthetic: false,
            batch: None,
        });
    }

    /// Adds the contract of the lines and an open renewal of it.
    pub fn renewal(&mut self, end: &str) -> RenewalId {
        let contract = ContractId(Uuid::from_u128(60));
        self.snapshot.contracts.put(Contract {
            id: contract,
            account: account(1),
            number: "204512".into(),
            kind: ContractKind::Service,
            program: None,
            service_level: None,
            status_raw: None,
            start: None,
            end: None,
            auto_renew: None,
        });
        self.next += 1;
        let id = RenewalId(Uuid::from_u128(self.next));
        self.snapshot.renewals.put(Renewal {
            id,
            contract,
            end: day(end),
            currency: Some(Currency::USD),
            stage: "upcoming".into(),
            stage_on: None,
            owner: None,
            next_step: None,
            next_date: None,
            snoozed_until: None,
            planned_on: None,
            forecast: None,
            at_risk: None,
            signals: Vec::new(),
            po_number: None,
            order_number: None,
            booked_on: None,
            loss_reason: None,
            reviewed: None,
            versions: RenewalVersions::default(),
        });
        id
    }

    pub fn suggestions(&self) -> Vec<Suggestion> {
        suggest_all(&self.snapshot, &self.rules, &self.catalogue, today())
    }

    /// The only suggestion of a play.
    pub fn only(&self, play: Play) -> Suggestion {
        let mut found: Vec<Suggestion> = self.suggestions();
        found.retain(|s| s.play == play);
        assert_eq!(found.len(), 1, "{found:#?}");
        found.remove(0)
    }

    pub fn plays(&self) -> Vec<Play> {
        self.suggestions().into_iter().map(|s| s.play).collect()
    }
}
