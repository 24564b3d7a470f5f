import type { Profile, Resources } from "@berth/api";
import { expect, test } from "vitest";
import type { LaunchRequest } from "../launcher.ts";
import { previewOf } from "./plan-launch.ts";

const request = (
  home: string,
  resources: Resources = {},
  names: Partial<LaunchRequest> = {},
): LaunchRequest => ({
  homeId: "home-1",
  serviceId: "svc-1",
  launchId: "svc-1-1",
  profile: { home, slurm: { host: "login", partition: "gpu" } } as Profile,
  handle: undefined,
  secret: "very-secret-indeed",
  resources,
  spec: {
    version: 1,
    homeId: "home-1",
    serviceId: "svc-1",
    launchId: "svc-1-1",
    program: { kind: "command", argv: ["serve"], env: {}, cwd: null },
    listen: { kind: "socket" },
    healthPath: "/health",
    startTimeoutMs: 1,
    drainMs: 30_000,
    bindHost: "127.0.0.1",
    maxLogBytes: 1,
  },
  ...names,
});

test("a preview shows every file, and no secret", () => {
  const { jobScript, argv, files } = previewOf(request("/scratch/ada", { time: "2h" }));
  expect(argv).toEqual(["sbatch", "--parsable", "job.sh"]);
  expect(files.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
    "0600 /scratch/ada/launches/svc-1-1/spec.json",
    "0600 /scratch/ada/launches/svc-1-1/secret",
    "0600 /scratch/ada/launches/svc-1-1/job.sh",
  ]);
  expect(jobScript).toContain("#SBATCH --partition=gpu\n");
  expect(jobScript).toContain("#SBATCH --signal=B:TERM@45\n");
  expect(JSON.stringify({ jobScript, argv, files })).not.toContain("very-secret");
  expect(files[0]?.content).toContain('"tls":true');
});

test.each(["/x/100%", "/x/%j", "/x/a\\b"])("a home that Slurm would rewrite is refused: %s", (home) => {
  expect(() => previewOf(request(home))).toThrow(/choose another home/);
});

test.each(["../escape", "a/b", "", "-rf", "a b", "a,b"])("%j cannot name a launch", (launchId) => {
  expect(() => previewOf(request("/x", {}, { launchId }))).toThrow(/cannot name a launch/);
});

test("the handle's directory wins: a home may have moved", () => {
  const handle = JSON.stringify({ jobId: "7", dir: "/old/launches/svc-1-1", submittedAt: 1 });
  expect(previewOf(request("/new", {}, { handle })).files[0]?.path).toBe("/old/launches/svc-1-1/spec.json");
  const foreign = JSON.stringify({ jobId: "7", dir: "/etc", submittedAt: 1 });
  expect(previewOf(request("/new", {}, { handle: foreign })).files[0]?.path).toBe(
    "/new/launches/svc-1-1/spec.json",
  );
});
