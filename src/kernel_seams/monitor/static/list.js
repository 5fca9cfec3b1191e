// The list: a tree of which only the rows in view are in the page. All rows are of one height.

import { el, put } from "./dom.js";
import { RowElement } from "./row.js";
import { CHANNELS, CHANNEL_WORDS } from "./words.js";

const SPARE = 6; // rows above and below what is in view

export class List {
  /** `on` has select(row), open(row), fold(row, open), follow(yes), lane(channel), resized(columns). */
  constructor(on) {
    this.on = on;
    this.scroller = document.getElementById("scroll");
    this.tree = document.getElementById("rows");
    this.heads = document.getElementById("heads");
    this.rows = [];
    this.at = new Map(); // key -> index
    this.pool = []; // elements, used again and again
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
      const columns = this.columns();
      if (columns !== this.lastColumns) this.on.resized((this.lastColumns = columns));
      if (this.following) this.move(this.scroller.scrollHeight);
      this.draw();
    }).observe(this.scroller);
  }

  /** How many characters have room in a line of text, about. */
  columns() {
    const width = this.scroller.clientWidth;
    const lanes = width > 800 ? 400 : width > 620 ? 330 : width > 480 ? 235 : 150;
    return Math.max(20, Math.floor((width - lanes) / 6.6));
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

  /** Let the elements there are stand for the rows in view; the row at an index always has the same one. */
  draw() {
    const { scrollTop, clientHeight } = this.scroller;
    const inView = Math.ceil(clientHeight / this.height) + 2 * SPARE + 1;
    while (this.pool.length < inView) this.pool.push(new RowElement());
    const from = Math.max(0, Math.floor(scrollTop / this.height) - SPARE);
    const to = Math.min(this.rows.length, from + inView);
    const about = { height: this.height, selected: this.selected, opened: this.openKey, words: this.words };
    const used = new Set();
    for (let index = from; index < to; index += 1) {
      const place = this.pool[index % this.pool.length];
      used.add(place);
      place.show(this.rows[index], { ...about, index });
      if (!place.element.isConnected) this.tree.append(place.element);
    }
    for (const place of this.pool) {
      if (used.has(place) || place.key === null) continue;
      place.key = null;
      place.element.remove();
    }
    const current = this.selected === null ? -1 : (this.at.get(this.selected) ?? -1);
    if (current >= from && current < to) this.tree.setAttribute("aria-activedescendant", `row-${this.selected}`);
    else this.tree.removeAttribute("aria-activedescendant");
  }

  /** Make a row the selected one and bring it into view. */
  select(key, { silently = false } = {}) {
    const row = this.rows[this.at.get(key)];
    if (!row) return;
    this.selected = key;
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
