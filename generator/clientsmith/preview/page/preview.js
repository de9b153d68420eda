"use strict";
// Whatever the document, a template or the output says is set as text, never as markup.

const MOST_BUTTONS = 40;
const status = document.getElementById("status");
const findings = document.getElementById("findings");
const footer = document.querySelector("footer");

let version = 0;
let selected = null; // { kind, file, line, text }
let turns = 0;

/** One of the three columns: a choice of files, and the lines of the chosen one. */
class Column {
  constructor(kind) {
    const section = document.getElementById(kind);
    this.kind = kind;
    this.choice = section.querySelector("select");
    this.list = section.querySelector("ol");
    this.file = null;
    this.empty();
    this.choice.addEventListener("change", () => choose(kind, this.choice.value));
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item && getSelection().isCollapsed) select(kind, this.file, Number(item.dataset.line));
    });
    this.list.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const line = (this.has(selected) ? selected.line : 0) + step;
      if (line >= 1 && line <= this.lines.length) select(kind, this.file, line);
    });
  }

  empty() {
    Object.assign(this, { lines: [], origins: [], sources: [], version: null });
  }

  /** Whether a selected line is in the file that is shown. */
  has(place) {
    return place !== null && place.kind === this.kind && place.file === this.file;
  }

  /** Offer files, and return the one to show: the same as before, if it is still there. */
  offer(files) {
    this.choice.replaceChildren(...files.map(([file, label]) => new Option(label, file)));
    if (files.some(([file]) => file === this.file)) this.choice.value = this.file;
    return this.choice.value;
  }

  /** Show a file as it is in the latest picture. */
  async show(file) {
    if (file === this.file && this.version === version) return;
    const asked = version;
    const answer = file ? await get("lines", { kind: this.kind, file }) : null;
    const again = file === this.file;
    const before = new Set(this.lines);
    const place = again ? [this.list.scrollLeft, this.list.scrollTop] : [0, 0];
    this.empty();
    Object.assign(this, answer, { file, version: asked });
    this.choice.value = file;
    this.list.replaceChildren(
      ...this.lines.map((text, index) => {
        const item = element("li", text);
        item.dataset.line = index + 1;
        item.classList.toggle("new", again && !before.has(text));
        return item;
      }),
    );
    if (answer?.problem) this.list.replaceChildren(element("pre", answer.problem));
    [this.list.scrollLeft, this.list.scrollTop] = place;
  }

  /** Light lines up, the first of them brightest; bring that into view. */
  light(lines, scroll) {
    for (const item of this.list.querySelectorAll(".lit")) item.classList.remove("lit", "first");
    const items = lines.map((line) => this.list.children[line - 1]).filter(Boolean);
    for (const item of items) item.classList.add("lit");
    if (!items.length) return;
    items[0].classList.add("first");
    const [inner, outer] = [items[0], this.list].map((each) => each.getBoundingClientRect());
    const seen = inner.top >= outer.top && inner.bottom <= outer.bottom;
    if (scroll && !seen) this.list.scrollTop += inner.top - outer.top - outer.height / 3;
  }

  /** The sources of a line, what gave the most of it first. */
  sourcesOf(line) {
    return (this.origins[line - 1] ?? []).map((number) => this.sources[number]);
  }
}

const columns = Object.fromEntries(
  ["document", "template", "output"].map((kind) => [kind, new Column(kind)]),
);

/** Lines of files, each with how often it was meant. */
class Marks {
  #files = new Map();

