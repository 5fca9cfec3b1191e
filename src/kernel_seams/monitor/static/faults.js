// Break it: each fault says what should happen before it is armed, and shows what did once it has struck.

import { el, put, span, visible } from "./dom.js";
import { addressed, arrived, isGroup } from "./model.js";

const NAMES = {
  "flip-byte": "Flip one byte of the next request",
  "wrong-key": "Sign the next request with a wrong key",
  "send-twice": "Send the next request twice",
  "drop-idle": "Lose the idle",
  "delay-reply": "Delay the reply",
  "drop-reply": "Lose the reply",
  "hold-heartbeat": "Hold the heartbeat",
  "swap-iopub": "Swap two iopub messages",
  "strip-identity": "Strip the identity",
};

const RECENT_US = 60e6; // what struck earlier is in the list

const nameOf = (fault) => NAMES[fault] ?? visible(fault);

export class Faults {
  /** `say` sends to the server, `refresh` is called when the page has to be drawn anew. */
  constructor(model, say) {
    this.model = model;
    this.say = say;
    this.panel = document.getElementById("faults");
    this.banner = document.getElementById("armed");
    this.button = document.getElementById("break");
    this.button.addEventListener("click", () => this.toggle());
    this.empty();
  }

  empty() {
    this.known = [];
    this.armed = [];
    this.problem = "";
    this.struck = []; // { fault, expected, us }, as the trace says
    this.seen = new Set();
    this.draw();
  }

  toggle(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.say({ do: "faults" });
    this.draw();
  }

  turn(fault, on) {
    this.say({ do: on ? "arm" : "off", fault });
    if (on) this.toggle(false); // what is armed is said above the list, which is where to look now
  }

  /** What the server answered. */
  take(message) {
    // Since when one is armed is said by the trace alone.
    const since = new Map(this.armed.map((one) => [one.name, one.us]));
    const armed = message.armed.map((one) => ({ ...one, us: since.get(one.name) }));
    Object.assign(this, { known: message.faults, armed, problem: message.problem });
    this.draw();
  }

  /** A fault record of the trace. */
  record(item) {
    if (this.seen.has(item.key)) return;
    this.seen.add(item.key);
    const rest = this.armed.filter((one) => one.name !== item.fault);
    if (item.state === "armed") this.armed = [...rest, { name: item.fault, expected: item.expected, us: item.us }];
    else this.armed = rest;
    if (item.state === "done" && Date.now() * 1000 - item.us < RECENT_US) this.struck = [...this.struck, { fault: item.fault, expected: item.expected, us: item.us }].slice(-3);
    this.draw();
  }

  draw() {
    document.body.classList.toggle("breaking", this.armed.length > 0);
    this.button.textContent = this.armed.length ? `Break it: ${this.armed.length} armed` : "Break it";
    this.drawBanner();
    if (!this.panel.hidden) this.drawPanel();
  }

  drawBanner() {
    const armed = this.armed.map((one) => {
      const so = this.happened(one.name, one.us ?? 0);
      const text = el("div", {}, el("p", {}, el("strong", {}, `Armed: ${nameOf(one.name)}. `), "Should happen: ", visible(one.expected)), so ? el("p", { class: "happened" }, el("strong", {}, "So far: "), so) : null);
      return el("div", { class: "note" }, text, el("button", { type: "button", onclick: () => this.say({ do: "off", fault: one.name }) }, "Take back"));
    });
    const struck = this.struck.map((one) => {
      const away = () => {
        this.struck = this.struck.filter((other) => other !== one);
        this.draw();
      };
      const happened = el("p", { class: "happened" }, el("strong", {}, "Did happen: "), this.happened(one.fault, one.us) || "nothing yet.");
      const text = el("div", {}, el("p", {}, el("strong", {}, `Has struck: ${nameOf(one.fault)}. `), "Should happen: ", visible(one.expected)), happened);
      return el("div", { class: "note struck" }, text, el("button", { type: "button", "aria-label": "Put away", onclick: away }, "×"));
    });
    put(this.banner, armed, struck);
    this.banner.hidden = !armed.length && !struck.length;
  }

  drawPanel() {
    const armed = new Set(this.armed.map((one) => one.name));
    const cards = this.known.map((fault) => {
      const on = armed.has(fault.name);
      return el(
        "li",
        { class: on ? "on" : "" },
        el("h3", {}, nameOf(fault.name)),
        el("p", {}, visible(fault.expected)),
        el("button", { type: "button", "aria-pressed": String(on), "data-fault": fault.name, onclick: () => this.turn(fault.name, !on) }, on ? "Armed: take back" : "Arm"),
      );
    });
    put(
      this.panel,
      el("p", {}, "Nothing is changed unless you arm it. A fault strikes the next cell you run, once, and is written into the trace. Each says what should happen; afterwards you see what did."),
      this.problem ? el("p", { class: "problem" }, visible(this.problem)) : null,
      el("ul", {}, cards),
    );
  }

  /** What the trace shows of what a fault struck: nothing here is foreseen, all of it is counted. */
  happened(fault, since) {
    const touched = this.model.items.filter((item) => item.fault === fault && item.us >= since - 5e6);
    const group = touched.find((item) => item.group)?.group;
    if (!group) return touched.length ? `${touched.length} messages were changed, in no exchange.` : "";
    return group.kind === "heartbeat" ? pings(group, since) : account(group, this.model);
  }
}

function pings(group, since) {
  const items = group.items.filter((item) => item.us >= since);
  const held = items.filter((item) => item.type === "ping" && item.dropped).length;
  return `${held} ${held === 1 ? "ping" : "pings"} held back, ${items.filter((item) => item.type === "pong").length} came back.`;
}

/** An exchange in one sentence: what arrived in its order and after how long, and what did not. */
export function account(group, model) {
  if (!group.head) return `${group.items.length} messages, and their request is not among them.`;
  const came = group.items.filter((item) => item.to === "client" && arrived(item));
  const name = (item) => item.says?.execution_state ?? item.type;
  const told = came.map((item) => `${name(item)} +${span(item.us - group.start)}`);
  const missing = [group.busy ? "" : "busy", group.reply ? "" : "reply", group.idle ? "" : "idle"].filter(Boolean);
  const gone = group.items.filter((item) => item.to === "client" && !arrived(item));
  const held = gone.filter((item) => item.fault && addressed(item)).map(name);
  const lost = gone.filter((item) => !addressed(item)).map(name);
  const said = [told.length ? `${told.join(", ")}.` : "Nothing came."];
  if (missing.length) said.push(`No ${missing.join(", no ")}.`);
  if (held.length) said.push(`Held back by the fault: ${held.join(", ")}.`);
  if (lost.length) said.push(`Thrown away, because it names no client: ${lost.join(", ")}.`);
  const words = stderrOf(group, model);
  if (words) said.push(`The kernel's stderr: ${words}`);
  return said.join(" ");
}

function stderrOf(group, model) {
  const until = group.start + 2e6;
  const lines = model.entries.filter((entry) => isGroup(entry) && entry.kind === "stderr" && entry.end >= group.start && entry.start <= until).flatMap((entry) => entry.items.filter((item) => item.us >= group.start && item.us <= until));
  const line = lines.findLast((item) => /^\S*(Error|Signature|Unsigned|Duplicate|Unknown)/.test(item.text)) ?? lines.findLast((item) => /^\S/.test(item.text));
  return line ? visible(line.text) : "";
}
