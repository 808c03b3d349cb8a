//! The ladder of contacts: which step is next for a youth whom nobody has reached, when, by whom and to whom.

use chrono::{Datelike, NaiveDate};

use super::attempts::OF_AGE;
use super::plan::{Deadline, Escalated, EscalationAct, Interval, Ladder, Start, Step};
use crate::person::{PersonalNumber, age_on, birthday};
use crate::records::{Addressee, Coded, ContactAttempt, ContactOutcome, ContactWay};
use crate::texts::outreach as texts;

/// Where a youth stands who is to be reached.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Whose.
    pub number: PersonalNumber,
    /// The spell's first day.
    pub spell_from: NaiveDate,
    /// The registration date.
    pub registered: NaiveDate,
    /// The attempts of the spell, in order.
    pub attempts: &'a [&'a ContactAttempt],
    /// The day the contact was lost: the ladder starts again from there.
    pub lost: Option<NaiveDate>,
    /// What there is to reach the youth with.
    pub reachable: Reachable,
    /// The as-of date.
    pub as_of: NaiveDate,
}

/// What there is to reach a youth with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reachable {
    /// A telephone number.
    pub telephone: bool,
    /// An e-mail address.
    pub email: bool,
    /// An address for letters and visits.
    pub address: bool,
}

impl Reachable {
    fn by(self, way: ContactWay) -> bool {
        match way {
            ContactWay::Telephone | ContactWay::TextMessage => self.telephone,
            ContactWay::Email => self.email,
            ContactWay::Letter | ContactWay::Postcard | ContactWay::VisitPostcard | ContactWay::HomeVisit => {
                self.address
            }
            ContactWay::SocialMedia | ContactWay::Meeting => true,
        }
    }
}

/// The next step for a youth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextStep {
    /// What to do.
    pub name: String,
    /// The ways of contact; empty: any, or none is asked for.
    pub ways: Vec<ContactWay>,
    /// The first day for it.
    pub earliest: Option<NaiveDate>,
    /// The last day for it.
    pub latest: Option<NaiveDate>,
    /// Whom it is addressed to.
    pub addressee: Option<Addressee>,
    /// Who does it: a role.
    pub responsible: String,
    /// Why this step and this day, or why there is no day.
    pub reason: String,
    /// Whether it has no day and none is awaited: it can be done at once.
    pub at_once: bool,
}

/// The next step of a youth by the plan's ladder.
pub fn next_step(ladder: &Ladder, standing: &Standing<'_>) -> NextStep {
    let mut climb = Climb::new(ladder, standing);
    for attempt in standing.attempts.iter().filter(|row| standing.lost.is_none_or(|lost| row.date > lost)) {
        // Someone may have come of age since the attempt before.
        climb.start_again_on(attempt.date);
        climb.take(attempt);
        climb.start_again_on(attempt.date);
    }
    climb.start_again_on(standing.as_of);
    climb.next()
}

/// A youth's way up the ladder.
struct Climb<'a> {
    ladder: &'a Ladder,
    standing: &'a Standing<'a>,
    /// The day that the ladder started again, if it has: deadlines count from there.
    again: Option<NaiveDate>,
    /// The first open step; those before it are done or passed.
    open: usize,
    /// The day that each step was done.
    done: Vec<Option<NaiveDate>>,
    /// Attempts since the ladder started.
    attempts: usize,
    /// The day of returned post that makes the next step due at once.
    returned: Option<NaiveDate>,
    /// Whether a visit was declined: then it is not made, whichever the plan (Nacka 2019 section 3.1 says so; the others
    /// say nothing).
    visit_declined: bool,
    /// Whether the home has been visited since the escalation, or by the attempt that led to it.
    visited: bool,
    /// The day of the latest attempt.
    latest: Option<NaiveDate>,
}

impl<'a> Climb<'a> {
    fn new(ladder: &'a Ladder, standing: &'a Standing<'a>) -> Self {
        Self {
            ladder,
            standing,
            again: standing.lost,
            open: 0,
            done: vec![None; ladder.steps.len()],
            attempts: 0,
            returned: None,
            visit_declined: false,
            visited: false,
            latest: None,
        }
    }

