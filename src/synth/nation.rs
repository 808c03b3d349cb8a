//! Several municipalities whose youths move between them: a federation, or the nation.

mod writing;

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Days, NaiveDate};

pub use writing::{Sources, write_nation};

use super::life::{Arrival, Departure, Life, Setting, Stop, protection, recent_day};
use super::numbers::Series;
use super::random::Random;
use super::{Row, casework, casework_stream};
use crate::person::PersonalNumber;
use crate::records::{Kind, KnownMunicipality, Municipality, known_municipalities};

/// About as many in Sweden are 15 to 20 years old.
const YOUTHS_OF_SWEDEN: u64 = 600_000;

/// What a municipality of a nation keeps itself; the other tables come from registers that all share.
pub(super) const OWN_KINDS: &[Kind] =
    &[Kind::Decisions, Kind::CaseRegister, Kind::Contacts, Kind::Knowledge, Kind::Measures];

/// Several municipalities. What one youth does depends on the seed, the number and the list of municipalities only.
pub struct Nation {
    pub(super) seed: u64,
    pub(super) as_of: [NaiveDate; 2],
    /// By code.
    pub(super) towns: Vec<Town>,
    numbers: Series,
    everywhere: Places,
    /// By the first two digits of the code.
    counties: BTreeMap<u16, Places>,
}

/// A municipality of a nation.
pub(super) struct Town {
    pub(super) known: KnownMunicipality,
    /// Its youths who have not moved in: places in the series of numbers.
    pub(super) youths: Range<u64>,
    neighbours: [String; 2],
}

/// More youths than there are numbers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// How many numbers there are.
    pub numbers: u64,
}

/// A youth's rows.
pub(super) struct Person {
    /// Of school and adult education: the same wherever the youth lives.
    pub(super) schooling: Vec<Row>,
    /// What each municipality of the nation knows: the register's rows and the team's.
    pub(super) homes: Vec<(Municipality, Vec<Row>)>,
}

/// Municipalities to move to, the larger the likelier.
#[derive(Default)]
struct Places {
    codes: Vec<Municipality>,
    /// Inhabitants up to and with each.
    sums: Vec<u64>,
}

impl Places {
    fn add(&mut self, known: &KnownMunicipality) {
        self.codes.push(known.code);
        self.sums.push(self.sums.last().copied().unwrap_or(0) + u64::from(known.inhabitants));
    }

    fn pick(&self, random: &mut Random) -> Option<Municipality> {
        let at = random.below(*self.sums.last()?);
        self.codes.get(self.sums.partition_point(|&sum| sum <= at)).copied()
    }
}

/// The county of a code: its first two digits.
fn county(code: Municipality) -> u16 {
    code.to_string()[..2].parse().unwrap_or(0)
}

/// The part of a total that the first municipalities with `sum` of `all` inhabitants have.
fn share(total: u64, sum: u64, all: u64) -> u64 {
    (total * sum + all / 2) / all.max(1)
}

/// The stops of a journey with owned codes.
struct Leg {
    at: Municipality,
    came: Option<(Arrival, String)>,
    left: Option<(Departure, String)>,
}

impl Nation {
    /// A nation of municipalities with so many youths aged 15 to 20 in all, or as many as Sweden's municipalities of
    /// that size have.
    ///
    /// # Errors
    /// When there are fewer personnummer for that age than youths.
    pub fn new(
        seed: u64,
        youths: Option<u64>,
        mut municipalities: Vec<KnownMunicipality>,
        as_of: [NaiveDate; 2],
    ) -> Result<Self, TooMany> {
        municipalities.sort_by_key(|known| known.code);
        municipalities.dedup();
        let numbers = Series::new(as_of[1], seed);
        let all: u64 = municipalities.iter().map(|known| u64::from(known.inhabitants)).sum();
        let sweden: u64 = known_municipalities().iter().map(|known| u64::from(known.inhabitants)).sum();
        let total = youths.unwrap_or_else(|| share(YOUTHS_OF_SWEDEN, all, sweden));
        if total > numbers.len() {
            return Err(TooMany { numbers: numbers.len() });
        }
        let mut sum = 0;
        let mut towns: Vec<Town> = Vec::new();
        for (index, &known) in municipalities.iter().enumerate() {
            let start = share(total, sum, all);
            sum += u64::from(known.inhabitants);
            let next = |step: usize| municipalities[(index + step) % municipalities.len()].code.to_string();
            towns.push(Town { known, youths: start..share(total, sum, all), neighbours: [next(1), next(2)] });
        }
        let mut everywhere = Places::default();
        let mut counties: BTreeMap<u16, Places> = BTreeMap::new();
        for known in known_municipalities() {
            everywhere.add(known);
            counties.entry(county(known.code)).or_default().add(known);
        }
        Ok(Self { seed, as_of, towns, numbers, everywhere, counties })
    }

