//! Explanations and extracts as readable text.

use chrono::NaiveDate;

use super::drawing::{bold, drawing};
use super::{Basis, Explanation, Extract, ExtractRow, ListedChange, Outcome, Remark, Ruling, SourceRow, SpellStory};
use crate::person::{PersonalNumber, age_on};
use crate::records::Protection;
use crate::texts::explain as texts;
use crate::texts::{Language, Message, law, row_place};
use crate::timeline::in_scope;
use crate::timeline::rules::Rule;

/// The widest line.
const WIDTH: usize = 96;

/// Where the text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A file, a pipe, or a terminal that wants no colours: plain characters.
    Plain,
    /// A terminal.
    Terminal,
}

/// The whole answer.
pub fn explanation_text(explanation: &Explanation, language: Language, style: Style) -> String {
    let mut page = Page { language, style, text: String::new() };
    page.head(explanation);
    page.title(&texts::title_timeline());
    drawing(explanation, language, style).iter().for_each(|line| page.line(line));
    page.title(&texts::title_rules());
    page.wrapped("", "", texts::outcomes_meaning().say(language));
    explanation.rulings.iter().for_each(|ruling| page.ruling(ruling, true));
    if !explanation.remarks.is_empty() {
        page.title(&texts::title_flags());
        explanation.remarks.iter().for_each(|remark| page.remark(remark));
        if let Some(until) = explanation.looked_into_until {
            page.wrapped("  ", "  ", texts::looked_into(until).say(language));
        }
    }
    if !explanation.outlook.is_empty() {
        page.title(&texts::title_outlook());
        explanation.outlook.iter().for_each(|change| page.wrapped("  ", "  ", change.say(language)));
    }
    page.spells(&explanation.spells);
    page.changes(&explanation.changes);
    page.text
}

/// The answer about someone of whom nothing is known.
pub fn unknown_text(number: PersonalNumber, as_of: NaiveDate, language: Language) -> String {
    let mut lines = vec![texts::unknown_person(as_of)];
    if !in_scope(number.born(), as_of) {
        lines.push(texts::out_of_scope());
    }
    lines.push(texts::unknown_todo());
    let mut page = Page { language, style: Style::Plain, text: String::new() };
    lines.iter().for_each(|line| page.wrapped("", "", line.say(language)));
    page.text
}

/// The extract.
pub fn extract_text(extract: &Extract, language: Language) -> String {
    let Extract { number, as_of, .. } = *extract;
    let mut page = Page { language, style: Style::Plain, text: String::new() };
    page.line(texts::extract_title().say(language));
    page.line(texts::person_line(&number.hyphenated(), "", age_on(number.born(), as_of)).say(language));
    page.title(&texts::extract_rows(extract.rows.len()));
    page.items(&extract.rows, Page::extract_row);
    page.title(&texts::extract_memory(extract.remembered_by.as_deref()));
    page.remembered(extract);
    page.title(&texts::extract_folders());
    page.items(&extract.holdings, |page, holding| {
        let said = texts::extract_holding(&holding.folder, &holding.file, holding.rows);
        page.wrapped("  ", "    ", said.say(language));
    });
    page.title(&texts::extract_not_kept());
    texts::not_kept().iter().for_each(|line| page.wrapped("  ", "    ", line.say(language)));
    for (file, columns) in &extract.columns_not_read {
        page.wrapped("  ", "    ", texts::columns_not_read(file, &columns.join(", ")).say(language));
    }
    page.text
}

/// A text while it grows.
struct Page {
    language: Language,
    style: Style,
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn title(&mut self, title: &Message) {
        let title = title.say(self.language);
        self.line("");
        if self.style == Style::Terminal {
            self.line(&bold(title));
        } else {
            self.line(title);
            self.line(&"-".repeat(title.chars().count()));
        }
    }

