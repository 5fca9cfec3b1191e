// What has crossed the wire, as exchanges: a request and all that names it, or a descendant of it, as its parent.

import { silenceLines } from "./rows.js";
import { CHANNELS } from "./words.js";

/** So many messages are kept in the page; older ones are in the trace. */
export const KEPT = 200_000;
const BUNDLE = 3;

/** One exchange, or a run of things that belong together and no request asked for. */
class Group {
  constructor(kind, item) {
    this.kind = kind; // "exchange", "orphans" (its request was not seen), "heartbeat", "stderr", "stdout"
    this.key = `g${item.key}`;
    this.head = null;
    this.items = [];
    this.start = item.us;
    this.end = item.us;
    this.open = false;
    this.touched = false; // a person has folded or unfolded it
    this.reply = null;
    this.busy = null;
    this.idle = null;
    this.count = null;
    this.counts = {};
    this.over = false;
    this.silence = null;
    this.version = 0; // counts what has changed
  }

  add(item) {
    this.version += 1;
    item.group = this;
    if (this.head === null && this.kind === "exchange") this.head = item;
    else this.items.push(item);
    this.end = Math.max(this.end, item.us);
    if (item.channel) this.counts[item.channel] = (this.counts[item.channel] ?? 0) + 1;
  }

  /** The first message, which is its request if that was seen. */
  get first() {
    return this.head ?? this.items[0];
  }

  /** Whether it is a front-end's own business and not a cell that a person ran. */
  get quiet() {
    if (this.kind === "heartbeat") return true;
    if (this.kind !== "exchange") return false;
    return this.head.type !== "execute_request" || this.head.says?.silent === true;
  }

  /** How it stands: "over", "failed", "replied" (and no idle yet), "running", "asked" (nothing has answered), "silent", or "" where nothing is asked. */
  get standing() {
    if (this.silence?.lasts) return "silent";
    if (this.kind !== "exchange" || this.head.to !== "kernel") return "";
    if (this.idle && (this.reply || !this.head.type.endsWith("_request"))) return this.reply?.says?.status === "error" ? "failed" : "over";
    if (this.reply) return "replied";
    if (this.busy || this.idle) return "running";
    return this.head.type.endsWith("_request") ? "asked" : "";
  }
}

/** All of it, and the rows that are to be seen. */
export class Model {
  constructor() {
    this.empty();
  }

  empty() {
    this.entries = []; // groups and single items, by when they began
    this.items = []; // every message, by time
    this.byId = new Map(); // msg_id -> the message that was first to have it
    this.session = null;
    this.sessions = 0;
    this.bytes = 0;
    this.lastN = null;
    this.dropped = 0;
    this.cleared = false;
    this.state = ""; // what the kernel last said of itself: busy, idle
    this.unfolded = new Set();
    this.silent = []; // groups that have a silence
    this.changed = true;
  }

  /** Take the rows that the server sent. */
  add(rows) {
    for (const row of rows) this.addOne(row);
    if (this.items.length > KEPT) this.forget();
    this.changed = true;
  }

  addOne(item) {
    item.key = `${item.file}:${item.offset}`;
    if (item.k !== "session" && this.lastN !== null && item.n > this.lastN + 1) {
      this.mark({ k: "gap", us: item.us, n: item.n, key: `gap${item.key}`, count: item.n - this.lastN - 1, why: "rotated" });
    }
    this.lastN = item.n;
    if (item.k === "frames") this.message(item);
    else if (item.k === "stderr" || item.k === "stdout") this.line(item);
    else if (item.k === "session") this.begin(item);
    else this.mark(item);
  }

  begin(item) {
    this.lastN = item.n;
    const goesOn = item.part > 0 && this.session !== null;
    this.session = item;
    if (goesOn) return;
    this.sessions += 1;
    item.restart = this.sessions > 1;
    this.mark(item);
  }

  mark(item) {
    item.group = null;
    this.entries.push(item);
    if (item.k === "kernel" && item.state === "exited") {
      for (const entry of this.entries) if (entry instanceof Group && !entry.over) this.finish(entry, item);
    }
  }

  finish(group, item) {
    group.over = true;
    group.version += 1;
    if (group.standing === "asked" || group.standing === "running") group.cutOff = item;
  }

  /** A line of the kernel's stderr or stdout: lines that follow each other stand together. */
  line(item) {
    const last = this.entries.at(-1);
    if (last instanceof Group && last.kind === item.k) {
      last.add(item);
      return;
    }
    const group = new Group(item.k, item);
    group.add(item);
    this.entries.push(group);
  }

  message(item) {
    this.items.push(item);
    this.bytes += item.bytes;
    const group = this.groupOf(item);
    if (group) {
      group.add(item);
      this.note(group, item);
    } else {
      item.group = null;
      this.entries.push(item);
    }
    if (item.id && !(this.twin(item) && group)) this.byId.set(item.id, item);
  }

