// The servers with npm's ws as the client, and the client with npm's ws as the server.
"use strict";
const assert = require("node:assert/strict");
const crypto = require("node:crypto");
const { test } = require("node:test");
const { Book, crc32, Peer, Program, serve, WebSocket, within } = require("./kit/node.cjs");

const SIZES = [0, 1, 125, 126, 127, 1000, 65535, 65536, 65537, 1 << 20];

async function follow(peer, book, symbol, enough) {
  while (!enough()) {
    const message = await peer.read();
    if (message.channel === "orderbook" && message.symbol === symbol) book.apply(message);
  }
}

test("the checksum is CRC-32 as everybody has it", () => assert.equal(crc32("123456789"), 0xcbf43926));

test("a subscriber: greeting, snapshot, updates, unsubscribing", async (t) => {
  const server = await serve(t, "runes-exchange");
  const peer = await Peer.connect(t, server.url());
  assert.equal(peer.socket.protocol, "runes.v1.json");
  assert.equal((await peer.ok("hello", { client: "ws" })).heartbeatMs, 0);
  const { subscriptions } = await peer.ok("subscribe", { channel: "orderbook", symbols: ["BTC-USD", "NO-SUCH"], depth: 10 });
  assert.equal(subscriptions[0].recovered, false);
  assert.equal(subscriptions[1].error.code, 4003);
  const book = new Book();
  await follow(peer, book, "BTC-USD", () => book.updates >= 100);
  assert.deepEqual(await peer.ok("unsubscribe", { channel: "orderbook" }), { unsubscribed: 1 });
  peer.socket.close(1000, "bye");
  assert.equal((await peer.closed).code, 1000);
});

test("a subscriber comes back by hand and begins with a snapshot", async (t) => {
  const server = await serve(t, "runes-exchange");
  for (let round = 0; round < 5; ++round) {
    const peer = await Peer.connect(t, server.url());
    await peer.ok("subscribe", { channel: "orderbook", symbols: ["ETH-USD"], interval: round % 2 ? "100ms" : "raw" });
    const book = new Book();
    await follow(peer, book, "ETH-USD", () => book.updates >= 3);
    assert.equal(peer.log.find((message) => message.event).type, "snapshot");
    if (round % 2) peer.socket.terminate();
    else peer.socket.close();
    await within(peer.closed, "the end");
  }
});

test("many subscribers at once", async (t) => {
  const server = await serve(t, "runes-exchange", "--threads", "2");
  const peers = await Promise.all(Array.from({ length: 50 }, () => Peer.connect(t, server.url())));
  await Promise.all(peers.map(async (peer) => {
    await peer.ok("subscribe", { channel: "orderbook", symbols: ["BTC-USD"], depth: 5 });
    const book = new Book();
    await follow(peer, book, "BTC-USD", () => book.updates >= 20);
  }));
});

test("echo_server: every size, text and binary, plain and compressed", async (t) => {
  const server = await serve(t, "echo_server");
  const offers = [false, true, { threshold: 0 }, { threshold: 0, clientNoContextTakeover: true, serverNoContextTakeover: true },
    { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 9 }, { threshold: 0, clientMaxWindowBits: 15 }];
  for (const perMessageDeflate of offers) {
    const peer = await Peer.connect(t, server.url("/any/path"), null, { perMessageDeflate });
    assert.equal(peer.socket.extensions.includes("permessage-deflate"), perMessageDeflate !== false);
    for (const size of SIZES) {
      for (const sent of ["a".repeat(size), crypto.randomBytes(size), "é€🙂".repeat(size).slice(0, size - (size % 4))]) {
        peer.socket.send(sent);
        const { data, binary } = await peer.next();
        assert.equal(binary, typeof sent !== "string");
        assert.ok(data.equals(Buffer.from(sent)), `${size} bytes came back changed`);
      }
    }
    peer.socket.close();
    assert.ok([1000, 1005].includes((await within(peer.closed, "the end")).code)); // nothing was said: either may be said
  }
});

