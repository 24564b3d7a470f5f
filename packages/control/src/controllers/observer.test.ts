import type { LaunchRef, Observation } from "@berth/launchers";
import { expect, test } from "vitest";
import { here } from "../testing/harbour.ts";
import { Sea } from "../testing/sea.ts";
import { Observer } from "./observer.ts";

const { signal } = new AbortController();
const ref = (launchId: string, profile = "here"): LaunchRef => ({
  homeId: "home",
  serviceId: launchId,
  launchId,
  profile: { ...here, name: profile },
  handle: undefined,
});

/** A launcher whose answers wait to be let go. */
class Slow extends Sea {
  readonly #waiting: (() => void)[] = [];

  override async observe(refs: readonly LaunchRef[]): Promise<ReadonlyMap<string, Observation>> {
    const answer = super.observe(refs);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return answer;
  }

  answer(): void {
    this.#waiting.shift()?.();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("whoever asks in the same moment shares a question", async () => {
  const sea = new Sea();
  const observer = new Observer();
  const seen = await Promise.all(["a", "b", "c"].map((id) => observer.observe(sea, ref(id), signal)));
  expect(sea.questions).toEqual([3]);
  expect(seen).toEqual([{ kind: "absent" }, { kind: "absent" }, { kind: "absent" }]);
});

test("whoever asks while one is answered shares the next; profiles do not wait for each other", async () => {
  const sea = new Slow();
  const observer = new Observer();
  const asked = [observer.observe(sea, ref("a"), signal)];
  await turn();
  asked.push(observer.observe(sea, ref("b"), signal), observer.observe(sea, ref("c"), signal));
  asked.push(observer.observe(sea, ref("d", "there"), signal));
  await turn();
  expect(sea.questions).toEqual([1, 1]);
  for (let i = 0; i < 3; i += 1) {
    sea.answer();
    await turn();
  }
  await Promise.all(asked);
  expect(sea.questions).toEqual([1, 1, 2]);
});

test("a launcher that breaks its promise fails those who asked, not those who ask next", async () => {
  const sea = new Sea();
  const broken = new Sea();
  broken.observe = () => Promise.reject(new Error("broken"));
  const observer = new Observer();
  await expect(observer.observe(broken, ref("a"), signal)).rejects.toThrow("broken");
  expect(await observer.observe(sea, ref("a"), signal)).toEqual({ kind: "absent" });
});

test("what the launcher leaves out is unknown", async () => {
  const silent = new Sea();
  silent.observe = () => Promise.resolve(new Map());
  expect(await new Observer().observe(silent, ref("a"), signal)).toMatchObject({ kind: "unknown" });
});
