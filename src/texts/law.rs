//! The rules, their flags and the words of code lists in both languages. The Swedish ones stand with the rules and the codes,
//! since the guides and the lists are made from them; the English ones are for the terminal, and the Swedish ones decide.

use super::{Message, both};
use crate::records::{
    AdultLevel, Coded, CredentialKind, FolkCourseKind, FolkLevel, Ground, Protection, Reason, SchoolForm,
};
use crate::timeline::rules::Rule;
use crate::timeline::{Flag, InquiryKind};

/// A code list that the terminal speaks of.
pub trait Worded: Coded {
    /// What a reader of English reads.
    fn english(self) -> &'static str;
}

/// The word of a code.
pub fn word<T: Worded>(value: T) -> Message {
    let (swedish, english) = (value.label(), value.english());
    both!("{swedish}", "{english}")
}

macro_rules! worded {
    ($list:ident: $($variant:ident = $english:literal),* $(,)?) => {
        impl Worded for $list {
            fn english(self) -> &'static str {
                match self { $(Self::$variant => $english,)* }
            }
        }
    };
}

worded! { Reason:
    Immigrated = "Immigrated",
    MovedIn = "Moved in",
    IntroductoryEnded = "Introductory programme ended",
    StudyCertificate = "Study certificate without a diploma",
    Interrupted = "Upper-secondary school broken off",
    AdultStudiesEnded = "Komvux or folk high school ended",
    FinishingCompulsory = "Completing compulsory school",
    NeverStarted = "Never began upper-secondary school",
    Unknown = "Unknown",
}
worded! { Ground:
    Died = "Died",
    Emigrated = "Emigrated",
    MovedOut = "Moved out",
    Turned20 = "Turned 20",
    Completed = "Completed education",
    NationalProgramme = "National programme",
    IntroductoryProgramme = "Introductory programme",
    EquivalentEducation = "Equivalent education",
}
worded! { CredentialKind:
    Diploma = "Upper-secondary diploma",
    AdultDiploma = "Upper-secondary diploma from komvux",
    AdaptedCertificate = "Certificate of adapted upper-secondary school",
    IbDiploma = "IB diploma",
    ForeignDiploma = "Foreign diploma",
    FolkHighSchoolEligibility = "Eligibility from a folk high school",
    StudyCertificate = "Study certificate",
    IntroductoryCertificate = "Certificate of an introductory programme",
    IbWithoutDiploma = "IB without a diploma",
}
worded! { Protection:
    None = "None",
    Confidential = "Confidentiality marking",
    ProtectedRegistration = "Protected registration",
}
worded! { SchoolForm:
    UpperSecondary = "Upper-secondary school",
    AdaptedUpperSecondary = "Adapted upper-secondary school",
    Compulsory = "Compulsory school",
    AdaptedCompulsory = "Adapted compulsory school",
}
worded! { AdultLevel:
    UpperSecondary = "upper-secondary level",
    Basic = "basic level",
    SwedishForImmigrants = "Swedish for immigrants",
    AdaptedUpperSecondary = "adapted education, upper-secondary level",
    AdaptedBasic = "adapted education, basic level",
}
worded! { FolkCourseKind:
    General = "General course",
    Motivational = "Motivational course at a folk high school",
    Special = "Special course",
}
worded! { FolkLevel:
    UpperSecondary = "upper-secondary level",
    Basic = "basic level",
}

/// What a rule says.
pub fn rule(rule: Rule) -> Message {
    let (swedish, english) = (rule.sentence(), english_rule(rule));
    both!("{swedish}", "{english}")
}

/// What a flag says, and what to do about it.
pub fn flag(flag: Flag) -> (Message, Message) {
    let (label, todo) = english_flag(flag);
    let (swedish, swedish_todo) = (flag.label(), flag.todo());
    (both!("{swedish}", "{label}"), both!("{swedish_todo}", "{todo}"))
}

/// What something to look into says, and what to do about it.
pub fn inquiry(kind: InquiryKind) -> (Message, Message) {
    let (label, todo) = english_inquiry(kind);
    let (swedish, swedish_todo) = (kind.label(), kind.todo());
    (both!("{swedish}", "{label}"), both!("{swedish_todo}", "{todo}"))
}

