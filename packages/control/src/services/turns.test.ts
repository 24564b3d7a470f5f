import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("what has to do with the same thing is done in turn, however each ends; what has not goes on", async () => {
  const turns = new Turns();
  const done: string[] = [];
  const first = Promise.withResolvers<void>();
  const failing = turns.take("a", async () => {
    await first.promise;
    done.push("a1");
    throw new Error("no");
  });
  const second = turns.take("a", async () => done.push("a2"));
  await turns.take("b", async () => done.push("b"));
  first.resolve();
  await expect(failing).rejects.toThrow("no");
  await second;
  expect(done).toEqual(["b", "a1", "a2"]);
});