  /** The same message, sent before. An equal msg_id alone does not say so: clients of one session may count alike. */
  twin(item) {
    const known = item.id ? this.byId.get(item.id) : null;
    return known && known !== item && known.type === item.type && known.channel === item.channel && known.to === item.to ? known : null;
  }

  /** The exchange that a message belongs to; a new one for a request; null for one that nobody asked for. */
  groupOf(item) {
    if (item.channel === "heartbeat") return this.heartbeats(item);
    const again = this.twin(item);
    if (again?.group) return again.group;
    if (item.parent) return this.byId.get(item.parent)?.group ?? this.orphans(item);
    if (item.type === "input_reply") {
      const asking = this.items.findLast((other) => other.type === "input_request");
      if (asking?.group) return asking.group;
    }
    if (item.to !== "kernel" || !item.id) return null;
    return this.open(new Group("exchange", item));
  }

  open(group) {
    group.open = group.kind === "exchange";
    this.entries.push(group);
    return group;
  }

  heartbeats(item) {
    let group = this.entries.at(-1);
    if (!(group instanceof Group && group.kind === "heartbeat")) {
      group = this.entries.slice(-12).findLast((entry) => entry instanceof Group && entry.kind === "heartbeat");
      const since = group ? this.entries.slice(this.entries.indexOf(group) + 1) : [];
      // A ping in the middle of housekeeping does not begin a new line; one after a cell does.
      if (!group || since.some((entry) => !(entry instanceof Group) || !entry.quiet)) group = this.open(new Group("heartbeat", item));
    }
    return group;
  }

  orphans(item) {
    const group = new Group("orphans", item);
    group.parent = item.parent;
    // So that what else names the same parent comes here too.
    this.byId.set(item.parent, { group, id: item.parent });
    return this.open(group);
  }

  note(group, item) {
    const state = item.type === "status" ? item.says?.execution_state : null;
    if (state && !item.dropped) this.state = state;
    const mine = group.kind !== "exchange" || item.parent === group.head?.id;
    if (!mine || !arrived(item)) return;
    if (state === "busy") group.busy ??= item;
    if (state === "idle") group.idle ??= item;
    if (item.to === "client" && item.channel !== "iopub" && item.type.endsWith("_reply")) group.reply ??= item;
    if (Number.isInteger(item.says?.execution_count)) group.count = item.says.execution_count;
    group.over = group.standing === "over" || group.standing === "failed";
  }

  /** What the server has found out about requests without an answer, and about failed handshakes. */
  explain({ silences, handshakes }) {
    for (const group of this.silent) group.silence = null;
    this.silent = [];
    for (const [id, silence] of Object.entries(silences)) {
      const group = this.byId.get(id)?.group;
      if (!group) continue;
      group.silence = silence;
      this.silent.push(group);
    }
    for (const [n, text] of Object.entries(handshakes)) {
      const item = this.entries.findLast((entry) => entry.k === "socket" && entry.n === Number(n));
      if (item) item.explained = text;
    }
    this.changed = true;
  }

  /** The record number `n` of the newest session, null if the page does not have it. */
  find(n) {
    const message = this.items.findLast((item) => item.n === n);
    if (message) return message;
    for (const entry of this.entries.slice().reverse()) {
      if (entry.n === n) return entry;
      const line = entry instanceof Group ? entry.items.find((item) => item.n === n) : null;
      if (line) return line;
    }
    return null;
  }

  /** Let go of the oldest third. */
  forget() {
    const from = this.items[Math.floor(this.items.length / 3)].us;
    const gone = (entry) => (entry instanceof Group ? entry.end < from : entry.us < from && entry.k !== "session");
    this.entries = this.entries.filter((entry) => !gone(entry));
    const before = this.items.length;
    this.items = this.items.filter((item) => item.us >= from || (item.group && item.group.end >= from));
    for (const [id, item] of this.byId) if ((item.group ? item.group.end : item.us) < from) this.byId.delete(id);
    this.dropped += before - this.items.length;
  }

  /** Hide all there is: what comes from now on is shown. */
  clear() {
    this.entries = this.entries.filter((entry) => entry instanceof Group && (entry.standing === "running" || entry.standing === "asked"));
    this.items = this.entries.flatMap((entry) => [entry.head, ...entry.items]).filter((item) => item?.k === "frames");
    this.items.sort((one, other) => one.us - other.us);
    this.bytes = this.items.reduce((sum, item) => sum + item.bytes, 0);
    this.cleared = true;
    this.changed = true;
  }

  /** The rows to be seen: `{ kind, level, item, group, bundle, parent }` from top to bottom. */
  rows(filter) {
    const rows = [];
    let run = [];
    const flush = () => {
      if (run.length) this.bundle(run, rows, filter);
      run = [];
    };
    for (const entry of this.entries) {
      if (!filter.entry(entry)) continue;
      if (isQuiet(entry)) run.push(entry);
      else {
        flush();
        this.entryRows(entry, 1, rows, filter, null);
      }
    }
    flush();
    return rows;
  }

