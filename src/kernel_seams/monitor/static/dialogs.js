// What opens above the page: how to read it, and how to save what was recorded.

import { el, put } from "./dom.js";
import { CHANNELS, CHANNEL_WORDS } from "./words.js";
import { traceUrl } from "./wire.js";

const KEYS = [
  ["↑ ↓", "from line to line; PgUp, PgDn, Home, End as usual"],
  ["→ ←", "unfold, fold; to the first answer, back to the request"],
  ["Enter", "open the line: its frames, bytes and signature"],
  ["Esc", "close what is open"],
  ["/", "filter"],
  ["w", "plain words on and off"],
  ["p  f  c", "pause, follow, clear"],
  ["z  a  + -", "time: this exchange, all, closer, further"],
  ["d  x", "the open message decoded, or in hex"],
  ["b  e", "break it, export"],
];

/** Show how to read the page. */
export function showHelp() {
  open(
    "How to read this page",
    el("p", {}, "A notebook and its kernel are two programs that send each other messages over five channels. The tap stands between them, passes every byte on as it is, and writes down what passed. This page shows what it wrote, a moment later."),
    el("dl", { class: "channels" }, CHANNELS.flatMap((channel) => [el("dt", {}, el("span", { class: `badge ${channel}` }, channel)), el("dd", {}, CHANNEL_WORDS[channel].replace(/^\w+: /, ""))])),
    el("p", {}, "An arrow to the right goes to the kernel, one to the left comes from it. Above, the same messages lie against time: a triangle that points down went to the kernel, one that points up came from it."),
    el("p", {}, "A request is over when both are there: its reply on shell, and its idle on iopub. They come through two sockets, so either may be first."),
    el("h3", {}, "Filter"),
    el("p", {}, "Words that all have to be there, and ", el("code", {}, "channel:iopub"), " ", el("code", {}, "type:stream"), " ", el("code", {}, "parent:"), " or ", el("code", {}, "id:"), " with the beginning of a msg_id, ", el("code", {}, "is:bad"), " ", el("code", {}, "is:fault"), "."),
    el("h3", {}, "Keys"),
    el("dl", { class: "keys" }, KEYS.flatMap(([keys, words]) => [el("dt", {}, el("kbd", {}, keys)), el("dd", {}, words)])),
  );
}

/** Offer what can be saved of the kernel that is shown. */
export function showSave(kernel, files, shown) {
  if (!kernel) {
    open("Export", el("p", {}, "There is no kernel yet whose trace could be saved."));
    return;
  }
  const last = files.at(-1);
  open(
    "Export",
    el("p", {}, "The trace is a text file with one JSON object a line: every frame, base64. The key, and what was typed at a password prompt, are never in it; your code and its outputs are."),
    el("ul", { class: "files" }, files.map((file) => el("li", {}, el("a", { href: traceUrl(kernel, file), download: file }, file), file === last ? " (the newest)" : ""))),
    el("p", {}, el("button", { type: "button", onclick: () => save("wire-shown.json", shown()) }, "Save what is listed now"), " The rows as the filter leaves them, as JSON."),
    el("p", {}, "On the command line: ", el("code", {}, "seams trace show"), ", ", el("code", {}, "lint"), ", ", el("code", {}, "diff"), ", ", el("code", {}, "replay"), " and ", el("code", {}, "export"), "."),
  );
}

function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function open(title, ...content) {
  const dialog = document.getElementById("dialog");
  put(dialog, el("header", {}, el("h2", {}, title), el("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => dialog.close() }, "×")), ...content);
  dialog.showModal();
}
