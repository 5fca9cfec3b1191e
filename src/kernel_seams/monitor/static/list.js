// The list: a tree of which only the rows in view are in the page. All rows are of one height.

import { el, put, clock, span } from "./dom.js";
import { rowText, marksOf } from "./rows.js";
import { CHANNELS, CHANNEL_WORDS } from "./words.js";

const SPARE = 6; // rows above and below what is in view

export class List {
  /** `on` has select(row), open(row), fold(row, open), follow(yes), lane(channel). */
  constructor(on) {
    this.on = on;
    this.scroller = document.getElementById("scroll");
    this.tree = document.getElementById("rows");
    this.heads = document.getElementById("heads");
    this.rows = [];
    this.at = new Map(); // key -> index
    this.drawn = new Map(); // key -> element
    this.selected = null;
    this.openKey = null;
    this.following = true;
    this.words = true;
    this.top = 0;
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.tree.addEventListener("click", (event) => this.clicked(event));
    this.tree.addEventListener("keydown", (event) => this.pressed(event));
    this.tree.addEventListener("focus", () => this.focused());
    new ResizeObserver(() => {
      if (this.following) this.move(this.scroller.scrollHeight);
      this.draw();
    }).observe(this.scroller);
  }

  get height() {
    return this.words ? 42 : 24;
  }

  /** The lanes' names above the list; a click hides a lane or shows it again. */
  drawHeads(hidden) {
    const lanes = CHANNELS.map((channel) =>
      el(
        "button",
        { type: "button", class: `lane-head ${channel}`, "aria-pressed": String(!hidden.has(channel)), title: `${CHANNEL_WORDS[channel]}. Click to hide or show it.`, onclick: () => this.on.lane(channel) },
        el("span", {}, channel),
      ),
    );
    put(this.heads, el("span", { class: "time" }, "front-end"), el("span", { class: "lanes" }, lanes), el("span", { class: "ends" }, "kernel"));
  }

  /** Show these rows. */
  show(rows) {
    this.rows = rows;
    this.at = new Map(rows.map((row, index) => [row.key, index]));
    this.tree.style.height = `${rows.length * this.height}px`;
    this.stale = true;
    if (this.following) this.scroller.scrollTop = this.scroller.scrollHeight;
    this.draw();
  }