  /** A run of a front-end's own business is one row that unfolds, if it is long. */
  bundle(run, rows, filter) {
    const key = `b${run[0].key}`;
    if (run.length < BUNDLE || filter.narrow) {
      for (const entry of run) this.entryRows(entry, 1, rows, filter, null);
      return;
    }
    const row = { kind: "bundle", level: 1, key, run, open: this.unfolded.has(key), parent: null };
    rows.push(row);
    if (row.open) for (const entry of run) this.entryRows(entry, 2, rows, filter, row);
  }

  entryRows(entry, level, rows, filter, parent) {
    if (!(entry instanceof Group)) {
      rows.push({ kind: entry.k === "frames" ? "message" : "mark", level, key: entry.key, item: entry, group: null, parent });
      return;
    }
    const kind = entry.head ? "request" : "group";
    const open = entry.touched || !entry.quiet ? entry.open : filter.narrow;
    const row = { kind, level, key: entry.head ? entry.head.key : entry.key, item: entry.head, group: entry, open, parent };
    rows.push(row);
    const told = entry.silence && entry.silence.reason !== "runs" && !(entry.quiet && !isLoud(entry.silence));
    if (told || entry.cutOff) {
      silenceLines(entry, filter.columns).forEach((lines, part) => {
        rows.push({ kind: "silence", level: level + 1, key: `s${part}${entry.key}`, item: null, group: entry, parent: row, lines, part });
      });
    }
    if (!open) return;
    for (const item of entry.items) {
      if (filter.item(item)) rows.push({ kind: item.k === "frames" ? "message" : "line", level: level + 1, key: item.key, item, group: entry, parent: row });
    }
  }

  /** Fold or unfold what a row stands for. */
  fold(row, open) {
    if (row.kind === "bundle") {
      if (open) this.unfolded.add(row.key);
      else this.unfolded.delete(row.key);
    } else if (row.group && (row.kind === "request" || row.kind === "group")) {
      row.group.open = open;
      row.group.touched = true;
    }
    this.changed = true;
  }
}

/** Whether a message got to where it was sent: no fault held it back, and a reply says to whom it goes. */
export function arrived(item) {
  return !item.dropped && addressed(item);
}

/** Whether a message says to which client it goes, if it is for one; iopub is for all. */
export function addressed(item) {
  return item.to === "kernel" || item.channel === "iopub" || !item.unaddressed;
}

/** Whether a silence is worth a line where nobody has asked: a front-end that asks and goes harms nobody. */
export function isLoud(silence) {
  return Boolean(silence?.lasts) && silence.reason !== "client-gone";
}

/** Whether an entry is a front-end's own business: it is bundled, so that cells stand out. */
function isQuiet(entry) {
  if (entry instanceof Group) return entry.quiet && !isLoud(entry.silence) && !entry.cutOff;
  if (entry.k === "socket") return !/FAILED/.test(entry.event ?? "");
  return entry.k === "frames" && entry.to === "kernel" && entry.channel === "iopub";
}

/** What is shown: words that all have to be there, `channel:`, `type:`, `parent:`, `id:`; and which lanes. */
export class Filter {
  constructor() {
    this.hidden = new Set();
    this.columns = 100; // the characters for which a line has room
    this.set("");
  }

  set(text) {
    this.text = text.trim();
    this.tests = this.text.toLowerCase().split(/\s+/).filter(Boolean).map(test);
  }

  toggle(channel) {
    if (this.hidden.has(channel)) this.hidden.delete(channel);
    else if (this.hidden.size < CHANNELS.length - 1) this.hidden.add(channel);
  }

  /** Whether a person has asked for some of it only. */
  get narrow() {
    return this.tests.length > 0;
  }

  item(item) {
    if (item.channel && this.hidden.has(item.channel)) return false;
    return this.tests.every((matches) => matches(item));
  }

  entry(entry) {
    if (!(entry instanceof Group)) return entry.k === "frames" || this.narrow ? this.item(entry) : true;
    return (entry.head && this.item(entry.head)) || entry.items.some((item) => this.item(item));
  }
}

function test(word) {
  const [, name, value] = /^(channel|type|parent|id|is):(.*)$/.exec(word) ?? [];
  if (name === "channel") return (item) => (item.channel ?? "").startsWith(value);
  if (name === "type") return (item) => (item.type ?? "").includes(value);
  if (name === "parent") return (item) => (item.parent ?? "").startsWith(value) || (item.id ?? "").startsWith(value);
  if (name === "id") return (item) => (item.id ?? "").startsWith(value);
  if (name === "is") return (item) => item.verdict === value || (value === "fault" && Boolean(item.fault));
  return (item) => haystack(item).includes(word);
}

function haystack(item) {
  item.hay ??= [item.channel, item.type, item.text, item.event, item.why, item.fault, ...Object.values(item.says ?? {}).flat()].join(" ").toLowerCase();
  return item.hay;
}

export const isGroup = (entry) => entry instanceof Group;
