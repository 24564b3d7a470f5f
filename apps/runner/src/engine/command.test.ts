import { expect, test } from "vitest";
import type { EngineProgram } from "@berth/api";
import { engineCommand, takesKey, type CommandFacts } from "./command.ts";

const onSocket: CommandFacts = {
  dir: "/launches/svc-1",
  address: { kind: "socket", socketPath: "/launches/svc-1/engine.sock", socketDir: null },
  key: "the-key",
  runnerArgv: ["/bin/node", "/opt/runner.mjs"],
  packagesDir: undefined,
  container: undefined,
};
const onPort: CommandFacts = { ...onSocket, address: { kind: "port", port: 4321 } };

function program(argv: string[], env: Record<string, string> = {}): EngineProgram {
  return { kind: "command", argv, env, cwd: null };
}

test.each([
  [onPort, ["server", "--port", "{port}"], ["server", "--port", "4321"]],
  [
    onPort,
    ["server", "--bind=127.0.0.1:{port}", "{port}{port}"],
    ["server", "--bind=127.0.0.1:4321", "43214321"],
  ],
  [onSocket, ["server", "--unix", "{socket}"], ["server", "--unix", "/launches/svc-1/engine.sock"]],
  [onSocket, ["server", "--key", "{key}"], ["server", "--key", "the-key"]],
  [
    onPort,
    ["server", "{socket}", "{model}", "{ port }", "{}", "{PORT}"],
    ["server", "{socket}", "{model}", "{ port }", "{}", "{PORT}"],
  ],
  [onSocket, ["server", "{port}"], ["server", "{port}"]],
])("%#: what is not ours to fill in stays: %j", (facts, argv, filled) => {
  expect(engineCommand(program(argv), facts).argv).toEqual(filled);
});

test("the values of the environment are filled in, not their names", () => {
  const { env } = engineCommand(program(["server"], { PORT: "{port}", "{port}": "x", KEY: "{key}" }), onPort);
  expect(env).toEqual({ PORT: "4321", "{port}": "x", KEY: "the-key" });
});

test("a command runs in its directory, or else in the launch's own", () => {
  expect(engineCommand(program(["server"]), onPort).cwd).toBe("/launches/svc-1");
  const there: EngineProgram = { kind: "command", argv: ["server"], env: {}, cwd: "/there" };
  expect(engineCommand(there, onPort).cwd).toBe("/there");
});

test("an embedded engine is the runner's own program again, and ends with its input", () => {
  const command = engineCommand({ kind: "embedded", engine: "llama-cpp", config: {} }, onSocket);
  expect(command.argv.join(" ")).toBe(
    "/bin/node /opt/runner.mjs engine llama-cpp --config /launches/svc-1/engine.json --socket /launches/svc-1/engine.sock",
  );
  expect(command.endsWithStdin).toBe(true);
});

test("a program takes a key when it mentions it anywhere", () => {
  expect(takesKey(program(["server", "--key={key}"]))).toBe(true);
  expect(takesKey(program(["server"], { API_KEY: "{key}" }))).toBe(true);
  expect(takesKey(program(["server"]))).toBe(false);
  expect(takesKey({ kind: "embedded", engine: "llama-cpp", config: { a: "{key}" } })).toBe(false);
});
