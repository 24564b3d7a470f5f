import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError, isBerthError } from "@berth/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readForm } from "./read-form.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "berth-form-"));
});
afterAll(() => rm(directory, { recursive: true }));

const type = "multipart/form-data; boundary=b";
const never = new AbortController().signal;

/** Has the reader read what `bytes` are, told as `headers` say; resolves with the form, its file as text. */
async function read(
  bytes: string | Buffer,
  headers: Readonly<Record<string, string>> = { "content-type": type },
  { signal = never, breaksOff = false, maxFileBytes = 10_000 } = {},
) {
  const outcome = Promise.withResolvers<IncomingMessage>();
  const server = createServer((request) => outcome.resolve(request));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  const length = Buffer.byteLength(bytes) + (breaksOff ? 100 : 0);
  const head = Object.entries({ host: "x", "content-length": String(length), ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  socket.write(`POST / HTTP/1.1\r\n${head}\r\n`);
  socket.write(bytes);
  try {
    const request = await outcome.promise;
    if (breaksOff) setTimeout(() => socket.destroy(), 20);
    const closed = new AbortController();
    request.on("close", () => {
      if (!request.complete) closed.abort(new BerthError("client_closed", "the client left"));
    });
    const form = await readForm(
      request,
      { maxFileBytes, directory },
      AbortSignal.any([signal, closed.signal]),
    );
    const { mode } = await form.file.stat();
    const content = await form.file.readFile("utf8");
    await form.file.close();
    return { fields: Object.fromEntries(form.fields), content, mode: mode & 0o777 };
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  }
}

const field = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (content: string, name = "file"): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="../../etc/a.wav"\r\nContent-Type: audio/wav\r\n\r\n${content}\r\n`;
const end = "--b--\r\n";

test.each([
  ["before it", `${field("model", "x")}${file("audio")}${end}`],
  ["after it", `${file("audio")}${field("model", "x")}${end}`],
])(
  "a form's file is read, and the fields %s; nobody else can read it, and it has no name",
  async (_, body) => {
    const reading = read(body);
    expect(await reading).toEqual({ fields: { model: ["x"] }, content: "audio", mode: 0o600 });
    expect(await readdir(directory)).toEqual([]);
  },
);

test("a field that is there several times has several values", async () => {
  const name = "timestamp_granularities[]";
  const { fields } = await read(`${field(name, "word")}${field(name, "segment")}${file("x")}${end}`);
  expect(fields).toEqual({ [name]: ["word", "segment"] });
});

test("an empty file is one", async () => {
  expect((await read(`${file("")}${end}`)).content).toBe("");
});

test.each([
  ["JSON", "{}", { "content-type": "application/json" }, "unsupported_media_type", "multipart/form-data"],
  ["no type", "x", {}, "unsupported_media_type", "nothing named"],
  ["no boundary", "x", { "content-type": "multipart/form-data" }, "invalid_request", "oundary"],
  ["no file", `${field("model", "x")}${end}`, undefined, "invalid_request", "file is missing"],
  ["two files", `${file("a")}${file("b")}${end}`, undefined, "invalid_request", "twice"],
  [
    "a file by another name",
    `${file("a", "audio")}${end}`,
    undefined,
    "invalid_request",
    "only file may be one",
  ],
  [
    "a file over the limit",
    `${file("x".repeat(10_001))}${end}`,
    undefined,
    "payload_too_large",
    "10000 bytes",
  ],
  [
    "a field over the limit",
    `${field("prompt", "x".repeat(70_000))}${file("a")}${end}`,
    undefined,
    "invalid_request",
    "prompt",
  ],
  [
    "fields without end",
    `${field("a", "b").repeat(150)}${file("a")}${end}`,
    undefined,
    "invalid_request",
    "100 fields",
  ],
  ["an end that is missing", file("audio").slice(0, -2), undefined, "invalid_request", "cannot be read"],
] as const)("%s is refused, and nothing is left", async (_, body, headers, code, part) => {
  const error = await read(body, headers).catch((thrown: unknown) => thrown);
  if (!isBerthError(error)) throw new Error(`it was not refused: ${String(error)}`);
  expect([error.code, error.message]).toEqual([code, expect.stringContaining(part) as string]);
  expect(await readdir(directory)).toEqual([]);
});

test("a client that leaves in the middle is told by the signal, and nothing is left", async () => {
  await expect(read(file("audio"), undefined, { breaksOff: true })).rejects.toThrow("the client left");
  expect(await readdir(directory)).toEqual([]);
});

test("where there is no directory for it, that is an error of ours and no silence", async () => {
  const gone = directory;
  directory = join(gone, "none");
  try {
    await expect(read(`${file("audio")}${end}`)).rejects.toThrow(/ENOENT/);
  } finally {
    directory = gone;
  }
});
