//! Names of files in the inbox, and the nearest of known names.

use chrono::NaiveDate;

use crate::records::{Kind, fold};

/// The file beside the folders of a municipality's runs that tells of all of them.
pub const CHAIN: &str = "kedja.sha256";

/// What the name of a file in the inbox says: `<kind>[-<name>][-YYYY-MM-DD].<ext>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderName {
    /// Which table.
    pub kind: Kind,
    /// The source: the kind, or the kind and the name.
    pub source: String,
    /// The date at its end.
    pub date: Option<NaiveDate>,
}

impl FolderName {
    /// Reads a file name.
    ///
    /// # Errors
    /// The nearest kind, when the name begins with none.
    pub fn parse(file_name: &str) -> Result<Self, &'static str> {
        let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
        let (stem, date) = split_date(stem);
        let (kind, rest) = stem.split_once('-').unwrap_or((stem, ""));
        let Some(kind) = Kind::from_name(kind) else {
            return Err(nearest(kind, Kind::ALL.iter().map(|kind| kind.name())).unwrap_or("folkbokforing"));
        };
        let source = if rest.is_empty() { kind.name().to_owned() } else { format!("{}-{rest}", kind.name()) };
        Ok(Self { kind, source, date })
    }
}

/// The date at the end of a file's stem, `2026-11-20` or `20261120`, with what stands before it.
pub fn split_date(stem: &str) -> (&str, Option<NaiveDate>) {
    for (length, form) in [("2026-11-20".len(), "%Y-%m-%d"), ("20261120".len(), "%Y%m%d")] {
        let Some(at) = stem.len().checked_sub(length).filter(|&at| stem.is_char_boundary(at)) else { continue };
        let Some(date) = NaiveDate::parse_from_str(&stem[at..], form).ok().filter(|date| is_of_an_extract(*date))
        else {
            continue;
        };
        match stem[..at].strip_suffix(['-', '_', ' ']) {
            Some(front) => return (front, Some(date)),
            None if at == 0 => return ("", Some(date)),
            None => {}
        }
    }
    (stem, None)
}

/// Eight digits can be a telephone or a case number: those that are a day of this law are a date.
fn is_of_an_extract(date: NaiveDate) -> bool {
    use chrono::Datelike;
    (2000..=2199).contains(&date.year())
}

/// The known name that is most like `word`.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    most_like(word, known).map(|(_, name)| name)
}

/// The name that is most like `word`, if it is much like it: names from a file, of which none may be meant.
pub fn similar<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const MUCH: f64 = 0.8;
    const LONGEST: usize = 40;
    let plain = |name: &&str| name.chars().count() <= LONGEST && !name.chars().any(char::is_control);
    most_like(word, names.into_iter().filter(plain)).filter(|&(likeness, _)| likeness >= MUCH).map(|(_, name)| name)
}

fn most_like<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<(f64, &'a str)> {
    let folded = fold(word);
    names.into_iter().map(|name| (strsim::jaro_winkler(&folded, &fold(name)), name)).max_by(|a, b| a.0.total_cmp(&b.0))
}
