import assert from "node:assert/strict";
import { observeOne, observeUntil, patience, until, type ConformanceCase } from "./place.ts";

/** From launch to ready, once. */
export const lifeCases: readonly ConformanceCase[] = [
  {
    name: "a launch runs, becomes ready and tells where it is reached",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 0 });
      await launcher.launch(request, patience);
      const { address, state } = await observeUntil(launcher, request, "running", "ready");
      const { protocol } = new URL(address?.url ?? "");
      assert.equal(protocol, address?.fingerprint === undefined ? "http:" : "https:");
      assert.equal(state?.launchId, request.launchId);
      assert.equal(state?.serviceId, request.serviceId);
    },
  },
  {
    name: "as soon as launch has resolved, the launch is no longer absent",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 0 });
      await launcher.launch(request, patience);
      assert.notEqual((await observeOne(launcher, request)).kind, "absent");
    },
  },
  {
    name: "what was never launched is absent, has no log, and is stopped and forgotten already",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 0 });
      assert.deepEqual(await observeOne(launcher, request), { kind: "absent" });
      for await (const text of launcher.logs(request, { follow: true }, patience)) assert.fail(text);
      await launcher.stop(request, { graceMs: 1_000 }, patience);
      await launcher.forget(request, patience);
      assert.deepEqual(await observeOne(launcher, request), { kind: "absent" });
    },
  },
  {
    name: "launching twice, also by another launcher and also after the end, starts one engine",
    run: async (place) => {
      const request = place.request({ kind: "serve", lines: 0 });
      const launcher = place.launcher();
      const handle = await launcher.launch(request, patience);
      assert.equal(await launcher.launch(request, patience), handle);
      assert.equal(await place.launcher().launch({ ...request, handle }, patience), handle);
      await observeUntil(launcher, request, "running", "ready");
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      await launcher.launch(request, patience);
      assert.equal((await observeOne(launcher, request)).kind, "exited");
      assert.equal(await place.starts(request), 1);
    },
  },
  {
    name: "launching at once, by launchers that know nothing of each other, starts one engine",
    run: async (place) => {
      const request = place.request({ kind: "serve", lines: 0 });
      const launchers = [place.launcher(), place.launcher(), place.launcher()];
      const calls = launchers.flatMap((launcher) => [launcher, launcher]);
      await Promise.all(calls.map((launcher) => launcher.launch(request, patience)));
      for (const launcher of launchers) await observeUntil(launcher, request, "running", "ready");
      assert.equal(await place.starts(request), 1);
      // runners that came too late may still be on their way out
      await until("one process", async () => ((await place.living(request)) === 1 ? true : undefined));
    },
  },
  {
    name: "another launcher finds it again without the handle, and can end it",
    run: async (place) => {
      const request = place.request({ kind: "serve", lines: 0 });
      await place.launcher().launch(request, patience);
      const later = place.launcher();
      await observeUntil(later, request, "running", "ready");
      await later.stop(request, { graceMs: 5_000 }, patience);
      assert.equal((await observeOne(place.launcher(), request)).kind, "exited");
    },
  },
  {
    name: "many are observed at once, each as it is",
    run: async (place) => {
      const launcher = place.launcher();
      const [ready, ended, never] = [
        place.request({ kind: "serve", lines: 0 }),
        place.request({ kind: "exit", lines: 0, exitCode: 0 }),
        place.request({ kind: "serve", lines: 0 }),
      ];
      await Promise.all([launcher.launch(ready, patience), launcher.launch(ended, patience)]);
      await observeUntil(launcher, ready, "running", "ready");
      await observeUntil(launcher, ended, "exited");
      const seen = await launcher.observe([ready, ended, never], patience);
      const kinds = [ready, ended, never].map((ref) => seen.get(ref.launchId)?.kind);
      assert.deepEqual(kinds, ["running", "exited", "absent"]);
    },
  },
];
