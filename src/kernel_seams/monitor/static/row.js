// The element of one row, made once and used for whatever row stands in its place: text and classes change, nodes do not.

import { clock, el, put, span } from "./dom.js";
import { marksOf, rowText } from "./rows.js";
import { CHANNELS } from "./words.js";

export class RowElement {
  constructor() {
    this.key = null;
    this.time = el("span", { class: "time" });
    this.arrow = el("i");
    this.lanes = el("span", { class: "lanes", "aria-hidden": "true" }, this.arrow);
    this.twist = el("span", { class: "twist", "aria-hidden": "true" });
    this.name = el("b");
    this.value = el("code");
    this.words = el("span", { class: "words" });
    this.marks = el("span", { class: "marks" });
    const title = el("span", { class: "title" }, this.name, " ", this.value);
    const text = el("span", { class: "text" }, this.twist, el("span", { class: "lines" }, title, this.words));
    this.element = el("div", { role: "treeitem" }, this.time, this.lanes, text, this.marks);
  }

  /** Stand for `row` now, at `index` of rows of that height; `selected` and `opened` are keys. What it shows already is left. */
  show(row, { index, height, selected, opened, words }) {
    const version = `${index} ${height} ${words} ${row.key === selected} ${row.key === opened} ${row.open} ${versionOf(row)}`;
    if (this.key === row.key && this.version === version) return;
    this.key = row.key;
    this.version = version;
    const text = rowText(row);
    const marks = marksOf(row);
    const folds = row.open !== undefined;
    const { element } = this;
    element.className = classes(row, text.tone, selected, opened);
    element.id = `row-${row.key}`;
    element.dataset.key = row.key;
    element.style.transform = `translateY(${index * height}px)`;
    element.ariaLevel = String(row.level);
    element.ariaPosInSet = String(index + 1);
    element.ariaSetSize = "-1"; // it grows
    element.ariaSelected = String(row.key === selected);
    element.ariaExpanded = folds ? String(row.open) : null;
    element.ariaLabel = [text.spoken, text.words, ...marks.map((mark) => [mark.word, mark.text].filter(Boolean).join(" "))].filter(Boolean).join(". ");
    this.showTime(row);
    this.showLanes(row);
    this.twist.textContent = folds ? (row.open ? "▾" : "▸") : "";
    this.name.textContent = text.name;
    this.name.hidden = !text.name;
    this.value.textContent = text.value;
    this.value.hidden = !text.value;
    this.words.textContent = text.words;
    this.words.hidden = !words || !text.words;
    put(this.marks, marks.map((mark) => chip(mark)));
  }

  showTime(row) {
    const item = row.item ?? row.group?.first ?? row.run?.[0];
    const us = item?.us ?? item?.start;
    const none = us === undefined || row.kind === "silence" || row.kind === "line";
    const answer = row.kind === "message" && row.group?.head;
    this.time.textContent = none ? "" : answer ? `+${span(us - row.group.start)}` : clock(us);
    this.time.title = none ? "" : clock(us);
  }

  showLanes(row) {
    const { item, group } = row;
    const message = item?.k === "frames" && row.kind !== "silence" ? item : null;
    const counts = row.kind === "bundle" ? sum(row.run) : row.open === false && group ? group.counts : null;
    this.lanes.className = message ? `lanes crosses ${message.channel} ${message.to}` : "lanes";
    this.arrow.hidden = !message || !CHANNELS.includes(message.channel);
    if (message) {
      this.arrow.className = `arrow ${message.channel} ${message.to}`;
      this.arrow.textContent = message.to === "kernel" ? "→" : "←";
    }
    if (counts || this.lanes.childElementCount > 1) put(this.lanes, this.arrow, counts ? more(counts, row) : null);
  }
}

/** A chip; where there is little room its word goes and the number stays. */
function chip({ text, tone, title, word }) {
  return el("span", { class: `chip ${tone}`, title }, word ? el("span", { class: "word" }, `${word} `) : null, text);
}

/** How many messages of each lane are folded away; the request itself is an arrow. */
function more(counts, row) {
  const request = row.kind === "request" ? row.item : null;
  return CHANNELS.map((channel) => {
    const count = (counts[channel] ?? 0) - (request?.channel === channel ? 1 : 0);
    if (count <= 0) return null;
    return el("i", { class: `more ${channel}${request?.channel === channel ? " beside" : ""}` }, count > 99 ? "99+" : String(count));
  });
}

/** Changes when what a row shows may have changed: a message stays as it came, an exchange goes on. */
function versionOf(row) {
  if (row.kind === "bundle") return row.run.length + row.run.reduce((sum, entry) => sum + (entry.version ?? 0), 0);
  const lasting = row.kind === "message" || row.kind === "line";
  return lasting && !row.item.dropped ? 0 : `${row.group?.version ?? 0} ${row.item?.explained ?? ""} ${row.lines ?? row.group?.silence?.reason}`;
}

function classes(row, tone, selected, opened) {
  const { item, group, kind, level, key } = row;
  return [
    "row",
    kind,
    tone,
    level > 1 ? "child" : "",
    key === selected ? "selected" : "",
    key === opened ? "opened" : "",
    group?.quiet || kind === "bundle" ? "quiet" : "",
    item?.fault ? "faulty" : "",
    item?.dropped ? "dropped" : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function sum(run) {
  const counts = {};
  for (const entry of run) {
    const more = entry.counts ?? { [entry.channel]: 1 };
    for (const [channel, count] of Object.entries(more)) counts[channel] = (counts[channel] ?? 0) + count;
  }
  return counts;
}
