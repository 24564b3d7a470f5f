import { isBerthError, type CommandSpec, type EngineOptions } from "@berth/api";
import { describe, expect, test } from "vitest";
import { plainSurroundings, type EnginePlan, type Surroundings } from "../engine.ts";
import { refusalOf } from "../test/refusal.ts";
import { commandEngine } from "./index.ts";

function plan(
  command: CommandSpec | undefined,
  options: EngineOptions = {},
  surroundings: Partial<Surroundings> = {},
) {
  return commandEngine.plan({
    model: undefined,
    servedName: "mine",
    task: "text-generation",
    options,
    command,
    device: { cpuCores: 4, busyThreads: 0, totalMemoryMiB: 8192, freeMemoryMiB: 4096 },
    surroundings: { ...plainSurroundings, ...surroundings },
  });
}

describe("how the runner reaches it", () => {
  test.each([
    ["a socket in argv", { argv: ["serve", "--uds", "{socket}"] }, "socket"],
    ["a socket in the environment", { argv: ["serve"], env: { LISTEN: "unix:{socket}" } }, "socket"],
    ["a port in argv", { argv: ["serve", "--bind=127.0.0.1:{port}"] }, "port"],
    ["a port in the environment", { argv: ["serve"], env: { PORT: "{port}" } }, "port"],
  ])("%s", (_, command, kind) => {
    expect(plan(command).listen.kind).toBe(kind);
  });
});

test("PORT is filled for a server on a port, and the user's own PORT wins", () => {
  const argv = ["serve", "--port", "{port}"];
  expect(plan({ argv }).program).toMatchObject({ argv, env: { PORT: "{port}" }, cwd: null });
  expect(plan({ argv, env: { PORT: "1" } }).program).toMatchObject({ env: { PORT: "1" } });
  expect(plan({ argv: ["serve", "{socket}"] }).program).toMatchObject({ env: {} });
});

test("{model} is the name it is called by, in argv and in the environment", () => {
  const argv = ["serve", "{socket}", "--alias={model}", "{models}"];
  expect(plan({ argv, env: { NAME: "{model}" } }).program).toMatchObject({
    argv: ["serve", "{socket}", "--alias=mine", "{models}"],
    env: { NAME: "mine" },
  });
});

test("health path and patience are the user's", () => {
  const argv = ["serve", "{socket}"];
  expect(plan({ argv })).toMatchObject({ healthPath: "/health", startTimeoutMs: 600_000 });
  expect(plan({ argv, healthPath: "/ready", startTimeoutSeconds: 1.5 })).toMatchObject({
    healthPath: "/ready",
    startTimeoutMs: 1500,
  });
});

describe("what the user is told", () => {
  test.each([
    ["a port without a key can be reached by others", { argv: ["serve", "{port}"] }, ["can reach"]],
    ["a key in the environment guards the port", { argv: ["serve", "{port}"], env: { KEY: "{key}" } }, []],
    ["a key in argv can be read by others", { argv: ["serve", "{port}", "{key}"] }, ["can read {key}"]],
    ["a socket needs no word", { argv: ["serve", "{socket}"] }, []],
  ])("%s", (_, command, parts) => {
    const { warnings } = plan(command);
    expect(warnings).toHaveLength(parts.length);
    for (const [index, part] of parts.entries()) expect(warnings[index]).toContain(part);
  });
});

describe("where others work on the machine too", () => {
  const shared = { isShared: true };

  // one row, one line
  // oxfmt-ignore
  test.each<[string, CommandSpec, Partial<Surroundings>, EnginePlan["listen"], string | undefined]>([
    ["a port without a key lies in a network of its own", { argv: ["serve", "{port}"] }, shared, { kind: "port", reach: "private" }, "network of its own"],
    ["a port without a key may be reached if the user says so", { argv: ["serve", "{port}"] }, { ...shared, allowSharedPort: true }, { kind: "port" }, "can reach"],
    ["a port that asks for a key is guarded by that", { argv: ["serve", "{port}"], env: { KEY: "{key}" } }, shared, { kind: "port" }, undefined],
    ["a socket is nobody else's", { argv: ["serve", "{socket}"] }, shared, { kind: "socket" }, undefined],
    ["alone on the machine, a port is a port", { argv: ["serve", "{port}"] }, {}, { kind: "port" }, "can reach"],
  ])("%s", (_fact, command, surroundings, listen, warning) => {
    const made = plan(command, {}, surroundings);
    expect(made.listen).toEqual(listen);
    expect(made.warnings.join()).toContain(warning ?? "");
    expect(made.warnings).toHaveLength(warning === undefined ? 0 : 1);
  });
});

describe("what is refused", () => {
  test.each([
    ["no command", undefined, {}, "command"],
    ["a command that listens nobody knows where", { argv: ["serve"] }, {}, "command.argv"],
    ["both a port and a socket", { argv: ["serve", "{port}", "{socket}"] }, {}, "command.argv"],
    ["an option it cannot pass on", { argv: ["serve", "{port}"] }, { parallel: 2 }, "options.parallel"],
  ])("%s", (_, command, options, param) => {
    try {
      plan(command, options);
      expect.unreachable("the plan was accepted");
    } catch (error) {
      if (!isBerthError(error)) throw error;
      expect([error.code, error.param]).toEqual(["invalid_request", param]);
    }
  });
});

describe("in a container", () => {
  const surroundings = { ...plainSurroundings, runtime: "podman", container: "localhost/mine:1" } as const;
  const inContainer = (command: CommandSpec, changes: Partial<Surroundings> = {}) =>
    commandEngine.plan({
      model: undefined,
      servedName: "mine",
      task: "text-generation",
      options: {},
      command,
      device: { cpuCores: 4, busyThreads: 0, totalMemoryMiB: 8192, freeMemoryMiB: 4096 },
      surroundings: { ...surroundings, ...changes },
    });

  test("the first word is a program of the image, and the socket is where the container sees it", () => {
    const { program, listen } = inContainer({ argv: ["serve", "--uds={socket}", "{model}"], cwd: "/srv" });
    expect(listen.kind).toBe("socket");
    const words = program.kind === "command" ? program.argv : [];
    expect(words.slice(words.indexOf("--workdir"))).toEqual([
      "--workdir",
      "/srv",
      "--entrypoint",
      "serve",
      "localhost/mine:1",
      "--uds=/berth/io/engine.sock",
      "mine",
    ]);
  });

  test.each<[string, CommandSpec, Partial<Surroundings>, string]>([
    ["no image", { argv: ["serve", "{socket}"] }, { container: undefined }, "container"],
    [
      "an open port on a node with others",
      { argv: ["serve", "{port}"] },
      { isShared: true, container: "docker://x" },
      "runtime",
    ],
  ])("%s is refused", (_, command, changes, param) => {
    expect(refusalOf(() => inContainer(command, changes)).param).toBe(param);
  });

  test("an open port is enclosed where the runtime can be", () => {
    const { listen } = inContainer({ argv: ["serve", "{port}"] }, { isShared: true, runtime: "apptainer" });
    expect(listen).toEqual({ kind: "port", reach: "private" });
  });
});