test("subscribers that agreed to compression: the same events, each compressed once", async (t) => {
  const server = await serve(t, "runes-exchange", "--compression.enabled", "true");
  const offers = [true, { serverNoContextTakeover: true }, { serverMaxWindowBits: 9 }, false];
  const peers = await Promise.all(offers.map((perMessageDeflate) => Peer.connect(t, server.url(), "runes.v1.json", { perMessageDeflate })));
  await Promise.all(peers.map(async (peer, n) => {
    assert.equal(peer.socket.extensions.includes("permessage-deflate"), offers[n] !== false);
    await peer.ok("subscribe", { channel: "orderbook", symbols: ["BTC-USD"], depth: 20 });
    const book = new Book();
    await follow(peer, book, "BTC-USD", () => book.updates >= 50);
  }));
  const { compressions, eventsSent } = await peers[0].ok("metrics");
  assert.ok(compressions > 0 && compressions < eventsSent, `${compressions} compressions for ${eventsSent} events`);
});

test("echo_server: fragments, with pings between them", async (t) => {
  const server = await serve(t, "echo_server");
  for (const perMessageDeflate of [false, { threshold: 0 }]) {
    const peer = await Peer.connect(t, server.url("/"), null, { perMessageDeflate });
    for (const count of [2, 3, 100, 5000]) {
      const parts = Array.from({ length: count }, (_, n) => (n % 7 === 0 ? "" : `part ${n} é`));
      parts.forEach((part, n) => {
        peer.socket.send(part, { fin: n === count - 1 });
        if (n % 50 === 0) peer.socket.ping();
      });
      const { data, binary } = await peer.next();
      assert.equal(binary, false);
      assert.equal(String(data), parts.join(""));
    }
  }
});

test("echo_server: pings of every size are answered with their payload", async (t) => {
  const server = await serve(t, "echo_server");
  const peer = await Peer.connect(t, server.url("/"), null);
  for (const size of [0, 1, 125]) {
    const payload = crypto.randomBytes(size);
    const pong = new Promise((resolve) => peer.socket.once("pong", resolve));
    peer.socket.ping(payload);
    assert.ok((await within(pong, "a pong")).equals(payload));
  }
});

test("echo_server: a thousand messages without waiting come back in order", async (t) => {
  const server = await serve(t, "echo_server");
  const peer = await Peer.connect(t, server.url("/"), null, { perMessageDeflate: { threshold: 100 } });
  const sent = Array.from({ length: 1000 }, (_, n) => `${n} `.repeat(n % 300));
  sent.forEach((message) => peer.socket.send(message));
  for (const message of sent) assert.equal(String((await peer.next()).data), message);
});

test("echo_server: close codes are echoed", async (t) => {
  const server = await serve(t, "echo_server");
  for (const code of [1000, 1001, 1003, 1008, 1011, 3000, 4000, 4999]) {
    const peer = await Peer.connect(t, server.url("/"), null);
    peer.socket.close(code, "why");
    assert.equal((await within(peer.closed, "the end")).code, code);
  }
});

test("a server that stops says 4200", async (t) => {
  for (const name of ["runes-exchange", "echo_server", "custom_server"]) {
    const server = await serve(t, name);
    const peer = await Peer.connect(t, server.url(), null);
    server.child.kill("SIGTERM");
    assert.equal((await within(peer.closed, "the end")).code, 4200);
    assert.equal(await within(server.ended, "the server's end"), 0);
  }
});

// ---- ws as the server

async function listen(t, options = {}) {
  const server = new WebSocket.Server({ host: "127.0.0.1", port: 0, perMessageDeflate: false, ...options });
  await new Promise((resolve) => server.on("listening", resolve));
  t.after(() => {
    server.clients.forEach((client) => client.terminate());
    return new Promise((resolve) => server.close(resolve));
  });
  server.url = `ws://127.0.0.1:${server.address().port}/ws`;
  const arrived = [];
  let wake;
  server.on("connection", (socket) => (arrived.push(new Peer(socket)), wake?.()));
  server.next = async () => {
    while (arrived.length === 0) await within(new Promise((resolve) => (wake = resolve)), "a connection");
    return arrived.shift();
  };
  return server;
}

