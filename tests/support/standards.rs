//! The rows of a table as the records of a standard: what a system that follows it would hand out.

#![allow(dead_code, reason = "each test file uses its part of this module")]

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A row of a table by its columns.
pub type Row = BTreeMap<String, String>;

/// A date as Navet writes it.
fn day(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!({ "rfc3339Datum": text, "varde": text.replace('-', "") }) }
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!(text) }
}

/// Someone registered, with the history that says since when.
pub fn registered(row: &Row) -> Value {
    let code = &row["kommunkod"];
    let (county, own) = if code.len() == 4 { code.split_at(2) } else { ("", code.as_str()) };
    let since = &row["folkbokford_fran"];
    let history = if since.is_empty() {
        json!([])
    } else {
        json!([{ "datum": day(since), "lanskod": text(county), "kommunkod": own, "folkbokforingstyp": { "kod": "FB" } }])
    };
    json!({
        "identitet": { "identitetsbeteckning": row["personnummer"], "typ": "PERSONNUMMER" },
        "skyddAvPersonuppgifter": text(&row["skydd"]),
        "namn": {
            "fornamn": { "namn": text(&row["fornamn"]) },
            "mellannamn": { "namn": "Mellansson" },
            "efternamn": { "namn": text(&row["efternamn"]) },
        },
        "folkbokforing": {
            "datum": day(since),
            "lanskod": text(county),
            "kommunkod": own,
            "adress": {
                "careOf": text(&row["co_adress"]),
                "gatuadress": text(&row["adress"]),
                "postnummer": text(&row["postnummer"]),
                "postort": text(&row["postort"]),
            },
            "historik": history,
        },
        "invandring": { "datum": day(&row["invandringsdatum"]) },
        "civiltilstand": { "kod": "OG" },
        "senastAndrad": { "tidpunkt": "2026-01-01T12:00:00+01:00" },
    })
}

/// A change: what the record of the person says of it.
pub fn change(row: &Row) -> Value {
    let number = &row["personnummer"];
    let date = row["datum"].as_str();
    let place = |code: &str| {
        let (county, own) = if code.len() == 4 { code.split_at(2) } else { ("", code) };
        json!({ "lanskod": text(county), "kommunkod": text(own) })
    };
    let mut record = json!({ "identitet": { "identitetsbeteckning": number, "typ": "PERSONNUMMER" } });
    let before = number.get(..8).filter(|born| born.bytes().all(|b| b.is_ascii_digit()));
    let before = before.map_or_else(String::new, |born| format!("{}-{}-{}", &born[..4], &born[4..6], &born[6..]));
    match row["handelse"].as_str() {
        "INFLYTT" | "UTFLYTT" => {
            let mut past = place(&row["fran_kommunkod"]);
            past["datum"] = day(&before);
            past["folkbokforingstyp"] = json!({ "kod": "FB" });
            let mut now = place(&row["till_kommunkod"]);
            now["datum"] = day(date);
            now["historik"] = json!([past]);
            record["folkbokforing"] = now;
        }
        "INVANDRING" => {
            let mut now = place(&row["till_kommunkod"]);
            now["datum"] = day(date);
            record["folkbokforing"] = now;
            record["invandring"] = json!({ "datum": day(date) });
        }
        "SKYDD" => {
            record["skyddAvPersonuppgifter"] = text(&row["skydd"]);
            record["senastAndrad"] = json!({ "tidpunkt": format!("{date}T08:15:00.123+02:00") });
        }
        event => {
            let codes = [("UTVANDRING", "UV"), ("AVLIDEN", "AV"), ("NYTT_PERSONNUMMER", "GN"), ("AVREGISTRERAD", "AN")];
            let code = codes.iter().find(|(ours, _)| *ours == event).map_or(event, |(_, code)| code);
            record["avregistrering"] = json!({ "orsakskod": code, "avregistreringsdatum": day(date) });
            record["folkbokforing"] = place(&row["fran_kommunkod"]);
            if !row["nytt_personnummer"].is_empty() {
                record["hanvisningar"] = json!([{ "identitetsbeteckning": row["nytt_personnummer"] }]);
            }
        }
    }
    record
}

/// The answer of Navet with these records.
pub fn navet(records: Vec<Value>) -> String {
    let whole = json!({ "folkbokforingsposter": records, "status": 200, "tidpunkt": "2026-11-16T06:00:00Z" });
    serde_json::to_string_pretty(&whole).expect("JSON")
}

/// The schools and programmes that enrolments refer to.
#[derive(Default)]
pub struct Schools {
    ids: BTreeMap<String, String>,
    organisations: Vec<Value>,
    programmes: Vec<Value>,
}

impl Schools {
    fn id(&mut self, what: &str) -> (String, bool) {
        let next = format!("00000000-0000-4000-8000-{:012}", self.ids.len() + 1);
        let is_new = !self.ids.contains_key(what);
        (self.ids.entry(what.to_owned()).or_insert(next).clone(), is_new)
    }

