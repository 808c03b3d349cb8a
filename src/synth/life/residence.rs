//! Where a youth is registered: arrivals, departures, and the days in the group that are left after them.

use chrono::{Days, NaiveDate};

use super::Life;
use crate::person::birthday;
use crate::records::{Ground, Kind, Reason};
use crate::synth::names;

/// How far back the population register's changes go.
const DAYS_OF_CHANGES: u64 = 730;

struct Arrival {
    day: NaiveDate,
    from_abroad: bool,
}

struct Departure {
    day: NaiveDate,
    event: &'static str,
}

impl Life<'_> {
    /// Registers the youth, with a move for some, and clips the stays to the days here and before the 20th birthday.
    pub(super) fn reside(&mut self) {
        let arrival = self.random.chance(65).then(|| self.arrival());
        let departure = self.random.chance(50).then(|| self.departure());
        let departure = departure.filter(|departure| arrival.as_ref().is_none_or(|came| came.day < departure.day));
        self.register(arrival.as_ref(), departure.as_ref());
        self.clip_stays(arrival.as_ref(), departure.as_ref());
    }

    fn recent_day(&mut self) -> NaiveDate {
        self.setting.horizon - Days::new(self.random.between(5, DAYS_OF_CHANGES))
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
        self.register_person(&since, from_abroad, departure.map(|departure| departure.day));
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

    fn register_person(&mut self, since: &str, from_abroad: bool, until: Option<NaiveDate>) {
        let address = names::address(&mut self.random);
        let protection = if self.random.chance(3) { "SEKRETESSMARKERING" } else { "SAKNAS" };
        let (given, family) = (self.given.clone(), self.family.clone());
        let cells = [
            ("kommunkod", self.setting.municipality),
            ("fornamn", &given),
            ("efternamn", &family),
            ("co_adress", &address.care_of),
            ("adress", &address.street),
            ("postnummer", address.postcode),
            ("postort", address.city),
            ("folkbokford_fran", since),
            ("invandringsdatum", if from_abroad { since } else { "" }),
            ("skydd", protection),
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

    fn clip_stays(&mut self, arrival: Option<&Arrival>, departure: Option<&Departure>) {
        let turns_20 = birthday(self.born, 20);
        let departure = departure.filter(|departure| departure.day < turns_20);
        let (end, end_ground) = match departure {
            Some(Departure { day, event: "UTVANDRING" }) => (*day, Ground::Emigrated),
            Some(Departure { day, event: "AVLIDEN" }) => (*day, Ground::Died),
            Some(Departure { day, .. }) => (*day, Ground::MovedOut),
            None => (turns_20, Ground::Turned20),
        };
        for stay in &mut self.stays {
            if stay.to.is_none_or(|to| to > end) {
                (stay.to, stay.ground) = (Some(end), Some(end_ground));
            }
            if let Some(arrival) = arrival.filter(|arrival| stay.from < arrival.day) {
                stay.from = arrival.day;
                stay.reason = if arrival.from_abroad { Reason::Immigrated } else { Reason::MovedIn };
            }
        }
        self.stays.retain(|stay| stay.to.is_none_or(|to| stay.from < to));
    }
}
