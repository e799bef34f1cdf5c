//! A small book made in code: one customer, one contract, as many lines as a test needs.

use chrono::NaiveDate;
use renewdesk::book::{Gear, Queue, Told};
use renewdesk::catalogue::Catalogue;
use renewdesk::domain::account::Account;
use renewdesk::domain::activity::Activity;
use renewdesk::domain::contract::{AutoRenew, Contract, ContractKind};
use renewdesk::domain::eox::EoxRecord;
use renewdesk::domain::ids::*;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::quote::{BuyDriver, Proration, Quote, QuoteLine, QuoteStatus, SellDriver};
use renewdesk::domain::renewal::{Renewal, RenewalVersions};
use renewdesk::domain::rules::Rules;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::Pack;
use rust_decimal::Decimal;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

pub static RULES: LazyLock<Rules> = LazyLock::new(|| Pack::shipped().rules);
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::shipped);

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn uuid(n: u64) -> Uuid {
    Uuid::from_u64_pair(0, n)
}

/// A product no table knows, so that every end-of-life date in a test is the test's own.
pub const PID: &str = "ZZ-TEST-24";

pub struct Book {
    pub snapshot: Snapshot,
    next: u64,
}

impl Book {
    pub fn new() -> Book {
        Book {
            snapshot: Snapshot::default(),
            next: 0,
        }
    }

    pub fn id(&mut self) -> Uuid {
        self.next += 1;
        uuid(self.next)
    }

    pub fn account(&mut self, name: &str) -> AccountId {
        let id = AccountId(self.id());
        self.snapshot.accounts.put(Account {
            id,
            name: name.into(),
            party_id: None,
            country: None,
        });
        id
    }

    pub fn contract(&mut self, account: AccountId, number: &str) -> ContractId {
        let id = ContractId(self.id());
        self.snapshot.contracts.put(Contract {
            id,
            account,
            number: number.into(),
            kind: ContractKind::Service,
            program: None,
            service_level: None,
            status_raw: None,
            start: None,
            end: None,
            auto_renew: None,
        });
        id
    }

    pub fn edit_contract(&mut self, id: ContractId, edit: impl FnOnce(&mut Contract)) {
        let mut contract = self.snapshot.contracts.get(id).unwrap().clone();
        edit(&mut contract);
        self.snapshot.contracts.put(contract);
    }

    pub fn auto_renew(&mut self, id: ContractId, notice_days: i32) {
        self.edit_contract(id, |c| {
            c.auto_renew = Some(AutoRenew {
                term_months: 12,
                notice_days,
            });
        });
    }