    /// An attempt does the first open step that has its way; open steps before it are passed; else it only counts.
    fn take(&mut self, attempt: &ContactAttempt) {
        self.attempts += 1;
        self.latest = Some(attempt.date);
        let does = (self.open..self.ladder.steps.len()).find(|&at| self.ladder.steps[at].ways.contains(&attempt.way));
        if let Some(at) = does {
            self.done[at] = Some(attempt.date);
            self.open = at + 1;
            self.returned = None;
        }
        self.visited |= attempt.way == ContactWay::HomeVisit && self.is_escalated();
        self.visit_declined |= attempt.outcome == ContactOutcome::VisitDeclined;
        if attempt.outcome == ContactOutcome::Returned {
            self.returned = Some(attempt.date);
        }
    }

    /// After the last step the ladder begins again where the plan says so for the youth's age on `day`.
    fn start_again_on(&mut self, day: NaiveDate) {
        let Some(latest) = self.latest else { return };
        let again = self.escalated(day).is_some_and(|escalated| escalated.act == EscalationAct::StartAgain);
        if again && self.is_escalated() {
            let of_age = birthday(self.standing.number.born(), OF_AGE);
            let from = if of_age > latest && of_age <= day { of_age } else { latest };
            *self = Self { again: Some(from), ..Self::new(self.ladder, self.standing) };
        }
    }

