//! The lists the demo draws from, as plain files under `assets/demo/` that anybody can edit.
//! Names, prices and notes are invented; product ids are real ones of the catalogue.

use rust_decimal::Decimal;

/// Lines of a list without comments and blanks.
fn entries(text: &'static str) -> Vec<&'static str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// Rows of a small CSV without its header; the files hold no quotes.
fn rows(text: &'static str) -> Vec<Vec<&'static str>> {
    entries(text)
        .into_iter()
        .skip(1)
        .map(|line| line.split(',').map(str::trim).collect())
        .collect()
}

fn field(row: &[&'static str], at: usize) -> &'static str {
    row.get(at).copied().unwrap_or_default()
}

fn number(row: &[&'static str], at: usize) -> u64 {
    field(row, at).parse().unwrap_or_default()
}

fn pair(line: &'static str) -> (&'static str, &'static str) {
    line.split_once('|').unwrap_or((line, ""))
}

/// A place customers sit in.
pub struct Place {
    /// City.
    pub city: &'static str,
    /// Country.
    pub country: &'static str,
    /// Currency part of its contracts may be in.
    pub currency: &'static str,
}

/// A device with an invented yearly list price for 8x5xNBD support.
pub struct Product {
    /// Product id, real.
    pub pid: &'static str,
    /// Description.
    pub description: &'static str,
    /// List price a year, USD.
    pub year_list: Decimal,
    /// How often it occurs.
    pub weight: u64,
}

/// A service level with its price relative to 8x5xNBD.
pub struct Level {
    /// Code in the service SKU.
    pub code: &'static str,
    /// Level as files write it.
    pub level: &'static str,
    /// Price in percent of the base price, invented.
    pub price_pct: Decimal,
    /// How often it occurs.
    pub weight: u64,
}

/// A subscription or term licence.
pub struct Offer {
    /// Product id.
    pub pid: &'static str,
    /// Description.
    pub description: &'static str,
    /// List price of one unit for the whole term, USD, invented.
    pub unit_list: Decimal,
    /// Years of its term.
    pub years: u64,
    /// Largest quantity of a line.
    pub quantity_max: u64,
    /// How often it occurs.
    pub weight: u64,
    /// Sold under an enterprise agreement.
    pub ea: bool,
}

/// A row of the invented assessment.
pub struct Measured {
    /// Portfolio title.
    pub portfolio: &'static str,
    /// Category.
    pub category: &'static str,
    /// Its weight.
    pub category_weight_pct: Decimal,
    /// Measurement as a sheet writes it.
    pub measurement: &'static str,
    /// Metric id.
    pub metric: &'static str,
    /// Weight in the category.
    pub weight_pct: Decimal,
    /// Level (0-3) or points.
    pub level_or_points: Option<Decimal>,
    /// Ratio or growth in percent.
    pub value_pct: Option<Decimal>,
    /// Measure B as a share of the book's yearly volume, percent.
    pub volume_pct: Option<Decimal>,
}

/// All lists.
pub struct Words {
    /// Assessment rows.
    pub assessment: Vec<Measured>,
    /// First words of names.
    pub heads: Vec<&'static str>,
    /// Second words of names.
    pub tails: Vec<&'static str>,
    /// Whole names in other scripts with their country.
    pub world: Vec<(&'static str, &'static str)>,
    /// Places.
    pub places: Vec<Place>,
    /// Reps, the user first.
    pub people: Vec<&'static str>,
    /// Devices.
    pub products: Vec<Product>,
    /// Service levels.
    pub levels: Vec<Level>,
    /// Subscriptions.
    pub offers: Vec<Offer>,
    /// Notes by kind.
    pub notes: Vec<(&'static str, &'static str)>,
    /// Next steps.
    pub steps: Vec<&'static str>,
    /// Adoption offers and use cases.
    pub use_cases: Vec<(&'static str, &'static str)>,
}

impl Words {
    /// The shipped lists.
    pub fn shipped() -> Self {
        Words {
            assessment: assessment(),
            heads: entries(include_str!("../../assets/demo/heads.txt")),
            tails: entries(include_str!("../../assets/demo/tails.txt")),
            world: pairs(include_str!("../../assets/demo/world_names.txt")),
            places: places(),
            people: entries(include_str!("../../assets/demo/people.txt")),
            products: products(),
            levels: levels(),
            offers: offers(),
            notes: pairs(include_str!("../../assets/demo/notes.txt")),
            steps: entries(include_str!("../../assets/demo/steps.txt")),
            use_cases: pairs(include_str!("../../assets/demo/offers.txt")),
        }
    }
}

fn pairs(text: &'static str) -> Vec<(&'static str, &'static str)> {
    entries(text).into_iter().map(pair).collect()
}

fn places() -> Vec<Place> {
    rows(include_str!("../../assets/demo/places.csv"))
        .iter()
        .map(|row| Place {
            city: field(row, 0),
            country: field(row, 1),
            currency: field(row, 2),
        })
        .collect()
}

fn products() -> Vec<Product> {
    rows(include_str!("../../assets/demo/products.csv"))
        .iter()
        .map(|row| Product {
            pid: field(row, 0),
            description: field(row, 1),
            year_list: number(row, 2).into(),
            weight: number(row, 3),
        })
        .collect()
}

fn levels() -> Vec<Level> {
    rows(include_str!("../../assets/demo/levels.csv"))
        .iter()
        .map(|row| Level {
            code: field(row, 0),
            level: field(row, 1),
            price_pct: number(row, 2).into(),
            weight: number(row, 3),
        })
        .collect()
}

fn offers() -> Vec<Offer> {
    rows(include_str!("../../assets/demo/subscriptions.csv"))
        .iter()
        .map(|row| Offer {
            pid: field(row, 0),
            description: field(row, 1),
            unit_list: number(row, 2).into(),
            years: number(row, 3).max(1),
            quantity_max: number(row, 4).max(1),
            weight: number(row, 5),
            ea: field(row, 6) == "yes",
        })
        .collect()
}

fn assessment() -> Vec<Measured> {
    rows(include_str!("../../assets/demo/assessment.csv"))
        .iter()
        .map(|row| Measured {
            portfolio: field(row, 0),
            category: field(row, 1),
            category_weight_pct: number(row, 2).into(),
            measurement: field(row, 3),
            metric: field(row, 4),
            weight_pct: number(row, 5).into(),
            level_or_points: field(row, 6).parse().ok(),
            value_pct: field(row, 7).parse().ok(),
            volume_pct: field(row, 8).parse().ok(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_filled_and_every_product_is_a_real_one() {
        let words = Words::shipped();
        let known = include_str!("../../assets/catalogue/pids.csv");
        for product in &words.products {
            let row = format!("\n{},", product.pid);
            assert!(known.contains(&row), "{} is not in pids.csv", product.pid);
            assert!(product.weight > 0 && !product.year_list.is_zero());
        }
        assert!(words.offers.iter().all(|o| o.weight > 0));
        assert!(words.levels.iter().all(|l| l.weight > 0));
        assert!(words.heads.len() * words.tails.len() > 4_000);
        assert_eq!(words.people.len(), 5);
        assert!(words.notes.iter().all(|(_, text)| !text.is_empty()));
        assert!(words.use_cases.iter().all(|(_, case)| !case.is_empty()));
        assert!(words.world.iter().all(|(_, country)| !country.is_empty()));
    }
}