  /** Who comes with the keyboard begins at the first row in view; a click selects its own. */
  focused() {
    if (this.at.has(this.selected) || !this.tree.matches(":focus-visible")) return;
    this.select(this.rows[Math.ceil(this.scroller.scrollTop / this.height)]?.key);
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const atEnd = scrollTop + clientHeight >= scrollHeight - this.height;
    // Up is a person's doing, and the end is where following begins again; all else is the page's own.
    if (this.following ? scrollTop < this.top - 1 && !atEnd : atEnd && scrollTop > this.top) this.on.follow(!this.following);
    this.top = scrollTop;
    if (!this.waiting) {
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        this.draw();
      });
    }
  }

  /** Put the rows in view into the page, and take the others out. */
  draw() {
    const from = Math.max(0, Math.floor(this.scroller.scrollTop / this.height) - SPARE);
    const to = Math.min(this.rows.length, Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / this.height) + SPARE);
    const wanted = new Map();
    const fresh = document.createDocumentFragment();
    for (let index = from; index < to; index += 1) {
      const row = this.rows[index];
      let element = this.stale ? null : this.drawn.get(row.key);
      if (!element) {
        element = this.rowElement(row);
        fresh.append(element);
      }
      element.style.transform = `translateY(${index * this.height}px)`;
      element.setAttribute("aria-posinset", index + 1);
      element.setAttribute("aria-setsize", this.rows.length);
      wanted.set(row.key, element);
    }
    for (const [key, element] of this.drawn) if (wanted.get(key) !== element) element.remove();
    this.tree.append(fresh);
    this.drawn = wanted;
    this.stale = false;
    const current = this.selected && wanted.get(this.selected);
    if (current) this.tree.setAttribute("aria-activedescendant", current.id);
    else this.tree.removeAttribute("aria-activedescendant");
  }

  rowElement(row) {
    const { item, group } = row;
    const text = rowText(row);
    const folds = row.open !== undefined;
    const classes = ["row", row.kind, text.tone, row.level > 1 ? "child" : "", row.key === this.selected ? "selected" : "", row.key === this.openKey ? "opened" : ""];
    if (group?.quiet || row.kind === "bundle") classes.push("quiet");
    if (item?.fault) classes.push("faulty");
    if (item?.dropped) classes.push("dropped");
    const element = el("div", {
      class: classes.filter(Boolean).join(" "),
      role: "treeitem",
      id: `row-${row.key}`,
      "data-key": row.key,
      "aria-level": row.level,
      "aria-selected": String(row.key === this.selected),
      "aria-expanded": folds ? String(row.open) : null,
      "aria-label": [text.spoken, text.words, ...marksOf(row).map((mark) => mark.text)].filter(Boolean).join(". "),
    });
    element.append(this.timeCell(row), this.laneCells(row));
    const title = el("span", { class: "title" }, text.name ? el("b", {}, text.name) : null, text.name && text.value ? " " : null, text.value ? el("code", {}, text.value) : null);
    const twist = el("span", { class: "twist", "aria-hidden": "true" }, folds ? (row.open ? "▾" : "▸") : "");
    const caption = this.words && text.words ? el("span", { class: "words" }, text.words) : null;
    element.append(el("span", { class: "text" }, twist, el("span", { class: "lines" }, title, caption)));
    element.append(el("span", { class: "marks" }, marksOf(row).map((mark) => el("span", { class: `chip ${mark.tone}`, title: mark.title }, mark.text))));
    return element;
  }

  timeCell(row) {
    const item = row.item ?? row.group?.first ?? row.run?.[0];
    if (!item) return el("span", { class: "time" });
    const us = item.us ?? item.start;
    if (row.kind === "message" && row.group?.head) return el("span", { class: "time", title: clock(us) }, `+${span(us - row.group.start)}`);
    if (row.kind === "silence" || row.kind === "line") return el("span", { class: "time" });
    return el("span", { class: "time", title: clock(us) }, clock(us).slice(0, 12));
  }

  laneCells(row) {
    const { item, group } = row;
    const counts = row.kind === "bundle" ? sum(row.run) : row.open === false && group ? { ...group.counts } : {};
    if (row.kind === "request" && counts[item.channel]) counts[item.channel] -= 1;
    const crosses = item?.k === "frames" && row.kind !== "silence" ? `crosses ${item.channel} ${item.to}` : "";
    return el(
      "span",
      { class: `lanes ${crosses}`, "aria-hidden": "true" },
      CHANNELS.map((channel) => {
        const here = item?.k === "frames" && item.channel === channel && row.kind !== "silence";
        const arrow = here ? (item.to === "kernel" ? "→" : "←") : "";
        const more = counts[channel] ? (counts[channel] > 99 ? "99+" : String(counts[channel])) : "";
        return el("span", { class: `lane ${channel}` }, arrow ? el("i", { class: `arrow ${item.to}` }, arrow) : null, more ? el("i", { class: "more" }, more) : null);
      }),
    );
  }

  /** Make a row the selected one and bring it into view. */
  select(key, { silently = false } = {}) {
    const row = this.rows[this.at.get(key)];
    if (!row) return;
    this.selected = key;
    this.stale = true;
    this.reveal(key);
    if (!silently) this.on.select(row);
  }

  reveal(key) {
    const top = this.at.get(key) * this.height;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.move(top - this.height);
    else if (top + this.height > scrollTop + clientHeight) this.move(top + 2 * this.height - clientHeight);
    this.draw();
  }

  move(top) {
    this.scroller.scrollTop = top;
  }

  clicked(event) {
    const element = event.target.closest(".row");
    const row = element && this.rows[this.at.get(element.dataset.key)];
    if (!row) return;
    this.select(row.key);
    const folds = row.open !== undefined && (row.item === null || row.kind === "bundle" || event.target.closest(".twist"));
    if (folds) this.on.fold(row, !row.open);
    else this.on.open(row);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = this.at.get(this.selected) ?? -1;
    const row = this.rows[index];
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.height) - 1);
    const moves = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: this.rows.length - 1 };
    if (event.key in moves) {
      const target = Math.min(Math.max(moves[event.key], 0), this.rows.length - 1);
      if (this.rows[target]) this.select(this.rows[target].key);
    } else if (event.key === "ArrowRight" && row) {
      if (row.open === false) this.on.fold(row, true);
      else if (row.open && this.rows[index + 1]?.parent?.key === row.key) this.select(this.rows[index + 1].key);
    } else if (event.key === "ArrowLeft" && row) {
      if (row.open) this.on.fold(row, false);
      else if (row.parent) this.select(row.parent.key);
    } else if ((event.key === "Enter" || event.key === " ") && row) {
      if (row.kind === "bundle" || row.kind === "group") this.on.fold(row, !row.open);
      else this.on.open(row);
    } else return;
    event.preventDefault();
  }
}

function sum(run) {
  const counts = {};
  for (const entry of run) {
    const more = entry.counts ?? { [entry.channel]: 1 };
    for (const [channel, count] of Object.entries(more)) counts[channel] = (counts[channel] ?? 0) + count;
  }
  return counts;
}
