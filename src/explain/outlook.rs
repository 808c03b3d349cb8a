//! What would change the answer, with the dates of the person.

use chrono::NaiveDate;

use super::reasons::{Story, known_day};
use super::{Remark, source_rows};
use crate::texts::Message;
use crate::texts::explain as texts;
use crate::texts::law;
use crate::timeline::{
    Barrier, Bridge, BridgeKind, Education, Flag, Inquiry, InquiryKind, Spell, end_of_summer, minus, next_day,
};

/// What would change the answer, the flags apart.
pub(super) fn outlook(story: &Story<'_>) -> Vec<Message> {
    if story.person.open().is_some() {
        return vec![texts::change_at_20(story.findings.age.to)];
    }
    story.barriers.iter().filter_map(|&barrier| against(story, barrier)).collect()
}

/// What would lift a barrier.
fn against(story: &Story<'_>, barrier: Barrier) -> Option<Message> {
    Some(match barrier {
        Barrier::CoordinationNumber => texts::change_coordination_number(),
        Barrier::NotResident if story.findings.life.number.is_coordination_number() => return None,
        Barrier::NotResident => texts::change_residence(),
        Barrier::Turned20 => texts::change_none_after_20(),
        Barrier::CompulsorySchooling => texts::change_after_compulsory(story.findings.age.from),
        Barrier::Completed => texts::change_completed(),
        Barrier::InEducation => return education_ends(story),
        Barrier::Bridged => {
            // An undecided summer is among the remarks.
            let known = |bridge: &Bridge| bridge.kind == BridgeKind::Known && bridge.days.contains(story.as_of);
            texts::change_bridge(story.findings.bridges().find(known)?.days.from)
        }
    })
}

fn education_ends(story: &Story<'_>) -> Option<Message> {
    let as_of = story.as_of;
    if story.findings.ends_by_admission_only(as_of) {
        return None;
    }
    let last = last_of(story.findings.educations_on(as_of))?;
    Some(match known_day(last) {
        Some(last) => texts::change_education_ends(last, next_day(last)),
        None => texts::change_education_open(),
    })
}

fn last_of<'a, 'b: 'a>(educations: impl Iterator<Item = &'a Education<'b>>) -> Option<NaiveDate> {
    educations.map(|education| minus(education.days.to, 1)).max()
}

/// A flag of a spell with what would change the answer.
pub(super) fn flag_remark(story: &Story<'_>, spell: &Spell, flag: Flag) -> Remark {
    let change = match flag {
        Flag::NoSchoolData => texts::change_no_school_data(spell.from),
        Flag::EnrolmentVanished => texts::change_vanished(spell.from),
        Flag::RegisterStillOpen => texts::change_register_open(),
        Flag::IbPending => texts::change_ib(),
        Flag::RegisterContradicted => texts::change_contradicted(story.as_of),
        Flag::ProtectedRegistration => texts::change_protected(),
        Flag::AdmittedProvisionally => texts::change_ended_by_admission(spell.last.unwrap_or(story.as_of)),
        Flag::InCompulsorySchool => texts::change_in_compulsory_school(),
        Flag::FaultyEnd => texts::change_faulty_end(),
    };
    let (label, todo) = law::flag(flag);
    Remark {
        code: flag.code().to_owned(),
        label,
        todo,
        change: Some(change),
        date: Some(spell.from),
        rows: source_rows(story.known, &rows_of_flag(story, flag)),
    }
}

/// The rows behind a flag that are not already those of the spell.
fn rows_of_flag(story: &Story<'_>, flag: Flag) -> Vec<crate::records::Place> {
    match flag {
        Flag::RegisterStillOpen => {
            let overruled = &story.findings.schooling.overruled;
            overruled.iter().flat_map(|(row, report)| [row.place, report.place]).collect()
        }
        Flag::InCompulsorySchool => {
            story.findings.uncounted_on(story.as_of).into_iter().map(crate::timeline::Uncounted::place).collect()
        }
        Flag::RegisterContradicted => story.findings.rows_behind(crate::timeline::rules::Rule::Residence, story.as_of),
        Flag::FaultyEnd => {
            let findings = &story.findings;
            findings.context.faulty_ends.get(&findings.life.number).cloned().unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Something to look into with what would change the answer.
pub(super) fn inquiry_remark(story: &Story<'_>, inquiry: &Inquiry) -> Remark {
    let change = match inquiry.kind {
        InquiryKind::SummerUndecided => texts::change_summer(inquiry.date, end_of_summer(inquiry.date)),
        InquiryKind::AdmittedProvisionally => {
            texts::change_admitted(last_of(story.findings.educations_on(story.as_of)).unwrap_or(inquiry.date))
        }
        InquiryKind::EnrolmentOverdue => texts::change_overdue(inquiry.date),
        InquiryKind::ReportWithoutEnrolment => texts::change_idle_report(inquiry.date),
        InquiryKind::NameDiffers => texts::change_other_name(),
    };
    let (label, todo) = law::inquiry(inquiry.kind);
    Remark {
        code: inquiry.kind.code().to_owned(),
        label,
        todo,
        change: Some(change),
        date: Some(inquiry.date),
        rows: source_rows(story.known, &inquiry.places),
    }
}
