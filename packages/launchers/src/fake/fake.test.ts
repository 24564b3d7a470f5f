import { describe, expect, test } from "vitest";
import { launcherConformance, type ConformancePlace, type EngineAct } from "../conformance.ts";
import type { LaunchRequest } from "../launcher.ts";
import { localProfile } from "../test/local-profile.ts";
import { FakePlace } from "./index.ts";

function conformancePlace(): ConformancePlace & { place: FakePlace } {
  const acts = new Map<string, EngineAct>();
  const place = new FakePlace({ act: ({ launchId }) => acts.get(launchId) ?? { kind: "serve", lines: 0 } });
  const livingOf = (act: EngineAct | undefined): number => (act?.kind === "stubborn" ? 2 : 1);
  return {
    place,
    launcher: () => place.launcher(),
    request: (act) => {
      const made = request(`svc${acts.size}`);
      acts.set(made.launchId, act);
      return made;
    },
    starts: async ({ launchId }) => place.starts.get(launchId) ?? 0,
    living: async ({ launchId }) =>
      place.find(launchId)?.isOver === false ? livingOf(acts.get(launchId)) : 0,
    kill: async ({ launchId }, what) =>
      place
        .find(launchId)
        ?.end(
          what === "engine"
            ? { signal: "SIGKILL", reason: "the engine was killed by SIGKILL" }
            : { reason: "the runner died without a word" },
        ),
    print: async ({ launchId }, line) => place.find(launchId)?.print(line),
  };
}

function request(serviceId: string): LaunchRequest {
  const launchId = `${serviceId}-1`;
  const program = { kind: "command" as const, argv: ["engine"], env: {}, cwd: null };
  return {
    homeId: "home",
    serviceId,
    launchId,
    profile: localProfile("/home"),
    handle: undefined,
    secret: "secret",
    resources: {},
    spec: {
      version: 1,
      homeId: "home",
      serviceId,
      launchId,
      program,
      listen: { kind: "socket" },
      healthPath: "/health",
      startTimeoutMs: 1_000,
      drainMs: 1_000,
      bindHost: "127.0.0.1",
      maxLogBytes: 1_000,
    },
  };
}

describe("the fake launcher", () => {
  for (const { name, run } of launcherConformance) test(name, () => run(conformancePlace()));

  test("an unreachable place shows nothing and takes nothing, and shows all again afterwards", async () => {
    const { place } = conformancePlace();
    const launcher = place.launcher();
    const { signal } = new AbortController();
    await launcher.launch(request("svc"), signal);
    place.unreachable = "the login node does not answer";
    const seen = await launcher.observe([request("svc")], signal);
    expect(seen.get("svc-1")).toEqual({ kind: "unknown", reason: "the login node does not answer" });
    await expect(launcher.stop(request("svc"), { graceMs: 0 }, signal)).rejects.toThrow("does not answer");
    place.unreachable = undefined;
    expect((await launcher.observe([request("svc")], signal)).get("svc-1")?.kind).toBe("running");
  });
});