    pub fn renewal(&mut self, contract: ContractId, end: &str) -> RenewalId {
        let id = RenewalId(self.id());
        self.snapshot.renewals.put(Renewal {
            id,
            contract,
            end: day(end),
            currency: Some(Currency::USD),
            stage: "upcoming".into(),
            stage_on: None,
            owner: Some("Mara".into()),
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

    pub fn edit(&mut self, id: RenewalId, edit: impl FnOnce(&mut Renewal)) {
        let mut renewal = self.snapshot.renewals.get(id).unwrap().clone();
        edit(&mut renewal);
        self.snapshot.renewals.put(renewal);
    }

    /// A year of service at `net`, ending with the contract.
    pub fn line(&mut self, contract: ContractId, end: &str, net: &str) -> LineId {
        self.next += 1;
        let id = LineId(self.next as u32);
        let account = self.snapshot.contracts.get(contract).unwrap().account;
        let end = day(end);
        self.snapshot.lines.put(Line {
            id,
            contract: Some(contract),
            account,
            site: None,
            kind: LineKind::Service,
            serial: Some(format!("FOX{:08}", self.next).into()),
            instance: None,
            pid: Some(PID.into()),
            description: None,
            service_sku: Some("CON-SNT-ZZTEST".into()),
            service_level: Some("SNT".into()),
            start: Some(end - chrono::Days::new(364)),
            end: Some(end),
            quantity: Decimal::ONE,
            unit_list: None,
            list_years: Decimal::ONE,
            prorated_list: None,
            discount_pct: None,
            extended_net: Some(dec(net)),
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
            portfolio: Some(Portfolio::services()),
            product_portfolio: None,
            portfolio_typed: None,
            premium: None,
            ea: None,
            ai: None,
            gone_in: None,
            origin: None,
        });
        id
    }

    pub fn edit_line(&mut self, id: LineId, edit: impl FnOnce(&mut Line)) {
        let mut line = self.snapshot.lines.get(id).unwrap();
        edit(&mut line);
        self.snapshot.lines.put(line);
    }

    /// A quote that offers each open line of the renewals again for a year at `net` per unit.
    pub fn quote(&mut self, renewals: &[RenewalId], created_on: &str, net: &str) -> QuoteId {
        let id = QuoteId(self.id());
        let contracts: Vec<(RenewalId, ContractId, NaiveDate)> = renewals
            .iter()
            .map(|&r| self.snapshot.renewals.get(r).unwrap())
            .map(|r| (r.id, r.contract, r.end))
            .collect();
        let mut lines = Vec::new();
        for (renewal, contract, end) in &contracts {
            let own: Vec<Line> = self
                .snapshot
                .lines
                .iter()
                .filter(|l| l.contract == Some(*contract) && l.end == Some(*end))
                .collect();
            for line in own {
                lines.push(QuoteLine {
                    id: QuoteLineId(self.id()),
                    number: lines.len() as u32 + 1,
                    renews: Some(line.id),
                    renewal: Some(*renewal),
                    kind: line.kind,
                    serial: line.serial.clone(),
                    pid: line.pid.clone(),
                    description: None,
                    service_sku: line.service_sku.clone(),
                    service_level: line.service_level.clone(),
                    quantity: line.quantity,
                    unit_list: Some(dec("100000")),
                    list_years: Decimal::ONE,
                    start: *end + chrono::Days::new(1),
                    end: *end + chrono::Days::new(365),
                    buy: BuyDriver::UnitNet(dec(net)),
                    sell: SellDriver::MarginPct(Decimal::TEN),
                    proration: Proration::Cisco365Noleap,
                    ldos: None,
                    cut_at_ldos: false,
                    portfolio: None,
                    premium: None,
                    ea: None,
                    ai: None,
                    rule: None,
                    licence_days: None,
                });
            }
        }
        let account = self
            .snapshot
            .contracts
            .get(contracts[0].1)
            .map(|c| c.account)
            .unwrap();
        self.snapshot.quotes.put(Quote {
            id,
            number: format!("Q-{}", self.next).into(),
            account,
            renewals: renewals.to_vec(),
            currency: Currency::USD,
            version: 1,
            status: QuoteStatus::Draft,
            created_on: day(created_on),
            valid_until: None,
            sent_on: None,
            lines,
        });
        id
    }

    pub fn edit_quote(&mut self, id: QuoteId, edit: impl FnOnce(&mut Quote)) {
        let mut quote = self.snapshot.quotes.get(id).unwrap().clone();
        edit(&mut quote);
        self.snapshot.quotes.put(quote);
    }

    pub fn contact(&mut self, renewal: RenewalId, on: &str, kind: &str) -> ActivityId {
        let id = ActivityId(self.id());
        self.snapshot.activities.put(Activity {
            id,
            renewal,
            on: day(on),
            by: "Mara".into(),
            kind: kind.into(),
            text: String::new(),
        });
        id
    }

    /// What an imported end-of-life record says of the test product.
    pub fn eox(&mut self, edit: impl FnOnce(&mut EoxRecord)) {
        let mut record = EoxRecord {
            id: EoxId(self.id()),
            pid: PID.into(),
            none_announced: false,
            bulletin: Some("EOL1".into()),
            url: None,
            end_of_sale: None,
            last_attach: None,
            last_renewal: None,
            ldos: None,
            notice: None,
            successor: None,
            updated: None,
            synthetic: false,
            batch: None,
        };
        edit(&mut record);
        self.snapshot.eox.put(record);
    }

    pub fn queue(&self, today: &str) -> Queue {
        self.queue_on(day(today))
    }

    /// What a row says in words.
    pub fn told(&self, renewal: RenewalId, today: &str) -> Told {
        let told = self
            .queue(today)
            .told(renewal, &self.snapshot, &RULES, &CATALOGUE);
        (*told.unwrap()).clone()
    }

    /// What rows of a queue are searched and filtered by.
    pub fn gear<'a>(&'a self, queue: &'a Queue) -> Gear<'a> {
        Gear::of(queue, &self.snapshot.lines)
    }

    pub fn queue_on(&self, today: NaiveDate) -> Queue {
        Queue::build(&self.snapshot, &RULES, &CATALOGUE, today)
    }
}

/// One customer, one contract ending on `end`, one line of 40,000 a year.
pub fn single(end: &str) -> (Book, ContractId, RenewalId, LineId) {
    let mut book = Book::new();
    let account = book.account("Cobalt Ferries");
    let contract = book.contract(account, "200123456");
    let renewal = book.renewal(contract, end);
    let line = book.line(contract, end, "40000");
    (book, contract, renewal, line)
}

pub fn name(text: &str) -> Arc<str> {
    text.into()
}
