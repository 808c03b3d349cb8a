// avstamning.html of the sample in Chromium, as a coordinator uses it. Each test opens the page anew, from the disk.
//
// Whatever a test does, the page may make no request, say nothing on the console and break no rule of its policy.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const RUN = process.env.RUN;
const PAGE = path.join(RUN, 'avstamning.html');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DESK = { width: 1280, height: 900 };
// 1280 pixels at 400 % (WCAG 1.4.10).
const NARROW = { width: 320, height: 640 };
const NUMBER = /\d{8}-\d{4}/g;

const html = readFileSync(PAGE, 'utf8');
const [, block] = html.match(/<script type="application\/json" id="uppgifter">(.*?)<\/script>/s);
const data = JSON.parse(block);
const listOf = (name) => data.listor.find((list) => list.namn === name);
const valueOf = (cell) => (Array.isArray(cell) ? cell[0] : cell);
const columnOf = (list, header) => {
  const at = list.kolumner.findIndex((column) => column.rubrik === header);
  return list.rader.map((row) => valueOf(row[at]));
};

// The answer of a decision: a sentence of the table with its own days.
function answerOf(number) {
  const [at, ...days] = [data.beslut.personer[number][1]].flat();
  return data.beslut.meningar[at].replace(/\d{4}-\d\d-\d\d/g, () => days.shift());
}

let browser;
before(async () => {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });
});
after(() => browser.close());

