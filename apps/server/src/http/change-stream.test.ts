import { expect, test } from "vitest";
import { Changes } from "@berth/control";
import { changeStream } from "./change-stream.ts";

test("changes arrive as events, in order, until the reader leaves", async () => {
  const changes = new Changes();
  const leave = new AbortController();
  const seen: string[] = [];
  for await (const text of changeStream(changes, leave.signal)) {
    seen.push(text);
    if (seen.length === 1) {
      changes.publish({ type: "models" });
      changes.publish({ type: "service-removed", id: "a" });
    } else leave.abort();
  }
  expect(seen).toEqual([
    ": connected\n\n",
    'event: models\ndata: {"type":"models"}\n\nevent: service-removed\ndata: {"type":"service-removed","id":"a"}\n\n',
  ]);
});

test("what a reader never takes is not kept for ever, and his stream ends", async () => {
  const changes = new Changes();
  const stream = changeStream(changes, new AbortController().signal)[Symbol.asyncIterator]();
  await stream.next();
  for (let i = 0; i < 30_000; i += 1) changes.publish({ type: "models" });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});
