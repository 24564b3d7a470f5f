import type { RemoteHost } from "../../remote/remote-host.ts";
import { expect, test } from "vitest";
import type { Installation } from "./install-pack.ts";
import { Installer } from "./installer.ts";
import type { Pack } from "./pack.ts";

const never = new AbortController().signal;
const pack = { title: "the runner", path: "runtime/runner-1" } as Pack;

/** Uploads that a test ends. */
function uploads() {
  const begun: {
    readonly home: string;
    readonly signal: AbortSignal;
    readonly progress: Installation["onProgress"];
  }[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const installer = new Installer((_pack, { home, onProgress }, signal) => {
    begun.push({ home, signal, progress: onProgress });
    const end = Promise.withResolvers<void>();
    ends.push(end);
    signal.addEventListener("abort", () => end.reject(signal.reason));
    return end.promise;
  });
  const host = {} as RemoteHost;
  const install = (signal = never, options: Partial<Installation> = {}) => {
    const told: number[] = [];
    const done = installer.install(
      pack,
      { host, home: "~/.berth", onProgress: (fraction) => told.push(fraction), ...options },
      signal,
    );
    done.catch(() => undefined);
    return { done, told };
  };
  return { begun, ends, install };
}

test("two who want the same pack share one upload, and both hear how far it is", async () => {
  const { begun, ends, install } = uploads();
  const one = install();
  begun[0]?.progress(0.5);
  const two = install();
  begun[0]?.progress(0.75);
  ends[0]?.resolve();
  await Promise.all([one.done, two.done]);
  expect(begun.length).toBe(1);
  expect([one.told, two.told]).toEqual([
    [0, 0.5, 0.75],
    [0.5, 0.75],
  ]);
});

test.for([
  ["another home", { home: "/scratch/me/.berth" }],
  ["another host", { host: {} as RemoteHost }],
] as const)("%s is another upload", ([, options]) => {
  const { begun, install } = uploads();
  install();
  install(never, options);
  expect(begun.length).toBe(2);
});

test("one that waits no longer leaves at once; the upload goes on for the other", async () => {
  const { begun, ends, install } = uploads();
  const giveUp = new AbortController();
  const [one, two] = [install(giveUp.signal), install()];
  giveUp.abort(new Error("stopped"));
  await expect(one.done).rejects.toThrow("stopped");
  expect(begun[0]?.signal.aborted).toBe(false);
  ends[0]?.resolve();
  await two.done;
});

test("when nobody waits it is dropped, and begun anew by who comes then", async () => {
  const { begun, ends, install } = uploads();
  const giveUp = new AbortController();
  const one = install(giveUp.signal);
  giveUp.abort(new Error("stopped"));
  await expect(one.done).rejects.toThrow("stopped");
  expect(begun[0]?.signal.aborted).toBe(true);
  const two = install();
  expect(begun.length).toBe(2);
  ends[1]?.resolve();
  await two.done;
});

test("what fails fails for all who wait, and is tried again by the next", async () => {
  const { begun, ends, install } = uploads();
  const [one, two] = [install(), install()];
  ends[0]?.reject(new Error("the disk is full"));
  await expect(one.done).rejects.toThrow("the disk is full");
  await expect(two.done).rejects.toThrow("the disk is full");
  install();
  expect(begun.length).toBe(2);
});
