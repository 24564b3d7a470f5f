import { tinyDocx, tinyPdf } from "@berth/testing/tiny-documents";
import { describe, expect, test } from "vitest";
import { readingLimits, type Section } from "./document.ts";
import { readDocument } from "./read-document.ts";

const read = (name: string, bytes: Uint8Array | string): Promise<readonly Section[]> =>
  readDocument({ name, bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes }, readingLimits);
const whole = (text: string): Section => ({ place: { kind: "whole" }, text });
const below = (heading: string, text: string): Section => ({ place: { kind: "heading", heading }, text });

test.each<[fact: string, name: string, bytes: Uint8Array | string, sections: readonly Section[]]>([
  ["text is one section", "a.txt", "One.\r\nTwo.", [whole("One.\nTwo.")]],
  ["a name without an ending is text", "LICENSE", "Free.", [whole("Free.")]],
  ["a byte order mark tells the encoding", "a.txt", Buffer.from("\ufeffHé", "utf16le"), [whole("Hé")]],
  [
    "Markdown is told by its headings",
    "a.md",
    "Before.\n\n# One\nText.\n```\n# no heading\n```\n## Two ##\nMore.",
    [
      whole("Before."),
      below("One", "# One\nText.\n```\n# no heading\n```"),
      below("Two", "## Two ##\nMore."),
    ],
  ],
  [
    "HTML is what a reader would see",
    "a.html",
    "<title>T</title><style>p {}</style><h1>One &amp; <i>two</i></h1><p>A  <b>bold</b> word.<ul><li>a<li>b</ul><script>x()</script>",
    [below("One & two", "One & two\n\nA bold word.\n\n- a\n- b")],
  ],
  ["HTML is known by its start, too", "page", "<!doctype html><p>Hello", [whole("Hello")]],
  [
    "a PDF is its pages, and words that a line's end cuts are whole",
    "a.pdf",
    tinyPdf([["The har-", "bour (old)."], [], ["Third."]]),
    [
      { place: { kind: "page", page: 1 }, text: "The harbour (old)." },
      { place: { kind: "page", page: 3 }, text: "Third." },
    ],
  ],
  [
    "a Word document is told by its headings, whatever it is called",
    "upload",
    tinyDocx([{ text: "Aims", style: "Heading1" }, { text: "Less & more." }]),
    [below("Aims", "Aims\n\nLess & more.")],
  ],
])("%s", async (_, name, bytes, sections) => {
  expect(await read(name, bytes)).toEqual(sections);
});

describe("what cannot be read is an error that names file and fix", () => {
  const pdf = tinyPdf([["Page."]]);
  test.each<[name: string, bytes: Uint8Array | string, told: RegExp]>([
    [
      "locked.pdf",
      tinyPdf([["Secret."]], { encrypted: true }),
      /it is encrypted; save it without a password/,
    ],
    ["broken.pdf", "%PDF-1.4 and nothing more", /it is broken: Invalid PDF structure/],
    ["cut.pdf", pdf.subarray(0, 120), /it is broken/],
    ["scan.pdf", tinyPdf([[], []]), /its pages hold no text, only pictures; run text recognition/],
    [
      "book.pdf",
      tinyPdf(Array.from({ length: 2_001 }, () => [])),
      /it has 2001 pages, and 2000 are read at most/,
    ],
    [
      "locked.docx",
      Buffer.from("d0cf11e0a1b11ae1", "hex"),
      /it is encrypted or of an old Word's kind; save it as .docx/,
    ],
    ["sheet.docx", "PK\u0003\u0004 no zip", /it is broken/],
    [
      "photo.jpg",
      Buffer.from("ffd8ffe000104a46", "hex"),
      /it is no text in UTF-8; text, Markdown, HTML, PDF and docx/,
    ],
    ["zeros", Buffer.alloc(8), /it is no text/],
    ["empty.txt", " \n", /it is empty/],
  ])("%s", async (name, bytes, told) => {
    const error: unknown = await read(name, bytes).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "unprocessable", param: "file", details: { file: name } });
    expect((error as Error).message).toMatch(told);
    expect((error as Error).message).toMatch(new RegExp(`^${name}: `));
  });
});
