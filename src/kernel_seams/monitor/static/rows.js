// What stands in a row: its name, its value, its caption, and the chips at its end.

import { size, span, visible } from "./dom.js";
import { VERDICTS, valueOf, wordsOf } from "./words.js";

/** `{ name, value, words, spoken, tone }` of a row; `spoken` is for those who do not see the lanes. */
export function rowText(row) {
  const { kind, item, group } = row;
  if (kind === "bundle") return bundleText(row);
  if (kind === "silence") return silenceText(row);
  if (kind === "group") return groupText(group);
  if (kind === "line") return { name: "", value: visible(item.text), words: "", spoken: item.text, tone: "line" };
  if (kind === "mark") return markText(item);
  const name = item.type ? visible(item.type) : "no message";
  const state = item.type === "stream" && item.says?.name === "stderr" ? "stderr" : "";
  const value = valueOf(item);
  const lost = item.type !== "" && item.to === "client" && item.channel !== "iopub" && item.unaddressed;
  const words = lost ? "It names no client, so it is thrown away." : item.dropped ? (changed(item) ? "As it was sent; what arrived is the next line." : `${item.fault ? "Held back by a fault" : "Its client had gone"}: it never arrived. ${wordsOf(item)}`) : wordsOf(item);
  const way = item.to === "kernel" ? "to the kernel" : "to the front-end";
  return { name, value, words, spoken: `${item.channel}, ${way}: ${name} ${value}`, tone: item.problem ? "problem" : state };
}

/** Whether a message that was held back went on in another form. */
function changed(item) {
  return item.group?.items.some((other) => other.id === item.id && other.fault === item.fault && !other.dropped && other !== item);
}

const SOCKETS = {
  ACCEPTED: "Somebody has connected to the tap.",
  CONNECTED: "The tap has connected to the kernel.",
  HANDSHAKE_SUCCEEDED: "The two ends speak ZeroMQ and, if it is encrypted, have the right keys.",
  DISCONNECTED: "A connection has ended.",
  HANDSHAKE_FAILED_NO_DETAIL: "Somebody connected and hung up half-way: no keys, or no ZeroMQ at all.",
  HANDSHAKE_FAILED_PROTOCOL: "Somebody connected and was refused: another key, or one end encrypts and the other does not.",
  HANDSHAKE_FAILED_AUTH: "Somebody connected and was refused.",
};

function bundleText(row) {
  const names = new Map();
  for (const entry of row.run) {
    const name = entry.kind === "heartbeat" ? "heartbeat" : entry.k === "socket" ? "connections" : visible(entry.head?.type ?? entry.type ?? entry.kind).replace(/_request$/, "");
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  const value = [...names].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name)).join(", ");
  const words = "The front-end's own questions; no cell of yours.";
  return { name: "housekeeping", value, words, spoken: `housekeeping: ${value}`, tone: "" };
}

function groupText(group) {
  const lines = group.items.length;
  if (group.kind === "heartbeat") {
    const pings = group.items.filter((item) => item.type === "ping").length;
    const missing = pings - (lines - pings);
    const words = missing > 0 ? "Are you there? So far nothing has come back to the last." : "Are you there? Each time the same bytes came back: yes.";
    return { name: "heartbeat", value: pings > 1 ? `${pings} times` : "", words, spoken: `heartbeat, ${pings} times`, tone: missing > 1 ? "problem" : "" };
  }
  if (group.kind === "orphans") {
    const what = visible(group.items[0].parent_type || "a request");
    return { name: what, value: "", words: "Answers to a request that this trace does not have.", spoken: `answers to ${what}, which was not seen`, tone: "" };
  }
  const where = group.kind === "stderr" ? "stderr" : "stdout";
  const words = `Written by the kernel's process to its own ${where}; no front-end is sent it.`;
  return { name: `kernel's ${where}`, value: visible(lastWords(group)), words, spoken: `kernel's ${where}, ${lines} lines`, tone: "stderr" };
}

/** The line that says most: the last one that is not indented. */
function lastWords(group) {
  return (group.items.findLast((item) => /^\S/.test(item.text ?? "")) ?? group.items.at(-1)).text ?? "";
}

/** Two lines of why there is no answer; the first begins with what is the matter. */
function silenceText({ group, lines, part }) {
  const lasts = group.silence?.lasts ?? true;
  const name = part === 0 ? (lasts ? "no answer" : "not yet") : "";
  return { name, value: lines[0], words: lines[1] ?? "", spoken: `${name} ${lines.join(" ")}`, tone: lasts ? "silence lasts" : "silence" };
}