/// What the code of a flag or of something to look into says, and what to do about it.
pub fn remark(code: &str) -> Option<(Message, Message)> {
    let inquiries = InquiryKind::ALL.iter().find(|kind| kind.code() == code).map(|&kind| inquiry(kind));
    Flag::ALL.iter().find(|known| known.code() == code).map(|&known| flag(known)).or(inquiries)
}

fn english_flag(flag: Flag) -> (&'static str, &'static str) {
    match flag {
        Flag::NoSchoolData => (
            "Nothing is known of the youth's schooling. May go to a school outside the area of cooperation.",
            "Ask the youth, the guardian or CSN. If the youth is in school: add an undantag UTBILDNING_UTANFOR_OMRADET with a last day.",
        ),
        Flag::EnrolmentVanished => (
            "The enrolment stood in an earlier extract and is missing in the latest, without an end date.",
            "Ask the school whether the pupil has left, and have them enter an end date in the student register.",
        ),
        Flag::RegisterStillOpen => (
            "The school has reported an interruption, but the enrolment is open in the student register.",
            "Have the school end the enrolment in the student register with the right date.",
        ),
        Flag::IbPending => (
            "The IB studies have ended, but it is not known yet whether there is a diploma.",
            "Wait for the admission office's list in August, or ask the school.",
        ),
        Flag::RegisterContradicted => (
            "The extract and the changes of the population register contradict each other.",
            "Check the population register. Add an undantag BOR_HAR or BOR_EJ_HAR if the files are wrong.",
        ),
        Flag::ProtectedRegistration => (
            "Protected registration: the home municipality may be another than the register shows.",
            "Handle by hand, by the municipality's routine for protected persons.",
        ),
        Flag::AdmittedProvisionally => (
            "Counts as a pupil by an admission only.",
            "Check that the pupil has begun. The student register decides once the enrolment comes.",
        ),
        Flag::InCompulsorySchool => (
            "Goes to compulsory school with nothing known of prolonged schooling or of a right to complete it.",
            "Ask the compulsory school. Add a row to the table grundskola.",
        ),
        Flag::FaultyEnd => (
            "A row about the youth was rejected because its end date cannot be read or lies before the start.",
            "Correct the end date at the source. See the rejected rows.",
        ),
    }
}

fn english_inquiry(kind: InquiryKind) -> (&'static str, &'static str) {
    match kind {
        InquiryKind::SummerUndecided => (
            "Ended before summer. No continuation is known, and the start of autumn is undecided.",
            "Check the admission. Without education on 16 September the youth counts as in the group.",
        ),
        InquiryKind::AdmittedProvisionally => english_flag(Flag::AdmittedProvisionally),
        InquiryKind::EnrolmentOverdue => (
            "The enrolment is open, but its expected end passed more than 90 days ago.",
            "Ask the school whether the pupil is still there, and have them correct the end date or the expected end.",
        ),
        InquiryKind::ReportWithoutEnrolment => (
            "The school has reported an interruption, but no enrolment fits the report.",
            "Compare the report's school and date with the student register, or ask the school.",
        ),
        InquiryKind::NameDiffers => (
            "The name in the student register is another than in the population register. The enrolment may be somebody else's.",
            "Ask the school to check the personnummer.",
        ),
    }
}