  add([file, line]) {
    if (!this.#files.has(file)) this.#files.set(file, []);
    this.#files.get(file).push(line);
  }

  of(file) {
    return [...new Set(this.#files.get(file))];
  }

  has(file) {
    return this.#files.has(file);
  }

  /** The file that was meant first, or the one that was meant most often. */
  best(first) {
    const files = [...this.#files.keys()];
    const count = (file) => this.#files.get(file).length;
    return first ? files[0] : files.sort((one, other) => count(other) - count(one))[0];
  }
}

function element(name, text, onclick = null) {
  const made = Object.assign(document.createElement(name), { onclick });
  made.textContent = text;
  return made;
}

async function get(what, query) {
  const answer = await fetch(`${what}?${new URLSearchParams(query)}`);
  return answer.ok ? answer.json() : null;
}

/** Select a line. */
async function select(kind, file, line) {
  selected = { kind, file, line, text: null };
  history.replaceState(null, "", `#${[kind, line, file].map(encodeURIComponent).join("/")}`);
  await apply();
}

/** Show another file in a column; what is selected stays selected. */
async function choose(kind, file) {
  await columns[kind].show(file);
  if (selected) await apply({ fixed: kind });
}

/** Light up what the selected line comes from, and what comes from it.
 *
 * fixed: the column that keeps the file it shows.
 * scroll: whether what is lit up is brought into view.
 */
async function apply({ fixed = null, scroll = true } = {}) {
  const turn = ++turns;
  const { kind, file } = selected;
  const { output } = columns;
  if (fixed !== kind) await columns[kind].show(file);
  if (columns[kind].has(selected)) stay(columns[kind]);
  const line = selected.line;
  const marks = { document: new Marks(), template: new Marks(), output: new Marks() };
  marks[kind].add([file, line]);
  let sources = [];
  let outputs = null;
  if (kind === "output") {
    sources = output.has(selected) ? output.sourcesOf(line) : [];
  } else {
    const found = (await get("found", { kind, file, line })) ?? { outputs: [], lines: [] };
    if (turn !== turns) return;
    outputs = found.outputs;
    if (fixed !== "output" && outputs.length && !outputs.includes(output.file)) await output.show(outputs[0]);
    const meant = new Set(found.lines);
    for (const each of meant) marks[kind].add([file, each]);
    output.lines.forEach((_, index) => {
      const hits = output.sourcesOf(index + 1).filter((source) => source[kind]?.[0] === file && meant.has(source[kind][1]));
      if (hits.length) marks.output.add([output.file, index + 1]);
      sources.push(...hits);
    });
  }
  for (const other of ["document", "template"]) {
    if (other === kind) continue;
    for (const source of sources) if (source[other]) marks[other].add(source[other]);
    const best = marks[other].best(kind === "output");
    if (other !== fixed && best !== undefined && !marks[other].has(columns[other].file)) await columns[other].show(best);
  }
  if (turn !== turns) return;
  for (const column of Object.values(columns)) {
    column.light(marks[column.kind].of(column.file), scroll);
  }
  footer.replaceChildren(...(outputs === null ? told(sources) : listed(outputs)));
}

/** Let the selected line stay the same one when others were put before it or taken away. */
function stay(column) {
  const { line, text } = selected;
  if (text !== null && column.lines[line - 1] !== text) {
    const same = column.lines.map((each, index) => (each === text ? index + 1 : 0)).filter(Boolean);
    same.sort((one, other) => Math.abs(one - line) - Math.abs(other - line));
    selected.line = same[0] ?? line;
  }
  selected.text = column.lines[selected.line - 1] ?? null;
}

/** Say in words where a line of the output comes from. */
function told(sources) {
  if (!sources.length) return ["Nothing is known of this line."];
  return sources.map((source) => {
    const block = source.block && (source.block.startsWith("macro ") ? source.block : `block ${source.block}`);
    const words = [
      `${source.template.join(":")}${block ? ` (${block})` : ""}`,
      source.subject && `rendered for ${source.subject}`,
      source.document && `from ${source.document.join(":")}`,
    ];
    return element("span", words.filter(Boolean).join(", "));
  });
}

/** Name the output files that have something of a line. */
function listed(outputs) {
  if (!outputs.length) return ["Nothing in the output comes from this line alone."];
  const buttons = outputs.slice(0, MOST_BUTTONS).map((path) => element("button", path, () => choose("output", path)));
  const more = outputs.length - buttons.length;
  return [`In the output: `, ...buttons, ...(more > 0 ? [`and ${more} more`] : [])];
}

/** Show a new picture. */
async function refresh(picture) {
  const begun = version === 0;
  version = picture.version;
  document.getElementById("title").textContent = picture.title;
  findings.hidden = !picture.findings.length;
  findings.replaceChildren(
    ...picture.findings.map(({ severity, text, place }) => {
      const made = element("pre", text);
      made.className = severity;
      if (place) made.append(element("button", "show", () => select(...place)));
      return made;
    }),
  );
  for (const [kind, column] of Object.entries(columns)) await column.show(column.offer(picture.files[kind]));
  if (begun && location.hash) {
    const [kind, line, file] = location.hash.slice(1).split("/").map(decodeURIComponent);
    if (kind in columns && Number(line) > 0 && file) selected = { kind, file, line: Number(line), text: null };
  }
  const there = selected && picture.files[selected.kind].some(([file]) => file === selected.file);
  if (there) await apply({ scroll: begun });
  const failed = picture.findings.some(({ severity }) => severity === "error");
  say(failed ? "cannot be generated" : "up to date", failed);
}

function say(text, old) {
  status.textContent = text;
  document.body.classList.toggle("old", old);
}

async function follow() {
  for (;;) {
    try {
      const picture = await get("picture", { after: version });
      if (picture && picture.version !== version) await refresh(picture);
      if (picture) continue;
    } catch {
      say("clientsmith preview is not running", true);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

follow();
