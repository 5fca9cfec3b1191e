// What each message is, in plain words. The protocol's own words stay what they are: the captions stand beside them.
// Source: jupyter_client's "Messaging in Jupyter"; `section` is the section there.

import { visible } from "./dom.js";

/** The five channels, in the order of their lanes. */
export const CHANNELS = ["shell", "iopub", "stdin", "control", "heartbeat"];

export const CHANNEL_WORDS = {
  shell: "shell: questions to the kernel and their replies, one after the other",
  iopub: "iopub: what the kernel tells every front-end that listens",
  stdin: "stdin: the kernel asks the person, as input() does",
  control: "control: interrupt, shutdown and debugger; they never wait behind a cell",
  heartbeat: "heartbeat: are you there? The kernel sends the same bytes back",
};

const count = (says) => (Number.isInteger(says.execution_count) ? `In [${says.execution_count}]` : "this cell");
const first = (...texts) => texts.find((text) => typeof text === "string" && text !== "") ?? "";

// For each msg_type: `value` what is shown beside it, `words` the caption, `about` what it is for, `section` where it is described.
const TYPES = {
  execute_request: {
    value: (says) => says.code,
    words: (says) =>
      says.silent ? "The front-end asks: run this quietly, do not count it." : "The front-end asks: run this cell.",
    about:
      "The front-end does not run your code. It sends it as text, and waits for a reply on shell; meanwhile it listens on iopub for all that the code does.",
    section: "Execute",
  },
  execute_input: {
    value: (says) => says.code,
    words: (says) => `The kernel tells all which code it runs, as ${count(says)}.`,
    about: "With this a second front-end of the same kernel can show what the first one runs.",
    section: "Code inputs",
  },
  execute_reply: {
    value: (says) => [says.status, says.ename].filter(Boolean).join(": "),
    words: (says) => {
      if (says.status === "ok") return `The reply: ${count(says)} went well.`;
      if (says.status === "error") return `The reply: ${count(says)} ended with ${says.ename || "an error"}.`;
      return "The reply: not run, because something before it failed.";
    },
    about: "The answer to the question itself. It says whether it went well, and not what was printed: outputs come on iopub. Reply and idle together end the exchange.",
    section: "Execution results",
  },
  execute_result: {
    value: (says) => first(says.text, says.start),
    words: (says) => `The value of the last line, for Out [${says.execution_count ?? "?"}]${forms(says)}.`,
    about: "IPython computed the value and its forms; the front-end picks the richest form it can draw.",
    section: "Code results",
  },
  display_data: {
    value: (says) => first(says.text, says.start),
    words: (says) => `Something to show: a picture, a table, formatted text${forms(says)}.`,
    about: "Sent by display() and by plots. Like a result, but without a number and not kept in Out.",
    section: "Display data",
  },
  update_display_data: {
    value: (says) => first(says.text, says.start),
    words: (says) => `Something shown earlier changes${forms(says)}.`,
    about: "The front-end replaces what it drew under the same display_id.",
    section: "Update Display Data",
  },
  clear_output: {
    words: () => "Empty what is below the cell.",
    about: "For animations and progress bars.",
    section: "Clear output",
  },
  stream: {
    value: (says) => first(says.text, says.start),
    words: (says) => (says.name === "stderr" ? "Written to stderr by the code, sent while it runs." : "Printed by the code, sent while it runs."),
    about: "print() writes to the kernel's stdout, and the kernel sends it on as text. No number, no value: just what was written.",
    section: "Streams (stdout, stderr, etc)",
  },
  error: {
    value: (says) => [says.ename, says.evalue].filter(Boolean).join(": "),
    words: () => "The code failed: this is the traceback.",
    about: "The traceback is a list of texts with colours as terminals have them. The reply on shell says the same once more, for programs.",
    section: "Execution errors",
  },
  status: {
    value: (says) => says.execution_state,
    words: (says) =>
      ({
        busy: "The kernel tells all: I have begun with it.",
        idle: "The kernel tells all: I am done with it.",
        starting: "The kernel tells all: I am starting.",
      })[says.execution_state] ?? "The kernel tells all what state it is in.",
    about: "Busy and idle stand around every request. They name the request in their parent_header, and that is how a front-end knows whose cell is done.",
    section: "Kernel status",
  },
  input_request: {
    value: (says) => first(says.prompt),
    words: (says) => (says.password ? "The kernel asks you for a password." : "The kernel asks you for a line: input() waits."),
    about: "The only request that goes the other way: from the kernel to the front-end that sent the cell.",
    section: "Messages on the stdin (ROUTER/DEALER) channel",
  },
  input_reply: {
    value: (says) => first(says.value),
    words: (says, item) => (item.withheld ? "What you typed: a password, so it is not recorded." : "What you typed goes to the kernel."),
    about: "input() returns this text, and the cell goes on.",
    section: "Messages on the stdin (ROUTER/DEALER) channel",
  },
  kernel_info_request: {
    words: () => "The front-end asks: who are you?",
    about: "Sent when a front-end connects, and again and again by a server that waits for a kernel to come up.",
    section: "Kernel info",
  },
  kernel_info_reply: {
    value: (says) => [says.implementation, says.implementation_version].filter(Boolean).join(" "),
    words: (says) => `The kernel says who it is${says.protocol_version ? `; it speaks protocol ${says.protocol_version}` : ""}.`,
    about: "From this the front-end knows how to colour the code and what the kernel can do.",
    section: "Kernel info",
  },
  complete_request: {
    value: (says) => says.code,
    words: () => "The Tab key: what could follow here?",
    about: "The front-end knows no language. Which names there are is known to the kernel alone.",
    section: "Completion",
  },
  complete_reply: { words: () => "The kernel says what could follow.", section: "Completion" },
  inspect_request: {
    value: (says) => says.code,
    words: () => "Shift+Tab: what is this?",
    about: "The answer is what you see in a tooltip.",
    section: "Introspection",
  },
  inspect_reply: { words: () => "The kernel says what it knows of the name.", section: "Introspection" },
  is_complete_request: {
    value: (says) => says.code,
    words: () => "Enter in a console: run it, or begin a new line?",
    section: "Code completeness",
  },
  is_complete_reply: { value: (says) => says.status, words: () => "The kernel says whether the code is complete.", section: "Code completeness" },
  history_request: { words: () => "What was typed earlier? For the arrow keys.", section: "History" },
  history_reply: { words: () => "What was typed earlier.", section: "History" },
  comm_info_request: {
    words: () => "Which widgets are connected?",
    about: "A comm is a connection between a widget in the page and an object in the kernel.",
    section: "Comm info",
  },
  comm_info_reply: { words: () => "The kernel lists the widgets that are connected.", section: "Comm info" },
  comm_open: { value: (says) => says.target_name, words: () => "A widget's connection opens.", section: "Custom Messages" },
  comm_msg: { value: (says) => says.comm_id, words: () => "A widget and its object in the kernel talk.", section: "Custom Messages" },
  comm_close: { value: (says) => says.comm_id, words: () => "A widget's connection closes.", section: "Custom Messages" },
  interrupt_request: { words: () => "The front-end asks: stop what you do.", section: "Kernel interrupt" },
  interrupt_reply: { words: () => "The kernel says that it was interrupted.", section: "Kernel interrupt" },
  shutdown_request: {
    words: (says) => (says.restart ? "The front-end asks: end, you will be started anew." : "The front-end asks: end."),
    about: "All that is in the kernel's memory is gone with it: every variable, every import.",
    section: "Kernel shutdown",
  },
  shutdown_reply: { words: () => "The kernel says that it ends.", section: "Kernel shutdown" },
  debug_request: { value: (says) => says.command, words: () => "The front-end speaks to the debugger.", section: "Debug request" },
  debug_reply: { value: (says) => says.command, words: () => "The debugger answers.", section: "Debug request" },
  debug_event: { value: (says) => says.event, words: () => "The debugger tells what happens.", section: "Debug event" },
  create_subshell_request: { words: () => "The front-end asks for a second thread.", section: "Create subshell" },
  create_subshell_reply: { value: (says) => says.subshell_id, words: () => "The kernel has made one.", section: "Create subshell" },
  delete_subshell_request: { words: () => "The front-end gives a second thread back.", section: "Delete subshell" },
  delete_subshell_reply: { words: () => "The kernel has ended it.", section: "Delete subshell" },
  list_subshell_request: { words: () => "Which further threads are there?", section: "List subshells" },
  list_subshell_reply: { words: () => "The kernel lists them.", section: "List subshells" },
  iopub_welcome: {
    words: () => "The kernel confirms: who has subscribed hears me now.",
    about: "Without this a front-end cannot know whether it already hears what the kernel tells everyone.",
    section: "Welcome message",
  },
  subscribe: {
    value: (says) => says.topic || "everything",
    words: () => "A front-end begins to listen to iopub.",
    about: "No message: one byte by which a ZeroMQ SUB socket tells a PUB socket what it wants to hear. Nothing after it means everything.",
    section: "The Wire Protocol",
  },
  unsubscribe: { value: (says) => says.topic || "everything", words: () => "A front-end stops listening to iopub.", section: "The Wire Protocol" },
  ping: { words: () => "Are you there?", about: "No message: any bytes. They are not signed.", section: "Heartbeat for kernels" },
  pong: { words: () => "The same bytes back: yes.", about: "It comes from a thread of its own, so it comes while a cell runs, too.", section: "Heartbeat for kernels" },
};

