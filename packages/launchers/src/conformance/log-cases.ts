import assert from "node:assert/strict";
import type { Launcher, LaunchRef, LogOptions } from "../launcher.ts";
import { observeUntil, patience, until, type ConformanceCase } from "./place.ts";

/** What the engine prints, while it lives and after. */
export const logCases: readonly ConformanceCase[] = [
  {
    name: "the log is there whole, or its last lines, while the engine lives and after",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 5 });
      await launcher.launch(request, patience);
      await observeUntil(launcher, request, "running", "ready");
      const check = async (): Promise<void> => {
        const whole = "line 1\nline 2\nline 3\nline 4\nline 5\n";
        assert.equal(await collect(launcher, request, { follow: false }), whole);
        assert.equal(await collect(launcher, request, { follow: false, tailLines: 2 }), "line 4\nline 5\n");
        assert.equal(await collect(launcher, request, { follow: false, tailLines: 99 }), whole);
        assert.equal(await collect(launcher, request, { follow: false, tailLines: 0 }), "");
      };
      await check();
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      await check();
    },
  },
  {
    name: "a followed log shows what is printed meanwhile, and ends with the launch",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 1 });
      await launcher.launch(request, patience);
      await observeUntil(launcher, request, "running", "ready");
      let seen = "";
      const following = (async () => {
        for await (const text of launcher.logs(request, { follow: true }, patience)) seen += text;
      })();
      await until("the first line", async () => (seen === "line 1\n" ? true : undefined));
      await place.print(request, "grüße");
      await until("the printed line", async () => (seen === "line 1\ngrüße\n" ? true : undefined));
      await launcher.stop(request, { graceMs: 5_000 }, patience);
      await following;
      assert.equal(seen, "line 1\ngrüße\n");
    },
  },
  {
    name: "a followed log ends when its reader has had enough",
    run: async (place) => {
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 1 });
      await launcher.launch(request, patience);
      await observeUntil(launcher, request, "running", "ready");
      const enough = new AbortController();
      for await (const text of launcher.logs(request, { follow: true }, enough.signal)) {
        assert.equal(text, "line 1\n");
        enough.abort();
      }
    },
  },
];

async function collect(launcher: Launcher, ref: LaunchRef, options: LogOptions): Promise<string> {
  let all = "";
  for await (const text of launcher.logs(ref, options, patience)) all += text;
  return all;
}
