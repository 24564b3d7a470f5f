import assert from "node:assert/strict";
import { BerthError } from "@berth/api";
import { observeOne, observeUntil, patience, type ConformanceCase } from "./place.ts";

/** All ways to an end, each told with its reason and leaving nothing behind. */
export const endCases: readonly ConformanceCase[] = [
  {
    name: "stop ends it, as asked; stopping it again succeeds",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 2 });
      await launcher.launch(request, patience);
      await observeUntil(launcher, request, "running", "ready");
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      assert.equal(await place.living(request), 0);
      const seen = await observeOne(launcher, request);
      assert.ok(seen.kind === "exited");
      assert.equal(seen.exit.requested, true);
      assert.deepEqual(seen.exit.logTail, ["line 1", "line 2"]);
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      await place.launcher().stop(request, { graceMs: 0 }, patience);
    },
  },
  ...[0, 300].map(
    (graceMs) =>
      ({
        name: `stop with a grace of ${graceMs} ms ends an engine that ignores SIGTERM, and its children`,
        run: async (place) => {
          const launcher = place.launcher();
          const request = place.request({ kind: "stubborn" });
          await launcher.launch(request, patience);
          await observeUntil(launcher, request, "running", "ready");
          assert.equal(await place.living(request), 2);
          await launcher.stop(request, { graceMs }, patience);
          assert.equal(await place.living(request), 0);
          const seen = await observeOne(launcher, request);
          assert.equal(seen.kind === "exited" && seen.exit.requested, true);
        },
      }) satisfies ConformanceCase,
  ),
  {
    name: "stop while it starts leaves nothing, and nothing comes later",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 0 });
      const launching = launcher.launch(request, patience).catch(() => undefined);
      await place.launcher().stop(request, { graceMs: 5_000 }, patience);
      await launching;
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      assert.equal(await place.living(request), 0);
      assert.notEqual((await observeOne(launcher, request)).kind, "running");
    },
  },
  {
    name: "a program that is not there is told with its reason",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "missing" });
      let reason: string;
      try {
        await launcher.launch(request, patience);
        reason = (await observeUntil(launcher, request, "exited")).exit.reason;
      } catch (error) {
        assert.ok(error instanceof BerthError);
        reason = error.message;
      }
      assert.match(reason, /no-such-engine/);
      assert.equal(await place.living(request), 0);
    },
  },
  {
    name: "an engine that exits is told with its code and the end of its log",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "exit", lines: 100, exitCode: 3 });
      await launcher.launch(request, patience);
      const { exit } = await observeUntil(launcher, request, "exited");
      assert.equal(exit.exitCode, 3);
      assert.equal(exit.signal, null);
      assert.equal(exit.requested, false);
      assert.match(exit.reason, /exited with code 3/);
      assert.equal(exit.logTail.at(-1), "line 100");
      assert.ok(exit.logTail.length >= 20);
    },
  },
  {
    name: "an engine that is killed is told with its signal",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "stubborn" });
      await launcher.launch(request, patience);
      await observeUntil(launcher, request, "running", "ready");
      await place.kill(request, "engine");
      const { exit } = await observeUntil(launcher, request, "exited");
      assert.equal(exit.signal, "SIGKILL");
      assert.equal(exit.requested, false);
      assert.match(exit.reason, /SIGKILL/);
      assert.equal(await place.living(request), 0);
    },
  },
  {
    name: "a runner that is killed leaves no process behind",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "stubborn" });
      await launcher.launch(request, patience);
      await observeUntil(launcher, request, "running", "ready");
      await place.kill(request, "runner");
      const seen = await observeUntil(launcher, request, "exited");
      assert.equal(seen.exit.requested, false);
      assert.match(seen.exit.reason, /runner/);
      assert.equal(await place.living(request), 0);
      assert.deepEqual(await observeOne(place.launcher(), request), seen);
    },
  },
  {
    name: "what lives is not forgotten; what has ended is, and is absent then",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 0 });
      await launcher.launch(request, patience);
      await observeUntil(launcher, request, "running", "ready");
      await assert.rejects(
        launcher.forget(request, patience),
        (error: BerthError) => error.code === "conflict",
      );
      assert.equal((await observeOne(launcher, request)).kind, "running");
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      await launcher.forget(request, patience);
      assert.deepEqual(await observeOne(launcher, request), { kind: "absent" });
      await launcher.forget(request, patience);
    },
  },
];