    fn escalated(&self, day: NaiveDate) -> Option<&'a Escalated> {
        let escalation = self.ladder.escalation.as_ref()?;
        let of_age = age_on(self.standing.number.born(), day) >= OF_AGE;
        if of_age { escalation.from_18.as_ref() } else { escalation.under_18.as_ref() }
    }

    /// Whether the condition of the escalation is met: enough attempts, or the last step taken or passed.
    fn is_escalated(&self) -> bool {
        let after = self.ladder.escalation.as_ref().and_then(|escalation| escalation.after_attempts);
        match after {
            Some(attempts) => self.attempts >= attempts,
            None => self.first_possible().is_none(),
        }
    }

    /// The first open step that has a possible way. A declined visit is not made.
    fn first_possible(&self) -> Option<usize> {
        (self.open..self.ladder.steps.len()).find(|&at| self.is_possible(&self.ladder.steps[at]))
    }

    fn is_possible(&self, step: &Step) -> bool {
        let visit = step.ways == [ContactWay::HomeVisit];
        step.ways.iter().any(|&way| self.standing.reachable.by(way)) && !(visit && self.visit_declined)
    }

    fn next(&self) -> NextStep {
        let as_of = self.standing.as_of;
        if let Some(escalated) = self.escalated(as_of).filter(|_| self.is_escalated()) {
            match escalated.act {
                EscalationAct::AssessConcern => return assess_concern(escalated),
                EscalationAct::HomeVisit if self.visit_is_possible() => return home_visit(escalated),
                EscalationAct::HomeVisit | EscalationAct::StartAgain => {}
            }
        }
        match self.first_possible() {
            Some(at) => self.step(at),
            None => NextStep {
                name: texts::ANY_WAY.to_owned(),
                responsible: self.ladder.steps.first().map(|step| step.responsible.clone()).unwrap_or_default(),
                reason: texts::after_the_last_step(self.latest),
                at_once: true,
                ..NextStep::default()
            },
        }
    }

    fn visit_is_possible(&self) -> bool {
        !self.visited && !self.visit_declined && self.standing.reachable.by(ContactWay::HomeVisit)
    }

    fn step(&self, at: usize) -> NextStep {
        let step = &self.ladder.steps[at];
        let (earliest, latest) = match (self.returned, self.due(at)) {
            // A step that was due before the post came back stays so.
            (Some(day), (_, latest)) => (None, Some(latest.unwrap_or(day).min(day))),
            (None, due) => due,
        };
        let as_of = self.standing.as_of;
        let minor = age_on(self.standing.number.born(), latest.or(earliest).unwrap_or(as_of).max(as_of)) < OF_AGE;
        let mut reason = match self.returned {
            Some(day) => texts::post_returned(day),
            None => self.why(at),
        };
        let impossible: Vec<&str> = (self.open..at)
            .filter(|&passed| !self.is_possible(&self.ladder.steps[passed]))
            .map(|passed| self.ladder.steps[passed].name.as_str())
            .collect();
        reason.push_str(&texts::passed_steps(&impossible, self.visit_declined));
        if let Some(again) = self.again {
            reason.push_str(&texts::started_again(again, self.standing.lost == Some(again)));
        }
        if minor && step.guardian_possible {
            reason.push_str(texts::GUARDIAN_POSSIBLE);
        }
        reason.push_str(&texts::reference(&step.reference));
        NextStep {
            name: step.name.clone(),
            ways: step.ways.clone(),
            earliest,
            latest,
            addressee: Some(if minor { step.addressee_under_18 } else { step.addressee }),
            responsible: step.responsible.clone(),
            reason,
            at_once: earliest.is_none() && latest.is_none() && !matches!(step.deadline, Deadline::Season(..)),
        }
    }

    /// The first and the last day for a step, as far as the plan names them.
    fn due(&self, at: usize) -> (Option<NaiveDate>, Option<NaiveDate>) {
        match &self.ladder.steps[at].deadline {
            Deadline::None | Deadline::Season(_, None) => (None, None),
            Deadline::Within(start, interval) => (None, self.counted(at, *start, *interval)),
            Deadline::NotBefore(start, interval) => (self.counted(at, *start, *interval), None),
            Deadline::Season(_, Some((first, last))) => {
                let after = self.start(at, Start::StepBefore).unwrap_or(self.standing.as_of).max(self.standing.as_of);
                // A season can reach over the turn of the year.
                let turns = u32::from((last.month, last.day) < (first.month, first.day));
                let of_year = |year: i32| (first.in_year(year), last.in_year(year + i32::try_from(turns).unwrap_or(0)));
                let season = (after.year() - 1..=after.year() + 1).map(of_year).find(|(_, last)| *last >= after);
                season.map_or((None, None), |(first, last)| (Some(first), Some(last)))
            }
        }
    }

    fn counted(&self, at: usize, start: Start, interval: Interval) -> Option<NaiveDate> {
        Some(interval.after(self.start(at, start)?))
    }

    /// The day that a step's deadline counts from.
    fn start(&self, at: usize, start: Start) -> Option<NaiveDate> {
        match start {
            Start::Registration => Some(self.again.unwrap_or(self.standing.registered)),
            Start::Spell => Some(self.again.unwrap_or(self.standing.spell_from)),
            Start::StepBefore => match at.checked_sub(1) {
                None => self.start(at, Start::Registration),
                Some(before) => self.done[before].or_else(|| {
                    let (earliest, latest) = self.due(before);
                    latest.or(earliest)
                }),
            },
        }
    }

    fn why(&self, at: usize) -> String {
        let from = |start: &Start| texts::counted_from(*start, self.start(at, *start), self.again.is_some());
        match &self.ladder.steps[at].deadline {
            Deadline::None => texts::NO_TIME_IN_THE_PLAN.to_owned(),
            Deadline::Within(start, _) | Deadline::NotBefore(start, _) if self.start(at, *start).is_none() => {
                texts::STEP_BEFORE_WITHOUT_DAY.to_owned()
            }
            Deadline::Within(start, interval) => texts::within(*interval, &from(start)),
            Deadline::NotBefore(start, interval) => texts::not_before(*interval, &from(start)),
            Deadline::Season(name, None) => texts::season_without_days(name),
            Deadline::Season(name, Some(_)) => texts::season(name),
        }
    }
}

/// A report of concern is a person's judgement: the list only says that the plan's condition for judging is met.
fn assess_concern(escalated: &Escalated) -> NextStep {
    NextStep {
        name: texts::ASSESS_CONCERN.to_owned(),
        responsible: escalated.responsible.clone(),
        reason: format!("{}{}", texts::WHY_ASSESS_CONCERN, texts::reference(&escalated.reference)),
        ..NextStep::default()
    }
}

fn home_visit(escalated: &Escalated) -> NextStep {
    NextStep {
        name: ContactWay::HomeVisit.label().to_owned(),
        ways: vec![ContactWay::HomeVisit],
        addressee: Some(Addressee::Youth),
        responsible: escalated.responsible.clone(),
        reason: format!("{}{}", texts::WHY_HOME_VISIT, texts::reference(&escalated.reference)),
        at_once: true,
        ..NextStep::default()
    }
}