/** Why a group has no answer, in pairs of lines of at most `columns` characters. */
export function silenceLines(group, columns) {
  const code = group.cutOff?.code;
  const text = group.silence ? visible(group.silence.text) : `The kernel ended${code === undefined ? "" : ` (${exit(code)})`} before it had answered.`;
  const lines = [];
  let line = "";
  for (const word of text.split(" ")) {
    const room = lines.length ? columns : columns - 13; // beside its name
    if (line && line.length + word.length + 1 > room) {
      lines.push(line);
      line = "";
    }
    line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  return Array.from({ length: Math.ceil(lines.length / 2) }, (_, part) => lines.slice(2 * part, 2 * part + 2));
}

const KERNEL_STATES = {
  started: ["the kernel was started", "A process of its own, which holds your variables."],
  interrupted: ["the kernel was interrupted", "By a signal, SIGINT, past all sockets."],
  exited: ["the kernel has ended", "The process is gone, and its variables with it."],
};

function markText(item) {
  if (item.k === "session") {
    const name = item.restart ? "a new kernel: everything begins anew" : "the trace begins";
    const words = item.restart ? "Restarted: the same addresses, another process. No variable is left; In counts from 1." : "From here on all that crosses the sockets is recorded.";
    return { name, value: `${visible(item.display_name || item.kernel || "")}${item.pid ? `, process ${item.pid}` : ""}`, words, spoken: name, tone: item.restart ? "restart" : "begin" };
  }
  if (item.k === "kernel") {
    const [name, words] = KERNEL_STATES[item.state] ?? [`the kernel: ${visible(item.state)}`, ""];
    return { name, value: item.code === undefined ? "" : exit(item.code), words, spoken: name, tone: item.state === "exited" ? "end" : "begin" };
  }
  if (item.k === "fault") return faultText(item);
  if (item.k === "gap") return { name: "a gap", value: `${item.count} records`, words: GAPS[item.why] ?? `Left out of the trace: ${visible(item.why ?? "")}.`, spoken: `a gap of ${item.count} records`, tone: "problem" };
  if (item.k === "socket") return { name: visible(item.event ?? "socket"), value: `${visible(item.channel ?? "")}, ${item.side === "back" ? "towards the kernel" : "towards the front-ends"}`, words: item.explained ?? SOCKETS[item.event] ?? "What ZeroMQ says of its connection.", spoken: `socket: ${item.event}`, tone: /FAILED/.test(item.event ?? "") ? "problem" : "socket" };
  return { name: visible(item.kind || item.k), value: "", words: "A kind of record that this page does not know.", spoken: item.k, tone: "" };
}

const GAPS = {
  budget: "More came than the tap may hold: it let go of records, never of messages.",
  disk: "The disk took no more.",
  rotated: "Older parts of the trace were deleted to keep within its size.",
  unreadable: "A line of the trace cannot be read.",
};

const FAULT_STATES = { armed: "armed", done: "has struck", off: "taken back" };

function faultText(item) {
  const state = FAULT_STATES[item.state] ?? visible(item.state ?? "");
  return { name: `fault: ${visible(item.fault ?? "")}`, value: state, words: item.expected ? `Should happen: ${visible(item.expected)}` : "", spoken: `fault ${item.fault} ${state}`, tone: "fault" };
}

function exit(code) {
  return code < 0 ? `signal ${-code}` : `exit code ${code}`;
}

const REFUSED = { bad: "bad signature", unsigned: "not signed", duplicate: "sent before" };

/** The chips at the end of a row: `{ text, tone, title }`. */
export function marksOf(row) {
  const { kind, item, group } = row;
  const marks = [];
  if (item?.k === "frames") {
    if (item.fault) marks.push({ text: `fault: ${visible(item.fault)}`, tone: "fault", title: "Changed on purpose" });
    if (item.verdict && item.verdict !== "good" && item.verdict !== "unchecked") marks.push({ text: REFUSED[item.verdict] ?? visible(item.verdict), tone: "bad", title: VERDICTS[item.verdict]?.[1] });
    if (kind === "message" && item.bytes > 9999) marks.push({ text: size(item.bytes), tone: "plain", title: "All frames together" });
  }
  if (kind === "request" && !group.quiet && group.count !== null) marks.push({ text: `In [${group.count}]`, tone: "plain", title: "The number of this cell" });
  if (kind === "request") marks.push(...standing(group));
  if (kind === "bundle") marks.push({ text: `${row.run.length}`, tone: "plain", title: "So many things are folded here" });
  if (kind === "group" && (group.kind === "stderr" || group.kind === "stdout")) marks.push({ text: group.items.length === 1 ? "1 line" : `${group.items.length} lines`, tone: "plain" });
  return marks;
}

function standing(group) {
  const states = {
    over: ["done", "ok", "The reply and the idle are there: the exchange is over"],
    failed: ["failed", "bad", "The reply says that it failed; the exchange is over"],
    running: ["running", "busy", "The kernel is at it: the reply or the idle is still to come"],
    replied: ["replied", "busy", "The reply is there; the idle, after which nothing more comes, is not"],
    asked: ["waiting", "busy", "Nothing has come back yet"],
    silent: ["no answer", "bad", "See the line below"],
  };
  const state = group.cutOff ? "silent" : group.standing;
  const since = group.silence?.reason === "runs" ? / for ([\d.]+ s)/.exec(group.silence.text)?.[1] : null;
  if (!states[state]) return [];
  const [text, tone, title] = states[state];
  const ended = state === "over" || state === "failed";
  const took = since ?? (ended ? span(Math.max(group.reply?.us ?? 0, group.idle?.us ?? 0) - group.start) : "");
  // Where there is little room the time says enough of what went well.
  if (took && state !== "failed") return [{ word: text, text: took, tone, title }];
  return [{ text: `${text} ${took}`.trim(), tone, title }];
}
