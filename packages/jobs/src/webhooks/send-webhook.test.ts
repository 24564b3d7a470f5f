import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { testCertificate } from "@berth/testing/test-certificate";
import { webhookReceiver } from "@berth/testing/webhook-receiver";
import { describe, expect, test } from "vitest";
import { AllowedHosts } from "./allowed-hosts.ts";
import { type WebhookCall, webhookSender } from "./send-webhook.ts";

const here = new AllowedHosts(["127.0.0.0/8:*"]);
const send = webhookSender({ allowed: here });
const never = new AbortController().signal;
const callOf = (url: string): WebhookCall => ({
  url,
  headers: { "content-type": "application/json", "webhook-id": "job-1-1" },
  body: Buffer.from('{"é":1}'),
});

/** A server that speaks no HTTP of its own; `onSocket` has each connection. */
async function rawServer(onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/done`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with these bytes once the request has begun, and closes where `closes`. */
function answersWith(text: string, closes: boolean) {
  return rawServer((socket) =>
    socket.once("data", () => void (closes ? socket.end(text) : socket.write(text))),
  );
}

test("what is told arrives whole, with what was said and nothing of ours besides", async () => {
  await using receiver = await webhookReceiver();
  expect(await send(callOf(`${receiver.url}?x=1#part`), never)).toEqual({
    kind: "answered",
    status: 200,
    text: "thanks",
  });
  expect(receiver.told).toEqual([
    {
      method: "POST",
      path: "/done?x=1",
      headers: {
        "content-type": "application/json",
        "content-length": "8",
        connection: "close",
        host: `127.0.0.1:${receiver.port}`,
        "webhook-id": "job-1-1",
      },
      body: '{"é":1}',
    },
  ]);
});

test.each([204, 400, 410, 500, 503])("%i is told as it is", async (status) => {
  await using receiver = await webhookReceiver((_, response) => response.writeHead(status).end());
  expect(await send(callOf(receiver.url), never)).toEqual({ kind: "answered", status, text: "" });
});

test.each([301, 302, 303, 307, 308])("a redirect with %i is not followed", async (status) => {
  await using elsewhere = await webhookReceiver();
  await using receiver = await webhookReceiver((_, response) =>
    response.writeHead(status, { location: elsewhere.url }).end(),
  );
  expect(await send(callOf(receiver.url), never)).toMatchObject({ kind: "answered", status });
  expect([receiver.told.length, elsewhere.told.length]).toEqual([1, 0]);
});

describe("of an answer no more is read than is kept", () => {
  test("when it has no end", async () => {
    const closed = Promise.withResolvers<void>();
    await using receiver = await webhookReceiver((_, response) => {
      response.on("close", closed.resolve);
      const more = (): void => {
        while (!response.destroyed && response.write("é".repeat(5000)));
      };
      response.on("drain", more);
      more();
    });
    const answer = await send(callOf(receiver.url), never);
    expect(answer).toEqual({ kind: "answered", status: 200, text: "é".repeat(512) });
    await closed.promise;
  });

  test("when it stops in the middle, until the time is over", async () => {
    await using server = await answersWith("HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\nsome", false);
    const late = new AbortController();
    const channel = "http.client.response.finish";
    const onHead = (): void => void setImmediate(() => late.abort(new Error("late")));
    subscribe(channel, onHead);
    try {
      expect(await send(callOf(server.url), late.signal)).toEqual({
        kind: "answered",
        status: 500,
        text: "some",
      });
    } finally {
      unsubscribe(channel, onHead);
    }
  });

  test.each([
    ["is cut off", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome", "some"],
    [
      "has a broken end",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nsome\r\nzzz\r\n",
      expect.any(String),
    ],
    ["ends with the connection", "HTTP/1.1 200 OK\r\n\r\nsome", "some"],
  ])("when it %s", async (_fact, text, expected) => {
    await using server = await answersWith(text, true);
    expect(await send(callOf(server.url), never)).toEqual({
      kind: "answered",
      status: 200,
      text: expected,
    });
  });
});

describe("there is no answer from one that", () => {
  test.each([
    ["closes at once", ""],
    ["closes within its head", "HTTP/1.1 200 OK\r\nx-some: "],
    ["speaks something else", "220 mail.example ESMTP\r\n"],
    ["has a head without an end", `HTTP/1.1 200 OK\r\nx-long: ${"x".repeat(100_000)}\r\n\r\n`],
    [
      "wants to speak something else",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    ],
    ["only says that it goes on", "HTTP/1.1 102 Processing\r\n\r\n"],
  ])("%s", async (_fact, text) => {
    await using server = await answersWith(text, true);
    expect(await send(callOf(server.url), never)).toEqual({
      kind: "unreached",
      reason: expect.stringMatching(/./),
    });
  });

  test("is not there", async () => {
    const gone = await webhookReceiver();
    await gone[Symbol.asyncDispose]();
    expect(await send(callOf(gone.url), never)).toEqual({
      kind: "unreached",
      // where that is would be told with it
      reason: "ECONNREFUSED",
    });
  });

  test("is inside, at several addresses, is told without any of them", async () => {
    const gone = await webhookReceiver();
    await gone[Symbol.asyncDispose]();
    const resolve = async () => ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 }));
    const url = `http://hooks.example:${gone.port}/`;
    expect(await webhookSender({ allowed: here, resolve })(callOf(url), never)).toEqual({
      kind: "unreached",
      reason: "ECONNREFUSED",
    });
  });

  test("never answers, and it is left when the time is over", async () => {
    const heard = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    await using server = await rawServer((socket) => {
      socket.on("close", () => left.resolve());
      socket.once("data", () => heard.resolve());
    });
    const late = new AbortController();
    const answering = send(callOf(server.url), late.signal);
    await heard.promise;
    late.abort(new Error("late"));
    await expect(answering).rejects.toThrow("late");
    await left.promise;
  });

  test("shows a certificate that nobody vouches for, or another's", async () => {
    await using server = await tlsServer();
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    const tell = (host: string) =>
      webhookSender({ allowed: here, resolve })(callOf(`https://${host}:${server.port}/`), never);
    expect(await tell("test")).toEqual({ kind: "unreached", reason: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const before = getCACertificates("default");
    try {
      setDefaultCACertificates([...before, testCertificate.cert]);
      expect(await tell("test")).toMatchObject({ kind: "answered", status: 200 });
      expect(await tell("other")).toEqual({ kind: "unreached", reason: "ERR_TLS_CERT_ALTNAME_INVALID" });
    } finally {
      setDefaultCACertificates(before);
    }
  });
});