async function asked(peer, op) {
  for (;;) {
    const request = await peer.read();
    if (request.op === op) return request;
    assert.equal(request.op, "hello");
    peer.socket.send(JSON.stringify({ id: request.id, error: { code: 1003, name: "unknown_op", message: "no hello here", retry: "never" } }));
  }
}

function entry(symbol, epoch, seq) {
  return { symbol, topic: `orderbook.${symbol}`, interval: "raw", depth: 20, epoch, seq, recovered: false };
}

function bookEvent(type, epoch, seq, prev, bids, asks, whole) {
  const digits = [...whole.bids, ...whole.asks].map((level) => level.map((text) => String(BigInt(text.replace(".", "")))).join("")).join("");
  return JSON.stringify({ event: "market", channel: "orderbook", symbol: "BTC-USD", interval: "raw", depth: 20, type, epoch, seq,
    ...(prev === null ? {} : { prev }), ts: 1, data: { bids, asks, checksum: crc32(digits) } });
}

test("book_bot on a server of ws: reconnects and begins anew, without a hello", async (t) => {
  const server = await listen(t);
  const bot = new Program(t, "book_bot", [server.url, "BTC-USD", 6]);
  for (const [round, code] of [[0, 1001], [1, 4100], [2, null]]) {
    const peer = await server.next();
    const request = await asked(peer, "subscribe");
    const bids = [["100.00", "1.0"]], asks = [["100.05", "2.0"]];
    peer.socket.send(JSON.stringify({ id: request.id, ok: { subscriptions: [entry("BTC-USD", `e${round}`, 7)] } }));
    peer.socket.send(bookEvent("snapshot", `e${round}`, 7, null, bids, asks, { bids, asks }));
    const better = [[`100.0${round + 1}`, "3.0"]];
    peer.socket.send(bookEvent("update", `e${round}`, 8, 7, better, [], { bids: [...better, ...bids], asks }));
    await bot.line(new RegExp(`spread 0.0${4 - round} `));
    if (code) peer.socket.close(code);
  }
  assert.equal(await within(bot.ended, "its end"), 0, bot.errors.join("\n"));
  assert.equal(bot.lines.filter((line) => line.includes("spread")).length, 6);
});

test("echo_client on a server of ws: text, binary, fragments, compression", async (t) => {
  for (const perMessageDeflate of [false, { threshold: 0 }, { threshold: 0, serverNoContextTakeover: true }]) {
    const server = await listen(t, { perMessageDeflate, maxPayload: 32 << 20 });
    const client = new Program(t, "echo_client", [server.url]);
    const peer = await server.next();
    assert.equal(peer.socket.extensions.includes("permessage-deflate"), perMessageDeflate !== false);
    for (const size of SIZES) {
      for (const sent of ["b".repeat(size), crypto.randomBytes(size)]) {
        peer.socket.send(sent);
        const { data, binary } = await peer.next();
        assert.equal(binary, typeof sent !== "string");
        assert.ok(data.equals(Buffer.from(sent)), `${size} bytes came back changed`);
      }
    }
    for (let n = 0; n < 100; ++n) {
      peer.socket.send(`${n},`, { fin: n === 99 });
      if (n % 10 === 0) peer.socket.ping();
    }
    assert.equal(String((await peer.next()).data), Array.from({ length: 100 }, (_, n) => `${n},`).join(""));
    peer.socket.close(1000);
    assert.equal(await within(client.ended, "its end"), 0, client.errors.join("\n"));
  }
});

test("echo_client: how it ended is its exit status", async (t) => {
  for (const [end, status] of [[(s) => s.close(1000), 0], [(s) => s.close(1001), 0], [(s) => s.close(), 0],
    [(s) => s.close(1011), 1], [(s) => s.close(4001), 1], [(s) => s.terminate(), 1]]) {
    const server = await listen(t);
    const client = new Program(t, "echo_client", [server.url]);
    end((await server.next()).socket);
    assert.equal(await within(client.ended, "its end"), status);
  }
});
