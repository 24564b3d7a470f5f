import { isBerthError } from "@berth/api";
import fc from "fast-check";
import { expect, test } from "vitest";
import { noFacts } from "./body-facts.ts";
import { editForm, parseForm } from "./parse-form.ts";

const type = "multipart/form-data; boundary=b";

function part(disposition: string, value: string): string {
  return `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;
}

const audio = part('name="file"; filename="a.wav"', "RIFF....");

test.each([
  ["the field may come before the file", part('name="model"', "pilot") + audio, "pilot"],
  ["or after it", audio + part('name="model"', "pilot"), "pilot"],
  ["without quotes", audio + part("name=model", "pilot"), "pilot"],
  ["with an escaped quote", part(String.raw`name="mo\del"`, "pilot"), "pilot"],
  ["in any character that is UTF-8", part('name="model"', "modèle/ü"), "modèle/ü"],
  ["a file of that name is no field", part('name="model"; filename="model"', "pilot") + audio, undefined],
  ["nor is what the file holds", part('name="file"; filename="x"', 'name="model"\r\n\r\npilot'), undefined],
  ["an empty one names nothing", part('name="model"', "") + audio, undefined],
  ["the last one counts", part('name="model"', "one") + part('name="model"', "two"), "two"],
  ["one that is too long to be a name is none", part('name="model"', "x".repeat(5000)), undefined],
])("%s", (_, parts, model) => {
  expect(parseForm(Buffer.from(`${parts}--b--\r\n`), type).model).toBe(model);
});

test("a name that is longer than names are is refused", () => {
  const form = Buffer.from(`${part('name="model"', "x".repeat(257))}${audio}--b--\r\n`);
  expect(() => parseForm(form, type)).toThrow(/^model is 257 characters long/);
});

test.each([
  ["true", true],
  ["false", false],
  ["yes", false],
])("stream=%s is %s", (value, stream) => {
  expect(parseForm(Buffer.from(`${part('name="stream"', value)}--b--`), type).stream).toBe(stream);
});

test.each([
  ["what comes before the first boundary is passed over", `for old readers\r\n${audio}--b--`],
  ["what comes after the last one too", `${audio}--b--\r\n${part('name="model"', "x")}`],
  ["an empty form is one", "--b--"],
])("%s", (_, body) => {
  expect(parseForm(Buffer.from(body), type)).toEqual({
    model: undefined,
    stream: false,
    wantsUsage: true,
    facts: noFacts,
  });
});

test.each([
  ["no boundary in its type", audio, "multipart/form-data", "boundary"],
  ["no boundary in it", "nothing", type, "first boundary"],
  ["a head that breaks off", "--b\r\nContent-Disposition: form-data", type, "head of a part"],
  ["a part that breaks off", "--b\r\nA: b\r\n\r\nvalue", type, "last boundary"],
  ["a head without an end", `--b\r\n${"A: b\r\n".repeat(3000)}\r\nx\r\n--b--`, type, "too long"],
  ["parts without an end", `${part('name="a"', "")}`.repeat(1002), type, "more than 1000 parts"],
])("%s is refused", (_, body, contentType, why) => {
  const refused = fault(() => parseForm(Buffer.from(body), contentType));
  expect([refused?.code, refused?.message]).toEqual([
    "invalid_request",
    expect.stringContaining(why) as string,
  ]);
});

test("a quoted boundary may hold anything", () => {
  const body = Buffer.from('--a b;c\r\nContent-Disposition: form-data; name="model"\r\n\r\nx\r\n--a b;c--');
  expect(parseForm(body, 'multipart/form-data; boundary="a b;c"').model).toBe("x");
});

test("whatever the file holds, the fields around it are found", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 30 }), (bytes, model) => {
      fc.pre(!Buffer.from(bytes).includes("\r\n--b") && !model.includes("\r\n--b") && model !== "");
      const body = Buffer.concat([
        Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'),
        bytes,
        Buffer.from(`\r\n${part('name="model"', model)}--b--\r\n`),
      ]);
      expect(parseForm(body, type).model).toBe(Buffer.from(model).toString());
    }),
  );
});

test("whatever comes, it is either a form or refused", () => {
  const piece = fc.constantFrom(
    "--b",
    "--",
    "\r\n",
    "\r\n\r\n",
    'Content-Disposition: x; name="model"',
    "x",
    ":",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      fault(() => parseForm(Buffer.from(pieces.join("")), type));
    }),
    { numRuns: 1000 },
  );
});

function fault(run: () => unknown): { code: string; message: string } | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isBerthError(error)) return error;
    throw error;
  }
}

test.each([
  [
    "in place",
    audio + part('name="model"', "pilot") + part('name="n"', "1"),
    audio + part('name="model"', "x/y") + part('name="n"', "1"),
  ],
  [
    "twice where it is twice",
    part('name="model"', "a") + part('name="model"', "b"),
    part('name="model"', "x/y").repeat(2),
  ],
  [
    "before all else where there was none",
    audio,
    part('name="model"', "x/y").replace("C", "c").replace("D", "d") + audio,
  ],
])("another model is put %s", (_, before, after) => {
  expect(editForm(Buffer.from(`${before}--b--`), type, "x/y").toString()).toBe(`${after}--b--`);
});
