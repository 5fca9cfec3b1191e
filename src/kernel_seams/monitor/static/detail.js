// One message, opened: what it is, whether its signature holds, and every frame: named, decoded, and in hex.

import { differences } from "./bytes.js";
import { clock, el, put, size, span, visible } from "./dom.js";
import { bytesView } from "./frames.js";
import { VERDICTS, aboutOf, wordsOf } from "./words.js";
import { openMessage } from "./wire.js";

export class Detail {
  /** `on.close()` when it is closed, `on.go(item)` to show another row, `on.find(n)` gives the record number n. */
  constructor(on) {
    this.on = on;
    this.place = document.getElementById("detail");
    this.view = "decoded";
    this.item = null;
    this.changes = [];
  }

  async show(kernel, item) {
    this.item = item;
    this.kernel = kernel;
    this.place.hidden = false;
    put(this.place, this.head(item), el("p", { class: "loading" }, "…"));
    try {
      const answer = await openMessage(kernel, item);
      if (this.item !== item) return;
      this.frames = answer.frames;
      this.changes = await this.compared(kernel, item);
      if (this.item === item) this.draw();
    } catch (error) {
      if (this.item === item) put(this.place, this.head(item), el("p", { class: "problem" }, visible(error.message)));
    }
  }

  /** What a fault did to a message: how it arrived beside how it was sent. */
  async compared(kernel, item) {
    const all = [item.group?.head, ...(item.group?.items ?? [])];
    const twin = item.fault && all.find((other) => other && other !== item && other.fault === item.fault && other.id === item.id && other.dropped !== item.dropped);
    if (!twin) return [];
    const { frames } = await openMessage(kernel, twin);
    return item.dropped ? differences(this.frames, frames) : differences(frames, this.frames);
  }

  close() {
    this.item = null;
    this.place.hidden = true;
    put(this.place);
  }

  draw() {
    const { item } = this;
    put(this.place, this.head(item), this.about(item), this.signature(item), this.switches(), el("ol", { class: "frames" }, this.frames.map((frame, index) => bytesView(this, frame, index))));
  }

  head(item) {
    const close = el("button", { type: "button", class: "close", title: "Close (Esc)", "aria-label": "Close", onclick: () => this.on.close() }, "×");
    const way = item.to === "kernel" ? "front-end → kernel" : "kernel → front-end";
    return el("header", {}, el("h2", {}, el("span", { class: `badge ${item.channel}` }, item.channel), el("span", {}, item.type ? visible(item.type) : "no message")), close, el("p", { class: "way" }, `${way}  ·  ${clock(item.us)}  ·  ${size(item.bytes)} in ${this.count(item)}`));
  }

  count(item) {
    return item.frames === 1 ? "1 frame" : `${item.frames} frames`;
  }

  about(item) {
    const { about, section } = aboutOf(item);
    const group = item.group;
    const links = [];
    if (group?.head && group.head !== item) links.push(this.link(`Belongs to ${visible(group.head.type)}, ${span(item.us - group.head.us)} after it`, group.head));
    if (group?.head === item && group.reply) links.push(this.link(`The reply came after ${span(group.reply.us - item.us)}`, group.reply));
    if (group?.head === item && group.idle) links.push(this.link(`Idle came after ${span(group.idle.us - item.us)}`, group.idle));
    return el(
      "div",
      { class: "about" },
      el("p", { class: "lead" }, wordsOf(item)),
      about ? el("p", {}, about) : null,
      this.silence(item),
      item.fault ? el("p", { class: "fault-note" }, this.faultWords(item)) : null,
      links.length ? el("p", { class: "links" }, links) : null,
      section ? el("p", { class: "source" }, "Messaging in Jupyter: ", el("cite", {}, section)) : null,
    );
  }

  /** Why the request has no answer, and the records that show it. */
  silence(item) {
    const silence = item.group?.head === item ? item.group.silence : null;
    if (!silence) return null;
    const evidence = silence.evidence.map((n) => this.on.find(n)).filter((found) => found && found !== item);
    const name = (found) => (found.k === "frames" ? visible(found.type || "a message") : visible(found.text || found.k).slice(0, 80));
    return el("div", { class: `verdict ${silence.lasts ? "bad" : "busy"}` }, el("strong", {}, silence.lasts ? "No answer" : "Not yet"), el("span", {}, visible(silence.text)), evidence.map((found) => this.link(`See: ${name(found)}`, found)));
  }

  faultWords(item) {
    const fault = visible(item.fault);
    const changes = this.changes.length ? ` Sent and arrived differ: ${this.changes.join("; ")}.` : "";
    if (item.dropped) return `${changes ? "So it was sent" : "It was held back"}; the fault ${fault} let it go no further.${changes}`;
    return `The fault ${fault} has struck here.${changes}`;
  }

  link(text, item) {
    return el("button", { type: "button", class: "link", onclick: () => this.on.go(item) }, text);
  }

  signature(item) {
    if (!item.verdict) return null;
    const [name, words] = VERDICTS[item.verdict] ?? [visible(item.verdict), ""];
    const tone = item.verdict === "good" ? "ok" : item.verdict === "unchecked" ? "plain" : "bad";
    return el("div", { class: `verdict ${tone}` }, el("strong", {}, name), el("span", {}, words));
  }

  switches() {
    const one = (view, name, title) => el("button", { type: "button", "aria-pressed": String(this.view === view), title, onclick: () => this.turn(view) }, name);
    return el("div", { class: "switches", role: "group", "aria-label": "How the frames are shown" }, one("decoded", "Decoded", "JSON and text where there is some (d)"), one("hex", "Hex + ASCII", "Every byte (x)"), one("both", "Both", "One above the other"));
  }

  turn(view) {
    this.view = view;
    if (this.frames) this.draw();
  }
}
