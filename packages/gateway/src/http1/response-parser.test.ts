import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedResponse } from "./response-head.ts";
import { ResponseParser } from "./response-parser.ts";

interface Read {
  readonly status: number | undefined;
  readonly headers: readonly string[];
  readonly body: string;
  readonly whole: boolean;
  readonly keepAlive: boolean | undefined;
}

function read(pieces: readonly (string | Buffer)[], method = "GET", closed = false): Read {
  const body: Buffer[] = [];
  let ends = 0;
  const parser = new ResponseParser(method, {
    onHead: () => undefined,
    onBody: (bytes) => body.push(bytes),
    onEnd: () => {
      ends += 1;
    },
  });
  for (const piece of pieces) parser.push(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
  if (closed) parser.finish();
  expect(ends).toBe(parser.done ? 1 : 0);
  const { head } = parser;
  return {
    status: head?.status,
    headers: head?.headers ?? [],
    body: Buffer.concat(body).toString("latin1"),
    whole: parser.done,
    keepAlive: head?.keepAlive,
  };
}

const ok = "HTTP/1.1 200 OK\r\n";
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`;

describe("an answer is read whole", () => {
  test.each<[string, string, Partial<Read>]>([
    [
      "with a length",
      `${ok}Content-Length: 3\r\n\r\nabc`,
      { body: "abc", keepAlive: true, headers: ["content-length", "3"] },
    ],
    ["with no length at all", `${ok}content-length: 0\r\n\r\n`, { body: "" }],
    ["in chunks", `${chunked}3\r\nabc\r\n0A ; x=y\r\n0123456789\r\n0\r\n\r\n`, { body: "abc0123456789" }],
    ["in chunks with trailers", `${chunked}1\r\na\r\n0\r\nx-sum: 1\r\n\r\n`, { body: "a" }],
    [
      "after interim answers",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n${ok}content-length: 1\r\n\r\na`,
      { status: 200, body: "a" },
    ],
    ["with a status that has no body", "HTTP/1.1 204 No Content\r\n\r\n", { status: 204 }],
    ["with one length told twice", `${ok}content-length: 1\r\ncontent-length: 1\r\n\r\na`, { body: "a" }],
    ["without a reason", "HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", { status: 200 }],
    [
      "from a server that will close",
      `${ok}connection: close\r\ncontent-length: 1\r\n\r\na`,
      { keepAlive: false },
    ],
    ["from an old server", "HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\na", { keepAlive: false }],
    [
      "from an old server that stays",
      "HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 1\r\n\r\na",
      { keepAlive: true },
    ],
    [
      "with its length told twice",
      `${ok}content-length: 1\r\nx: y\r\nContent-Length: 1\r\n\r\na`,
      { headers: ["content-length", "1", "x", "y"], body: "a" },
    ],
    [
      "with spaces about a value",
      `${ok}x: \t a b \t\r\ncontent-length: 0\r\n\r\n`,
      { headers: ["x", "a b", "content-length", "0"] },
    ],
  ])("%s", (_fact, text, expected) => {
    expect(read([text])).toMatchObject({ whole: true, ...expected });
  });

  test("to HEAD, whatever length it tells", () => {
    expect(read([`${ok}content-length: 100\r\n\r\n`], "HEAD")).toMatchObject({ whole: true, body: "" });
  });

  test("to the connection's end, when nothing else tells", () => {
    expect(read([`${ok}\r\nabc`])).toMatchObject({ whole: false, body: "abc", keepAlive: false });
    expect(read([`${ok}\r\nabc`], "GET", true)).toMatchObject({ whole: true, body: "abc" });
  });
});

test.each([
  ["within the head", "HTTP/1.1 200 OK\r\ncont"],
  ["within the length", `${ok}content-length: 3\r\n\r\nab`],
  ["within a chunk", `${chunked}3\r\nab`],
  ["before the last chunk", `${chunked}3\r\nabc\r\n`],
  ["before the trailers' end", `${chunked}0\r\n`],
])("an answer that ends %s is not whole", (_fact, text) => {
  expect(read([text], "GET", true).whole).toBe(false);
});

test.each([
  ["another protocol", "220 mail ESMTP\r\n\r\n"],
  ["another version", "HTTP/2 200\r\n\r\n"],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
  ["a folded header", `${ok}x: a\r\n b\r\ncontent-length: 0\r\n\r\n`],
  ["a lone line feed", `${ok}x: a\nb: c\r\n\r\n`],
  ["a space before the colon", `${ok}content-length : 1\r\n\r\na`],
  ["a control character in a value", `${ok}x: a\u0000b\r\n\r\n`],
  ["two lengths", `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\nab`],
  ["a length and chunks", `${ok}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["a length with a sign", `${ok}content-length: +1\r\n\r\na`],
  ["a length with a comma", `${ok}content-length: 1, 1\r\n\r\na`],
  ["a length beyond counting", `${ok}content-length: 99999999999999999999\r\n\r\n`],
  ["an unknown coding", `${ok}transfer-encoding: gzip, chunked\r\n\r\n`],
  ["chunks coded twice", `${ok}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n`],
  ["a chunk's size that is no number", `${chunked}xyz\r\n`],
  ["a chunk's size with a sign", `${chunked}-1\r\n`],
  ["a chunk's size beyond counting", `${chunked}fffffffffffffff\r\n`],
  ["a chunk longer than its size", `${chunked}1\r\nab\r\n`],
  ["a chunk's size without end", `${chunked}${"0".repeat(2000)}`],
  ["trailers without end", `${chunked}0\r\n${`x: ${"y".repeat(900)}\r\n`.repeat(30)}`],
  ["headers without end", `${ok}x: ${"y".repeat(70_000)}`],
  ["more than its length", `${ok}content-length: 1\r\n\r\nab`],
  ["more than its chunks", `${chunked}0\r\n\r\nHTTP/1.1 200 OK`],
  ["a body where there is none", "HTTP/1.1 204 No Content\r\n\r\nx"],
  ["a switch of protocols", "HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n"],
])("%s is refused", (_fact, text) => {
  expect(() => read([text])).toThrow(MalformedResponse);
});

test("however the bytes are cut, the same answer is read", () => {
  const texts = fc.constantFrom(
    `${ok}x-a: 1\r\ncontent-length: 11\r\n\r\nhello world`,
    `${chunked}5\r\nhello\r\n6;q\r\n world\r\n0\r\nx: y\r\n\r\n`,
    `HTTP/1.1 100 Continue\r\n\r\n${ok}\r\nuntil the end`,
  );
  fc.assert(
    fc.property(
      texts,
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 10 }),
      (text, sizes) => {
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = sizes[turn % sizes.length]!;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        expect(read(pieces, "GET", true)).toEqual(read([text], "GET", true));
      },
    ),
  );
});

test("no bytes whatever do anything but be read or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, afterHead) => {
      try {
        read([afterHead ? chunked : ok, Buffer.from(bytes)], "GET", true);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedResponse);
      }
    }),
    { numRuns: 500 },
  );
});