    /// The id of a school, below its owner.
    fn school(&mut self, row: &Row) -> String {
        let get = |column: &str| row.get(column).map_or("", String::as_str);
        let name = if row.contains_key("anordnare") { get("anordnare") } else { get("skola") };
        let (unit, owner, place) = (get("skolenhetskod"), get("huvudman"), get("skolkommun"));
        let (above, is_new) = self.id(&format!("huvudman {owner}"));
        if is_new && !owner.is_empty() {
            self.organisations.push(json!({ "id": above, "displayName": owner, "organisationType": "Huvudman" }));
        }
        let (id, is_new) = self.id(&format!("skola {name}/{unit}/{owner}/{place}"));
        if is_new {
            let mut school = json!({
                "id": id, "displayName": name, "organisationType": "Skolenhet",
                "schoolUnitCode": text(unit), "municipalityCode": text(place),
            });
            if !owner.is_empty() {
                school["parentOrganisation"] = json!({ "id": above });
            }
            self.organisations.push(school);
        }
        id
    }

    /// The enrolment of a row of `elevregister` or `vuxenutbildning`. Every other programme is referred to.
    fn enrolment(&mut self, row: &Row) -> Value {
        let mut enrolment = Map::new();
        let codes = [
            ("GYAN", "GYS"),
            ("GRAN", "GRS"),
            ("GYMNASIAL", "VUXGY"),
            ("GRUNDLAGGANDE", "VUXGR"),
            ("SFI", "VUXSFI"),
            ("ANPASSAD_GYMNASIAL", "VUXSARGY"),
            ("ANPASSAD_GRUNDLAGGANDE", "VUXSARGR"),
        ];
        let form = row.get("skolform").or_else(|| row.get("niva")).expect("a form of school");
        let form = codes.iter().find(|(ours, _)| ours == form).map_or(form.as_str(), |(_, theirs)| theirs);
        enrolment.insert("schoolType".to_owned(), text(form));
        enrolment.insert("enroledAt".to_owned(), json!({ "id": self.school(row) }));
        let programme = row.get("studievag").or_else(|| row.get("kurs")).map_or("", String::as_str);
        if !programme.is_empty() && programme.len().is_multiple_of(2) {
            let (id, is_new) = self.id(&format!("program {programme}"));
            if is_new {
                self.programmes.push(json!({ "id": id, "name": "Ett program", "code": programme, "schoolType": "GY" }));
            }
            enrolment.insert("programme".to_owned(), json!({ "id": id }));
        } else {
            enrolment.insert("educationCode".to_owned(), text(programme));
        }
        // A number where the system has one.
        let year = row.get("arskurs").map_or("", String::as_str);
        enrolment.insert("schoolYear".to_owned(), year.parse::<u32>().map_or_else(|_| text(year), |year| json!(year)));
        enrolment.insert("startDate".to_owned(), text(&row["startdatum"]));
        enrolment.insert("endDate".to_owned(), text(&row["slutdatum"]));
        if row.get("avbrottsorsak").is_some_and(|reason| !reason.is_empty()) {
            enrolment.insert("cancelled".to_owned(), json!(true));
        }
        Value::Object(enrolment)
    }

    /// The persons with their enrolments, those of one person beside each other together.
    pub fn persons(&mut self, rows: &[Row]) -> Vec<Value> {
        let mut persons: Vec<Value> = Vec::new();
        for row in rows {
            let number = row["personnummer"].as_str();
            let name = |column: &str| text(row.get(column).map_or("", String::as_str));
            let enrolment = self.enrolment(row);
            match persons.last_mut() {
                Some(person)
                    if person["civicNo"]["value"] == number
                        && person["givenName"] == name("fornamn")
                        && person["familyName"] == name("efternamn") =>
                {
                    person["enrolments"].as_array_mut().expect("a list").push(enrolment);
                }
                _ => persons.push(json!({
                    "id": format!("00000000-0000-4000-9000-{:012}", persons.len() + 1),
                    "civicNo": { "value": number, "nationality": "SE" },
                    "givenName": name("fornamn"), "familyName": name("efternamn"),
                    "securityMarking": "Ingen", "personStatus": "Aktiv",
                    "enrolments": [enrolment],
                })),
            }
        }
        persons
    }

    /// A file as it is put together of what the service hands out: the persons in pages, the schools, the programmes.
    pub fn file(&self, persons: &[Value]) -> String {
        const PAGE: usize = 100;
        let pages = persons.chunks(PAGE).count();
        let page = |(at, records): (usize, &[Value])| {
            let token = if at + 1 < pages { json!("nästa") } else { Value::Null };
            json!({ "data": records, "pageToken": token }).to_string()
        };
        let mut text: Vec<String> = persons.chunks(PAGE).enumerate().map(page).collect();
        text.extend([&self.organisations, &self.programmes].map(|records| json!({ "data": records }).to_string()));
        text.join("\n\u{feff}")
    }
}
