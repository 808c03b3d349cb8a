//! The pipeline file as it is typed: what was written, before it is known what it means.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use chrono::format::StrftimeItems;
use schemars::JsonSchema;
use serde::Deserialize;

use super::calendar::CalendarSection;
use super::federation::FederationSection;
use super::lists::{IkeSection, ListsSection};
use super::plan::{FollowUpSection, LadderSection, OfferSection, ProfileSection, plan};
use super::{Config, ConfigFault, Form, Limits, Source, nearest};
use crate::ingest::spreadsheet;
use crate::records::{Coded, Delivery, Kind, Municipality, fold};
use crate::texts::{Message, expectation, expected};
use crate::timeline::{DayOfYear, Law};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    pub(super) kommun: Option<MunicipalitySection>,
    pub(super) forbund: Option<FederationSection>,
    #[serde(default)]
    pub(super) kallor: SourcesSection,
    #[serde(default)]
    kalla: Vec<SourceSection>,
    #[serde(default)]
    regler: RulesSection,
    #[serde(default)]
    pub(super) granser: LimitsSection,
    #[serde(default)]
    profil: ProfileSection,
    #[serde(default)]
    insats: Vec<OfferSection>,
    trappa: Option<LadderSection>,
    #[serde(default)]
    uppfoljning: Vec<FollowUpSection>,
    #[serde(default)]
    listor: ListsSection,
    #[serde(default)]
    ike: IkeSection,
    #[serde(default)]
    namnd: super::board::BoardSection,
    #[serde(default)]
    skydd: ProtectionSection,
    #[serde(default)]
    gallring: super::purge::RetentionSection,
    #[serde(default)]
    arkiv: super::archive::ArchiveSection,
    #[serde(default)]
    kalender: Vec<CalendarSection>,
    utdata: Option<OutputSection>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MunicipalitySection {
    pub(super) kod: String,
    pub(super) namn: String,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourcesSection {
    pub(super) mapp: Option<String>,
    #[serde(default)]
    utan_elevregister: bool,
    elevregister_sommaruppehall: Option<PauseSection>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SourceSection {
    namn: Option<String>,
    #[schemars(extend("enum" = Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>()))]
    typ: String,
    fil: String,
    #[schemars(extend("enum" = words(&DELIVERIES)))]
    leverans: Option<String>,
    uttagsdatum: Option<String>,
    uttagskolumn: Option<String>,
    hogsta_alder_dagar: Option<u16>,
    sommaruppehall: Option<PauseSection>,
    #[schemars(extend("enum" = words(&DELIMITERS)))]
    avgransare: Option<String>,
    teckenkod: Option<String>,
    blad: Option<String>,
    rubrikrad: Option<u32>,
    datumformat: Option<String>,
    #[serde(default)]
    adressdatum: bool,
    #[serde(default)]
    kolumner: BTreeMap<String, String>,
    #[serde(default)]
    varden: BTreeMap<String, BTreeMap<String, String>>,
}

const DELIVERIES: [(&str, Delivery); 2] = [("hel", Delivery::Whole), ("del", Delivery::Parts)];
const DELIMITERS: [(&str, u8); 5] = [(";", b';'), (",", b','), ("|", b'|'), ("tab", b'\t'), ("\t", b'\t')];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PauseSection {
    fran: String,
    till: String,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RulesSection {
    skolplikt_sista_dag: Option<String>,
    brygga_dagar: Option<u32>,
    komvux_minsta_omfattning: Option<u16>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsSection {
    minskning_procent: Option<u32>,
    minskning_fran_rader: Option<u64>,
    avvisade_procent: Option<u32>,
    avvisade_rader: Option<u64>,
    fil_mb: Option<u64>,
    uppackat_mb: Option<u64>,
    rader: Option<u64>,
    celler: Option<u64>,
    blad: Option<u64>,
    strangar: Option<u64>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProtectionSection {
    forbjudna_ord: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OutputSection {
    mapp: String,
    arbetsbok: Option<bool>,
    #[serde(default)]
    parquet: bool,
}

/// Words of health, crime and sentences that förordning (2006:39) 5 § forbids: whole words of at most four letters,
/// beginnings of longer ones.
const FORBIDDEN_WORDS: &[&str] = &[
    "lvu",
    "lsu",
    "lmu",
    "lpt",
    "lrv",
    "häkte",
    "häktad",
    "fängelse",
    "anstalt",
    "kriminal",
    "frivård",
    "sis",
    "hvb",
    "sjukskriv",
    "sjukhus",
    "psykiatri",
    "bup",
    "behandlingshem",
    "beroendev",
    "diagnos",
    "missbruk",
    "rättspsyk",
];

/// The words that no text may hold when the config names none, folded.
pub fn forbidden_words() -> Vec<String> {
    FORBIDDEN_WORDS.iter().map(|word| fold(word)).collect()
}

impl ConfigFile {
    /// The pipeline of one municipality.
    pub(super) fn check(mut self, folder: &Path, hash: String) -> Result<Config, ConfigFault> {
        let Some(named) = self.kommun.take() else {
            return Err(value("kommun", "", expected::municipality_or_federation()));
        };
        let municipality = municipality("kommun.kod", &named.kod)?;
        let sources = self.sources(folder)?;
        if sources.is_empty() && self.kallor.mapp.is_none() {
            return Err(value("kallor.mapp", "", expected::sources()));
        }
        self.check_as(municipality, named.namn, sources, folder, hash)
    }

    /// The sources that are described one by one, each with a name of its own.
    pub(super) fn sources(&mut self, folder: &Path) -> Result<Vec<Source>, ConfigFault> {
        let described = std::mem::take(&mut self.kalla);
        let sources = described.into_iter().map(|source| source.check(folder)).collect::<Result<Vec<_>, _>>()?;
        for (index, source) in sources.iter().enumerate() {
            if sources[..index].iter().any(|other| other.name == source.name) {
                return Err(value("kalla.namn", &source.name, expected::source_name()));
            }
        }
        Ok(sources)
    }

    /// Where runs are written.
    pub(super) fn output(&self, folder: &Path) -> Option<PathBuf> {
        self.utdata.as_ref().map(|output| folder.join(&output.mapp))
    }

    /// Folded beginnings of words that no text may hold.
    pub(super) fn forbidden_words(&self) -> Vec<String> {
        match &self.skydd.forbjudna_ord {
            Some(words) => words.iter().map(|word| fold(word)).collect(),
            None => forbidden_words(),
        }
    }

    /// The pipeline of a municipality that is known, with its own sources.
    pub(super) fn check_as(
        self,
        municipality: Municipality,
        name: String,
        sources: Vec<Source>,
        folder: &Path,
        hash: String,
    ) -> Result<Config, ConfigFault> {
        let output = self.output(folder).ok_or_else(|| value("utdata.mapp", "", expected::output_folder()))?;
        let forbidden = self.forbidden_words();
        Ok(Config {
            municipality,
            name,
            shared: None,
            inbox: self.kallor.mapp.map(|path| folder.join(path)),
            sources,
            without_student_register: self.kallor.utan_elevregister,
            student_register_pause: pause(
                "kallor.elevregister_sommaruppehall",
                self.kallor.elevregister_sommaruppehall,
            )?,
            law: self.regler.check()?,
            limits: self.granser.check(),
            file_limits: self.granser.check_files()?,
            plan: plan(self.profil, self.insats, self.trappa, self.uppfoljning)?,
            lists: self.listor.check(),
            ike: self.ike.pa,
            board: self.namnd.check(folder)?,
            forbidden,
            retention: self.gallring.check()?,
            archive: self.arkiv.check()?,
            calendar: self.kalender.into_iter().map(CalendarSection::check).collect::<Result<_, _>>()?,
            output,
            workbooks: self.utdata.as_ref().and_then(|output| output.arbetsbok).unwrap_or(true),
            parquet: self.utdata.is_some_and(|output| output.parquet),
            hash,
        })
    }
}

impl SourceSection {
    fn check(self, folder: &Path) -> Result<Source, ConfigFault> {
        let kind = Kind::from_name(&self.typ).ok_or_else(|| {
            let near = nearest(&self.typ, Kind::ALL.iter().map(|kind| kind.name())).unwrap_or_default();
            value("kalla.typ", &self.typ, expected::kind(near))
        })?;
        let delivery = self.leverans.as_deref().map(|text| choice("kalla.leverans", text, &DELIVERIES)).transpose()?;
        let extracted = self.uttagsdatum.as_deref().map(|text| date("kalla.uttagsdatum", text)).transpose()?;
        let summer_pause = pause("kalla.sommaruppehall", self.sommaruppehall)?;
        let column_of = |key: &str, field: &str| {
            let names = || kind.columns().iter().map(|column| column.name);
            names().position(|name| name == field).ok_or_else(|| {
                let near = nearest(field, names()).unwrap_or_default();
                value(key, field, expected::column_of(kind.name(), near))
            })
        };
        for field in self.kolumner.keys() {
            column_of("kalla.kolumner", field)?;
        }
        for (field, words) in &self.varden {
            let column = column_of("kalla.varden", field)?;
            for code in words.values() {
                if let Some(fault) = kind.fault_of(column, code) {
                    return Err(value(&format!("kalla.varden.{field}"), code, expectation(fault)));
                }
            }
        }
        if let Some(form) = self.datumformat.as_deref().filter(|form| !is_date_format(form)) {
            return Err(value("kalla.datumformat", form, expected::date_format()));
        }
        let form = Form {
            delimiter: self.avgransare.as_deref().map(delimiter).transpose()?,
            encoding: self.teckenkod.as_deref().map(encoding).transpose()?,
            sheet: self.blad,
            header_row: self.rubrikrad.map(|row| positive("kalla.rubrikrad", row)).transpose()?,
            date_format: self.datumformat,
            columns: self.kolumner,
            values: self
                .varden
                .into_iter()
                .map(|(field, words)| (field, words.into_iter().map(|(word, code)| (fold(&word), code)).collect()))
                .collect(),
            address_date: self.adressdatum,
        };
        Ok(Source {
            name: self.namn.unwrap_or_else(|| kind.name().to_owned()),
            kind,
            pattern: folder.join(self.fil),
            delivery: delivery.unwrap_or(kind.delivery()),
            extracted,
            extracted_column: self.uttagskolumn,
            greatest_age: self.hogsta_alder_dagar.or(kind.greatest_age()),
            summer_pause,
            form,
        })
    }
}

impl RulesSection {
    fn check(self) -> Result<Law, ConfigFault> {
        let normal = Law::default();
        Ok(Law {
            compulsory_end: self
                .skolplikt_sista_dag
                .as_deref()
                .map_or(Ok(normal.compulsory_end), |text| day("regler.skolplikt_sista_dag", text))?,
            bridge_days: self.brygga_dagar.unwrap_or(normal.bridge_days),
            adult_extent_limit: self.komvux_minsta_omfattning.unwrap_or(normal.adult_extent_limit),
        })
    }
}

impl LimitsSection {
    /// What one file may cost: bytes in mebibytes, all of them at least 1.
    pub(super) fn check_files(&self) -> Result<spreadsheet::Limits, ConfigFault> {
        /// More than a file system holds.
        const MOST_MEBIBYTES: u64 = 1 << 40;
        let normal = spreadsheet::Limits::default();
        let number = |key: &str, typed: Option<u64>, normal: u64| match typed {
            Some(0) => Err(value(&format!("granser.{key}"), "0", expected::at_least_one())),
            typed => Ok(typed.unwrap_or(normal)),
        };
        let bytes = |key: &str, typed: Option<u64>, normal: u64| {
            number(key, typed.map(|mebibytes| mebibytes.min(MOST_MEBIBYTES) << 20), normal)
        };
        Ok(spreadsheet::Limits {
            file_bytes: bytes("fil_mb", self.fil_mb, normal.file_bytes)?,
            unpacked_bytes: bytes("uppackat_mb", self.uppackat_mb, normal.unpacked_bytes)?,
            rows: number("rader", self.rader, normal.rows)?,
            cells: number("celler", self.celler, normal.cells)?,
            sheets: number("blad", self.blad, normal.sheets)?,
            strings: number("strangar", self.strangar, normal.strings)?,
            ..normal
        })
    }

    fn check(&self) -> Limits {
        let normal = Limits::default();
        Limits {
            shrinkage_percent: self.minskning_procent.unwrap_or(normal.shrinkage_percent),
            shrinkage_from_rows: self.minskning_fran_rader.unwrap_or(normal.shrinkage_from_rows),
            rejected_percent: self.avvisade_procent.unwrap_or(normal.rejected_percent),
            rejected_rows: self.avvisade_rader.unwrap_or(normal.rejected_rows),
        }
    }
}

fn pause(key: &str, section: Option<PauseSection>) -> Result<Option<(DayOfYear, DayOfYear)>, ConfigFault> {
    section
        .map(|pause| Ok((day(&format!("{key}.fran"), &pause.fran)?, day(&format!("{key}.till"), &pause.till)?)))
        .transpose()
}

pub(super) fn value(key: &str, found: &str, expected: Message) -> ConfigFault {
    ConfigFault::Value { key: key.to_owned(), found: found.to_owned(), expected }
}

/// One of the words that a key can have.
pub(super) fn choice<T: Copy>(key: &str, found: &str, known: &[(&'static str, T)]) -> Result<T, ConfigFault> {
    let hit = known.iter().find(|(word, _)| *word == found);
    hit.map(|(_, meaning)| *meaning).ok_or_else(|| value(key, found, expected::one_of(&words(known))))
}

/// The words that a key can have, also for the schema.
pub fn words<T>(known: &[(&'static str, T)]) -> Vec<&'static str> {
    known.iter().map(|(word, _)| *word).collect()
}

/// The constants of a code list, for the schema.
pub(super) fn codes<T: Coded>() -> Vec<&'static str> {
    T::ALL.iter().map(|value| value.code()).collect()
}

/// What an editor completes and checks in a list of words.
pub(super) fn items(words: &[&'static str]) -> serde_json::Value {
    serde_json::json!({ "type": "string", "enum": words })
}

pub(super) fn date(key: &str, text: &str) -> Result<NaiveDate, ConfigFault> {
    text.parse().map_err(|_| value(key, text, expected::date()))
}

pub(super) fn day(key: &str, text: &str) -> Result<DayOfYear, ConfigFault> {
    let fault = || value(key, text, expected::day_of_year());
    let (month, day) = text.split_once('-').ok_or_else(fault)?;
    let (month, day) = (month.parse().map_err(|_| fault())?, day.parse().map_err(|_| fault())?);
    // 2024 is a leap year: 02-29 is a day of some years.
    NaiveDate::from_ymd_opt(2024, month, day).map(|_| DayOfYear { month, day }).ok_or_else(fault)
}

/// Whether a day that is written in a form, as chrono writes it, is read back as the same day.
fn is_date_format(form: &str) -> bool {
    let Some(noon) = NaiveDate::from_ymd_opt(2026, 11, 20).and_then(|day| day.and_hms_opt(12, 0, 0)) else {
        return false;
    };
    let Ok(items) = StrftimeItems::new(form).parse() else { return false };
    let mut written = String::new();
    // Writing fails where the form asks for more than a day and a time.
    write!(written, "{}", noon.format_with_items(items.iter())).is_ok()
        && NaiveDate::parse_from_str(&written, form) == Ok(noon.date())
}

/// A code as it is written: four digits.
pub(super) fn municipality(key: &str, text: &str) -> Result<Municipality, ConfigFault> {
    Municipality::parse(text)
        .filter(|code| code.to_string() == text)
        .ok_or_else(|| value(key, text, expected::municipality()))
}

fn positive(key: &str, number: u32) -> Result<u32, ConfigFault> {
    if number == 0 { Err(value(key, "0", expected::at_least_one())) } else { Ok(number) }
}

fn delimiter(text: &str) -> Result<u8, ConfigFault> {
    choice("kalla.avgransare", text, &DELIMITERS)
}

fn encoding(text: &str) -> Result<&'static encoding_rs::Encoding, ConfigFault> {
    encoding_rs::Encoding::for_label(text.as_bytes()).ok_or_else(|| {
        value("kalla.teckenkod", text, expected::one_of(&["utf-8", "windows-1252", "iso-8859-1", "utf-16le"]))
    })
}
