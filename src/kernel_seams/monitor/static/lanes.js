// Five lanes against time, on a canvas: above them the exchanges as bars, in them each message as a triangle.

import { span, visible } from "./dom.js";
import { isLoud } from "./model.js";
import { CHANNELS } from "./words.js";

const TOP = 20; // the bars of the exchanges
const LANE = 15;
const AXIS = 16;
const LEFT = 74;
const RIGHT = 12;
const LEAST_US = 200;

export class Lanes {
  /** `on.pick(item)` is called with the message that was clicked, `on.zoomed(name)` with what is shown. */
  constructor(model, on) {
    this.model = model;
    this.on = on;
    this.canvas = document.getElementById("lanes");
    this.mode = "latest"; // "latest", "all", "one", "free"
    this.one = null;
    this.from = 0;
    this.to = 1;
    this.selected = null;
    this.hidden = new Set();
    this.canvas.style.height = `${TOP + CHANNELS.length * LANE + AXIS}px`;
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => this.grab(event));
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("keydown", (event) => this.pressed(event));
    new ResizeObserver(() => this.later()).observe(this.canvas);
  }

  /** Draw soon; several calls in one frame draw once. */
  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  show(mode, group = null) {
    this.mode = mode;
    if (group) this.one = group;
    this.on.zoomed(mode);
    this.later();
  }

  /** The time that is shown, in microseconds. */
  window() {
    const { items, entries } = this.model;
    if (this.mode === "free") return [this.from, this.to];
    if (!items.length) return [0, 1e6];
    if (this.mode === "one" && this.one) return padded(this.one.start, this.one.end);
    if (this.mode === "latest") {
      const cell = entries.findLast((entry) => entry.kind === "exchange" && !entry.quiet) ?? entries.findLast((entry) => entry.kind === "exchange");
      if (cell) return padded(cell.start, cell.end);
    }
    return padded(items[0].us, items.at(-1).us);
  }

  x(us) {
    return LEFT + ((us - this.from) / (this.to - this.from)) * (this.width - LEFT - RIGHT);
  }

  us(x) {
    return this.from + ((x - LEFT) / (this.width - LEFT - RIGHT)) * (this.to - this.from);
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (!this.width) return;
    if (this.canvas.width !== Math.round(this.width * ratio)) this.canvas.width = Math.round(this.width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);
    [this.from, this.to] = this.window();
    const style = getComputedStyle(document.documentElement);
    this.color = (name) => style.getPropertyValue(`--${name}`).trim();
    const pen = this.canvas.getContext("2d");
    this.pen = pen;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.width, height);
    pen.font = "11px system-ui, sans-serif";
    pen.textBaseline = "middle";
    this.drawLanes();
    this.drawAxis(height);
    pen.save();
    pen.beginPath();
    pen.rect(LEFT - 6, 0, this.width - LEFT, height);
    pen.clip();
    this.drawExchanges();
    this.drawMarks(height);
    this.drawMessages();
    pen.restore();
    this.canvas.setAttribute("aria-label", `${this.shown} messages in ${span(this.to - this.from)}, in lanes for ${CHANNELS.join(", ")}`);
  }

  drawLanes() {
    const { pen } = this;
    CHANNELS.forEach((channel, index) => {
      const y = TOP + index * LANE + LANE / 2;
      pen.globalAlpha = this.hidden.has(channel) ? 0.3 : 1;
      pen.fillStyle = this.color(`${channel}-text`);
      pen.textAlign = "right";
      pen.fillText(channel, LEFT - 12, y);
      pen.strokeStyle = this.color("line");
      pen.beginPath();
      pen.moveTo(LEFT - 6, y);
      pen.lineTo(this.width - RIGHT + 6, y);
      pen.stroke();
    });
    pen.globalAlpha = 1;
  }

  drawAxis(height) {
    const { pen } = this;
    const step = niceStep((this.to - this.from) / Math.max(2, (this.width - LEFT) / 90));
    const origin = this.origin();
    pen.textAlign = "center";
    for (let tick = Math.ceil((this.from - origin) / step) * step; origin + tick <= this.to; tick += step) {
      const x = this.x(origin + tick);
      pen.strokeStyle = this.color("line");
      pen.beginPath();
      pen.moveTo(x, TOP);
      pen.lineTo(x, height - AXIS);
      pen.stroke();
      pen.fillStyle = this.color("faint");
      if (x < this.width - 24) pen.fillText(tickName(tick, step), x, height - AXIS / 2);
    }
  }

  /** Where the axis has its zero: the beginning of the exchange shown, else of the trace. */
  origin() {
    if (this.mode !== "all") {
      const group = this.model.entries.findLast((entry) => entry.kind === "exchange" && entry.start >= this.from && entry.start <= this.to && !entry.quiet);
      if (this.mode === "one" && this.one) return this.one.start;
      if (group) return group.start;
    }
    return this.model.items[0]?.us ?? 0;
  }

  drawExchanges() {
    const { pen } = this;
    pen.textAlign = "left";
    const groups = this.model.entries.filter((group) => group.kind === "exchange" && group.end >= this.from && group.start <= this.to);
    groups.forEach((group, index) => {
      const left = this.x(group.start);
      const wide = Math.max(3, this.x(group.end) - left);
      const bad = isLoud(group.silence) || group.cutOff || group.standing === "failed";
      pen.fillStyle = this.color(bad ? "bad-soft" : group.quiet ? "soft" : "cell");
      pen.fillRect(left, 3, wide, TOP - 7);
      // Its name ends where the next one begins.
      const from = Math.max(left + 5, LEFT);
      const room = Math.min(left + wide, index + 1 < groups.length ? this.x(groups[index + 1].start) : Infinity) - from - 5;
      if (room > 50) {
        pen.fillStyle = this.color("ink");
        const name = visible(group.quiet ? group.head.type : (group.head.says?.code ?? group.head.type));
        pen.fillText(fitting(pen, name, room), from, TOP / 2);
      }
    });
  }

  drawMarks(height) {
    const { pen } = this;
    for (const entry of this.model.entries) {
      const loud = (entry.k === "session" && entry.restart) || entry.k === "kernel" || entry.k === "fault" || entry.k === "gap";
      if (!loud || entry.us < this.from || entry.us > this.to) continue;
      pen.strokeStyle = this.color(entry.k === "fault" ? "fault" : "ink");
      pen.setLineDash([3, 3]);
      pen.beginPath();
      pen.moveTo(this.x(entry.us), 2);
      pen.lineTo(this.x(entry.us), height - AXIS);
      pen.stroke();
      pen.setLineDash([]);
    }
  }

  drawMessages() {
    const { items } = this.model;
    const paths = new Map(CHANNELS.map((channel) => [channel, new Path2D()]));
    const marked = [];
    const last = {};
    this.shown = 0;
    for (let index = firstAfter(items, this.from - (this.to - this.from) / 50); index < items.length; index += 1) {
      const item = items[index];
      if (item.us > this.to) break;
      this.shown += 1;
      const path = paths.get(item.channel);
      const x = Math.round(this.x(item.us) * 2) / 2;
      if (item === this.selected || item.fault) marked.push([item, x]);
      // Of many that fall on one point one is enough.
      if (!path || last[item.channel + item.to] === x) continue;
      last[item.channel + item.to] = x;
      path.addPath(this.triangle(item, x));
    }
    for (const [channel, path] of paths) {
      this.pen.globalAlpha = this.hidden.has(channel) ? 0.15 : 1;
      this.pen.fillStyle = this.color(channel);
      this.pen.fill(path);
    }
    this.pen.globalAlpha = 1;
    this.pen.lineWidth = 2;
    for (const [item, x] of marked) {
      this.pen.strokeStyle = this.color(item.fault ? "fault" : "ink");
      if (paths.has(item.channel)) this.pen.stroke(this.triangle(item, x));
    }
    this.pen.lineWidth = 1;
  }

  /** The triangle of a message: it points down to the kernel, or up to the front-end. */
  triangle(item, x) {
    const y = TOP + CHANNELS.indexOf(item.channel) * LANE + LANE / 2;
    const down = item.to === "kernel" ? 1 : -1;
    const path = new Path2D();
    path.moveTo(x - 5, y - 5 * down);
    path.lineTo(x + 5, y - 5 * down);
    path.lineTo(x, y + 5 * down);
    path.closePath();
    return path;
  }

  /** The message nearest to a place on the canvas, if one is near. */
  near(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const x = event.clientX - left;
    const lane = CHANNELS[Math.floor((event.clientY - top - TOP) / LANE)];
    const { items } = this.model;
    let best = null;
    let distance = 9;
    for (let index = firstAfter(items, this.us(x - 9)); index < items.length; index += 1) {
      const off = Math.abs(this.x(items[index].us) - x);
      if (this.x(items[index].us) > x + 9) break;
      if (items[index].channel === lane && off < distance) [best, distance] = [items[index], off];
    }
    return best;
  }

  hover(event) {
    const item = this.near(event);
    this.canvas.style.cursor = item ? "pointer" : "grab";
    this.canvas.title = item ? `${item.type || "no message"}, ${item.to === "kernel" ? "to the kernel" : "to the front-end"}` : "";
  }

  grab(event) {
    const start = event.clientX;
    const [from, to] = [this.from, this.to];
    let moved = false;
    const move = (next) => {
      if (Math.abs(next.clientX - start) < 4 && !moved) return;
      moved = true;
      const shift = ((start - next.clientX) / (this.width - LEFT - RIGHT)) * (to - from);
      [this.from, this.to] = [from + shift, to + shift];
      this.show("free");
    };
    const end = () => {
      this.canvas.removeEventListener("pointermove", move);
      const item = moved ? null : this.near(event);
      if (item) this.on.pick(item);
    };
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", end, { once: true });
    this.canvas.addEventListener("pointercancel", end, { once: true });
  }

  wheel(event) {
    if (!event.ctrlKey && Math.abs(event.deltaY) < Math.abs(event.deltaX)) return;
    event.preventDefault();
    const { left } = this.canvas.getBoundingClientRect();
    this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.us(event.clientX - left));
  }

  /** Show `factor` times as much time around `centre`. */
  zoom(factor, centre = (this.from + this.to) / 2) {
    const width = Math.max(LEAST_US, (this.to - this.from) * factor);
    const share = (centre - this.from) / (this.to - this.from);
    this.from = centre - share * width;
    this.to = this.from + width;
    this.show("free");
  }

  pressed(event) {
    const step = (this.to - this.from) / 8;
    const shifts = { ArrowLeft: -step, ArrowRight: step };
    if (event.key in shifts) {
      this.from += shifts[event.key];
      this.to += shifts[event.key];
      this.show("free");
      event.preventDefault();
    }
  }
}

function padded(from, to) {
  const margin = Math.max((to - from) * 0.04, LEAST_US / 2);
  return [from - margin, to + margin];
}

/** The index of the first message at or after a time; they lie in order. */
function firstAfter(items, us) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].us < us) low = middle + 1;
    else high = middle;
  }
  return low;
}

function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least);
}

function tickName(us, step) {
  if (us === 0) return "0";
  if (step >= 1e6) return `${Math.round(us / 1e6)} s`;
  const digits = step >= 1000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
  return `${(us / 1000).toFixed(digits)} ms`;
}

function fitting(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  let low = 0;
  let high = Math.min(text.length, 200);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low ? `${text.slice(0, low)}…` : "";
}
