import { createServiceSchema } from "@berth/api";
import { expect, test } from "vitest";
import { blankForm, launchRequest, problemOf, type LaunchForm } from "./launch-form.ts";

const ask = (fields: Partial<LaunchForm>, hasScheduler = false) =>
  launchRequest({ ...blankForm, ...fields }, hasScheduler);

test("an untouched form is not ready, and nothing is wrong with it", () => {
  expect(ask({})).toEqual({ kind: "unready", problems: {} });
  expect(ask({ kind: "command" })).toEqual({ kind: "unready", problems: {} });
});

test("fields left empty are left out", () => {
  expect(ask({ model: "m" })).toEqual({ kind: "request", body: { model: "m" } });
});

test("every field reaches the request, and the contract takes it", () => {
  const request = ask({
    model: "m",
    file: "Q4_K_M",
    name: " heron ",
    profile: "local",
    maxTotalTokens: "8192",
    parallel: "4",
    threads: "6",
    gpuLayers: "0",
    lora: [
      { id: "1", path: " /a.gguf ", scale: "" },
      { id: "2", path: "/b.gguf", scale: "0.5" },
      { id: "3", path: "", scale: "" },
    ],
    port: "8090",
    apiKey: "sk-secret-1",
    extra: "--flash 'a b'",
    force: true,
  });
  expect(request).toEqual({
    kind: "request",
    body: {
      model: "m",
      name: "heron",
      profile: "local",
      port: 8090,
      apiKey: "sk-secret-1",
      force: true,
      options: {
        maxTotalTokens: 8192,
        parallel: 4,
        threads: 6,
        gpuLayers: 0,
        lora: [
          { path: "/a.gguf", scale: 1 },
          { path: "/b.gguf", scale: 0.5 },
        ],
        file: "Q4_K_M",
        extra: ["--flash", "a b"],
      },
    },
  });
  if (request.kind === "request") expect(createServiceSchema.parse(request.body)).toEqual(request.body);
});

test("what only a scheduler understands is asked for where there is one", () => {
  const fields = {
    model: "m",
    partition: "gpu",
    gpuType: "a100",
    gpuCount: "2",
    time: "4:00:00",
    memoryGiB: "64",
    ntasksPerNode: "8",
    constraint: "amd&gpu40",
    sbatch: "--mail-type=END\n\n--comment=two words",
    renew: true,
    runtime: "apptainer",
    mounts: "/data\n/audio:/input:ro",
    env: "HF_TOKEN=x",
    idleMinutes: "30",
    trustRemoteCode: true,
  };
  const request = ask(fields, true);
  expect(request).toEqual({
    kind: "request",
    body: {
      model: "m",
      resources: {
        partition: "gpu",
        gres: "gpu:a100:2",
        time: "4:00:00",
        memoryMiB: 65_536,
        ntasksPerNode: 8,
        constraint: "amd&gpu40",
        sbatch: ["--mail-type=END", "--comment=two words"],
      },
      renew: true,
      runtime: "apptainer",
      mounts: [{ source: "/data" }, { source: "/audio", target: "/input", readOnly: true }],
      env: { HF_TOKEN: "x" },
      idleTimeoutSeconds: 1800,
      options: { trustRemoteCode: true },
    },
  });
  if (request.kind === "request") expect(createServiceSchema.parse(request.body)).toEqual(request.body);
  const elsewhere = ask(fields);
  expect(elsewhere.kind === "request" && Object.keys(elsewhere.body)).not.toContain("resources");
});

test.each([
  [{ gpuCount: "2" }, "2"],
  [{ gpuType: "a100" }, "gpu:a100:1"],
  [{ gpuType: "a100", gpuCount: "4" }, "gpu:a100:4"],
  [{ gpuType: "a100", gpuCount: "0" }, undefined],
])("%j asks for the GPUs %j", (fields, gres) => {
  const request = ask({ model: "m", ...fields }, true);
  expect(request.kind === "request" ? request.body.resources?.gres : "unready").toBe(gres);
});

test("a command is split into words, its environment into names and values", () => {
  const request = ask({
    kind: "command",
    model: "is not sent",
    command: `serve --title "a b" --port {port}`,
    healthPath: "/health",
    env: "A=1\n\n  B_2=x=y ",
  });
  expect(request).toEqual({
    kind: "request",
    body: {
      image: "command",
      command: {
        argv: ["serve", "--title", "a b", "--port", "{port}"],
        healthPath: "/health",
        env: { A: "1", B_2: "x=y" },
      },
    },
  });
  if (request.kind === "request") expect(createServiceSchema.parse(request.body)).toEqual(request.body);
});

test.each([
  [{ model: "m", parallel: "four" }, "options.parallel"],
  [{ model: "m", threads: "1.5" }, "options.threads"],
  [{ model: "m", extra: "'a" }, "options.extra"],
  [{ model: "m", env: "no value" }, "env"],
  [{ model: "m", mounts: "data" }, "mounts"],
  [{ kind: "command" as const, command: `a "b` }, "command.argv"],
  [{ kind: "command" as const, command: "a", env: "no value" }, "command.env"],
])("%j is wrong in %s", (fields, param) => {
  const request = ask(fields);
  expect(request.kind).toBe("unready");
  if (request.kind === "unready") expect(Object.keys(request.problems)).toEqual([param]);
});

test("a fault of a part is the field's fault", () => {
  expect(problemOf({ "command.argv[0]": "empty" }, "command.argv")).toBe("empty");
  expect(problemOf({ names: "x" }, "name")).toBeUndefined();
});