describe("a name", () => {
  const at = (...addresses: string[]) =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

  test.each([
    ["this machine", at("127.0.0.1")],
    ["this machine, by IPv6", at("::1")],
    ["this machine, in disguise", at("::ffff:127.0.0.1")],
    ["nobody", at("0.0.0.0")],
    ["a private network", at("10.0.0.8")],
    ["a cloud's metadata", at("169.254.169.254")],
    ["the world and this machine", at("93.184.215.14", "127.0.0.1")],
    ["no address", at("nonsense")],
  ])("that leads to %s is not called", async (_fact, addresses) => {
    await using receiver = await webhookReceiver();
    const strict = webhookSender({ allowed: new AllowedHosts([]), resolve: async () => addresses });
    const answer = await strict(callOf(`http://hooks.example:${receiver.port}/`), never);
    expect(answer).toEqual({
      kind: "forbidden",
      reason: `hooks.example:${receiver.port} leads to an address that is not public: whoever runs this server can allow it with BERTH_WEBHOOK_ALLOW`,
    });
    expect(receiver.told).toEqual([]);
  });

  test("that is allowed at one port leads to no other", async () => {
    await using meant = await webhookReceiver();
    await using other = await webhookReceiver();
    const allowed = new AllowedHosts([`hooks.example:${meant.port}`]);
    const tell = webhookSender({ allowed, resolve: async () => at("127.0.0.1") });
    expect((await tell(callOf(`http://hooks.example:${meant.port}/`), never)).kind).toBe("answered");
    expect((await tell(callOf(`http://hooks.example:${other.port}/`), never)).kind).toBe("forbidden");
    expect(other.told).toEqual([]);
  });

  test("that is never to be called is not even asked for", async () => {
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return at("127.0.0.1");
    };
    const answer = await webhookSender({ allowed: here, resolve })(
      callOf("http://metadata.google.internal/computeMetadata/v1/"),
      never,
    );
    expect([answer.kind, asked]).toEqual(["forbidden", 0]);
  });

  test("that leads elsewhere each time it is asked for is called where it was seen to lead", async () => {
    await using first = await webhookReceiver();
    let asked = 0;
    const resolve = async () => ((asked += 1) === 1 ? at("127.0.0.1") : at("10.0.0.1"));
    const url = `http://hooks.example:${first.port}/`;
    expect(await webhookSender({ allowed: here, resolve })(callOf(url), never)).toMatchObject({
      status: 200,
    });
    expect(asked).toBe(1);
    expect(first.told[0]?.headers.host).toBe(`hooks.example:${first.port}`);
  });

  test("with several addresses is reached at one that answers", async () => {
    await using receiver = await webhookReceiver(undefined, "127.0.0.2");
    const resolve = async () => at("127.0.0.1", "127.0.0.2");
    const url = `http://hooks.example:${receiver.port}/`;
    expect(await webhookSender({ allowed: here, resolve })(callOf(url), never)).toMatchObject({
      status: 200,
    });
  });

  test.each<[string, () => Promise<ReturnType<typeof at>>, RegExp]>([
    ["nobody knows", () => Promise.reject(new Error("getaddrinfo ENOTFOUND hooks.example")), /ENOTFOUND/],
    ["has no address", async () => [], /no address/],
  ])("that %s is told as unreached", async (_fact, resolve, reason) => {
    expect(await webhookSender({ allowed: here, resolve })(callOf("http://hooks.example/"), never)).toEqual({
      kind: "unreached",
      reason: expect.stringMatching(reason),
    });
  });

  test("whose look-up never ends is left when the time is over", async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const late = new AbortController();
    const answering = webhookSender({ allowed: here, resolve })(callOf("http://hooks.example/"), late.signal);
    late.abort(new Error("late"));
    await expect(answering).rejects.toThrow("late");
  });
});

test.each([
  "http://127.0.0.1:1/",
  "http://[::1]:1/",
  "http://user:word@hooks.example/",
  "gopher://hooks.example/",
])("%s is not called, whatever was submitted", async (url) => {
  const strict = webhookSender({ allowed: new AllowedHosts([]) });
  expect((await strict(callOf(url), never)).kind).toBe("forbidden");
});

async function tlsServer() {
  const server = createTlsServer(testCertificate, (_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
