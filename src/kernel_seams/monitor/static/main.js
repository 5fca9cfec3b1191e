// The page as a whole: what the server tells goes into the model, the model into the list and the lanes.

import { Detail } from "./detail.js";
import { showHelp, showSave } from "./dialogs.js";
import { el, put, size, visible } from "./dom.js";
import { Faults } from "./faults.js";
import { Lanes } from "./lanes.js";
import { List } from "./list.js";
import { Filter, Model } from "./model.js";
import { followTheme, recall, remember } from "./theme.js";
import { Live } from "./wire.js";

const $ = (id) => document.getElementById(id);
const model = new Model();
const filter = new Filter();
const shown = { kernels: [], kernel: null, watch: 0, chosen: false, files: new Set(), paused: false, waiting: false, lost: "" };

const list = new List({ select, open, fold, follow, lane, resized });
const lanes = new Lanes(model, { pick, zoomed });
const detail = new Detail({ close: closeDetail, go: pick, find: (n) => model.find(n) });
const live = new Live(heard, connection);
const faults = new Faults(model, (message) => live.say(message));

// For tests and measurements.
window.monitor = { model, list, lanes, detail, refresh };

function heard(message) {
  if (message.is === "kernels") kernels(message.kernels);
  else if (message.watch !== shown.watch) return; // of what was watched before
  else if (message.is === "rows") rows(message.rows);
  else if (message.is === "faults") faults.take(message);
  else if (message.is === "silences") {
    model.explain(message);
    refresh();
  }
}

function rows(found) {
  for (const row of found) shown.files.add(row.file);
  model.add(found);
  for (const row of found) if (row.k === "fault") faults.record(row);
  refresh();
  if (shown.paused) shown.waiting = true;
  else live.say({ do: "more" });
}

function connection(state) {
  const words = { open: "", lost: "The monitor does not answer; trying again …", refused: "The monitor was started anew: reload this page." };
  shown.lost = words[state];
  // The socket is new, so the server begins anew; so does the page.
  if (state === "open" && shown.kernel) watch(shown.kernel);
  status();
}

function kernels(found) {
  shown.kernels = found;
  const running = found.filter((kernel) => kernel.live);
  const ended = found.filter((kernel) => !kernel.live);
  const option = (kernel) => el("option", { value: kernel.kernel }, `${visible(kernel.display_name)} · ${visible(kernel.id).slice(0, 8)} · ${new Date(kernel.us / 1000).toLocaleTimeString()}`);
  const group = (label, kernels) => (kernels.length ? el("optgroup", { label }, kernels.map(option)) : null);
  put($("kernel"), group("running", running), group("ended", ended));
  $("kernel").hidden = !found.length;
  const known = found.some((kernel) => kernel.kernel === shown.kernel);
  if (found.length && (!known || (!shown.chosen && found[0].kernel !== shown.kernel && found[0].live))) watch(found[0].kernel);
  if (shown.kernel) $("kernel").value = shown.kernel;
  status();
  nothing();
}

function watch(kernel) {
  shown.kernel = kernel;
  shown.files.clear();
  model.empty();
  faults.empty();
  closeDetail();
  shown.watch += 1;
  live.say({ do: "watch", kernel, watch: shown.watch });
  if (!$("faults").hidden) live.say({ do: "faults" });
  lanes.show("latest");
  follow(true);
  refresh();
}

let planned = false;

/** Draw anew, once in a frame. */
function refresh() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    list.show(model.rows(filter));
    lanes.later();
    if (faults.struck.length || faults.armed.length) faults.drawBanner();
    status();
    nothing();
  });
}

function status() {
  const kernel = shown.kernels.find((one) => one.kernel === shown.kernel);
  const session = model.session;
  const state = !kernel ? "" : !kernel.live ? "ended" : shown.paused ? "paused" : `live${model.state ? `, ${visible(model.state)}` : ""}`;
  $("state").textContent = shown.lost || state;
  $("state").className = `state ${shown.lost ? "problem" : kernel?.live ? "live" : ""}`;
  const exchanges = model.entries.filter((entry) => entry.kind === "exchange").length;
  const some = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const counted = `${some(model.items.length, "message")} in ${some(exchanges, "exchange")}, ${size(model.bytes)}`;
  $("counts").textContent = model.dropped ? `${counted}; ${model.dropped} older ones are in the trace only` : counted;
  const facts = session ? [session.signs ? `signed with ${visible(session.signature_scheme)}` : "not signed", session.encrypted ? "encrypted with CurveZMQ" : "not encrypted", visible(session.transport)] : [];
  $("facts").textContent = facts.join("  ·  ");
}

function nothing() {
  const empty = $("empty");
  if (!shown.kernels.length) {
    put(empty, el("h2", {}, "No kernel is tapped yet"), el("ol", {}, el("li", {}, "In a terminal: ", el("code", {}, "seams tap install python3")), el("li", {}, "In JupyterLab, open a notebook with the kernel whose name ends in ", el("b", {}, "(tapped)"), "; if the launcher does not show it yet, reload the page."), el("li", {}, "Press Shift+Enter in a cell, and look here.")));
  } else if (!list.rows.length && (filter.narrow || model.cleared)) {
    put(empty, el("p", {}, filter.narrow ? "Nothing matches the filter." : "Cleared. What comes next is shown here; the trace has all of it."));
  }
  else put(empty);
  empty.hidden = !empty.hasChildNodes();
}

