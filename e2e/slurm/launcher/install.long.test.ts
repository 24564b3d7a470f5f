import type { BerthError } from "@berth/api";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../until.ts";
import { labObstacle, startLab } from "../lab.ts";
import { SlurmPlace } from "./slurm-place.ts";

const patience = new AbortController().signal;
const runtimeOf = (place: SlurmPlace): string[] =>
  place
    .user("sh", "-c", 'ls -A "$0"/runtime 2>/dev/null || true', place.home)
    .split("\n")
    .filter((name) => name !== "");

describe.skipIf(labObstacle() !== undefined)(
  "Node and the runner on the cluster",
  { timeout: 300_000 },
  () => {
    afterEach(() => startLab().fault("wan", "reset"));

    test("a transfer tells how far it is; one that is cut off leaves nothing that is used, and the next one succeeds", async () => {
      await using place = new SlurmPlace();
      place.user("rm", `${place.home}/runtime`);
      const launcher = place.launcher();
      const request = place.request({ kind: "serve", lines: 0 });
      place.lab.fault("wan", "rate=16000");
      const launching = launcher.launch(request, patience).then(
        () => undefined,
        (error: BerthError) => error,
      );
      await until(
        "progress",
        async () => {
          const seen = (await launcher.observe([request], patience)).get(request.launchId);
          const percent =
            seen?.kind === "queued"
              ? /^installing Node on the cluster, (\d+) %$/.exec(seen.detail)?.[1]
              : undefined;
          return percent !== undefined && Number(percent) > 0 ? true : undefined;
        },
        120_000,
      );
      place.lab.fault("drop-ssh");
      place.lab.fault("wan", "reset");
      expect((await launching)?.code).toBe("host_unreachable");
      expect(runtimeOf(place).filter((name) => !name.startsWith(".part-"))).toEqual([]);

      // two servers at once, each with a launch of its own
      const another = place.request({ kind: "serve", lines: 0 });
      const launch = (which: typeof request): Promise<string> =>
        until("a launch", () =>
          place
            .launcher()
            .launch(which, patience)
            .catch((error: BerthError) => {
              if (error.code !== "host_unreachable") throw error;
              return undefined;
            }),
        );
      await Promise.all([launch(request), launch(another)]);
      await until("both ready", async () => {
        const seen = await launcher.observe([request, another], patience);
        const ready = [...seen.values()].filter(({ kind, ...rest }) => kind === "running" && "state" in rest);
        return ready.length === 2 ? true : undefined;
      });
      expect(runtimeOf(place).toSorted()).toEqual([
        expect.stringMatching(/^node-/),
        expect.stringMatching(/^runner-/),
      ]);
    });

    test("a Node of the profile's own is used, and none is brought", async () => {
      await using place = new SlurmPlace();
      const found = place.user("sh", "-c", "ls -d ~/runtimes/node-*/bin/node | head -n 1").trim();
      place.user("rm", `${place.home}/runtime`);
      const { profile } = place;
      const slurm = profile.slurm === null ? null : { ...profile.slurm, node: found };
      const request = { ...place.requestCommand(["sh", "-c", "exit 3"]), profile: { ...profile, slurm } };
      const launcher = place.launcher();
      await launcher.launch(request, patience);
      const seen = await until("an end", async () => {
        const each = (await launcher.observe([request], patience)).get(request.launchId);
        return each?.kind === "exited" ? each : undefined;
      });
      expect(seen.exit.exitCode).toBe(3);
      expect(runtimeOf(place)).toEqual([expect.stringMatching(/^runner-/)]);
    });
  },
);
