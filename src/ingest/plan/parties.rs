//! Customers, sites and contracts a row names: found in the book, found among those the same file
//! brought, or new.

use super::{Effect, NewRow, Planner, PutNew, held};
use crate::domain::account::{Account, Site, UNASSIGNED};
use crate::domain::adoption::Adoption;
use crate::domain::contract::{Contract, ContractKind};
use crate::domain::ids::{AccountId, ContractId, SiteId};
use crate::domain::snapshot::{IdHasher, Snapshot};
use crate::ingest::header;
use crate::ingest::row::{Field, Values};
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash};
use std::sync::Arc;

/// Accounts, sites and contracts of the book and of this file, with their look-ups.
pub struct Parties<'a> {
    book: &'a Snapshot,
    accounts: ById<AccountId, Account>,
    sites: ById<SiteId, Site>,
    contracts: ById<ContractId, Contract>,
    /// Made since parties were last handed on.
    fresh: Vec<Fresh>,
    /// Who the row before named, and who that was: neighbours mostly say the same.
    last_account: Option<(Naming, AccountId)>,
    last_site: Option<LastSite>,
    last_contract: Option<(ContractKind, Arc<str>, ContractId)>,
    account_by_party: HashMap<String, AccountId>,
    account_by_name: HashMap<String, AccountId>,
    site_by_name: HashMap<(AccountId, String), SiteId>,
    contract_by_number: HashMap<(ContractKind, Arc<str>), ContractId>,
    /// Customers that stood under their number and turned out to be another account.
    found_out: Vec<(AccountId, AccountId)>,
    /// Contracts of the book that were parted with under another customer: who they had, who they have.
    moved: HashMap<ContractId, (AccountId, AccountId)>,
}

/// A party of this file.
struct Kept<T> {
    value: T,
    /// It is not written as it now stands.
    due: bool,
}

impl<T> Kept<T> {
    fn due(value: T) -> Kept<T> {
        Kept { value, due: true }
    }
}

/// Parties of this file by their ids.
type ById<K, T> = HashMap<K, Kept<T>, BuildHasherDefault<IdHasher>>;

#[derive(Clone, Copy)]
enum Fresh {
    Account(AccountId),
    Site(SiteId),
    Contract(ContractId),
}

/// What a row says of its customer.
#[derive(Clone)]
struct Naming {
    name: Option<Arc<str>>,
    party: Option<Arc<str>>,
    country: Option<Arc<str>>,
}

impl Naming {
    fn of(values: &Values) -> Naming {
        let text = |field| values.text(field).cloned();
        Naming {
            name: text(Field::CustomerName),
            party: text(Field::CustomerId),
            country: text(Field::Country),
        }
    }

    fn is(&self, other: &Naming) -> bool {
        same(&self.name, &other.name)
            && same(&self.party, &other.party)
            && same(&self.country, &other.country)
    }
}

/// The site the row before named.
struct LastSite {
    account: AccountId,
    name: Option<Arc<str>>,
    city: Option<Arc<str>>,
    id: SiteId,
}