function forms(says) {
  const mimes = (says.mimes ?? []).filter((mime) => mime !== "text/plain");
  return mimes.length ? ` (as text, and as ${mimes.join(", ")})` : "";
}

/** What stands beside the msg_type: the code, the text, the state. On one line. */
export function valueOf(item) {
  if (item.problem) return "";
  const value = TYPES[item.type]?.value?.(item.says ?? {}) ?? item.says?.start ?? "";
  return typeof value === "string" ? visible(value) : String(value ?? "");
}

/** The caption: what this message is, in plain words. */
export function wordsOf(item) {
  if (item.problem) return `Not as the protocol has it: ${visible(item.problem)}.`;
  const known = TYPES[item.type];
  if (known) return known.words(item.says ?? {}, item);
  if (item.type.endsWith("_reply")) return "The kernel's reply.";
  return "A kind of message that this page has no words for.";
}

/** What it is for, and the section of the protocol that describes it. */
export function aboutOf(item) {
  const known = TYPES[item.type];
  return { about: known?.about ?? "", section: known?.section ?? "" };
}

/** What the tap found out about the signature, for a person. */
export const VERDICTS = {
  good: ["The signature holds", "It is the HMAC of the four JSON frames with the key of the connection file, so whoever sent this knows the key."],
  bad: ["The signature does not hold", "It is not the HMAC of these four frames with the connection file's key: a byte was changed on the way, or it was signed with another key. A kernel drops such a message without a word."],
  unsigned: ["Not signed", "The signature frame is empty although the connection file has a key. A kernel drops such a message without a word."],
  duplicate: ["The signature was used before", "The very same message was sent twice. A kernel takes the second for a replay and drops it without a word."],
  unchecked: ["Nothing is signed", "The key in the connection file is empty: nothing is signed, and everything is accepted."],
};

/** What each frame is. */
export const FRAME_WORDS = {
  identity: "Which client this is from or for: ZeroMQ routes by it.",
  topic: "What a client could subscribe to. Most subscribe to everything.",
  delimiter: "Where routing ends and the message begins.",
  signature: "HMAC of the next four frames, in hexadecimal. No buffer is covered.",
  header: "Which message this is: its id, its type, who sent it, when.",
  parent_header: "The header of the request that this belongs to; {} if it belongs to none.",
  metadata: "What is said about the message besides.",
  content: "What the message says.",
  buffer: "Raw bytes, as they are. No signature covers them.",
  subscription: "1 for subscribe, 0 for unsubscribe, then the topic.",
  empty: "An empty frame, as REQ sockets send one.",
  ping: "Any bytes.",
  unknown: "Not a frame of a Jupyter message.",
};