    /// Text broken between words, the first line behind `first`, the others behind `rest`.
    fn wrapped(&mut self, first: &str, rest: &str, text: &str) {
        let mut line = first.to_owned();
        let mut is_empty = true;
        for word in text.split_whitespace() {
            if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.line(&line);
                line = rest.to_owned();
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        self.line(&line);
    }

    /// Each item, or that there is none.
    fn items<T>(&mut self, items: &[T], each: impl Fn(&mut Self, &T)) {
        if items.is_empty() {
            self.wrapped("  ", "  ", texts::nothing_held().say(self.language));
        }
        items.iter().for_each(|item| each(self, item));
    }

    fn head(&mut self, explanation: &Explanation) {
        let language = self.language;
        let as_of = explanation.as_of;
        let number = explanation.number;
        self.line(texts::heading(&explanation.municipality_name, as_of).say(language));
        let age = age_on(number.born(), as_of);
        self.line(texts::person_line(&number.hyphenated(), &explanation.name, age).say(language));
        if explanation.older_number {
            self.line(texts::older_number().say(language));
        }
        if let Some(protection) = explanation.protection.filter(|&protection| protection != Protection::None) {
            self.wrapped("", "", texts::protected_person(protection).say(language));
        }
        self.line("");
        let answer = explanation.answer.say(language).to_owned();
        let answer = if self.style == Style::Terminal { bold(&answer) } else { answer };
        self.wrapped("", "", &answer);
        self.line("");
        let basis = match &explanation.basis {
            Basis::Sources(compared) => texts::basis_sources(compared.as_deref()),
            Basis::Run(run) => texts::basis_run(run),
        };
        self.wrapped("", "", basis.say(language));
        for held in &explanation.caveats {
            self.wrapped("", "  ", texts::caveat(held).say(language));
        }
    }

    fn ruling(&mut self, ruling: &Ruling, with_sentence: bool) {
        let language = self.language;
        let outcome = match ruling.outcome {
            Outcome::Holds => texts::outcome_holds(),
            Outcome::Bars => texts::outcome_bars(),
            Outcome::Decided => texts::outcome_decided(),
            Outcome::Note => texts::outcome_note(),
        };
        let first = format!("  {:<9}{:<10}", ruling.rule.id(), outcome.say(language));
        let indent = " ".repeat(21);
        self.wrapped(&first, &indent, ruling.finding.say(language));
        if with_sentence {
            self.labelled(&texts::word_rule(), law::rule(ruling.rule).say(language));
            self.labelled(&texts::word_basis(), ruling.rule.basis());
        }
        if ruling.rows.is_empty() && !matches!(ruling.rule, Rule::Member | Rule::Person) {
            let by_age = matches!(ruling.rule, Rule::Age | Rule::Turned20);
            let none = if by_age { texts::only_birth_date() } else { texts::no_row_says_so() };
            self.labelled(&texts::word_rows(), none.say(language));
        }
        self.rows(&ruling.rows);
    }

    /// A line behind a word, such as the legal basis.
    fn labelled(&mut self, word: &Message, text: &str) {
        let first = format!("{}{:<8}", " ".repeat(21), word.say(self.language));
        self.wrapped(&first, &" ".repeat(29), text);
    }

    fn rows(&mut self, rows: &[SourceRow]) {
        for (index, row) in rows.iter().enumerate() {
            let place = self.place(row);
            if index == 0 {
                self.labelled(&texts::word_rows(), &place);
            } else {
                self.wrapped(&" ".repeat(29), &" ".repeat(29), &place);
            }
        }
    }

    fn place(&self, row: &SourceRow) -> String {
        let place = row_place(&row.file, row.sheet.as_deref(), row.place.row);
        let memory = texts::from_memory();
        let memory = if row.remembered { format!(" ({})", memory.say(self.language)) } else { String::new() };
        format!("{}{memory}", place.say(self.language))
    }

    fn remark(&mut self, remark: &Remark) {
        let indent = " ".repeat(21);
        let date = remark.date.map(|date| format!(" {date}")).unwrap_or_default();
        let rule = Rule::of_remark(&remark.code).map(|rule| format!("  {}", rule.id())).unwrap_or_default();
        self.line(&format!("  {}{date}{rule}", remark.code));
        self.wrapped(&indent, &indent, remark.label.say(self.language));
        self.labelled(&texts::word_todo(), remark.todo.say(self.language));
        if let Some(change) = &remark.change {
            let said = format!("{} {}", texts::word_changes().say(self.language), change.say(self.language));
            self.wrapped(&indent, &" ".repeat(29), &said);
        }
        self.rows(&remark.rows);
    }

    fn spells(&mut self, spells: &[SpellStory]) {
        let language = self.language;
        self.title(&texts::title_spells());
        if spells.is_empty() {
            self.line(&format!("  {}", texts::no_spells().say(language)));
        }
        for spell in spells {
            let ongoing = texts::ongoing();
            let last = spell.last.map_or_else(|| ongoing.say(language).to_owned(), |last| last.to_string());
            let line = texts::spell_line(spell.from, &last, spell.reason, spell.ground);
            self.wrapped("  ", &" ".repeat(26), line.say(language));
            self.spell_details(spell);
            spell.rulings.iter().for_each(|ruling| self.ruling(ruling, false));
        }
    }

    fn spell_details(&mut self, spell: &SpellStory) {
        let language = self.language;
        let register = texts::by_case_register();
        let how = if spell.in_case_register { register.say(language) } else { "" };
        let mut details = vec![texts::registered_line(spell.registered, how, spell.detected).say(language).to_owned()];
        details.extend(spell.moved_from.map(|code| texts::moved_from(&code.to_string()).say(language).to_owned()));
        if !spell.flags.is_empty() {
            details.push(spell.flags.codes().replace(',', ", "));
        }
        self.wrapped("    ", "    ", &details.join("; "));
    }

    fn changes(&mut self, changes: &[ListedChange]) {
        let language = self.language;
        self.title(&texts::title_changes());
        if changes.is_empty() {
            self.line(&format!("  {}", texts::no_changes().say(language)));
        }
        for change in changes {
            let ListedChange { detected, kind, date, cause, before, after } = change;
            let line = texts::change_line(*detected, kind, date, cause, before, after);
            self.wrapped("  ", &" ".repeat(14), line.say(language));
        }
    }

    fn extract_row(&mut self, row: &ExtractRow) {
        let language = self.language;
        let mut head = format!("{}: {}", row.source.kind.name(), self.place(&row.source));
        if let Some(lost) = row.row.lost {
            head = format!("{head}; {}", texts::lost_row(lost).say(language));
        }
        if row.later {
            head = format!("{head}; {}", texts::later_row().say(language));
        }
        self.wrapped("  ", "    ", &head);
        let cells: Vec<String> = row.row.cells.iter().map(|(column, text)| format!("{column}: {text}")).collect();
        self.wrapped("      ", "      ", &cells.join("; "));
    }

    fn remembered(&mut self, extract: &Extract) {
        let language = self.language;
        if extract.spells.is_empty() && extract.stays.is_empty() {
            self.items::<()>(&[], |_, ()| {});
        }
        for spell in &extract.spells {
            let last = spell.last.map_or_else(|| texts::ongoing().say(language).to_owned(), |last| last.to_string());
            let line = texts::spell_line(spell.from, &last, spell.reason, spell.ground);
            self.wrapped("  ", "    ", line.say(language));
            self.wrapped(
                "      ",
                "      ",
                texts::registered_line(spell.registered, "", spell.detected).say(language),
            );
        }
        for stay in &extract.stays {
            let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
            self.wrapped(
                "  ",
                "    ",
                texts::extract_stay(&day(stay.from), stay.seen, &day(stay.lacked)).say(language),
            );
        }
    }
}
