//! Where a youth is registered: arrivals, departures, and the days in the group that are left after them.

use chrono::{Days, NaiveDate};

use super::{Life, Stay};
use crate::person::birthday;
use crate::records::{Ground, Kind, Reason};
use crate::synth::names;
use crate::synth::random::Random;
use crate::synth::row::Row;

/// How far back the population register's changes go.
const DAYS_OF_CHANGES: u64 = 730;

/// How a youth comes to a municipality.
#[derive(Clone, Copy)]
pub(in crate::synth) struct Arrival {
    pub(in crate::synth) day: NaiveDate,
    pub(in crate::synth) from_abroad: bool,
}

/// How a youth leaves a municipality: the day and the event as the population register writes it.
#[derive(Clone, Copy)]
pub(in crate::synth) struct Departure {
    pub(in crate::synth) day: NaiveDate,
    pub(in crate::synth) event: &'static str,
}

/// A time in one municipality. The other municipality of a move is empty where there is none.
pub(in crate::synth) struct Stop<'a> {
    pub(in crate::synth) municipality: &'a str,
    /// How it began, and from where; since birth: `None`.
    pub(in crate::synth) arrival: Option<(Arrival, &'a str)>,
    /// How it ended, and where to.
    pub(in crate::synth) departure: Option<(Departure, &'a str)>,
}

/// What a municipality knows of a time there.
pub(in crate::synth) struct Home {
    /// The population register's rows.
    pub(in crate::synth) rows: Vec<Row>,
    /// The days in the group there.
    pub(in crate::synth) stays: Vec<Stay>,
}

/// What the population register writes of a youth besides the name.
struct Registered<'a> {
    municipality: &'a str,
    address: names::Address,
    protection: &'a str,
}

/// Whether a youth's data are protected.
pub(in crate::synth) fn protection(random: &mut Random) -> &'static str {
    if random.chance(3) { "SEKRETESSMARKERING" } else { "SAKNAS" }
}

/// A day within the years that the population register tells of.
pub(in crate::synth) fn recent_day(random: &mut Random, horizon: NaiveDate) -> NaiveDate {
    horizon - Days::new(random.between(5, DAYS_OF_CHANGES))
}

impl Life<'_> {
    /// Registers the youth, with a move for some, and clips the stays to the days here and before the 20th birthday.
    pub(super) fn reside(&mut self) {
        let arrival = self.random.chance(65).then(|| self.arrival());
        let departure = self.random.chance(50).then(|| self.departure());
        let departure = departure.filter(|departure| arrival.as_ref().is_none_or(|came| came.day < departure.day));
        self.register(arrival.as_ref(), departure.as_ref());
        self.stays = self.stays_between(arrival.as_ref(), departure.as_ref());
    }

    /// Registers the youth at a stop of a journey, with protected data or not.
    pub(in crate::synth) fn settle(&mut self, stop: &Stop<'_>, protection: &str) -> Home {
        let elsewhere = std::mem::take(&mut self.rows);
        let (arrival, departure) = (stop.arrival.map(|(came, _)| came), stop.departure.map(|(left, _)| left));
        let address = names::address(&mut self.random);
        let since = arrival.map_or(self.born, |came| came.day).to_string();
        let from_abroad = arrival.is_some_and(|came| came.from_abroad);
        let here = Registered { municipality: stop.municipality, address, protection };
        self.register_person(&here, &since, from_abroad, departure.map(|left| left.day));
        if let Some((_, origin)) = stop.arrival {
            let event = if from_abroad { "INVANDRING" } else { "INFLYTT" };
            self.change(event, &since, origin, stop.municipality);
        }
        if let Some((left, target)) = stop.departure {
            self.change(left.event, &left.day.to_string(), stop.municipality, target);
        }
        let stays = self.stays_between(arrival.as_ref(), departure.as_ref());
        Home { rows: std::mem::replace(&mut self.rows, elsewhere), stays }
    }

    fn recent_day(&mut self) -> NaiveDate {
        recent_day(&mut self.random, self.setting.horizon)
    }

    fn arrival(&mut self) -> Arrival {
        Arrival { day: self.recent_day(), from_abroad: self.random.chance(150) }
    }

    fn departure(&mut self) -> Departure {
        let event = self.random.weighed(&[(900, "UTFLYTT"), (80, "UTVANDRING"), (20, "AVLIDEN")]);
        Departure { day: self.recent_day(), event }
    }

    fn register(&mut self, arrival: Option<&Arrival>, departure: Option<&Departure>) {
        let here = self.setting.municipality;
        let since = arrival.map_or(self.born, |arrival| arrival.day).to_string();
        let from_abroad = arrival.is_some_and(|arrival| arrival.from_abroad);
        let address = names::address(&mut self.random);
        let protection = protection(&mut self.random);
        let registered = Registered { municipality: here, address, protection };
        self.register_person(&registered, &since, from_abroad, departure.map(|departure| departure.day));
        if arrival.is_some() && from_abroad {
            self.change("INVANDRING", &since, "", here);
        } else if arrival.is_some() {
            let origin = self.other_municipality();
            self.change("INFLYTT", &since, origin, here);
        }
        if let Some(Departure { day, event }) = departure {
            let target = if *event == "UTFLYTT" { self.other_municipality() } else { "" };
            self.change(event, &day.to_string(), here, target);
        }
    }

    fn register_person(&mut self, here: &Registered<'_>, since: &str, from_abroad: bool, until: Option<NaiveDate>) {
        let address = &here.address;
        let (given, family) = (self.given.clone(), self.family.clone());
        let cells = [
            ("kommunkod", here.municipality),
            ("fornamn", &given),
            ("efternamn", &family),
            ("co_adress", &address.care_of),
            ("adress", &address.street),
            ("postnummer", address.postcode),
            ("postort", address.city),
            ("folkbokford_fran", since),
            ("invandringsdatum", if from_abroad { since } else { "" }),
            ("skydd", here.protection),
        ];
        self.row(Kind::PopulationRegister, &cells).gone = until;
    }

    fn other_municipality(&mut self) -> &'static str {
        self.random.weighed(&[(400, "9902"), (250, "9903"), (200, "9904"), (150, "9905")])
    }

    fn change(&mut self, event: &str, day: &str, from: &str, to: &str) {
        let cells = [("handelse", event), ("datum", day), ("fran_kommunkod", from), ("till_kommunkod", to)];
        self.row(Kind::RegisterChanges, &cells);
    }

    /// The stays in the group while resident and under 20.
    fn stays_between(&self, arrival: Option<&Arrival>, departure: Option<&Departure>) -> Vec<Stay> {
        let turns_20 = birthday(self.born, 20);
        let departure = departure.filter(|departure| departure.day < turns_20);
        let (end, end_ground) = match departure {
            Some(Departure { day, event: "UTVANDRING" }) => (*day, Ground::Emigrated),
            Some(Departure { day, event: "AVLIDEN" }) => (*day, Ground::Died),
            Some(Departure { day, .. }) => (*day, Ground::MovedOut),
            None => (turns_20, Ground::Turned20),
        };
        let mut stays = self.stays.clone();
        for stay in &mut stays {
            if stay.to.is_none_or(|to| to > end) {
                (stay.to, stay.ground) = (Some(end), Some(end_ground));
            }
            if let Some(arrival) = arrival.filter(|arrival| stay.from < arrival.day) {
                stay.from = arrival.day;
                stay.reason = if arrival.from_abroad { Reason::Immigrated } else { Reason::MovedIn };
            }
        }
        stays.retain(|stay| stay.to.is_none_or(|to| stay.from < to));
        stays
    }
}
