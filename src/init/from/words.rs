//! What systems and municipalities call things: the list in `ordlista.toml`, folded for comparison.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::records::{Kind, fold};

/// Words by column, or codes by their wordings.
type Lists = BTreeMap<String, Vec<String>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordFile {
    tabeller: Lists,
    rubriker: BTreeMap<String, Lists>,
    adressdatum: Headers,
    uttagsdatum: Headers,
    personliga: Headers,
    varden: BTreeMap<String, BTreeMap<String, Lists>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Headers {
    rubriker: Vec<String>,
}

static WORDS: LazyLock<WordFile> = LazyLock::new(|| {
    toml::from_str(include_str!("ordlista.toml")).expect("the list of words is TOML; a test reads it")
});

/// A text as it is compared: folded, without punctuation.
pub fn plain(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Every header, plain, that is known for a column of a table; its own name first.
pub fn headers(kind: Kind, column: &str) -> &'static [String] {
    static ALL: LazyLock<BTreeMap<Kind, BTreeMap<&'static str, Vec<String>>>> = LazyLock::new(|| {
        let of = |kind: Kind| kind.columns().iter().map(move |column| (column.name, known_headers(kind, column.name)));
        Kind::ALL.iter().map(|&kind| (kind, of(kind).collect())).collect()
    });
    ALL.get(&kind).and_then(|columns| columns.get(column)).map(Vec::as_slice).unwrap_or_default()
}

fn known_headers(kind: Kind, column: &str) -> Vec<String> {
    let listed = |table: &str| WORDS.rubriker.get(table).and_then(|lists| lists.get(column)).into_iter().flatten();
    let own = std::iter::once(column.to_owned());
    own.chain(listed(kind.name()).cloned()).chain(listed("alla").cloned()).map(|word| plain(&word)).collect()
}

/// The code that a wording means in a column, by the list.
pub fn code_of(kind: Kind, column: &str, wording: &str) -> Option<&'static str> {
    type Codes = BTreeMap<String, &'static str>;
    static CODES: LazyLock<BTreeMap<&'static str, BTreeMap<&'static str, Codes>>> = LazyLock::new(|| {
        let words = |(code, words): (&'static String, &'static Vec<String>)| {
            words.iter().map(move |word| (plain(word), code.as_str()))
        };
        let column =
            |(name, codes): (&'static String, &'static Lists)| (name.as_str(), codes.iter().flat_map(words).collect());
        WORDS.varden.iter().map(|(table, columns)| (table.as_str(), columns.iter().map(column).collect())).collect()
    });
    CODES.get(kind.name())?.get(column)?.get(&plain(wording)).copied()
}

/// How many letters of a file's or sheet's name speak for a table.
pub fn named_after(kind: Kind, name: &str) -> usize {
    let name = plain(name);
    let words = WORDS.tabeller.get(kind.name()).into_iter().flatten();
    words.map(|word| plain(word)).filter(|word| name.contains(word)).map(|word| word.len()).max().unwrap_or(0)
}

/// Whether a header names a day that changes with the address and not with the municipality.
pub fn is_address_date(header: &str) -> bool {
    is_one_of(&WORDS.adressdatum, header)
}

/// Whether a header names the day of the extract.
pub fn is_extraction_date(header: &str) -> bool {
    is_one_of(&WORDS.uttagsdatum, header)
}

/// Whether what stands under a header is about persons, so that no value of it may be shown as a code.
pub fn is_personal(header: &str) -> bool {
    const COLUMNS: [&str; 9] = [
        "personnummer",
        "nytt_personnummer",
        "fornamn",
        "efternamn",
        "co_adress",
        "adress",
        "telefon",
        "epost",
        "postort",
    ];
    let plain_header = plain(header);
    let of_column = |kind: &Kind| COLUMNS.iter().any(|column| headers(*kind, column).contains(&plain_header));
    is_one_of(&WORDS.personliga, header) || Kind::ALL.iter().any(of_column)
}

/// Whether a header is known in any table.
pub fn is_known_header(header: &str) -> bool {
    static KNOWN: LazyLock<std::collections::BTreeSet<String>> = LazyLock::new(|| {
        let columns = Kind::ALL.iter().flat_map(|&kind| kind.columns().iter().map(move |column| (kind, column.name)));
        columns.flat_map(|(kind, column)| headers(kind, column).iter().cloned()).collect()
    });
    KNOWN.contains(&plain(header))
}

fn is_one_of(list: &Headers, header: &str) -> bool {
    let header = plain(header);
    list.rubriker.iter().any(|word| plain(word) == header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_under_a_table_a_column_and_a_code_that_there_are() {
        let column = |kind: Kind, name: &str| kind.columns().iter().position(|column| column.name == name);
        let kind = |name: &str| Kind::from_name(name).unwrap_or_else(|| panic!("{name} is no table"));
        assert!(WORDS.tabeller.keys().all(|name| Kind::ALL.contains(&kind(name))));
        for (table, lists) in &WORDS.rubriker {
            for name in lists.keys() {
                let known = |kind: Kind| column(kind, name).is_some();
                let known =
                    if table == "alla" { Kind::ALL.iter().any(|&kind| known(kind)) } else { known(kind(table)) };
                assert!(known, "{table}.{name} is no column");
            }
        }
        for (table, columns) in &WORDS.varden {
            for (name, codes) in columns {
                let at = column(kind(table), name).unwrap_or_else(|| panic!("{table}.{name} is no column"));
                for code in codes.keys() {
                    assert_eq!(kind(table).fault_of(at, code), None, "{table}.{name}: {code}");
                }
            }
        }
    }

    #[test]
    fn no_wording_means_two_codes() {
        for (table, columns) in &WORDS.varden {
            for (name, codes) in columns {
                let mut words: Vec<String> = codes.values().flatten().map(|word| plain(word)).collect();
                let count = words.len();
                words.sort();
                words.dedup();
                assert_eq!(words.len(), count, "{table}.{name} has a wording twice");
            }
        }
    }
}