/// True for the very same text; equal ones that lie elsewhere are looked up again.
fn same(a: &Option<Arc<str>>, b: &Option<Arc<str>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

impl<'a> Parties<'a> {
    /// Indexes the book.
    pub fn of(book: &'a Snapshot) -> Parties<'a> {
        let mut parties = Parties {
            book,
            accounts: ById::default(),
            sites: ById::default(),
            contracts: ById::default(),
            fresh: Vec::new(),
            last_account: None,
            last_site: None,
            last_contract: None,
            account_by_party: HashMap::new(),
            account_by_name: HashMap::new(),
            site_by_name: HashMap::new(),
            contract_by_number: HashMap::new(),
            found_out: Vec::new(),
            moved: HashMap::new(),
        };
        for account in &book.accounts {
            parties.index_account(&account);
        }
        for site in &book.sites {
            parties.site_by_name.insert(
                (site.account, site_key(&site.name, site.city.as_deref())),
                site.id,
            );
        }
        for contract in &book.contracts {
            parties
                .contract_by_number
                .insert((contract.kind, contract.number.clone()), contract.id);
        }
        parties
    }

    fn index_account(&mut self, account: &Account) {
        if let Some(party) = &account.party_id {
            self.account_by_party.insert(party.clone(), account.id);
        }
        self.account_by_name
            .entry(name_key(&account.name))
            .or_insert(account.id);
    }

    /// An account as it now stands.
    pub fn account(&self, id: AccountId) -> Option<Cow<'_, Account>> {
        let own = self.accounts.get(&id);
        let own = own.map(|kept| Cow::Borrowed(&kept.value));
        own.or_else(|| self.book.accounts.get(id).map(Cow::Owned))
    }

    /// A contract as it now stands.
    pub fn contract(&self, id: ContractId) -> Option<Cow<'_, Contract>> {
        let own = self.contracts.get(&id);
        let own = own.map(|kept| Cow::Borrowed(&kept.value));
        own.or_else(|| self.book.contracts.get(id).map(Cow::Owned))
    }

    /// The contract with that number.
    pub fn contract_numbered(&self, kind: ContractKind, number: &Arc<str>) -> Option<ContractId> {
        if let Some((last, text, id)) = &self.last_contract
            && *last == kind
            && Arc::ptr_eq(text, number)
        {
            return Some(*id);
        }
        self.contract_by_number
            .get(&(kind, number.clone()))
            .copied()
    }

    /// True for the account of contracts nobody has been named for.
    pub fn is_unassigned(&self, id: AccountId) -> bool {
        self.account(id)
            .is_none_or(|account| &*account.name == UNASSIGNED)
    }

    /// The customer a row names, by the source's id first, then by name; made when new.
    pub fn named_account(
        &mut self,
        values: &Values,
        planner: &mut Planner<'_>,
    ) -> Option<AccountId> {
        let naming = Naming::of(values);
        if let Some((last, id)) = &self.last_account
            && last.is(&naming)
        {
            return Some(*id);
        }
        let id = self.account_named(values, planner)?;
        self.last_account = Some((naming, id));
        Some(id)
    }

    fn account_named(&mut self, values: &Values, planner: &mut Planner<'_>) -> Option<AccountId> {
        let name = values.text(Field::CustomerName);
        let party = values.text(Field::CustomerId);
        let by_party = party.and_then(|party| self.account_by_party.get(&**party).copied());
        let by_name = || {
            let id = *self.account_by_name.get(&name_key(name?))?;
            // The same name under another id of the source is another customer.
            let account = self.account(id)?;
            let known = account.party_id.as_deref();
            let other = party.is_some() && known.is_some() && known != party.map(|p| &**p);
            (!other).then_some(id)
        };
        let found = by_party.or_else(by_name);
        if let (Some(stand_in), Some(name)) = (by_party, name) {
            self.name_stand_in(stand_in, name, values);
        }
        if let Some(id) = found {
            let id = self.found_out_as(id);
            self.complete(id, values);
            return Some(id);
        }
        let title = name.or(party)?;
        let account = Account {
            id: AccountId(planner.ids.next()),
            name: title.clone(),
            party_id: party.map(|party| party.to_string()),
            country: values.text(Field::Country).map(|t| t.to_string()),
        };
        planner.hold(held::ACCOUNT);
        Some(self.new_account(account))
    }

    fn new_account(&mut self, account: Account) -> AccountId {
        let id = account.id;
        self.index_account(&account);
        self.accounts.insert(id, Kept::due(account));
        self.fresh.push(Fresh::Account(id));
        id
    }

    /// The customer of a row whose file is the list of customers: its name is the newest one.
    pub fn customer(&mut self, values: &Values, planner: &mut Planner<'_>) -> Effect {
        let known = values
            .text(Field::CustomerId)
            .and_then(|party| self.account_by_party.get(&**party).copied())
            .or_else(|| {
                let name = values.text(Field::CustomerName)?;
                self.account_by_name.get(&name_key(name)).copied()
            });
        let before = known.and_then(|id| self.account(id)).map(Cow::into_owned);
        let Some(id) = self.named_account(values, planner) else {
            return Effect::Unchanged;
        };
        let Some(mut account) = self.account(id).map(Cow::into_owned) else {
            return Effect::Unchanged;
        };
        if let Some(name) = values.text(Field::CustomerName)
            && account.name != *name
        {
            account.name = name.clone();
            self.index_account(&account);
            self.accounts.insert(id, Kept::due(account.clone()));
        }
        match before {
            Some(before) if before == account => Effect::Unchanged,
            Some(before) if before.id == id => Effect::Changed,
            Some(_) if self.book.accounts.contains(id) => Effect::Changed,
            _ => Effect::New,
        }
    }

    /// True where the book or this file has an account with the customer id of the row.
    pub fn knows_party(&self, values: &Values) -> bool {
        let party = values.text(Field::CustomerId);
        party.is_some_and(|party| self.account_by_party.contains_key(&**party))
    }

    /// True where the account does not carry another customer id than the row.
    pub fn may_be(&self, id: AccountId, values: &Values) -> bool {
        let account = self.account(id);
        let known = account.as_ref();
        let known = known.and_then(|account| account.party_id.as_deref());
        let party = values.text(Field::CustomerId).map(|party| &**party);
        known.is_none() || party.is_none() || known == party
    }

    fn found_out_as(&self, id: AccountId) -> AccountId {
        let mut pairs = self.found_out.iter();
        pairs
            .find(|(was, _)| *was == id)
            .map_or(id, |(_, now)| *now)
    }

    /// An account that stands under its number gets its name, or gives its number up to the account
    /// that has that name already, where nothing but adoption states hangs on it.
    fn name_stand_in(&mut self, id: AccountId, name: &Arc<str>, values: &Values) {
        let Some(account) = self.account(id) else {
            return;
        };
        // A name made of letters is a name, even where it is the source's id as well.
        let number = !account.name.chars().any(char::is_alphabetic);
        let stands_in = number && account.party_id.as_deref() == Some(&*account.name);
        if !stands_in || account.name == *name {
            return;
        }
        let mut account = account.into_owned();
        let namesake = self.account_by_name.get(&name_key(name)).copied();
        let namesake = namesake.filter(|other| *other != id && self.may_be(*other, values));
        let bare = self.book.accounts.contains(id)
            && !self.book.contracts.iter().any(|c| c.account == id)
            && !self.book.lines.iter().any(|line| line.account == id);
        match namesake.filter(|_| bare) {
            Some(other) => {
                account.party_id = None;
                self.account_by_party.remove(&*account.name);
                self.found_out.push((id, other));
                if let Some(mut known) = self.account(other).map(Cow::into_owned)
                    && known.country.is_none()
                {
                    known.country.clone_from(&account.country);
                    self.accounts.insert(other, Kept::due(known));
                }
            }
            None => {
                self.account_by_name.remove(&name_key(&account.name));
                account.name = name.clone();
                self.index_account(&account);
            }
        }
        self.accounts.insert(id, Kept::due(account));
    }

    /// Adds what the account did not have yet: the source's id, the country.
    pub fn complete(&mut self, id: AccountId, values: &Values) {
        let Some(known) = self.account(id) else {
            return;
        };
        let mut account = known.as_ref().clone();
        if account.party_id.is_none() {
            account.party_id = values.text(Field::CustomerId).map(|t| t.to_string());
        }
        if account.country.is_none() {
            account.country = values.text(Field::Country).map(|t| t.to_string());
        }
        let differs = account != *known;
        if differs {
            self.index_account(&account);
            self.accounts.insert(id, Kept::due(account));
        }
    }

    /// The account with that name, made when new.
    pub fn account_called(&mut self, name: &str, planner: &mut Planner<'_>) -> AccountId {
        if let Some(id) = self.account_by_name.get(&name_key(name)) {
            return *id;
        }
        let account = Account {
            id: AccountId(planner.ids.next()),
            name: name.into(),
            party_id: None,
            country: None,
        };
        planner.hold(held::ACCOUNT);
        self.new_account(account)
    }

    /// The site a row names at that customer, made when new.
    pub fn site(
        &mut self,
        account: AccountId,
        values: &Values,
        planner: &mut Planner<'_>,
    ) -> Option<SiteId> {
        let name = values
            .text(Field::SiteName)
            .or_else(|| values.text(Field::SiteCity))?;
        let city = values.text(Field::SiteCity);
        let (own_name, own_city) = (Some(name.clone()), city.cloned());
        if let Some(last) = &self.last_site
            && last.account == account
            && same(&last.name, &own_name)
            && same(&last.city, &own_city)
        {
            return Some(last.id);
        }
        let id = self.site_named(account, name, values, planner);
        self.last_site = Some(LastSite {
            account,
            name: own_name,
            city: own_city,
            id,
        });
        Some(id)
    }

    fn site_named(
        &mut self,
        account: AccountId,
        name: &Arc<str>,
        values: &Values,
        planner: &mut Planner<'_>,
    ) -> SiteId {
        let city = values.text(Field::SiteCity);
        let key = (account, site_key(name, city.map(|c| &**c)));
        if let Some(id) = self.site_by_name.get(&key) {
            return *id;
        }
        let site = Site {
            id: SiteId(planner.ids.next()),
            account,
            name: name.clone(),
            city: city.map(|t| t.to_string()),
            country: values.text(Field::SiteCountry).map(|t| t.to_string()),
        };
        let id = site.id;
        planner.hold(held::SITE);
        self.site_by_name.insert(key, id);
        self.sites.insert(id, Kept::due(site));
        self.fresh.push(Fresh::Site(id));
        id
    }

    /// The contract of that kind and number, made when new for that account.
    pub fn contract_of(
        &mut self,
        kind: ContractKind,
        number: &Arc<str>,
        account: AccountId,
        planner: &mut Planner<'_>,
    ) -> ContractId {
        let id = match self.contract_numbered(kind, number) {
            Some(id) => id,
            None => self.new_contract(kind, number, account, planner),
        };
        self.last_contract = Some((kind, number.clone(), id));
        id
    }

    fn new_contract(
        &mut self,
        kind: ContractKind,
        number: &Arc<str>,
        account: AccountId,
        planner: &mut Planner<'_>,
    ) -> ContractId {
        let contract = Contract {
            id: ContractId(planner.ids.next()),
            account,
            number: number.clone(),
            kind,
            program: None,
            service_level: None,
            status_raw: None,
            start: None,
            end: None,
            auto_renew: None,
        };
        let id = contract.id;
        planner.hold(held::CONTRACT);
        self.contract_by_number.insert((kind, number.clone()), id);
        self.contracts.insert(id, Kept::due(contract));
        self.fresh.push(Fresh::Contract(id));
        id
    }

    /// Keeps a contract as it shall be, if that is news.
    pub fn put_contract(&mut self, contract: Contract) -> bool {
        if self.contract(contract.id).as_deref() == Some(&contract) {
            return false;
        }
        self.contracts.insert(contract.id, Kept::due(contract));
        true
    }

    /// Contracts whose customer this file found out, with the customer they had.
    pub fn moved_contracts(&self) -> HashMap<ContractId, (AccountId, AccountId)> {
        let kept = self.contracts.values();
        let moved = kept.filter_map(|kept| self.move_of(&kept.value));
        let before = self.moved.iter().map(|(id, both)| (*id, *both));
        before.chain(moved).collect()
    }

    fn move_of(&self, contract: &Contract) -> Option<(ContractId, (AccountId, AccountId))> {
        let was = self.book.contracts.get(contract.id)?.account;
        (was != contract.account).then_some((contract.id, (was, contract.account)))
    }

    /// Hands a contract on as it stands, after what it names, and forgets what the file says of it:
    /// no later row may name it.
    pub fn part_with<E>(
        &mut self,
        id: ContractId,
        planner: &mut Planner<'_>,
        put: &mut PutNew<'_, E>,
    ) -> Result<(), E> {
        planner.begin(put)?;
        self.hand_on(put)?;
        let Some(Kept { value, due }) = self.contracts.remove(&id) else {
            return Ok(());
        };
        match self.book.contracts.get(id).is_some() {
            true => self.moved.extend(self.move_of(&value)),
            false => {
                planner.let_go(held::CONTRACT);
                let number = (value.kind, value.number.clone());
                self.contract_by_number.remove(&number);
                self.last_contract = None;
            }
        }
        match due {
            true => put(NewRow::Contract(value)),
            false => Ok(()),
        }
    }

    /// Hands on what was made since the last time, so that it stands before the line that names it.
    /// What changes later is left to the plan.
    pub fn hand_on<E>(&mut self, put: &mut PutNew<'_, E>) -> Result<(), E> {
        for fresh in self.fresh.drain(..) {
            match fresh {
                Fresh::Account(id) => hand(&mut self.accounts, id, NewRow::Account, put)?,
                Fresh::Site(id) => hand(&mut self.sites, id, NewRow::Site, put)?,
                Fresh::Contract(id) => hand(&mut self.contracts, id, NewRow::Contract, put)?,
            }
        }
        Ok(())
    }

    /// Hands everything new or changed that was not handed on to the plan.
    pub fn into_plan(self, planner: &mut Planner<'_>) {
        for (was, now) in &self.found_out {
            let held = |row: &Adoption| {
                let mut rows = self.book.adoption.iter().filter(|r| r.account == *now);
                rows.any(|r| (&r.offer, &r.use_case) == (&row.offer, &row.use_case))
            };
            let rows = self.book.adoption.iter().filter(|r| r.account == *was);
            let own = rows.filter(|row| !held(row)).map(|row| Adoption {
                account: *now,
                ..row.clone()
            });
            planner.plan.put_adoption.extend(own);
        }
        let plan = &mut planner.plan;
        plan.put_accounts.extend(due(self.accounts));
        plan.put_sites.extend(due(self.sites));
        plan.put_contracts.extend(due(self.contracts));
    }
}

fn hand<K: Eq + Hash, T: Clone, E>(
    kept: &mut ById<K, T>,
    id: K,
    row: impl FnOnce(T) -> NewRow,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    match kept.get_mut(&id) {
        Some(kept) if kept.due => {
            kept.due = false;
            put(row(kept.value.clone()))
        }
        _ => Ok(()),
    }
}

/// Those that are due, in the order of their ids.
fn due<K: Ord, T>(kept: ById<K, T>) -> impl Iterator<Item = T> {
    let mut due: Vec<(K, Kept<T>)> = kept.into_iter().filter(|(_, kept)| kept.due).collect();
    due.sort_by(|(a, _), (b, _)| a.cmp(b));
    due.into_iter().map(|(_, kept)| kept.value)
}

/// Names that differ only in case, blanks and punctuation are one customer.
fn name_key(name: &str) -> String {
    match header::key(name) {
        key if key.is_empty() => name.to_string(),
        key => key,
    }
}

fn site_key(name: &str, city: Option<&str>) -> String {
    format!(
        "{}|{}",
        name.to_lowercase(),
        city.unwrap_or_default().to_lowercase()
    )
}
