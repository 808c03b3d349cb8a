//! `kaa synth`: an invented municipality, federation or nation on disk.

use std::path::PathBuf;

use chrono::{Months, NaiveDate};
use clap::{Args, ValueEnum};

use super::Failure;
use crate::records::{KnownMunicipality, Municipality, known_municipalities};
use crate::synth::{
    Form, Format, Mess, Nation, Plan, Sources, SynthError, TooMany, write_exempelby, write_municipality, write_nation,
};
use crate::texts::{bad_municipality, synth_failed, too_many_youths, unknown_municipality};

/// The options of `kaa synth`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Mapp att skriva i.
    #[arg(value_name = "MAPP")]
    folder: PathBuf,
    /// Frö: samma frö ger samma filer.
    #[arg(long, value_name = "TAL", default_value_t = 1)]
    fro: u64,
    /// Hur många ungdomar 15-20 år; annars 600 i en kommun, och i flera efter kommunernas verkliga storlek (600 000 i hela landet).
    #[arg(long, value_name = "ANTAL")]
    ungdomar: Option<u64>,
    /// Kommunkod.
    #[arg(long, value_name = "KOD", default_value = "9901")]
    kommun: String,
    /// Flera kommuner som ungdomar flyttar mellan: "alla", eller koder med komma emellan. Skriver kaa.toml och inbox.
    #[arg(long, value_name = "KODER", conflicts_with = "kommun", value_delimiter = ',')]
    kommuner: Vec<String>,
    /// Med --kommuner: alla källor i varje kommuns egen mapp, i stället för gemensamma register.
    #[arg(long, requires = "kommuner")]
    egna_kallor: bool,
    /// Datum för den senare av två avstämningar med en månad emellan.
    #[arg(long, value_name = "DATUM", default_value = "2026-11-20")]
    as_of: NaiveDate,
    /// Hur mycket som är fel i filerna.
    #[arg(long, value_name = "GRAD", default_value = "ingen")]
    mess: MessChoice,
    /// Filernas form.
    #[arg(long, value_name = "FORM", default_value = "csv")]
    format: FormatChoice,
    /// Skriv i stället exempelkommunen Exempelby, i de former som verkliga system exporterar.
    #[arg(long, conflicts_with_all = ["kommuner", "mess", "format"])]
    exempelby: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum MessChoice {
    Ingen,
    Lite,
    Mycket,
    Elakt,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatChoice {
    Csv,
    Xlsx,
}

/// Youths of a municipality of 8 000 inhabitants.
const YOUTHS: usize = 600;

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let written = match (options.exempelby, options.kommuner.as_slice()) {
        (true, _) => write_exempelby(&options.folder),
        (false, []) => options.write_municipality()?,
        (false, codes) => options.write_nation(codes)?,
    };
    written.map_err(|error: SynthError| Failure::Failed(synth_failed(&error)))
}

impl Options {
    fn form(&self) -> Form {
        let mess = match self.mess {
            MessChoice::Ingen => Mess::None,
            MessChoice::Lite => Mess::Light,
            MessChoice::Mycket => Mess::Heavy,
            MessChoice::Elakt => Mess::Nasty,
        };
        let format = match self.format {
            FormatChoice::Csv => Format::Csv,
            FormatChoice::Xlsx => Format::Xlsx,
        };
        Form { format, mess }
    }

    fn reconciliations(&self) -> [NaiveDate; 2] {
        [self.as_of.checked_sub_months(Months::new(1)).unwrap_or(self.as_of), self.as_of]
    }

    fn write_municipality(&self) -> Result<Result<(), SynthError>, Failure> {
        let municipality = code(&self.kommun)?;
        let youths = self.ungdomar.map_or(Ok(YOUTHS), usize::try_from);
        let youths = youths.ok().filter(|&youths| youths as u64 <= Plan::greatest(self.as_of));
        let youths = youths.ok_or_else(|| too_many(TooMany { numbers: Plan::greatest(self.as_of) }))?;
        let plan = Plan::new(self.fro, youths, municipality, self.reconciliations());
        Ok(write_municipality(&plan, &[], self.form(), &self.folder))
    }

    fn write_nation(&self, codes: &[String]) -> Result<Result<(), SynthError>, Failure> {
        let municipalities = match codes {
            [all] if all == "alla" => known_municipalities().to_vec(),
            codes => codes.iter().map(|code| known(code)).collect::<Result<_, _>>()?,
        };
        let nation = Nation::new(self.fro, self.ungdomar, municipalities, self.reconciliations()).map_err(too_many)?;
        let sources = if self.egna_kallor { Sources::Separate } else { Sources::Shared };
        Ok(write_nation(&nation, sources, self.form(), &self.folder))
    }
}

fn code(text: &str) -> Result<Municipality, Failure> {
    Municipality::parse(text).ok_or_else(|| Failure::Usage(bad_municipality(text)))
}

fn known(text: &str) -> Result<KnownMunicipality, Failure> {
    KnownMunicipality::of(code(text)?).ok_or_else(|| Failure::Usage(unknown_municipality(text)))
}

fn too_many(fault: TooMany) -> Failure {
    Failure::Usage(too_many_youths(fault.numbers))
}
