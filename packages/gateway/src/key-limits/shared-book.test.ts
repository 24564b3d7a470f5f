import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { LimitBook, makeBookMemory } from "./limit-book.ts";

const spender = new URL("../testing/spend-in-thread.ts", import.meta.url);

test("threads that share a book spend a budget to its end together, and never more", async () => {
  const book = new LimitBook(makeBookMemory(4));
  const now = Date.UTC(2026, 0, 1);
  const slot = book.setLimits("k", { budgets: [{ period: "day", unit: "tokens", amount: 20_000 }] }, now);
  const threads = [1, 2, 3];
  const gate = new Int32Array(new SharedArrayBuffer(4)).fill(threads.length);
  const admitted = await Promise.all(
    threads.map(async (thread) => {
      const worker = new Worker(spender, { workerData: { memory: book.memory, thread, gate, slot, now } });
      const [count] = (await once(worker, "message")) as [number];
      return count;
    }),
  );
  expect(admitted.reduce((sum, count) => sum + count, 0)).toBe(20_000);
  expect(Math.min(...admitted)).toBeGreaterThan(0);
  expect(book.budgets("k", now)).toMatchObject([{ spent: 20_000, reserved: 0 }]);
});