// Opens the page at a view, does what the test wants, and finds nothing that the page may not do.
async function visit(id, work, { viewport = DESK, file = PAGE } = {}) {
  const context = await browser.newContext({ viewport, locale: 'sv-SE' });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const wrong = [];
  page.on('console', (message) => wrong.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('request', (request) => request.url().split('#')[0] === address || wrong.push(`request: ${request.url()}`));
  await page.addInitScript(() => {
    window.broken = [];
    document.addEventListener('securitypolicyviolation', (event) => window.broken.push(event.violatedDirective));
  });
  try {
    await page.goto(id ? `${address}#${id}` : address);
    await work(page);
    assert.deepEqual(await page.evaluate(() => window.broken), [], 'the policy is broken');
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

async function isAccessible(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run());
  const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html.slice(0, 200)}`);
  assert.deepEqual(told, []);
}

const shown = (page) => page.locator('main > section:not([hidden])');
const rows = (page) => shown(page).locator('tbody tr');
const status = (page) => shown(page).getByRole('status');
const head = (page, name) => shown(page).getByRole('columnheader', { name, exact: true });
const cellsOf = (page, header) =>
  shown(page).locator('table').evaluate((table, wanted) => {
    const at = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent === wanted);
    return [...table.tBodies[0].rows].map((row) => row.cells[at].firstChild.textContent);
  }, header);
// A link's view is shown, and a print's end told, a moment after what asked for it: these wait.
const showsView = (page, name) => shown(page).getByRole('heading', { level: 2, name, exact: true }).waitFor();
const hasFocus = (page, words) => page.locator(':focus').filter({ hasText: words }).waitFor();
const isSorted = (values, sign) => values.every((value, at) => at === 0 || sign * (value - values[at - 1]) >= 0);

test('it begins with the summary, and its figures lead to their lists', () =>
  visit('', async (page) => {
    assert.equal(await page.title(), `Sammanfattning – ${data.namn}`);
    assert.ok((await shown(page).innerText()).includes(data.upplast));
    await shown(page).getByRole('link', { name: 'Aldrig kontaktade, inga försök' }).click();
    await showsView(page, 'Kontakt saknas');
    assert.equal(await page.title(), `Kontakt saknas – ${data.namn}`);
    await hasFocus(page, /^Kontakt saknas$/);
    await page.goBack();
    await showsView(page, data.sammanfattning);
    assert.equal(await page.title(), `Sammanfattning – ${data.namn}`);
  }));

test('every list shows its rows in its order', () =>
  visit('', async (page) => {
    for (const list of data.listor) {
      await page.getByRole('navigation').getByRole('link', { name: list.namn }).first().click();
      await showsView(page, list.namn);
      assert.equal(await page.getByRole('navigation').locator('[aria-current=page]').count(), 1);
      assert.equal(await rows(page).count(), list.rader.length, list.namn);
      const header = list.kolumner[1].rubrik;
      assert.deepEqual(await cellsOf(page, header), columnOf(list, header).map((value) => String(value ?? '')), list.namn);
    }
  }));

test('a header sorts up, down, and back, by mouse and by keyboard', () =>
  visit('kontakt-saknas', async (page) => {
    const own = columnOf(listOf('Kontakt saknas'), 'Försök');
    const tries = async () => (await cellsOf(page, 'Försök')).map(Number);
    const header = head(page, 'Försök');
    await header.getByRole('button').click();
    assert.equal(await header.getAttribute('aria-sort'), 'ascending');
    assert.ok(isSorted(await tries(), 1));
    assert.match(await status(page).innerText(), /Sorterat efter Försök, stigande\./);
    await page.keyboard.press('Enter');
    assert.equal(await header.getAttribute('aria-sort'), 'descending');
    assert.ok(isSorted(await tries(), -1));
    await page.keyboard.press('Space');
    assert.equal(await header.getAttribute('aria-sort'), null);
    assert.deepEqual(await tries(), own);
  }));

test('what is empty stands last, whichever way a list is sorted', () =>
  visit('kontakt-saknas', async (page) => {
    const filled = columnOf(listOf('Kontakt saknas'), 'Senast').filter(Boolean).length;
    for (const sign of [1, -1]) {
      await head(page, 'Senast').getByRole('button').click();
      const days = await cellsOf(page, 'Senast');
      assert.ok(days.slice(0, filled).every(Boolean) && days.slice(filled).every((day) => day === ''));
      assert.ok(isSorted(days.slice(0, filled).map(Date.parse), sign));
    }
  }));

test('words, choices and marks filter together, and the count is told', () =>
  visit('malgruppen', async (page) => {
    const list = listOf('Målgruppen');
    const reason = columnOf(list, 'Orsak')[0];
    const named = columnOf(list, 'Namn')[0].split(' ')[0].toLowerCase();
    const search = shown(page).getByRole('searchbox', { name: 'Sök i listan' });
    const all = list.rader.length;
    await shown(page).getByRole('combobox', { name: 'Orsak' }).selectOption(reason);
    const chosen = columnOf(list, 'Orsak').filter((value) => value === reason).length;
    assert.ok(chosen < all);
    assert.equal(await rows(page).count(), chosen);
    assert.equal(await status(page).innerText(), `Visar ${chosen} av ${all} rader. Filter: Orsak ${reason}. I listans egen ordning.`);
    await search.fill(named);
    assert.ok((await rows(page).count()) < chosen);
    assert.ok((await rows(page).first().innerText()).toLowerCase().includes(named));
    await shown(page).getByRole('button', { name: 'Rensa' }).click();
    assert.equal(await rows(page).count(), all);
    assert.equal(await search.inputValue(), '');
    await shown(page).getByRole('checkbox', { name: 'Bara rader med färg' }).check();
    const marked = list.rader.filter((row) => row.some(Array.isArray)).length;
    assert.ok(marked > 0 && marked < all);
    assert.equal(await rows(page).count(), marked);
    await search.fill('finns inte');
    assert.equal(await rows(page).count(), 0);
    assert.match(await status(page).innerText(), /^Inga rader passar filtret\./);
    assert.equal(await status(page).getAttribute('role'), 'status');
  }));

test('a personnummer is found with and without its hyphen', () =>
  visit('malgruppen', async (page) => {
    const [number] = columnOf(listOf('Målgruppen'), 'Personnummer');
    for (const written of [number, number.replace('-', ''), number.slice(0, 8)]) {
      await shown(page).getByRole('searchbox').fill(written);
      assert.ok((await rows(page).first().innerText()).includes(number), written);
    }
  }));

test('a click opens the timeline of a person', () =>
  visit('malgruppen', async (page) => {
    const [number] = columnOf(listOf('Målgruppen'), 'Personnummer');
    const [name] = columnOf(listOf('Målgruppen'), 'Namn');
    await rows(page).first().getByRole('button').click();
    const dialog = page.getByRole('dialog', { name: `${number} ${name}` });
    await dialog.waitFor();
    assert.ok((await dialog.innerText()).includes(answerOf(number)));
    const drawing = dialog.getByRole('img', { name: /^Tidslinje från/ });
    assert.ok((await drawing.locator('rect.galler').count()) >= 2);
    const lanes = await drawing.locator('text').allTextContents();
    assert.ok(['folkbokförd', 'ålder', 'i gruppen'].every((lane) => lanes.includes(lane)));
    // The same in words, for those who do not see the drawing.
    await dialog.getByText('Tidslinjen i ord').click();
    const [from] = data.beslut.personer[number].at(-1).at(-1);
    await dialog.getByRole('row', { name: new RegExp(`i gruppen ${from}`) }).first().waitFor();
    await dialog.getByRole('button', { name: 'Stäng' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }));

test('the keyboard alone opens a timeline, reads it and comes back', () =>
  visit('', async (page) => {
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press('Tab');
    await hasFocus(page, /^Hoppa till innehållet$/);
    for (let presses = 0; presses < 20 && !(await focused()).startsWith('Målgruppen'); presses += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await hasFocus(page, /^Målgruppen$/);
    const isPerson = () => page.evaluate(() => document.activeElement.matches('tbody button.person'));
    for (let presses = 0; presses < 60 && !(await isPerson()); presses += 1) await page.keyboard.press('Tab');
    assert.ok(await isPerson(), 'no person is reached');
    const person = await focused();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    // The focus stays in the dialog, and a rule unfolds.
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null));
    }
    await dialog.locator('.regler summary').first().focus();
    await page.keyboard.press('Space');
    await dialog.getByText(/^Lagrum: /).first().waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await hasFocus(page, person);
  }));

test('axe finds nothing in any view, wide or narrow, nor in an open timeline', async () => {
  for (const viewport of [DESK, NARROW]) {
    for (const id of ['', ...data.listor.map((list) => list.id)]) {
      await visit(id, (page) => isAccessible(page), { viewport });
    }
    await visit('malgruppen', async (page) => {
      await head(page, 'Namn').getByRole('button').click();
      await isAccessible(page);
      await rows(page).first().getByRole('button').click();
      for (const summary of await page.getByRole('dialog').locator('summary').all()) await summary.click();
      await isAccessible(page);
    }, { viewport });
  }
});

test('a narrow window scrolls tables, not the page', async () => {
  for (const id of ['', 'kontakt-saknas', 'malgruppen']) {
    await visit(id, async (page) => {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${id}: ${over} pixels too wide`);
    }, { viewport: NARROW });
  }
});

