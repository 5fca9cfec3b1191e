// One frame of an opened message: its name, its size, and its bytes in the way that was chosen.

import { hexDump, jsonElement, utf8 } from "./bytes.js";
import { el, put, size, visible, visibleLines } from "./dom.js";
import { FRAME_WORDS } from "./words.js";
import { openFrame } from "./wire.js";

const JSON_FRAMES = new Set(["header", "parent_header", "metadata", "content"]);
const PAGE = 64 * 1024;
const TEXT_SHOWN = 20_000;

/** The list item of frame number `index`. */
export function bytesView(detail, frame, index) {
  const body = el("div", { class: "body" });
  const made = el(
    "li",
    { class: `frame ${frame.name}` },
    el("div", { class: "frame-head" }, el("span", { class: "number" }, String(index)), el("b", {}, frame.name), el("span", { class: "size" }, size(frame.size)), el("span", { class: "what" }, FRAME_WORDS[frame.name] ?? "")),
    body,
  );
  if (frame.withheld) put(body, el("p", { class: "problem" }, `Not in the trace: ${visible(frame.withheld)}.`));
  else fill(detail, frame, index, body);
  return made;
}

function fill(detail, frame, index, body) {
  const whole = frame.start.length >= frame.size;
  const parts = [];
  if (detail.view !== "hex") parts.push(decoded(frame, whole));
  // What has no text is shown as bytes in any case.
  if (detail.view !== "decoded" || parts[0] === null) parts.push(hexView(detail, frame, index));
  put(body, ...parts);
}

/** The frame as JSON or text; null where it is neither. */
function decoded(frame, whole) {
  if (frame.size === 0) return el("p", { class: "nothing" }, "empty");
  const read = utf8(whole ? frame.start : completeCharacters(frame.start));
  if (read.problem) return JSON_FRAMES.has(frame.name) ? el("p", { class: "problem" }, read.problem) : null;
  if (JSON_FRAMES.has(frame.name) && whole) {
    const json = jsonElement(read.text);
    if (json) return json;
    return el("div", {}, el("p", { class: "problem" }, "Not JSON."), el("pre", {}, visibleLines(read.text)));
  }
  if (/[\u0000-\u0008\u000e-\u001f]/.test(read.text) && !JSON_FRAMES.has(frame.name)) return null;
  const more = whole && read.text.length <= TEXT_SHOWN ? null : el("p", { class: "nothing" }, `The first ${size(Math.min(frame.start.length, TEXT_SHOWN))} of ${size(frame.size)}; the hex view has all of it.`);
  return el("div", {}, el("pre", {}, visibleLines(read.text.slice(0, TEXT_SHOWN))), more);
}

/** The bytes without a character that is cut off at their end. */
function completeCharacters(bytes) {
  let end = bytes.length;
  while (end > 0 && end > bytes.length - 4 && (bytes[end - 1] & 0xc0) === 0x80) end -= 1;
  return end > 0 && bytes[end - 1] >= 0xc0 ? bytes.subarray(0, end - 1) : bytes;
}

/** Hex and ASCII, in pages where the frame is large. */
function hexView(detail, frame, index) {
  const width = detail.place.clientWidth < 560 ? 8 : 16;
  const place = el("pre", { class: "hex", tabindex: "0", "aria-label": `Bytes of the ${frame.name} frame` });
  if (frame.size <= frame.start.length) {
    place.textContent = frame.size ? hexDump(frame.start, 0, width) : "";
    return place;
  }
  const where = el("span", { class: "where" });
  const turn = async (start) => {
    const from = Math.min(Math.max(0, start), Math.floor((frame.size - 1) / PAGE) * PAGE);
    where.textContent = `bytes ${from} to ${Math.min(from + PAGE, frame.size) - 1} of ${frame.size}`;
    try {
      const bytes = await openFrame(detail.kernel, detail.item, index, from);
      place.textContent = hexDump(bytes.subarray(0, PAGE), from, width);
      place.dataset.from = from;
    } catch (error) {
      place.textContent = visible(error.message);
    }
  };
  place.textContent = hexDump(frame.start.subarray(0, 1024), 0, width);
  place.dataset.from = "0";
  where.textContent = `bytes 0 to ${Math.min(1024, frame.size) - 1} of ${frame.size}`;
  const at = () => Number(place.dataset.from);
  const go = el("input", { type: "number", min: 0, max: frame.size - 1, step: 1, placeholder: "byte", "aria-label": "Go to byte", onchange: (event) => turn(Math.floor(Number(event.target.value) / PAGE) * PAGE) });
  const button = (name, to) => el("button", { type: "button", onclick: () => turn(to()) }, name);
  return el("div", {}, el("div", { class: "pages" }, button("first", () => 0), button("back", () => at() - PAGE), button("on", () => at() + PAGE), button("last", () => frame.size), go, where), place);
}