function select(row) {
  const item = row.item?.k === "frames" ? row.item : null;
  lanes.selected = item;
  const group = row.group ?? null;
  if (group && group.kind !== "stderr" && group.kind !== "stdout" && lanes.mode !== "all") lanes.show("one", group);
  lanes.later();
  if (item && detail.item) open(row);
}

function open(row) {
  if (row.kind === "silence" && row.group.head) {
    pick(row.group.head);
    open(list.rows[list.at.get(row.group.head.key)]);
    return;
  }
  if (row.item?.k !== "frames") return;
  list.openKey = row.key;
  document.body.classList.add("detailed");
  detail.show(shown.kernel, row.item);
  list.draw();
  list.reveal(row.key);
}

function closeDetail() {
  detail.close();
  document.body.classList.remove("detailed");
  list.openKey = null;
  list.draw();
}

/** Select a message wherever it is, and unfold what hides it. */
function pick(item) {
  const group = item.group;
  if (group && group.head !== item) Object.assign(group, { open: true, touched: true });
  let now = model.rows(filter);
  if (!now.some((row) => row.key === item.key)) {
    const bundle = now.find((row) => row.kind === "bundle" && row.run.includes(group ?? item));
    if (bundle) model.fold(bundle, true);
    now = model.rows(filter);
  }
  list.show(now);
  follow(false);
  list.select(item.key);
  if (detail.item && item.k === "frames") open(list.rows[list.at.get(item.key)]);
}

function fold(row, open) {
  model.fold(row, open);
  list.show(model.rows(filter));
}

function follow(yes) {
  list.following = yes;
  $("follow").setAttribute("aria-pressed", String(yes));
  if (yes) list.move(list.scroller.scrollHeight);
}

function lane(channel) {
  filter.toggle(channel);
  lanes.hidden = filter.hidden;
  list.drawHeads(filter.hidden);
  refresh();
}

function resized(columns) {
  filter.columns = columns;
  refresh();
}

function zoomed(mode) {
  $("zoom-all").setAttribute("aria-pressed", String(mode === "all"));
  $("zoom-one").setAttribute("aria-pressed", String(mode === "one" || mode === "latest"));
}

function pause() {
  shown.paused = !shown.paused;
  $("pause").setAttribute("aria-pressed", String(shown.paused));
  if (!shown.paused && shown.waiting) live.say({ do: "more" });
  shown.waiting = false;
  status();
}

function words() {
  list.words = !list.words;
  document.body.classList.toggle("wordless", !list.words);
  $("words").setAttribute("aria-pressed", String(list.words));
  remember(list.words ? "yes" : "no", "words");
  list.show(list.rows);
}

function clear() {
  model.clear();
  closeDetail();
  lanes.show("latest");
  refresh();
}

function save() {
  const plain = () => JSON.stringify(list.rows.filter((row) => row.item).map((row) => ({ ...row.item, group: undefined, key: undefined, hay: undefined })), null, 1);
  showSave(shown.kernel, [...shown.files], plain);
}

function one() {
  const row = list.rows[list.at.get(list.selected)];
  if (row?.group) lanes.show("one", row.group);
  else lanes.show("latest");
}

const KEYS = {
  w: words,
  p: pause,
  f: () => follow(!list.following),
  c: clear,
  e: save,
  b: () => $("break").click(),
  "?": showHelp,
  a: () => lanes.show("all"),
  z: one,
  "+": () => lanes.zoom(0.7),
  "-": () => lanes.zoom(1.4),
  d: () => detail.turn("decoded"),
  x: () => detail.turn("hex"),
  "/": () => $("filter").focus(),
  Escape: closeDetail,
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, dialog");
  if (event.key === "Escape" && event.target.id === "filter") $("rows").focus();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  KEYS[event.key]();
  event.preventDefault();
});

$("kernel").addEventListener("change", () => {
  shown.chosen = true;
  watch($("kernel").value);
});
$("filter").addEventListener("input", () => {
  filter.set($("filter").value);
  refresh();
});
$("words").addEventListener("click", words);
$("pause").addEventListener("click", pause);
$("follow").addEventListener("click", () => follow(!list.following));
$("clear").addEventListener("click", clear);
$("save").addEventListener("click", save);
$("help").addEventListener("click", showHelp);
$("zoom-all").addEventListener("click", () => lanes.show("all"));
$("zoom-one").addEventListener("click", one);
$("zoom-in").addEventListener("click", () => lanes.zoom(0.7));
$("zoom-out").addEventListener("click", () => lanes.zoom(1.4));
$("guide").hidden = recall("guided") === "yes";
$("guided").addEventListener("click", () => {
  $("guide").hidden = true;
  remember("yes", "guided");
});

// The token is a cookie by now, and has no business in the address.
if (location.search) history.replaceState(null, "", location.pathname);
if (recall("words") === "no") words();
list.drawHeads(filter.hidden);
followTheme($("theme"), () => lanes.later());
zoomed("latest");
nothing();