// Cells of the rows of a source about a number.
function cellsAbout(file, number, columns) {
  const lines = readFileSync(path.join(process.env.SOURCES, file), 'latin1').split(/\r?\n/);
  const about = lines.map((line) => line.split(';')).filter((cells) => cells[0] === number);
  // The one file is in UTF-8, the other in Windows-1252.
  const read = (cell) => (file.startsWith('Folk') ? Buffer.from(cell, 'latin1').toString('utf8') : cell);
  return about.flatMap((cells) => columns.map((at) => read(cells[at])));
}

// What a printed view says, page by page.
async function printed(page) {
  const pdf = path.join(RUN, '..', 'utskrift.pdf');
  await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true });
  const size = execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }).match(/Page size: +([\d.]+) x ([\d.]+) pts/);
  const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  return { size: size.slice(1).map(Number), pages: text.split('\f').slice(0, -1) };
}

test('a list prints on A4 with its headers on every page', () =>
  visit('malgruppen', async (page) => {
    const { size, pages } = await printed(page);
    assert.deepEqual(size.map(Math.round), [842, 595]);
    const numbers = pages.join('\n').match(NUMBER);
    assert.deepEqual(numbers, columnOf(listOf('Målgruppen'), 'Personnummer'));
    assert.ok(pages.length > 1 && pages.every((text) => text.includes('Personnummer')));
    assert.ok(pages.every((text, at) => new RegExp(`${at + 1} ?/ ?${pages.length}`).test(text)));
    assert.ok(!pages.join('').includes('Sök i listan') && !pages.join('').includes('Hoppa till'));
  }));

