//! One federation runs the same files for several municipalities: who moves leaves one group and enters the other.

mod support;

use std::collections::BTreeMap;

use support::{REGISTER_HEADER, SCHOOL_HEADER, Workspace, read_list, table, youth};

/// The municipality that the youth leaves, and the one that she moves to.
const LEFT: (&str, &str) = ("1472", "Tibro");
const ENTERED: (&str, &str) = ("1497", "Hjo");
const CHANGES_HEADER: &str = "personnummer;handelse;datum;fran_kommunkod;till_kommunkod";

/// The youth whose education was broken off and who moves on 3 November 2026.
fn mover() -> String {
    youth(9)
}

struct Federation(Workspace);

impl Federation {
    fn new() -> Self {
        Self(Workspace::empty())
    }

    /// The month's files: where everyone is registered, since when, and the enrolment that the mover broke off.
    fn delivers(&self, day: &str, municipality: &str, since: &str) {
        let register = format!("{};{municipality};;;;;;;{since};;SAKNAS", mover());
        self.0.file(&format!("folkbokforing-{day}.csv"), table(REGISTER_HEADER, [register]));
        let broken_off = format!("{};GY;NA25;;;2024-08-19;2025-10-31;;AVBROTT", mover());
        self.0.file(&format!("elevregister-{day}.csv"), table(SCHOOL_HEADER, [broken_off]));
    }

    fn tells_of_the_move(&self) {
        let row = format!("{};UTFLYTT;2026-11-03;{};{}", mover(), LEFT.0, ENTERED.0);
        self.0.file("folkbokforing_andringar-2026-11-16.csv", table(CHANGES_HEADER, [row]));
    }

    /// Runs a month for both.
    fn runs(&self, as_of: &str) {
        for (code, name) in [LEFT, ENTERED] {
            self.0.config(&format!(
                "[kommun]\nkod = \"{code}\"\nnamn = \"{name}\"\n[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n"
            ));
            let ending = self.0.run(&["monthly", "--as-of", as_of]);
            assert_eq!(ending.code, 0, "{name}: {ending:?}");
        }
    }

    /// The mover's rows in a list: the values of some columns.
    fn list<const N: usize>(&self, of: (&str, &str), as_of: &str, list: &str, columns: [&str; N]) -> Vec<[String; N]> {
        let folder = format!("output/{}-{}/manad-{as_of}/{list}.csv", of.0, of.1.to_lowercase());
        let rows = read_list(&self.0.path(&folder)).into_iter().filter(|row| row["personnummer"] == mover());
        rows.map(|row: BTreeMap<String, String>| columns.map(|column| row[column].clone())).collect()
    }

    fn spells(&self, of: (&str, &str), as_of: &str) -> Vec<[String; 4]> {
        self.list(of, as_of, "perioder", ["fran", "till", "orsak_in", "grund_ut"])
    }

    fn changes(&self, of: (&str, &str), as_of: &str) -> Vec<[String; 3]> {
        self.list(of, as_of, "forandringar", ["typ", "datum", "orsak"])
    }

    /// Since when the mover is in the group, and the former home municipality.
    fn member(&self, of: (&str, &str), as_of: &str) -> Vec<[String; 2]> {
        self.list(of, as_of, "malgrupp", ["fran", "fran_kommunkod"])
    }

    fn has_moved(&self, as_of: &str) {
        assert_eq!(self.spells(LEFT, as_of), [["2025-11-01", "2026-11-02", "AVBRUTIT", "UTFLYTTAD"]]);
        assert_eq!(self.spells(ENTERED, as_of), [["2026-11-03", "", "INFLYTTAD", ""]]);
        assert!(self.member(LEFT, as_of).is_empty());
        assert_eq!(self.member(ENTERED, as_of), [["2026-11-03", LEFT.0]]);
    }
}

#[test]
fn who_moves_leaves_one_group_and_enters_the_other_on_the_same_day() {
    let federation = Federation::new();
    federation.delivers("2026-11-16", ENTERED.0, "2026-11-03");
    federation.tells_of_the_move();
    federation.runs("2026-11-20");
    federation.has_moved("2026-11-20");
}

#[test]
fn the_extract_of_the_new_municipality_need_not_say_since_when() {
    let federation = Federation::new();
    federation.delivers("2026-11-16", ENTERED.0, "");
    federation.tells_of_the_move();
    federation.runs("2026-11-20");
    federation.has_moved("2026-11-20");
}

#[test]
fn a_move_after_an_earlier_run_is_told_as_one_out_and_one_in() {
    let federation = Federation::new();
    federation.delivers("2026-10-16", LEFT.0, "");
    federation.runs("2026-10-20");
    assert_eq!(federation.member(LEFT, "2026-10-20"), [["2025-11-01", ""]]);
    assert!(federation.member(ENTERED, "2026-10-20").is_empty());

    federation.delivers("2026-11-16", ENTERED.0, "2026-11-03");
    federation.tells_of_the_move();
    federation.runs("2026-11-20");
    federation.has_moved("2026-11-20");
    assert_eq!(federation.changes(LEFT, "2026-11-20"), [["UT", "2026-11-03", "UTFLYTTAD"]]);
    assert_eq!(federation.changes(ENTERED, "2026-11-20"), [["IN", "2026-11-03", "INFLYTTAD"]]);

    // The file that told of the move is gone a month later; what it said stays known.
    federation.0.remove("folkbokforing_andringar-2026-11-16.csv");
    federation.delivers("2026-12-16", ENTERED.0, "2026-11-03");
    federation.runs("2026-12-20");
    federation.has_moved("2026-12-20");
    assert!(federation.changes(LEFT, "2026-12-20").is_empty());
    assert!(federation.changes(ENTERED, "2026-12-20").is_empty());
}

#[test]
fn without_a_row_the_first_leaves_at_the_extract_until_a_row_says_when() {
    let federation = Federation::new();
    federation.delivers("2026-10-16", LEFT.0, "");
    federation.runs("2026-10-20");
    federation.delivers("2026-11-16", ENTERED.0, "2026-11-03");
    federation.runs("2026-11-20");
    assert_eq!(federation.spells(LEFT, "2026-11-20"), [["2025-11-01", "2026-11-15", "AVBRUTIT", "UTFLYTTAD"]]);
    assert_eq!(federation.member(ENTERED, "2026-11-20"), [["2026-11-03", ""]]);

    federation.tells_of_the_move();
    federation.delivers("2026-12-16", ENTERED.0, "2026-11-03");
    federation.runs("2026-12-20");
    federation.has_moved("2026-12-20");
    let corrected = [["ANDRAD", "2025-11-01", "flaggor"], ["ANDRAD", "2025-11-01", "till"]];
    assert_eq!(federation.changes(LEFT, "2026-12-20"), corrected);
}