    /// Where a municipality of the nation stands in the list.
    pub(super) fn town_of(&self, code: Municipality) -> Option<usize> {
        self.towns.binary_search_by_key(&code, |town| town.known.code).ok()
    }

    /// Another municipality, more often than not in the same county.
    fn elsewhere(&self, here: Municipality, random: &mut Random) -> Municipality {
        for _ in 0..20 {
            let nearby = self.counties.get(&county(here)).filter(|_| random.chance(550));
            if let Some(code) = nearby.unwrap_or(&self.everywhere).pick(random).filter(|&code| code != here) {
                return code;
            }
        }
        here
    }

    /// The municipalities in which a youth of a town lives, in order. In two years one in twenty moves to another.
    fn journey(&self, number: PersonalNumber, town: &Town) -> Vec<Leg> {
        let mut random = Random::new(self.seed ^ 0x6d6f_7665, number.digits().parse().unwrap_or(0));
        let mut leg = Leg { at: town.known.code, came: self.first_arrival(town, &mut random), left: None };
        let mut legs = Vec::new();
        let mut moves = random.chance(50);
        let mut day = recent_day(&mut random, self.as_of[1]);
        while moves && leg.came.as_ref().is_none_or(|(came, _)| came.day < day) {
            let target = self.elsewhere(leg.at, &mut random);
            let arrival = (Arrival { day, from_abroad: false }, leg.at.to_string());
            leg.left = Some((Departure { day, event: "UTFLYTT" }, target.to_string()));
            legs.push(leg);
            if self.town_of(target).is_none() {
                return legs;
            }
            leg = Leg { at: target, came: Some(arrival), left: None };
            day = day + Days::new(random.between(20, 400));
            moves = random.chance(120) && day < self.as_of[1];
        }
        if random.chance(5) {
            let event = if random.chance(800) { "UTVANDRING" } else { "AVLIDEN" };
            let day = recent_day(&mut random, self.as_of[1]);
            leg.left = Some((Departure { day, event }, String::new()));
            leg.left = leg.left.filter(|_| leg.came.as_ref().is_none_or(|(came, _)| came.day < day));
        }
        legs.push(leg);
        legs
    }

    /// From abroad, or from a municipality outside the nation: as many come from there as go there.
    fn first_arrival(&self, town: &Town, random: &mut Random) -> Option<(Arrival, String)> {
        let day = recent_day(random, self.as_of[1]);
        if random.chance(10) {
            return Some((Arrival { day, from_abroad: true }, String::new()));
        }
        let origin = random.chance(50).then(|| self.elsewhere(town.known.code, random));
        let origin = origin.filter(|&code| self.town_of(code).is_none());
        origin.map(|code| (Arrival { day, from_abroad: false }, code.to_string()))
    }

    /// The towns that a youth of a town moves to, if any.
    pub(super) fn towns_moved_to(&self, index: u64, town: &Town) -> Vec<usize> {
        let legs = self.journey(self.numbers.at(index), town);
        let mut towns: Vec<usize> = legs.iter().filter_map(|leg| self.town_of(leg.at)).collect();
        towns.retain(|&other| self.towns[other].known.code != town.known.code);
        towns.sort_unstable();
        towns.dedup();
        towns
    }

    /// Everything about the youth at a place in the series of numbers, who was born in a town or came there first.
    pub(super) fn person(&self, index: u64, town: &Town) -> Person {
        let number = self.numbers.at(index);
        let code = town.known.code.to_string();
        let neighbours = [town.neighbours[0].as_str(), &town.neighbours[1]];
        let setting = Setting { municipality: &code, neighbours: Some(neighbours), horizon: self.as_of[1] };
        let mut life = Life::schooled(number, self.seed, setting);
        let mut random = casework_stream(self.seed, &life.number);
        let protection = protection(&mut random);
        let legs = self.journey(number, town);
        let mut homes = Vec::new();
        for leg in &legs {
            let municipality = leg.at.to_string();
            let came = leg.came.as_ref().map(|(came, origin)| (*came, origin.as_str()));
            let left = leg.left.as_ref().map(|(left, target)| (*left, target.as_str()));
            let stop = Stop { municipality: &municipality, arrival: came, departure: left };
            let home = life.settle(&stop, protection);
            let mut rows = home.rows;
            rows.extend(casework::casework(life.youth(), &home.stays, &mut random));
            homes.push((leg.at, rows));
        }
        // A decision is made where the youth lives on that day.
        let (decisions, schooling): (Vec<Row>, Vec<Row>) =
            life.rows.into_iter().partition(|row| row.kind == Kind::Decisions);
        for decision in decisions {
            let left = |leg: &Leg| leg.left.as_ref().is_some_and(|(left, _)| left.day <= decision.known);
            let at = legs.iter().position(|leg| !left(leg)).unwrap_or(legs.len() - 1);
            homes[at].1.push(decision);
        }
        Person { schooling, homes }
    }
}
