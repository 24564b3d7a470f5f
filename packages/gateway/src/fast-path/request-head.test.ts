import { expect, test } from "vitest";
import { readPlainHead } from "./request-head.ts";

const plain = "POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 2\r\n";

function read(text: string) {
  return readPlainHead(Buffer.from(text, "latin1"));
}

test("a plain head is read, and where the body begins", () => {
  const text = `${plain}Authorization:Bearer x \r\nX-Empty:\r\n\r\n`;
  const read1 = read(`${text}{}`);
  expect({ ...read1, head: { ...read1?.head, headers: { ...read1?.head.headers } } }).toEqual({
    endAt: text.length,
    head: {
      url: "/v1/chat/completions?x=1",
      bodyBytes: 2,
      keepAlive: true,
      headers: { host: "a:1", "content-length": "2", authorization: "Bearer x", "x-empty": "" },
    },
  });
});

test.each([
  ["keep-alive", true],
  ["Close", false],
])("connection: %s", (connection, keepAlive) => {
  expect(read(`${plain}Connection: ${connection}\r\n\r\n`)?.head.keepAlive).toBe(keepAlive);
});

test.each([
  ["is not complete", plain],
  ["is another method", `${plain.replace("POST", "PUT")}\r\n`],
  ["has no path", `${plain.replace("/v1", "v1")}\r\n`],
  ["has an absolute target", `${plain.replace("/v1", "http://x/v1")}\r\n`],
  ["has a space in its target", `${plain.replace("?x", " x")}\r\n`],
  ["is HTTP/1.0", `${plain.replace("1.1", "1.0")}\r\n`],
  ["begins with an empty line", `\r\n${plain}\r\n`],
  ["has a folded line", `${plain}X: a\r\n b\r\n\r\n`],
  ["has a lone LF", `${plain}X: a\nY: b\r\n\r\n`],
  ["has a lone CR", `${plain}X: a\rY: b\r\n\r\n`],
  ["has a space after its length that only some call one", `${plain.replace(": 2", ": 2\xa0")}\r\n`],
  ["has a null", `${plain}X: a\0\r\n\r\n`],
  ["has a space before a colon", `${plain}X : a\r\n\r\n`],
  ["has a line without a colon", `${plain}X\r\n\r\n`],
  ["has no name", `${plain}: a\r\n\r\n`],
  ["has no host", `${plain.replace("Host: a:1\r\n", "")}\r\n`],
  ["has no length", `${plain.replace("Content-Length: 2\r\n", "")}\r\n`],
  ["has two lengths", `${plain}content-length: 2\r\n\r\n`],
  ["has a length in hexadecimal", `${plain.replace(": 2", ": 0x2")}\r\n`],
  ["has a signed length", `${plain.replace(": 2", ": +2")}\r\n`],
  ["has a list of lengths", `${plain.replace(": 2", ": 2, 2")}\r\n`],
  ["has a huge length", `${plain.replace(": 2", ": 99999999999999999999")}\r\n`],
  ["has chunks", `${plain}Transfer-Encoding: chunked\r\n\r\n`],
  ["has a coding nobody knows", `${plain}Transfer-Encoding: xchunked\r\n\r\n`],
  ["names a header twice", `${plain}X: a\r\nx: b\r\n\r\n`],
  ["expects something", `${plain}Expect: 100-continue\r\n\r\n`],
  ["would rather speak something else", `${plain}Upgrade: h2c\r\n\r\n`],
  ["names headers of the connection", `${plain}Connection: close, x-secret\r\n\r\n`],
  ["is large", `${plain}X: ${"a".repeat(20_000)}\r\n\r\n`],
])("a head that %s is not plain", (_fact, text) => {
  expect(read(text)).toBeUndefined();
});

test("names that objects have are names like any other", () => {
  const headers = read(`${plain}__proto__: a\r\nconstructor: b\r\n\r\n`)?.head.headers;
  expect(headers?.["__proto__"]).toBe("a");
  expect(headers?.["constructor"]).toBe("b");
  expect(headers?.["toString"]).toBeUndefined();
});
