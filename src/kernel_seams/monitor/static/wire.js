// The page's way to the server: the live socket, and what is fetched when a message is opened.

const KEY = document.querySelector('meta[name="seams-key"]').content;
const AGAIN_MS = [300, 1000, 2000, 5000];

/** An address beside the page's own, wherever a proxy has put that. */
function beside(path, query = {}) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** The live socket: `on` gets each message, `state` is told "open", "lost" or "refused". It comes back by itself. */
export class Live {
  constructor(on, state) {
    this.on = on;
    this.state = state;
    this.tries = 0;
    this.connect();
  }

  connect() {
    const url = beside("live");
    url.protocol = url.protocol.replace("http", "ws");
    url.search = "";
    this.socket = new WebSocket(url);
    this.socket.onopen = () => {
      this.tries = 0;
      this.say({ do: "hello", key: KEY });
      this.state("open");
    };
    this.socket.onmessage = (event) => this.on(JSON.parse(event.data));
    this.socket.onclose = (event) => {
      if (event.code === 4403) {
        this.state("refused");
        return;
      }
      this.state("lost");
      setTimeout(() => this.connect(), AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)]);
    };
  }

  say(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}

async function get(url) {
  const answer = await fetch(url, { headers: { "X-Seams-Key": KEY }, cache: "no-store", credentials: "same-origin" });
  if (!answer.ok) throw new Error((await answer.text()).trim() || `${answer.status}`);
  return answer;
}

/** The frames of a message: its row, and for each frame its name, its size and its first bytes. */
export async function openMessage(kernel, item) {
  const answer = await (await get(beside("record", { kernel, file: item.file, offset: item.offset }))).json();
  for (const frame of answer.frames) if (frame.start !== undefined) frame.start = bytesOf(frame.start);
  return answer;
}

/** Bytes of one frame from `start`, as many as the server gives at once. */
export async function openFrame(kernel, item, frame, start) {
  const url = beside("frame", { kernel, file: item.file, offset: item.offset, frame, start });
  return new Uint8Array(await (await get(url)).arrayBuffer());
}

/** Where a part of the trace can be saved from. */
export function traceUrl(kernel, file) {
  return beside("trace", { kernel, file }).href;
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
