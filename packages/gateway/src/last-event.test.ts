import { expect, test } from "vitest";
import { LastEvent } from "./last-event.ts";

const last = "event: message_stop\ndata: {}\n\n";
const stream = `event: message_start\r\ndata: {"text":"event: no\\nevent: nor this"}\n\n: event: hush\n\n${last}`;

test.each([1, 2, 5, 7, 30, 1000])("the last event is known of pieces of %i bytes", (size) => {
  const event = new LastEvent();
  for (let at = 0; at < stream.length; at += size) event.push(Buffer.from(stream.slice(at, at + size)));
  expect(event.name).toBe("event: message_stop");
  expect(event.bytes).toBe(last.length);
});

test("a name is cut where it would be long, and a carriage return is none of it", () => {
  const event = new LastEvent();
  event.push(Buffer.from(`event: a\r\ndata: {}\r\n\r\n`));
  expect(event.name).toBe("event: a");
  event.push(Buffer.from(`event: ${"b".repeat(1000)}`));
  expect(event.name).toHaveLength(64);
});
