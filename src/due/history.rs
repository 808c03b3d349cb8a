//! Which runs have been made.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::calendar::{HalfYear, Span};
use crate::config::{Config, Job};
use crate::run::purge::PURGE;
use crate::run::{BOARD, DELIVERED, MONTHLY, RunError, RunFolder, SCB, runs_of};

/// The runs that have been made, as far as the calendar asks for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    monthly: Vec<NaiveDate>,
    scb: Vec<HalfYear>,
    sent: Vec<HalfYear>,
    board: Vec<HalfYear>,
    purged: Vec<NaiveDate>,
    first: Option<NaiveDate>,
}

impl History {
    /// Reads which runs there are.
    ///
    /// # Errors
    /// When the folder of runs cannot be listed.
    pub fn read(config: &Config) -> Result<Self, RunError> {
        let half_years = |runs: &[RunFolder]| runs.iter().filter_map(|run| run.label.parse().ok()).collect();
        let [monthly, scb, board] = [runs_of(config, MONTHLY)?, runs_of(config, SCB)?, runs_of(config, BOARD)?];
        Ok(Self {
            first: monthly.iter().chain(&scb).chain(&board).map(|run| run.as_of).min(),
            monthly: monthly.iter().map(|run| run.as_of).collect(),
            scb: half_years(&scb),
            sent: half_years(&runs_of(config, DELIVERED)?),
            board: half_years(&board),
            purged: runs_of(config, PURGE)?.iter().map(|purge| purge.as_of).collect(),
        })
    }

    /// Since when the program has been in use for a job: the first monthly run, and for the half-years any run, also that
    /// of a municipality that makes no others. What ended before it was done by other means.
    pub fn since(&self, job: Option<Job>) -> Option<NaiveDate> {
        match job {
            Some(Job::Scb | Job::Board) => self.first,
            Some(Job::Monthly | Job::Purge) | None => self.monthly.iter().min().copied(),
        }
    }

    /// Whether the file of a half-year was uploaded.
    pub fn is_sent(&self, half: HalfYear) -> bool {
        self.sent.contains(&half)
    }

    /// Whether there is a report to the board about a half-year.
    pub fn has_report(&self, half: HalfYear) -> bool {
        self.board.contains(&half)
    }

    /// Whether the gallring of a time was made. A purge that found nothing to delete leaves no trace.
    pub fn is_purged(&self, span: &Span) -> bool {
        self.purged.iter().any(|day| (span.first..=span.last).contains(day))
    }

    /// The latest run of a job, as its folder names it.
    pub fn latest(&self, job: Job) -> Option<String> {
        let latest = |halves: &[HalfYear]| halves.iter().max().map(ToString::to_string);
        match job {
            Job::Monthly => self.monthly.iter().max().map(ToString::to_string),
            Job::Scb => latest(&self.scb),
            Job::Board => latest(&self.board),
            Job::Purge => self.purged.iter().max().map(ToString::to_string),
        }
    }

    /// Which times of the reconciliation have their run. A run counts for one time only: for that of its own month,
    /// before or after its day, or for the one before when that was missed. Times that are no part of a month have the
    /// runs from their first day on.
    pub(super) fn reconciled(&self, spans: &[Span], monthly: bool) -> BTreeMap<Span, bool> {
        let mut runs: Vec<NaiveDate> = self.monthly.clone();
        runs.sort_unstable();
        let mut claimed: Option<NaiveDate> = None;
        let mut done = BTreeMap::new();
        for (at, span) in spans.iter().enumerate().filter(|(_, span)| self.since(Some(Job::Monthly)) <= Some(span.last))
        {
            let from = if monthly { span.first.with_day(1).unwrap_or(span.first) } else { span.first };
            let to = spans.get(at + 1).map_or(NaiveDate::MAX, |next| next.first);
            let run = runs.iter().find(|&&run| run >= from && run < to && claimed.is_none_or(|claimed| run > claimed));
            claimed = run.copied().or(claimed);
            done.insert(*span, run.is_some());
        }
        done
    }
}
