//! Names and contact details for the workbook. No CSV list but `utskick.csv` holds them.

use super::Cell;
use crate::config::Config;
use crate::ingest::Intake;
use crate::month::Month;
use crate::person::PersonalNumber;
use crate::records::{ContactDetails, Life, Registered, Text};
use crate::timeline::{Context, snapshot_row};

/// What stands in place of everything that could show where a protected person is.
pub const PROTECTED: &str = "SKYDD";

/// Who is called what and how to reach them.
pub struct Directory<'a> {
    month: &'a Month,
    context: Context<'a>,
    withheld: bool,
}

impl<'a> Directory<'a> {
    /// The names and contact details that a month may show.
    pub fn new(month: &'a Month, intake: &Intake, config: &'a Config) -> Self {
        let context = Context {
            as_of: month.as_of,
            municipality: config.municipality,
            law: &config.law,
            extracted: &month.known.extracted,
            latest_snapshot: month.known.latest_snapshot,
            faulty_ends: &month.known.faulty_ends,
        };
        Self { month, context, withheld: intake.names_withheld }
    }

    /// Given name and family name.
    pub fn name(&self, number: PersonalNumber) -> Cell {
        const UNKNOWN: &str = "Namn saknas i uttaget";
        let name = self.shown(number, |life| {
            let row = self.registered(life);
            let registered = row.and_then(|row| joined(" ", [row.given_name.as_deref(), row.family_name.as_deref()]));
            registered.or_else(|| self.month.names.get(&number).cloned())
        });
        if name == Cell::Empty && !self.withheld { Cell::Code(UNKNOWN) } else { name }
    }

    /// Telephone number.
    pub fn telephone(&self, number: PersonalNumber) -> Cell {
        self.shown(number, |life| latest(life)?.telephone.as_deref().map(str::to_owned))
    }

    /// E-mail address.
    pub fn email(&self, number: PersonalNumber) -> Cell {
        self.shown(number, |life| latest(life)?.email.as_deref().map(str::to_owned))
    }

    /// The youth's own address, else the one in the population register.
    pub fn address(&self, number: PersonalNumber) -> Cell {
        self.shown(number, |life| {
            let own = latest(life).filter(|row| row.street.is_some() || row.city.is_some());
            let own = own.and_then(|row| address([&row.care_of, &row.street, &row.postcode, &row.city]));
            own.or_else(|| {
                let row = self.registered(life)?;
                address([&row.care_of, &row.street, &row.postcode, &row.city])
            })
        })
    }

    /// Name, and c/o, street, postcode and city for a letter; `None` for those who get none: nobody protected, and nobody
    /// without a name or an address that may be shown.
    pub fn postal(&self, number: PersonalNumber) -> Option<(String, [Option<Text>; 4])> {
        if self.withheld || self.month.protected.contains(&number) {
            return None;
        }
        let life = self.month.life(number);
        let Cell::Text(name) = self.name(number) else { return None };
        let own = latest(&life).filter(|row| row.street.is_some() || row.city.is_some());
        let own = own.map(|row| [&row.care_of, &row.street, &row.postcode, &row.city].map(Clone::clone));
        let registered = || {
            let row = self.registered(&life)?;
            Some([&row.care_of, &row.street, &row.postcode, &row.city].map(Clone::clone))
        };
        let address = own.or_else(registered)?;
        address.iter().any(Option::is_some).then_some((name, address))
    }

    fn registered<'l>(&self, life: &Life<'l>) -> Option<&'l Registered> {
        snapshot_row(life, &self.context)
    }

    fn shown(&self, number: PersonalNumber, read: impl FnOnce(&Life<'_>) -> Option<String>) -> Cell {
        let life = self.month.life(number);
        if self.month.protected.contains(&number) {
            return Cell::Code(PROTECTED);
        }
        if self.withheld { Cell::Empty } else { Cell::from(read(&life).as_deref()) }
    }
}

fn latest<'l>(life: &Life<'l>) -> Option<&'l ContactDetails> {
    life.contact_details.iter().max_by_key(|row| (row.date, row.place))
}

fn address([care_of, street, postcode, city]: [&Option<Text>; 4]) -> Option<String> {
    let care_of = care_of
        .as_deref()
        .map(|name| if name.to_lowercase().starts_with("c/o") { name.to_owned() } else { format!("c/o {name}") });
    let postcode = postcode.as_deref().map(spaced);
    let town = joined(" ", [postcode.as_deref(), city.as_deref()]);
    joined(", ", [care_of.as_deref(), street.as_deref(), town.as_deref()])
}

/// A Swedish postcode as it is written on letters.
fn spaced(postcode: &str) -> String {
    let plain = postcode.len() == 5 && postcode.bytes().all(|byte| byte.is_ascii_digit());
    if plain { format!("{} {}", &postcode[..3], &postcode[3..]) } else { postcode.to_owned() }
}

fn joined<const N: usize>(mark: &str, parts: [Option<&str>; N]) -> Option<String> {
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(mark))
}