test('what is filtered and what is open is what is printed', () =>
  visit('malgruppen', async (page) => {
    const reason = columnOf(listOf('Målgruppen'), 'Orsak')[0];
    await shown(page).getByRole('combobox', { name: 'Orsak' }).selectOption(reason);
    const filtered = (await printed(page)).pages.join('\n');
    assert.equal(filtered.match(NUMBER).length, columnOf(listOf('Målgruppen'), 'Orsak').filter((value) => value === reason).length);
    assert.ok(filtered.includes(`Filter: Orsak ${reason}.`));
    await rows(page).first().getByRole('button').click();
    const { pages } = await printed(page);
    assert.ok(pages[0].includes('Tidslinje') && pages[0].includes('i gruppen'));
    assert.equal(new Set(pages.join('').match(NUMBER)).size, 1);
  }));

// The sample's page with another block of data. The policy does not cover the block, and need not: nothing in it runs.
function changed(change) {
  const other = structuredClone(data);
  change(other);
  const written = JSON.stringify(other).replace(/[<>&]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const file = path.join(RUN, '..', 'andrad.html');
  writeFileSync(file, html.replace(block, () => written));
  return file;
}

test('a long list is drawn in part, searched whole, and printed whole', async () => {
  const file = changed((other) => {
    const list = other.listor.find(({ namn }) => namn === 'Målgruppen');
    const [first] = list.rader;
    list.rader = Array.from({ length: 2000 }, (_, at) => [`19000101-${String(at).padStart(4, '0')}`, ...first.slice(1)]);
  });
  await visit('malgruppen', async (page) => {
    assert.equal(await rows(page).count(), 300);
    await shown(page).getByRole('searchbox').fill('19000101-1999');
    assert.equal(await rows(page).count(), 1);
    await shown(page).getByRole('button', { name: 'Rensa' }).click();
    assert.equal((await printed(page)).pages.join('\n').match(/19000101-\d{4}/g).length, 2000);
    const all = shown(page).getByRole('button', { name: 'Visa alla 2000 rader' });
    await all.waitFor();
    assert.equal(await rows(page).count(), 300);
    await all.click();
    assert.equal(await rows(page).count(), 2000);
  }, { file });
});

test('a name that looks like markup is shown as it is', async () => {
  const name = '</script><img src=x onerror="window.ran=1"><b>&amp;\u202e';
  const file = changed((other) => {
    const list = other.listor.find(({ namn }) => namn === 'Målgruppen');
    list.rader[0][1] = name;
  });
  await visit('malgruppen', async (page) => {
    assert.equal((await cellsOf(page, 'Namn'))[0], name);
    await rows(page).first().getByRole('button').click();
    assert.ok((await page.getByRole('dialog').locator('h2').textContent()).includes(name));
    assert.equal(await page.locator('img, b').count(), 0);
    assert.equal(await page.evaluate(() => window.ran), undefined);
  }, { file });
});

test('the policy stops what is not the page’s own', async () => {
  const file = path.join(RUN, '..', 'forfalskad.html');
  writeFileSync(file, html.replace('</body>', '<script>window.ran=1</script></body>'));
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await context.close();
});

test('a protected person has neither name nor school, in the list nor in the timeline', () =>
  visit('malgruppen', async (page) => {
    const list = listOf('Målgruppen');
    const at = columnOf(list, 'Namn').indexOf('SKYDD');
    assert.ok(at >= 0, 'the sample has protected members');
    const [number] = list.rader[at];
    await shown(page).getByRole('searchbox').fill(number);
    await rows(page).first().getByRole('button').click();
    const dialog = page.getByRole('dialog');
    for (const summary of await dialog.locator('summary').all()) await summary.click();
    const said = await dialog.innerText();
    assert.match(said, new RegExp(`^${number} SKYDD`));
    // The register has twelve digits, the schools ten with a hyphen; name, street, programme, school and its code.
    const personal = [
      ...cellsAbout('Folkbokforing_15-20_ar_2026-11-16.csv', number.replace('-', ''), [1, 2, 5]),
      ...cellsAbout('IST_elevplaceringar_2026-11-16.csv', number.slice(2), [1, 2, 4, 5, 6]),
    ];
    assert.ok(personal.length >= 8, 'the sources tell more');
    for (const word of personal) assert.ok(!said.split(/[\s,;]+/).join(' ').includes(` ${word} `), 'a protected detail is shown');
    assert.ok(!/, rad \d/.test(said), 'a row is named');
  }));
