// What the tests with npm's ws share: the programs under test, a client of the protocol by hand, a book with its checksum.
"use strict";
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");

const SKIPPED = 77;
const PATIENCE = 90_000; // a bound against hanging, not a measure

function load(name) {
  for (const place of [name, path.join(__dirname, "../../../build/npm/node_modules", name)]) {
    try {
      return require(place);
    } catch (e) {
      if (e.code !== "MODULE_NOT_FOUND") throw e;
    }
  }
  console.log(`skipped: npm's '${name}' is not installed; tools/test installs it`);
  process.exit(SKIPPED);
}
const WebSocket = load("ws");

const given = (option) => process.argv.slice(2).filter((_, at, all) => all[at - 1] === option);
const folders = given("--programs");
const find = (name) => folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));

/** Ours, without what would configure a server but how it flushes, if that was asked for. */
function environment() {
  const ours = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("RUNES_")));
  return given("--flush").length ? { ...ours, RUNES_FLUSH: given("--flush")[0] } : ours;
}

if (given("--flush").length) {
  // An address that is never one's own, so that it ends in either case: what it can't have is told first.
  const words = ["--host", "192.0.2.1", "--port", "0"];
  const said = spawnSync(find("quickest_server"), words, { env: environment(), timeout: PATIENCE }).stderr.toString();
  if (said.includes(" flush must be ")) {
    console.log(`skipped: ${said.trim()}`);
    process.exit(SKIPPED);
  }
}

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A process whose lines can be waited for; killed when the test ends. */
class Program {
  constructor(t, name, args) {
    this.child = spawn(find(name), args.map(String), { env: environment(), stdio: ["ignore", "pipe", "pipe"] });
    this.lines = [];
    this.errors = [];
    this.waiting = new Set();
    const tell = () => this.waiting.forEach((look) => look());
    for (const [stream, into] of [[this.child.stdout, this.lines], [this.child.stderr, this.errors]]) {
      readline.createInterface({ input: stream }).on("line", (line) => (into.push(line), tell()));
    }
    this.ended = new Promise((resolve) => this.child.on("close", (status) => (resolve(status), tell())));
    this.ended.then(() => (this.over = true));
    t.after(() => (this.child.kill("SIGKILL"), this.ended));
  }
  line(pattern) {
    return within(new Promise((resolve, reject) => {
      const look = () => {
        const found = this.lines.map((line) => line.match(pattern)).find(Boolean);
        if (!found && !this.over) return;
        this.waiting.delete(look);
        found ? resolve(found) : reject(new Error(`the program has ended: ${this.lines.concat(this.errors).join("\n")}`));
      };
      this.ended.then(() => setImmediate(look));
      this.waiting.add(look);
      look();
    }), `a line with ${pattern}`);
  }
}

/** Starts a server; the result has `url(path)`. */
async function serve(t, name, ...args) {
  const options = /^(echo_server|runes-bench-server)$/.test(name) ? ["0"] : ["--port", "0", "--log-level", "warning"];
  if (name === "runes-exchange") options.push("--ephemeral"); // leaves nothing where the tests are run
  const program = new Program(t, name, [...options, ...args]);
  const [, address] = await program.line(/listening on (?:ws:\/\/)?([^/, ]+)/);
  if (name === "runes-exchange") await program.line(/ market of /);
  program.url = (where = "/ws") => `ws://${address}${where}`;
  return program;
}

/** A connection: every message in order, by `await next()`. */
class Peer {
  constructor(socket) {
    this.socket = socket;
    this.messages = [];
    this.log = [];
    this.ids = 0;
    this.closed = new Promise((resolve) => socket.on("close", (code, reason) => {
      resolve({ code, reason: String(reason) });
      this.wake?.();
    }));
    this.closed.then(() => (this.over = true));
    socket.on("message", (data, binary) => {
      this.messages.push({ data, binary });
      this.wake?.();
    });
    socket.on("error", (e) => (this.error = e));
  }
  static async connect(t, url, protocols = "runes.v1.json", options = {}) {
    const socket = new WebSocket(url, protocols ?? [], { perMessageDeflate: false, ...options });
    const peer = new Peer(socket);
    t.after(() => socket.terminate());
    await within(new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject)), "the connection");
    return peer;
  }
  async next() {
    while (this.messages.length === 0) {
      if (this.over || this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed: ${this.error ?? ""}`);
      await within(new Promise((resolve) => (this.wake = resolve)), "a message");
    }
    return this.messages.shift();
  }
  /** The next message as JSON; kept in `log`. */
  async read() {
    const { data, binary } = await this.next();
    if (binary) throw new Error("a binary message in a protocol of text");
    const message = JSON.parse(data);
    this.log.push(message);
    return message;
  }
  async reply(id) {
    for (;;) {
      const known = this.log.find((message) => message.id === id && !message.event);
      if (known) return known;
      await this.read();
    }
  }
  async ask(op, fields = {}) {
    const id = ++this.ids;
    this.socket.send(JSON.stringify({ id, op, ...fields }));
    return this.reply(id);
  }
  async ok(op, fields) {
    const reply = await this.ask(op, fields);
    if (!reply.ok) throw new Error(JSON.stringify(reply));
    return reply.ok;
  }
}

/** The digits of a decimal as an integer; exact, whatever their number. */
const units = (text) => BigInt(text.replace(".", ""));

class Book {
  constructor() {
    this.epoch = this.seq = undefined;
    this.updates = 0;
  }
  apply(event) {
    const whole = event.type === "snapshot";
    if (whole) {
      this.sides = { bids: new Map(), asks: new Map() };
    } else {
      if (event.epoch !== this.epoch || event.prev !== this.seq) {
        throw new Error(`held ${this.epoch} ${this.seq}, came ${event.epoch} ${event.prev}`);
      }
      ++this.updates;
    }
    this.epoch = event.epoch;
    this.seq = event.seq;
    for (const name of ["bids", "asks"]) {
      for (const [price, quantity] of event.data[name]) {
        if (units(quantity) === 0n) this.sides[name].delete(units(price));
        else this.sides[name].set(units(price), units(quantity));
      }
    }
    if (this.checksum() !== event.data.checksum) throw new Error(`the checksum of ${event.seq} is wrong`);
  }
  best(name) {
    const order = name === "bids" ? (a, b) => (a[0] < b[0] ? 1 : -1) : (a, b) => (a[0] < b[0] ? -1 : 1);
    return [...this.sides[name]].sort(order).slice(0, 10);
  }
  checksum() {
    return crc32([...this.best("bids"), ...this.best("asks")].flat().join(""));
  }
}

const table = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; ++bit) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});
function crc32(text) {
  let sum = 0xffffffff;
  for (const byte of Buffer.from(text)) sum = (sum >>> 8) ^ table[(sum ^ byte) & 255];
  return (sum ^ 0xffffffff) >>> 0;
}

module.exports = { Book, crc32, find, PATIENCE, Peer, Program, serve, WebSocket, within };
