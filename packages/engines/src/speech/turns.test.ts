import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

const never = new AbortController().signal;

test("one works at a time, and owners take turns", async () => {
  const turns = new Turns();
  const said: string[] = [];
  let working = 0;
  const pieces = async (name: string, count: number): Promise<void> => {
    const owner = {};
    for (let at = 1; at <= count; at++)
      await turns.take(owner, never, async () => {
        working += 1;
        expect(working).toBe(1);
        said.push(`${name}${at}`);
        await new Promise((resolve) => setImmediate(resolve));
        working -= 1;
      });
  };
  await Promise.all([pieces("long", 4), pieces("short", 1), pieces("other", 2)]);
  expect(said).toEqual(["long1", "short1", "other1", "long2", "other2", "long3", "long4"]);
});

test("who leaves while waiting is passed over, and what fails lets the next one work", async () => {
  const turns = new Turns();
  const go = Promise.withResolvers<void>();
  const leaving = new AbortController();
  const first = turns.take({}, never, () => go.promise);
  const left = turns.take({}, leaving.signal, () => Promise.resolve("never"));
  const last = turns.take({}, never, () => Promise.resolve("worked"));
  leaving.abort(new Error("left"));
  await expect(left).rejects.toThrow("left");
  go.reject(new Error("broken"));
  await expect(first).rejects.toThrow("broken");
  expect(await last).toBe("worked");
  expect(await turns.take({}, never, () => Promise.resolve("free"))).toBe("free");
});
