//! The municipalities of Sweden: code, name and size.

use std::sync::LazyLock;

use super::Municipality;

/// Codes, names and counties by Skatteverket's and SCB's list of 2026. The hundreds of inhabitants are rounded from a public
/// list that names neither source nor date; they sum to the population of Sweden. They serve invented municipalities;
/// nothing is decided by them.
const TABLE: &str = include_str!("kommuner.csv");

/// A municipality of Sweden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownMunicipality {
    /// Its code.
    pub code: Municipality,
    /// Its name, without "kommun".
    pub name: &'static str,
    /// Its inhabitants, rounded to hundreds.
    pub inhabitants: u32,
}

impl KnownMunicipality {
    /// The municipality of a code; none of Sweden's: `None`.
    pub fn of(code: Municipality) -> Option<Self> {
        let all = known_municipalities();
        all.binary_search_by_key(&code, |known| known.code).ok().map(|at| all[at])
    }

    fn read(line: &'static str) -> Option<Self> {
        let mut cells = line.split(';');
        let (code, name) = (Municipality::parse(cells.next()?)?, cells.next()?);
        let hundreds: u32 = cells.nth(1)?.parse().ok()?;
        Some(Self { code, name, inhabitants: hundreds * 100 })
    }
}

/// Every municipality of Sweden, by code.
pub fn known_municipalities() -> &'static [KnownMunicipality] {
    static ALL: LazyLock<Vec<KnownMunicipality>> =
        LazyLock::new(|| TABLE.lines().skip(1).filter_map(KnownMunicipality::read).collect());
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_290_by_code() {
        let all = known_municipalities();
        assert_eq!(all.len(), 290);
        assert!(all.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn all_of_them_have_the_inhabitants_of_sweden() {
        let all: u32 = known_municipalities().iter().map(|known| known.inhabitants).sum();
        assert!((10_500_000..10_700_000).contains(&all), "{all}");
    }

    #[test]
    fn a_code_finds_its_municipality() {
        let known = |code| Municipality::parse(code).and_then(KnownMunicipality::of);
        assert_eq!(known("1472").map(|known| known.name), Some("Tibro"));
        assert_eq!(known("0180").map(|known| known.inhabitants), Some(998_800));
        assert_eq!(known("9901"), None);
    }
}
