import { describe, expect, test } from "vitest";
import { FairLine } from "../../../serving/fair-line.ts";
import { bestSequence, sharedPrefix } from "./prefix.ts";
import { SequencePool, type Lease } from "./sequence-pool.ts";

interface FakeSequence {
  readonly name: string;
  readonly contextTokens: readonly number[];
}

const noAbort = new AbortController().signal;

describe("the shared prefix", () => {
  test.each([
    [[], [1], 0],
    [[1, 2, 3], [1, 2, 4], 2],
    [[1, 2], [1, 2, 3], 2],
    [[2], [1], 0],
  ])("of %j and %j is %i tokens long", (a, b, length) => {
    expect(sharedPrefix(a, b)).toBe(length);
  });
});

describe("a prompt is answered by the sequence", () => {
  const chat = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  const system = Array.from({ length: 200 }, (_, index) => 1000 + index);
  const empty = { tokens: [], promptTokens: 0 };

  test.each([
    ["that holds the chat so far", [empty, { tokens: chat, promptTokens: 9 }], [...chat, 13], 1],
    ["that was asked the same before", [empty, { tokens: chat, promptTokens: 10 }], chat.slice(0, 10), 1],
    [
      "that is empty, rather than one that shares a first line",
      [{ tokens: chat, promptTokens: 9, lastUse: 1 }, empty],
      [1, 99],
      1,
    ],
    [
      "that was idle longest of those with the same system prompt",
      [
        { tokens: [...system, 7], promptTokens: 201, lastUse: 5 },
        { tokens: [...system, 8, 8, 8], promptTokens: 203, lastUse: 4 },
        { ...empty, lastUse: 1 },
      ],
      [...system, 9],
      1,
    ],
    [
      "that was idle longest, when none shares anything",
      [3, 1, 2].map((lastUse) => ({ ...empty, lastUse })),
      [1],
      1,
    ],
    ["of nobody, when none is idle", [], [1], -1],
  ])("%s", (_, idle, prompt, index) => {
    expect(
      bestSequence(
        idle.map((cached) => ({ lastUse: 0, ...cached })),
        prompt,
      ),
    ).toBe(index);
  });
});

describe("a fair line", () => {
  test("owners take turns in the order of their coming", () => {
    const line = new FairLine<string>();
    const [a, b, c] = [{}, {}, {}];
    for (const [owner, item] of [
      [a, "a1"],
      [a, "a2"],
      [a, "a3"],
      [b, "b1"],
      [c, "c1"],
      [b, "b2"],
    ] as const)
      line.push(owner, item);
    const order = Array.from({ length: 6 }, () => line.shift());
    expect(order).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
    expect(line.shift()).toBeUndefined();
  });

  test("one who gives up is forgotten", () => {
    const line = new FairLine<string>();
    const owner = {};
    line.push(owner, "a1");
    line.push(owner, "a2");
    line.remove(owner, "a1");
    line.remove(owner, "never there");
    expect([line.length, line.shift(), line.length]).toEqual([1, "a2", 0]);
  });
});

describe("a pool of sequences", () => {
  const poolOf = (...names: string[]) =>
    new SequencePool<FakeSequence>(names.map((name) => ({ name, contextTokens: [] })));

  test("lends each to one at a time, then lets others wait", async () => {
    const pool = poolOf("x", "y");
    const first = await pool.lend([1], {}, noAbort);
    const second = await pool.lend([1], {}, noAbort);
    expect(new Set([first.sequence.name, second.sequence.name])).toEqual(new Set(["x", "y"]));
    const third = pool.lend([1], {}, noAbort);
    expect(pool.waiting).toBe(1);
    second.release();
    expect((await third).sequence).toBe(second.sequence);
  });

  test("one who leaves while waiting takes nothing", async () => {
    const pool = poolOf("x");
    const first = await pool.lend([1], {}, noAbort);
    const leaving = new AbortController();
    const second = pool.lend([1], {}, leaving.signal);
    const third = pool.lend([1], {}, noAbort);
    leaving.abort(new Error("left"));
    await expect(second).rejects.toThrow("left");
    first.release();
    expect((await third).sequence.name).toBe("x");
    expect(pool.idle).toBe(0);
  });

  test("one who left before is not served", async () => {
    const pool = poolOf("x");
    await expect(pool.lend([1], {}, AbortSignal.abort(new Error("left")))).rejects.toThrow("left");
    expect(pool.idle).toBe(1);
  });

  test("many choices of one request do not keep another waiting for all of them", async () => {
    const pool = poolOf("x");
    const first = await pool.lend([1], {}, noAbort);
    const order: string[] = [];
    const greedy = {};
    const serve = async (owner: object, name: string): Promise<Lease<FakeSequence>> => {
      const lease = await pool.lend([1], owner, noAbort);
      order.push(name);
      lease.release();
      return lease;
    };
    const all = [serve(greedy, "g1"), serve(greedy, "g2"), serve(greedy, "g3"), serve({}, "other")];
    first.release();
    await Promise.all(all);
    expect(order).toEqual(["g1", "other", "g2", "g3"]);
  });
});