fn english_rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Person => {
            "A person is one current personnummer. When the number changes, the history follows. Samordningsnummer and temporary numbers are never registered."
        }
        Rule::NumberChange => {
            "When an old number has got two new ones, the later date holds. When changes of number lead back to themselves, those rows are rejected."
        }
        Rule::CoordinationNumber => "Whoever has only a samordningsnummer is not folkbokförd and not in the group.",
        Rule::NameDiffers => {
            "A name in the student register that does not fit the number's owner is listed to be checked. The name is compared and not kept."
        }
        Rule::Residence => {
            "The youth is folkbokförd in the municipality. With protected registration the home municipality is where the youth actually stays."
        }
        Rule::ResidenceBySnapshot => {
            "Whoever stands in the extract of the population register is registered from folkbokford_fran to the day of the extract. Without that date it holds from the latest move in, and without one since always."
        }
        Rule::ResidenceByChanges => {
            "Other days are decided by the latest change in the population register, and before the first by the opposite of what it did. On one day a move out, a move in and a death count in this order."
        }
        Rule::ResidenceLost => {
            "Whoever is missing in the extract without a change that ends the registration stops being registered on the day of the extract. What earlier extracts said of earlier days stays."
        }
        Rule::ResidenceByDecision => {
            "The coordinator's decisions BOR_HAR and BOR_EJ_HAR go before the registers on their days. When they overlap, the later one holds, and on the same day BOR_EJ_HAR."
        }
        Rule::EndedByDeath => "A death ends the registration for good, whatever else is said.",
        Rule::Age => {
            "The youth has completed compulsory schooling and has not turned 20. The last day is the day before the 20th birthday."
        }
        Rule::CompulsoryEnd => {
            "Compulsory schooling ends with the spring term of the year in which the youth turns 16. The municipality names the day (30 June unless it says otherwise)."
        }
        Rule::CompulsoryProlonged => {
            "Prolonged compulsory schooling moves the end to the last day of the decision, without one by a year, but never beyond the day before the 18th birthday."
        }
        Rule::CompulsoryEndedEarly => {
            "When the municipality has decided that compulsory schooling ends earlier, the last day of that decision holds, but it never makes schooling longer."
        }
        Rule::RightToComplete => {
            "The right to complete schooling does not move the end of compulsory schooling: whoever completes compulsory school after it is in the group."
        }
        Rule::Education => {
            "Whoever is in upper-secondary school, adapted upper-secondary school or equivalent education is not in the group."
        }
        Rule::Introductory => {
            "An introductory programme is part of upper-secondary school, and whoever goes there is not in the group."
        }
        Rule::IntroductoryBefore => "Whoever went to an introductory programme was in the group.",
        Rule::AdultEducation => {
            "Komvux at upper-secondary level is equivalent education while it goes on, on the days when the extent of the courses together reaches the municipality's limit (none unless it says otherwise)."
        }
        Rule::FolkHighSchool => "Folk high school at upper-secondary level is equivalent education while it goes on.",
        Rule::DecidedEducation => {
            "The coordinator's decision on education outside the area, studies abroad or another equivalent education counts as education on the days of the decision."
        }
        Rule::NoEducation => {
            "Compulsory school, komvux at basic level, Swedish for immigrants and motivational courses at folk high schools are not equivalent education."
        }
        Rule::Admission => {
            "An admission counts as education for 30 days from the start of term, until an enrolment begins or an interruption is reported. Without a start of term it does not count."
        }
        Rule::AdmissionUndone => {
            "An admission falls when the youth afterwards, within the 30 days, is not admitted, has not applied or declines, or is reported as not begun. A place in reserve changes nothing."
        }
        Rule::SameEnrolmentTwice => {
            "When the same enrolment stands twice with different end dates, the later one holds."
        }
        Rule::RowsOnceSeen => {
            "An enrolment or course that an earlier extract had and the new one lacks is still known: an ended one as it was; an open one ends the day before the extract (or at its expected end) and is flagged."
        }
        Rule::Interruption => {
            "An interruption holds from the day on which the school provider reports it, or on which the enrolment ends by one."
        }
        Rule::ReportIsAbout => {
            "A report is about enrolments and admissions with the same school unit code, else with the same name of school. When there is nothing to compare, it is about all of them."
        }
        Rule::NotStarted => "An enrolment that is reported as not begun within 30 days of its start has not begun.",
        Rule::ReportedInterruption => {
            "A report of an interruption, or of more than a month's absence, ends the enrolment that day. If it had ended at most 30 days before, it keeps its end but is interrupted."
        }
        Rule::RegisteredInterruption => {
            "Of the student register's reasons for ending, only AVBROTT with an end date is an interruption. Changes and other reasons are not."
        }
        Rule::ReportWithoutEnrolment => "A report that changes no enrolment or admission is listed to be looked into.",
        Rule::Bridge => "A short gap or a summer between two educations is no time in the group.",
        Rule::ShortGap => {
            "A gap is short when the next education begins, or a diploma is dated, after at most as many days as the municipality says (30 unless it says otherwise)."
        }
        Rule::SummerGap => {
            "A gap that begins on 1 June or later is a summer when the next education begins, or a diploma is dated, by 15 September of the same year."
        }
        Rule::SummerAfterCompulsory => {
            "The same holds from the day after the end of compulsory schooling to an education: short as in KAA-R06a, or from 1 May to 15 September."
        }
        Rule::BridgeRefused => {
            "No gap is bridged when what ended was interrupted, or when a study certificate or IB without a diploma lies at most 60 days from the last day (after a last day of 1 June - 15 September: until 15 September)."
        }
        Rule::SummerUndecided => {
            "When education or compulsory schooling ends before summer without a known continuation, the program waits until 15 September, unless a certificate of an introductory programme, a no in the admission or a right to complete compulsory school speaks against it."
        }
        Rule::Completion => {
            "Whoever has an upper-secondary diploma, a certificate of adapted upper-secondary school or equivalent education with approved results is not in the group."
        }
        Rule::NotCompleting => {
            "A study certificate, a certificate of an introductory programme and IB without a diploma are no diploma. An IB diploma is one."
        }
        Rule::Member => "The youth is in the group on each day on which all conditions hold at once.",
        Rule::Immigrated => {
            "In: registered in the municipality by immigration, when compulsory schooling no longer applies."
        }
        Rule::MovedIn => {
            "In: moved to the municipality without upper-secondary education that goes on or is completed."
        }
        Rule::IntroductoryEnded => "In: the introductory programme has ended. Its certificate is no diploma.",
        Rule::StudyCertificate => {
            "In: the education ended with a study certificate or IB without a diploma, thus without a diploma."
        }
        Rule::Interrupted => "In: the upper-secondary education was broken off.",
        Rule::AdultStudiesEnded => {
            "In: the studies at upper-secondary level at komvux or a folk high school have ended."
        }
        Rule::FinishingCompulsory => {
            "In: completes compulsory school after the end of compulsory schooling. Whoever has the right to complete it is in the group."
        }
        Rule::NeverStarted => "In: compulsory schooling is completed and no upper-secondary education has begun.",
        Rule::ReasonUnknown => "In: all conditions hold, but the sources do not say why the education ended.",
        Rule::Died => "Out: died.",
        Rule::Emigrated => "Out: emigrated and no longer registered.",
        Rule::MovedOut => "Out: no longer registered in the municipality.",
        Rule::Turned20 => "Out: has turned 20.",
        Rule::Completed => {
            "Out: has an upper-secondary diploma, a certificate of adapted upper-secondary school or completed equivalent education. An IB diploma counts as a diploma."
        }
        Rule::NationalProgramme => "Out: is on a national programme or in adapted upper-secondary school.",
        Rule::IntroductoryProgramme => "Out: is on an introductory programme, which is part of upper-secondary school.",
        Rule::EquivalentEducation => {
            "Out: studies at upper-secondary level at komvux or a folk high school, or is in another equivalent education."
        }
        Rule::Flagged => "What is known suffices for a decision, but a person must look at it.",
        Rule::NoSchoolData => {
            "Nothing is known of the schooling of the youth, who may go to a school outside the area of cooperation."
        }
        Rule::EnrolmentVanished => {
            "The time in the group begins where an enrolment vanished from the student register without an end date."
        }
        Rule::RegisterStillOpen => {
            "The school provider has reported an interruption, but the enrolment is open in the student register."
        }
        Rule::IbPending => {
            "The IB studies have ended, but it is not known yet whether there is a diploma. The admission office tells in August."
        }
        Rule::RegisterContradicted => "The extract and the changes of the population register contradict each other.",
        Rule::ProtectedRegistration => {
            "With protected registration the home municipality may be another than the register shows."
        }
        Rule::AdmittedProvisionally => "The youth counts as a pupil by an admission only.",
        Rule::InCompulsorySchool => {
            "The youth goes to compulsory school with nothing known of prolonged schooling or of a right to complete it."
        }
        Rule::FaultyEnd => {
            "A row about the youth was rejected because its end date cannot be read or lies before the start."
        }
        Rule::EnrolmentOverdue => {
            "The enrolment is open although its expected end passed more than 90 days ago. It may hide somebody who is in the group."
        }
        Rule::LookedInto => {
            "A decision UTREDD changes nothing in substance. Until its last day the youth's flags stand last, as looked into."
        }
        Rule::Registration => {
            "The registration date is the as-of date of the first run that sees the spell, but never after the spell's last day. A spell that was over when first seen is registered on its first day."
        }
        Rule::RegisteredByCaseRegister => {
            "A registration in the case register holds. It belongs to the spell with which it shares most days, else to the next that begins within 60 days after it, else it is a discrepancy."
        }
        Rule::SameSpell => {
            "Spells of two runs that share a day are the same spell. When an old one meets two new ones, the first keeps the registration."
        }
        Rule::ChangedAfterwards => {
            "What a later run changes back in time is listed with before and after. Nothing disappears in silence."
        }
    }
}
