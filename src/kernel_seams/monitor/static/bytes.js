// Bytes for a person: hex beside ASCII, and JSON set out in lines without changing a character of it.

import { el, visibleLines } from "./dom.js";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lines of offset, bytes in hex, and ASCII with a dot for what cannot be seen; `start` is the first byte's offset. */
export function hexDump(bytes, start = 0, width = 16) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += width) {
    const slice = bytes.subarray(at, at + width);
    const hex = [];
    let ascii = "";
    for (let index = 0; index < width; index += 1) {
      hex.push(index < slice.length ? HEX[slice[index]] : "  ");
      if (index < slice.length) ascii += slice[index] >= 32 && slice[index] < 127 ? String.fromCharCode(slice[index]) : "·";
    }
    const halves = [hex.slice(0, width / 2).join(" "), hex.slice(width / 2).join(" ")].join("  ");
    lines.push(`${(start + at).toString(16).padStart(6, "0")}  ${halves}  ${ascii}`);
  }
  return lines.join("\n");
}

/** The text that the bytes are; `{ text }`, or `{ problem }` with the first byte that is not UTF-8. */
export function utf8(bytes) {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { problem: `Not UTF-8: the first byte that cannot be read is 0x${HEX[bytes[firstBad(bytes)]] ?? "?"} at ${firstBad(bytes)}.` };
  }
}

function firstBad(bytes) {
  let low = 0;
  let high = bytes.length;
  const decoder = (end) => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (decoder(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|true|false|null|[{}[\],]|\S/g;
const MOST_TOKENS = 20_000;

/** JSON text set out in lines, as an element; every token is as it was on the wire. Null if it is none. */
export function jsonElement(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const made = el("pre", { class: "json" });
  let depth = 0;
  let last = "";
  let tokens = 0;
  const line = () => made.append(`\n${"  ".repeat(depth)}`);
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if ((tokens += 1) > MOST_TOKENS) {
      made.append("\n… more; the hex view has all of it");
      break;
    }
    if (token === "}" || token === "]") {
      depth -= 1;
      if (last !== "{" && last !== "[") line();
      made.append(token);
    } else {
      if (last === "{" || last === "[" || last === ",") line();
      if (token === "{" || token === "[") {
        depth += 1;
        made.append(token);
      } else if (token === ",") made.append(token);
      else if (string && colon) made.append(el("span", { class: "key" }, visibleLines(string)), ": ");
      else made.append(el("span", { class: string ? "string" : "number" }, string ? lines(string, depth) : token));
    }
    last = token;
  }
  return made;
}

/** A JSON string with a new line after each \n that is in it, so that code and tracebacks can be read. */
function lines(string, depth) {
  const shown = visibleLines(string);
  const parts = shown.split(/(?<=(?<!\\)(?:\\\\)*\\n)(?=.)/);
  return parts.length < 2 || parts.at(-1) === '"' && parts.length === 2 ? shown : parts.join(`\n${"  ".repeat(depth)} `);
}

/** What differs between a message as it was sent and as it arrived: one sentence a frame, from lists of named frames. */
export function differences(sent, arrived) {
  const found = [];
  for (const frame of sent) {
    const other = arrived.find((candidate) => candidate.name === frame.name);
    if (!other) found.push(`the ${frame.name} frame is gone`);
    else if (frame.start && other.start) {
      const at = firstDifference(frame.start, other.start);
      if (at >= 0) found.push(`${frame.name}: ${words(frame.start, other.start, at)}`);
    }
  }
  return found;
}

function firstDifference(one, other) {
  const length = Math.max(one.length, other.length);
  for (let at = 0; at < length; at += 1) if (one[at] !== other[at]) return at;
  return -1;
}

function words(one, other, at) {
  const all = [...one].filter((byte, index) => byte !== other[index]).length;
  if (one.length === other.length && all > 1) return `${all} of its ${one.length} bytes are others`;
  const shown = (byte) => (byte === undefined ? "nothing" : `0x${HEX[byte]}${byte > 32 && byte < 127 ? ` (${String.fromCharCode(byte)})` : ""}`);
  return `byte ${at} was ${shown(one[at])} and is ${shown(other[at])}`;
}
