
'use strict';

// Everything that is shown comes from the block of data and is put in as text, never as markup.
const data = JSON.parse(document.getElementById('uppgifter').textContent);
const main = document.getElementById('innehall');
const dialog = document.getElementById('person');

// More rows than this are drawn when somebody asks for them, or prints.
const ROWS_AT_FIRST = 300;
// A column with so few values is filtered by choosing among them.
const MOST_CHOICES = 12;
const LONGEST_CHOICE = 40;
const ROWS_FOR_EACH_CHOICE = { text: 3, tal: 8 };

const say = (key, values = {}) => data.texter[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

function put(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const make = (name, attributes = {}, ...children) => put(document.createElement(name), attributes, children);
const draw = (name, attributes = {}, ...children) =>
  put(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

// A cell that somebody must act on is a list of one.
const isMarked = (cell) => Array.isArray(cell);
const valueOf = (cell) => (isMarked(cell) ? cell[0] : cell);
const textOf = (cell) => (valueOf(cell) === null ? '' : String(valueOf(cell)));
const fold = (text) => text.toLocaleLowerCase('sv');
const collator = new Intl.Collator('sv', { numeric: true });

function compare(one, other) {
  const [a, b] = [valueOf(one), valueOf(other)];
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}

// --- Lists ---------------------------------------------------------------------------------------------------------

class ListView {
  constructor(list) {
    this.list = list;
    this.rows = list.rader.map((cells) => ({ cells, found: fold(cells.map(textOf).flatMap(searched).join('\n')) }));
    this.chosen = new Map();
    this.words = [];
    this.onlyMarked = false;
    this.sorted = null;
    this.all = false;
    this.named = list.kolumner.findIndex((column) => column.rubrik === 'Namn');
    this.body = make('tbody');
    this.status = make('p', { class: 'status', role: 'status' });
    this.more = make('button', { type: 'button', click: () => this.showAll() });
    this.heads = list.kolumner.map((column, at) => this.head(column, at));
    this.filters = this.build();
    this.fill();
  }

  // What stands below the heading.
  content() {
    const { list } = this;
    const about = make('p', { class: 'om' }, list.om);
    if (list.rader.length === 0) return [about, make('p', {}, list.tom)];
    const table = make('table', { 'aria-labelledby': `${list.id}-rubrik` }, make('thead', {}, make('tr', {}, this.heads)), this.body);
    return [about, this.filters, this.status, frame(list.namn, table), this.more];
  }

  head(column, at) {
    const button = make('button', { type: 'button', click: () => this.sortBy(at) }, column.rubrik);
    return make('th', { scope: 'col', class: shape(column), 'data-rubrik': column.rubrik }, button);
  }

  build() {
    const search = make('input', { type: 'search', id: `${this.list.id}-sok`, autocomplete: 'off', spellcheck: 'false' });
    search.addEventListener('input', () => {
      this.words = fold(search.value).split(/\s+/).filter(Boolean);
      this.fill();
    });
    const fields = [make('div', {}, make('label', { for: search.id }, say('sok')), search)];
    this.list.kolumner.forEach((column, at) => {
      const values = this.choices(column, at);
      if (values) fields.push(this.chooser(column, at, values));
    });
    if (this.rows.some((row) => row.cells.some(isMarked))) fields.push(this.markedBox());
    const clear = make('button', { type: 'button', click: () => this.clear() }, say('rensa'));
    return make('div', { class: 'filter', role: 'search', 'aria-label': say('filtrera', { lista: this.list.namn }) }, fields, clear);
  }

  choices(column, at) {
    const values = [...new Set(this.rows.map((row) => textOf(row.cells[at])))];
    const suits =
      values.length > 1 &&
      values.length <= MOST_CHOICES &&
      values.length * (ROWS_FOR_EACH_CHOICE[column.slag] ?? Infinity) <= this.rows.length &&
      values.every((value) => value.length <= LONGEST_CHOICE);
    return suits ? values.sort(collator.compare) : null;
  }

  chooser(column, at, values) {
    const select = make('select', { id: `${this.list.id}-val-${at}` }, make('option', { value: '' }, say('alla_varden')));
    // The index stands for the value: a value may be empty.
    values.forEach((value, index) => select.append(make('option', { value: String(index) }, value || say('tomt_varde'))));
    select.addEventListener('change', () => {
      if (select.value === '') this.chosen.delete(at);
      else this.chosen.set(at, values[Number(select.value)]);
      this.fill();
    });
    return make('div', {}, make('label', { for: select.id }, column.rubrik), select);
  }

  markedBox() {
    const box = make('input', { type: 'checkbox', id: `${this.list.id}-markerade` });
    box.addEventListener('change', () => {
      this.onlyMarked = box.checked;
      this.fill();
    });
    return make('div', { class: 'ruta' }, box, make('label', { for: box.id }, say('bara_markerade')));
  }

  clear() {
    for (const field of this.filters.querySelectorAll('input, select')) {
      if (field.type === 'checkbox') field.checked = false;
      else field.value = '';
    }
    this.chosen.clear();
    this.words = [];
    this.onlyMarked = false;
    this.fill();
  }

  // Up, down, and back to the order of the list, which has a meaning of its own.
  sortBy(at) {
    if (this.sorted?.at !== at) this.sorted = { at, sign: 1 };
    else if (this.sorted.sign === 1) this.sorted = { at, sign: -1 };
    else this.sorted = null;
    this.heads.forEach((head, index) => {
      if (this.sorted?.at === index) head.setAttribute('aria-sort', this.sorted.sign === 1 ? 'ascending' : 'descending');
      else head.removeAttribute('aria-sort');
    });
    this.fill();
  }

  showAll() {
    this.all = true;
    this.fill();
    this.body.rows[ROWS_AT_FIRST]?.querySelector('button')?.focus();
  }

  matching() {
    const matches = (row) =>
      this.words.every((word) => row.found.includes(word)) &&
      [...this.chosen].every(([at, value]) => textOf(row.cells[at]) === value) &&
      (!this.onlyMarked || row.cells.some(isMarked));
    const rows = this.rows.filter(matches);
    if (!this.sorted) return rows;
    const { at, sign } = this.sorted;
    const isEmpty = (row) => textOf(row.cells[at]) === '';
    // What is empty stands last, whichever way.
    return rows.sort((a, b) => isEmpty(a) - isEmpty(b) || sign * compare(a.cells[at], b.cells[at]));
  }

  fill() {
    const rows = this.matching();
    const shown = this.all ? rows : rows.slice(0, ROWS_AT_FIRST);
    this.body.replaceChildren(...shown.map((row) => this.row(row.cells)));
    this.more.hidden = shown.length === rows.length;
    this.more.textContent = say('visa_fler', { alla: rows.length });
    this.status.textContent = this.told(rows.length);
  }

  told(matching) {
    const alla = this.rows.length;
    const filters = [...this.chosen].map(([at, value]) => `${this.list.kolumner[at].rubrik} ${value || say('tomt_varde')}`);
    if (this.words.length > 0) filters.unshift(`"${this.words.join(' ')}"`);
    if (this.onlyMarked) filters.push(fold(say('bara_markerade')));
    const parts = [matching === 0 ? say('inga_traffar') : null];
    if (matching < alla) parts.push(say('visar', { visade: matching, alla }));
    else parts.push(alla === 1 ? say('visar_en') : say('visar_alla', { alla }));
    if (filters.length > 0) parts.push(say('filter', { vad: filters.join(', ') }));
    if (this.sorted) {
      const kolumn = this.list.kolumner[this.sorted.at].rubrik;
      parts.push(say(this.sorted.sign === 1 ? 'stigande' : 'fallande', { kolumn }));
    } else {
      parts.push(say('som_listad'));
    }
    return parts.filter(Boolean).join(' ');
  }

  row(cells) {
    const cellAt = (cell, at) => {
      const column = this.list.kolumner[at];
      const isPerson = at === 0 && column.slag === 'person';
      const content = isPerson ? this.person(cells) : textOf(cell);
      const marked = isMarked(cell) ? make('span', { class: 'osynlig' }, say('markerad')) : null;
      const attributes = { class: `${shape(column)}${isMarked(cell) ? ' att-gora' : ''}`, scope: isPerson ? 'row' : undefined };
      return make(isPerson ? 'th' : 'td', attributes, content, marked);
    };
    return make('tr', {}, cells.map(cellAt));
  }

  person(cells) {
    const number = textOf(cells[0]);
    const name = this.named < 0 ? '' : textOf(cells[this.named]);
    if (!data.beslut.personer[number]) return number;
    const open = () => showPerson(number, name);
    return make('button', { type: 'button', class: 'person', click: open }, make('span', { class: 'osynlig' }, say('visa_person')), number);
  }

  printed(all) {
    this.before ??= this.all;
    this.all = all || this.before;
    this.fill();
    if (!all) this.before = undefined;
  }
}

// What is wider or higher than its place is scrolled, by the keyboard as well.
const frame = (name, ...content) => make('div', { class: 'ram', tabindex: '0', role: 'group', 'aria-label': name }, content);

// A personnummer is found with and without its hyphen.
const searched = (text) => (/^\d{8}-\d{4}$/.test(text) ? [text, text.replace('-', '')] : [text]);

function shape(column) {
  const width = column.bredd >= 38 ? 'bred' : column.bredd >= 20 ? 'mellan' : '';
  return `${column.slag} ${width}`.trim();
}

// --- Summary -------------------------------------------------------------------------------------------------------

const idOf = new Map(data.listor.map((list) => [list.namn, list.id]));

function linkTo(sheet, words = sheet) {
  return idOf.has(sheet) ? make('a', { href: `#${idOf.get(sheet)}` }, words) : make('span', {}, words);
}

class SummaryView {
  content() {
    const tables = [...data.gruppen.map(bars), this.trend(), plainTable(data.kallor)];
    return [make('p', { class: 'upplast' }, data.upplast), this.first(), this.figures(), make('div', { class: 'delar' }, tables)];
  }

  first() {
    const lines = data.forst.rader.map(([words, sheet]) => make('li', {}, words, ' ', linkTo(sheet)));
    const content = lines.length > 0 ? make('ul', { class: 'forst' }, lines) : make('p', {}, data.forst.inget);
    return make('div', {}, make('h3', {}, data.forst.titel), content);
  }

  figures() {
    const { titel, rader } = data.siffror;
    const figure = ([label, count, sheet]) =>
      make('li', {}, make('span', { class: 'tal' }, String(count)), linkTo(sheet, label));
    return make('section', { class: 'siffror' }, make('h3', {}, titel), make('ul', {}, rader.map(figure)));
  }

  trend() {
    const part = plainTable(data.utveckling);
    if (data.utveckling.rader.length > 1) part.append(trendChart(data.utveckling));
    return part;
  }

  printed() {}
}

function plainTable({ titel, rubriker, rader }) {
  const id = `tabell-${titel.toLowerCase().replace(/\W+/g, '-')}`;
  const heads = rubriker.map(([header, ofNumbers]) => make('th', { scope: 'col', class: ofNumbers ? 'tal' : '' }, header));
  const cell = (value, at) => make('td', { class: `${rubriker[at][1] ? 'tal' : ''}${isMarked(value) ? ' att-gora' : ''}` }, textOf(value));
  const rows = rader.map((cells) => make('tr', {}, cells.map(cell)));
  const table = make('table', { 'aria-labelledby': id }, make('thead', {}, make('tr', {}, heads)), make('tbody', {}, rows));
  return make('section', {}, make('h3', { id }, titel), table);
}

// A table whose numbers have bars beside them.
function bars(table) {
  const WIDTH = 120;
  const part = plainTable(table);
  const most = Math.max(1, ...table.rader.map(([, count]) => count));
  part.querySelectorAll('tbody tr').forEach((row, at) => {
    const width = (WIDTH * table.rader[at][1]) / most;
    const bar = draw('rect', { x: 0, y: 0, height: 14, width, class: 'stapel' });
    const number = make('span', {}, row.lastChild.textContent);
    row.lastChild.replaceChildren(draw('svg', { width: WIDTH, height: 14, viewBox: `0 0 ${WIDTH} 14`, 'aria-hidden': 'true' }, bar), number);
  });
  part.classList.add('staplar');
  return part;
}

function trendChart({ rubriker, rader }) {
  const [width, height, left, right, top, bottom] = [560, 240, 40, 172, 16, 30];
  const most = Math.max(4, ...rader.map((row) => Math.max(row[1], row[3])));
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000].find((size) => most / size <= 5) ?? most;
  const highest = Math.ceil(most / step) * step;
  const x = (at) => left + (at * (width - left - right)) / (rader.length - 1);
  const y = (count) => height - bottom - (count * (height - top - bottom)) / highest;
  const parts = [];
  for (let count = 0; count <= highest; count += step) {
    parts.push(draw('line', { x1: left, x2: width - right, y1: y(count), y2: y(count), class: 'linjal' }));
    parts.push(draw('text', { x: left - 6, y: y(count) + 4, 'text-anchor': 'end' }, String(count)));
  }
  const every = Math.ceil(rader.length / 5);
  rader.forEach(([day], at) => {
    if ((rader.length - 1 - at) % every === 0) parts.push(draw('text', { x: at === 0 ? 4 : x(at), y: height - 8, 'text-anchor': at === 0 ? 'start' : 'middle' }, day));
  });
  for (const [column, kind] of [[1, 'hel'], [3, 'streckad']]) {
    const points = rader.map((row, at) => `${x(at)},${y(row[column])}`).join(' ');
    parts.push(draw('polyline', { points, class: kind }));
    rader.forEach((row, at) => parts.push(point(kind, x(at), y(row[column]))));
    const last = rader.at(-1)[column];
    parts.push(draw('text', { x: width - right + 8, y: y(last) + 4 }, `${rubriker[column][0]} ${last}`));
  }
  const picture = draw('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': say('diagram'), class: 'diagram' }, parts);
  return picture;
}

const point = (kind, x, y) =>
  kind === 'hel' ? draw('circle', { cx: x, cy: y, r: 4, class: kind }) : draw('rect', { x: x - 4, y: y - 4, width: 8, height: 8, class: kind });

// --- One person ----------------------------------------------------------------------------------------------------

// A sentence of the table, said with other days: its index, alone or before them.
function told(sentence) {
  const [at, ...days] = [sentence].flat();
  return data.beslut.meningar[at].replace(/\d{4}-\d\d-\d\d/g, () => days.shift());
}

function showPerson(number, name) {
  const [age, answer, lanes, found, seen, lookedInto, changes, periods] = data.beslut.personer[number];
  const close = make('button', { type: 'button', class: 'stang', click: () => dialog.close() }, say('stang'));
  const who = [number, ' ', make('bdi', {}, name), ` (${say('ar', { alder: age })})`];
  dialog.replaceChildren(
    make('div', { class: 'topp' }, make('h2', { id: 'vem' }, who), close),
    make('p', { class: 'svar' }, told(answer)),
    timeline(lanes),
    rulings(found),
    remarks(seen, lookedInto),
    outlook(changes),
    spells(periods),
  );
  dialog.showModal();
  dialog.scrollTop = 0;
}

const DAY = 86400000;
const dayNumber = (day) => Date.parse(`${day}T00:00:00Z`) / DAY;

// The lanes with their names: educations are numbered.
function named(drawn) {
  let educations = 0;
  return drawn.map(([kind, stretches, sentence]) => {
    const [code, lane] = data.banor[kind];
    const note = sentence === null ? null : told(sentence);
    const name = lane + (note ? ` ${(educations += 1)}` : '');
    return { code, name, stretches, note };
  });
}

function timeline(drawn) {
  const lanes = named(drawn);
  const heading = make('h3', {}, say('tidslinje'));
  return make('section', {}, heading, frame(say('tidslinje'), drawing(lanes)), legend(), inWords(lanes));
}

const [LANE, NAMES, MONTH] = [24, 112, 18];

function drawing(lanes) {
  const [first, last] = data.fonster;
  const start = dayNumber(first);
  const months = monthsBetween(first, last);
  const scale = (months.length * MONTH) / (dayNumber(last) + 1 - start);
  const width = NAMES + months.length * MONTH + 4;
  const x = (day) => NAMES + Math.min(Math.max(day - start, 0), dayNumber(last) + 1 - start) * scale;
  const top = 40;
  const bottom = top + lanes.length * LANE;
  const parts = [patterns()];
  months.forEach(({ day, letter, year }) => {
    const at = x(dayNumber(day));
    if (year) parts.push(draw('line', { x1: at, x2: at, y1: 4, y2: bottom, class: 'ar' }), draw('text', { x: at + 4, y: 14, class: 'ar' }, year));
    parts.push(draw('text', { x: at + MONTH / 2, y: 32, 'text-anchor': 'middle' }, letter));
  });
  const now = dayNumber(data.datum);
  lanes.forEach((lane, index) => {
    const y = top + index * LANE;
    parts.push(draw('line', { x1: 0, x2: width, y1: y, y2: y, class: 'linjal' }));
    parts.push(draw('text', { x: 0, y: y + 17, class: lane.code === 'i_gruppen' ? 'viktig' : '' }, lane.name));
    lane.stretches.forEach((stretch) => parts.push(...stretchOf(stretch, lane, { x, y: y + 5, now })));
  });
  const at = x(now + 0.5);
  parts.push(draw('line', { x1: at, x2: at, y1: top - 4, y2: bottom + 4, class: 'nu' }));
  parts.push(draw('text', { x: at, y: bottom + 18, 'text-anchor': 'middle', class: 'nu' }, `${say('avstamning')} ${data.datum}`));
  const told = { fran: first, till: last, rader: lanes.map((lane) => lane.name).join(', ') };
  const attributes = { viewBox: `0 0 ${width} ${bottom + 26}`, width, height: bottom + 26, role: 'img', 'aria-label': say('tidslinje_om', told) };
  return draw('svg', { ...attributes, class: 'tidslinje' }, parts);
}

// What is judged and what is planned, on their sides of the day of the reconciliation.
function stretchOf([from, last, provisional], lane, { x, y, now }) {
  const [start, end] = [from ? dayNumber(from) : -Infinity, last ? dayNumber(last) + 1 : Infinity];
  const piece = (left, right, kind) => {
    const width = x(right) - x(left);
    if (!(width > 0)) return [];
    // A few days are still seen.
    return [draw('rect', { x: x(left), y, width: Math.max(width, 2), height: 14, class: kind })];
  };
  const important = lane.code === 'i_gruppen' ? ' viktig' : '';
  if (provisional) return piece(start, end, 'preliminart');
  return [...piece(start, Math.min(end, now + 1), `galler${important}`), ...piece(Math.max(start, now + 1), end, 'planerat')];
}

function patterns() {
  const stripes = draw('path', { d: 'M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4', class: 'rand' });
  const hatch = draw('pattern', { id: 'randigt', width: 8, height: 8, patternUnits: 'userSpaceOnUse' }, draw('rect', { width: 8, height: 8, class: 'botten' }), stripes);
  return draw('defs', {}, hatch);
}

function monthsBetween(first, last) {
  const months = [];
  let [year, month] = first.split('-').map(Number);
  for (;;) {
    const day = `${year}-${String(month).padStart(2, '0')}-01`;
    if (day > last) return months;
    // The first year is named only where the next does not run into it.
    const named = month === 1 || (months.length === 0 && month < 11);
    months.push({ day, letter: data.manader[month - 1], year: named ? String(year) : null });
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
  }
}

function legend() {
  const sample = (kind) => draw('svg', { width: 28, height: 14, 'aria-hidden': 'true' }, draw('rect', { x: 1, y: 1, width: 26, height: 12, class: kind }));
  const entry = (kind) => make('li', {}, sample(kind), ' ', say(kind));
  return make('ul', { class: 'forklaring' }, ['galler', 'planerat', 'preliminart'].map(entry));
}

function inWords(lanes) {
  const row = (lane, stretch) => {
    const [from, last, provisional] = stretch ?? [];
    const days = stretch ? [from ?? say('alltid'), last ?? say('pagar')] : [say('ingen_tid'), ''];
    const notes = [lane.note, provisional ? say('preliminart') : null].filter(Boolean).join('; ');
    return make('tr', {}, make('th', { scope: 'row' }, lane.name), days.map((day) => make('td', { class: 'datum' }, day)), make('td', {}, notes));
  };
  const rows = lanes.flatMap((lane) => (lane.stretches.length > 0 ? lane.stretches.map((stretch) => row(lane, stretch)) : [row(lane)]));
  const heads = ['vad', 'fran', 'till', 'anmarkning'].map((key) => make('th', { scope: 'col' }, say(key)));
  const table = make('table', {}, make('thead', {}, make('tr', {}, heads)), make('tbody', {}, rows));
  return make('details', {}, make('summary', {}, say('tidslinje_ord')), frame(say('tidslinje_ord'), table));
}

function sourceRows(rows) {
  const place = ([file, row]) => {
    const [fil, blad, remembered] = data.filer[file];
    const said = blad === null ? say('rad', { fil, rad: row }) : say('rad_blad', { fil, blad, rad: row });
    return make('li', {}, said + (remembered ? say('ur_minnet') : ''));
  };
  return rows.length > 0 ? make('ul', {}, rows.map(place)) : null;
}

function rulings(found) {
  const item = ([rule, ruled, finding, rows]) => {
    const [id, sentence, basis] = data.regler[rule];
    const outcome = data.beslut.utfall[ruled];
    const more = make('details', {}, make('summary', {}, `${id}: ${fold(say('regel_rader'))}`), make('p', {}, sentence), make('p', {}, say('lagrum', { lagrum: basis })), sourceRows(rows));
    return make('li', { class: outcome }, make('p', {}, make('strong', { class: 'utfall' }, say(outcome)), ' ', told(finding)), more);
  };
  return make('section', {}, make('h3', {}, say('regler')), make('ol', { class: 'regler' }, found.map(item)));
}

function remarks(seen, lookedInto) {
  if (seen.length === 0) return null;
  const item = ([code, day, change, rows]) => {
    const [name, label, todo] = data.anmarkningar[code];
    const title = make('p', {}, make('strong', {}, name), day ? ` ${day}` : '');
    const lines = [label, say('gor_sa', { vad: todo }), change === null ? null : say('andrar', { vad: told(change) })];
    return make('li', {}, title, lines.filter(Boolean).map((line) => make('p', {}, line)), sourceRows(rows));
  };
  const done = lookedInto ? make('p', {}, say('utredd', { dag: lookedInto })) : null;
  return make('section', {}, make('h3', {}, say('titta')), make('ul', { class: 'titta' }, seen.map(item)), done);
}

function outlook(changes) {
  if (changes.length === 0) return null;
  return make('section', {}, make('h3', {}, say('andra_svaret')), make('ul', {}, changes.map((line) => make('li', {}, told(line)))));
}

function spells(periods) {
  if (periods.length === 0) return null;
  const heads = ['fran', 'till', 'orsak', 'grund', 'registrerad'].map((key) => make('th', { scope: 'col' }, say(key)));
  const row = ([from, last, reason, ground, registered]) =>
    make('tr', {}, [from, last ?? say('pagar'), told(reason), ground === null ? '' : told(ground), registered].map((text) => make('td', {}, text)));
  const table = make('table', { 'aria-label': say('perioder') }, make('thead', {}, make('tr', {}, heads)), make('tbody', {}, periods.map(row)));
  return make('section', {}, make('h3', {}, say('perioder')), frame(say('perioder'), table));
}

// --- Views ---------------------------------------------------------------------------------------------------------

// Each part has its place on the page from the start, and gets its content when it is first shown.
const parts = [{ id: 'sammanfattning', namn: data.sammanfattning }, ...data.listor].map((part) => {
  const heading = make('h2', { id: `${part.id}-rubrik`, tabindex: '-1' }, part.namn);
  const section = make('section', { id: part.id, 'aria-labelledby': heading.id, hidden: true }, heading);
  const count = part.rader ? make('span', { class: 'antal' }, String(part.rader.length), make('span', { class: 'osynlig' }, ` ${say('rader')}`)) : null;
  const link = make('a', { href: `#${part.id}` }, part.namn, ' ', count);
  return { ...part, heading, section, link, view: null };
});
let current = null;

function show(part, focus) {
  if (!part.view) {
    part.view = part.rader ? new ListView(part) : new SummaryView();
    part.section.append(...part.view.content());
  }
  if (current) {
    current.section.hidden = true;
    current.link.removeAttribute('aria-current');
  }
  current = part;
  part.section.hidden = false;
  part.link.setAttribute('aria-current', 'page');
  part.link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  document.title = `${part.namn} – ${data.namn}`;
  if (focus) {
    window.scrollTo(0, 0);
    part.heading.focus({ preventScroll: true });
  }
}

function route(focus) {
  const asked = parts.find((part) => `#${part.id}` === window.location.hash);
  if (asked || !current || window.location.hash === '') show(asked ?? parts[0], focus);
}

document.getElementById('delar').append(...parts.map((part) => make('li', {}, part.link)));
main.append(...parts.map((part) => part.section));
document.querySelector('.hopp').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
dialog.addEventListener('click', (event) => {
  if (event.target === dialog) dialog.close();
});
window.addEventListener('hashchange', () => route(true));
window.addEventListener('beforeprint', () => current.view.printed(true));
window.addEventListener('afterprint', () => current.view.printed(false));
route(false);
