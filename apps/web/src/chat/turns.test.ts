import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("as many as there is room for go in, the others as they came when one leaves", async () => {
  const turns = createTurns(2);
  const { signal } = new AbortController();
  const seen: string[] = [];
  const enter = async (name: string): Promise<() => void> => {
    const leave = await turns.enter(signal, () => seen.push(`${name} waits`));
    seen.push(`${name} is in`);
    return leave;
  };
  const [first, second] = [enter("a"), enter("b"), enter("c"), enter("d")];
  await settled();
  expect(seen).toEqual(["c waits", "d waits", "a is in", "b is in"]);
  (await second)();
  await settled();
  expect(seen.at(-1)).toBe("c is in");
  (await first)();
  await settled();
  expect(seen.at(-1)).toBe("d is in");
});

test("one that gives up takes nobody's place", async () => {
  const turns = createTurns(1);
  const stopping = new AbortController();
  const { signal } = new AbortController();
  const leave = await turns.enter(signal, () => undefined);
  const gone = turns.enter(stopping.signal, () => undefined);
  const next = turns.enter(signal, () => undefined);
  stopping.abort(new Error("stopped"));
  await expect(gone).rejects.toThrow("stopped");
  await expect(turns.enter(stopping.signal, () => undefined)).rejects.toThrow("stopped");
  leave();
  (await next)();
  (await turns.enter(signal, () => expect.unreachable()))();
});
