import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEvents, SseParser, type SseEvent } from "./sse.ts";

function parseWhole(text: string): SseEvent[] {
  const parser = new SseParser();
  return [...parser.push(text), ...parser.end()];
}

const facts: readonly (readonly [fact: string, text: string, events: readonly Partial<SseEvent>[]])[] = [
  ["an event ends at a blank line", "data: a\n\ndata: b\n\n", [{ data: "a" }, { data: "b" }]],
  ["lines may end in CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", [{ data: "a" }, { data: "b" }]],
  ["lines may end in CR", "data: a\r\rdata: b\r\r", [{ data: "a" }, { data: "b" }]],
  ["several data lines are one text", "data: a\ndata:\ndata: c\n\n", [{ data: "a\n\nc" }]],
  [
    "one space after the colon is no data, two are one",
    "data:x\n\ndata:  x\n\n",
    [{ data: "x" }, { data: " x" }],
  ],
  ["the event's name is told", "event: download\ndata: 1\n\n", [{ event: "download", data: "1" }]],
  [
    "a name does not outlive its event",
    "event: a\ndata: 1\n\ndata: 2\n\n",
    [{ event: "a" }, { event: "message" }],
  ],
  ["an id outlives its event", "id: 7\ndata: 1\n\ndata: 2\n\n", [{ id: "7" }, { id: "7" }]],
  ["comments are nothing", ": waiting\n\n:\n\ndata: 1\n\n", [{ data: "1" }]],
  ["unknown fields are nothing", "retry: 10\nfoo: bar\n\ndata: 1\n\n", [{ data: "1" }]],
  ["a field without a colon is empty", "data\n\n", [{ data: "" }]],
  ["a byte order mark is skipped", "\uFEFFdata: 1\n\n", [{ data: "1" }]],
  ["what the end cuts off is dropped", "data: 1\n\ndata: 2\n", [{ data: "1" }]],
];

test.for(facts)("%s", ([, text, events]) => {
  expect(parseWhole(text)).toMatchObject(events);
});

test("comments are told to whoever listens, and make no event", () => {
  const comments: string[] = [];
  const parser = new SseParser((text) => comments.push(text));
  const events = parser.push(": starting, 62 %\n\ndata: 1\n\n:\n");
  expect(comments).toEqual(["starting, 62 %", ""]);
  expect(events).toHaveLength(1);
});

describe("pieces", () => {
  const line = fc.oneof(
    fc.string({ maxLength: 12 }).map((text) => `data: ${text.replaceAll(/[\r\n]/g, "")}`),
    fc.constantFrom("event: x", ": comment", "id: 3", "data", "", ""),
  );
  const stream = fc
    .array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n")), { maxLength: 30 })
    .map((lines) => lines.map(([text, end]) => text + end).join(""));

  test("cutting a stream anywhere changes nothing", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(400)), (text, cuts) => {
        const places = [
          0,
          ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b),
          text.length,
        ];
        const parser = new SseParser();
        const events = places.flatMap((place, index) => parser.push(text.slice(place, places[index + 1])));
        expect([...events, ...parser.end()]).toEqual(parseWhole(text));
      }),
    );
  });

  test("an event is given as soon as its blank line is there", async () => {
    async function* text(): AsyncGenerator<string> {
      yield "da";
      yield "ta: 1\n";
      yield "\n";
      throw new Error("read on although the first event was complete");
    }
    const events = readEvents(text());
    expect((await events.next()).value).toMatchObject({ data: "1" });
  });
});
