import { execFileSync } from "node:child_process";
import type { CreateService } from "@berth/api";
import { expect, test } from "vitest";
import { runCommand } from "./run-command.ts";

const revision = "0e9e39f249a16976918f6564b8830bc894c89659";
const words = (body: CreateService, found: { model: string | null; revision: string | null }) =>
  runCommand(body, found, "text-generation").replaceAll(" \\\n  ", " ");

test("a launch on a cluster says what it asks of the scheduler", () => {
  const body: CreateService = {
    model: "della/m@0e9e39f",
    profile: "della",
    name: "heron",
    resources: {
      partition: "gpu",
      gres: "gpu:a100:2",
      time: "4:00:00",
      memoryMiB: 65_536,
      sbatch: ["--mail-type=END"],
    },
    renew: true,
    mounts: [
      { source: "/a", readOnly: true },
      { source: "/b", target: "/c" },
    ],
    apiKey: "sk-secret-12",
    options: { trustRemoteCode: true, extra: ["--dtype", "half"] },
  };
  expect(words(body, { model: "org/m", revision })).toBe(
    `berth run --profile della --name heron --partition gpu --gres gpu:a100:2 --time 4:00:00 --mem 64G --sbatch=--mail-type=END --mount /a:/a:ro --mount /b:/c --renew --ask-api-key --trust-remote-code text-generation org/m --revision ${revision} -- --dtype half`,
  );
});

test("adapters are named with their scales", () => {
  const lora = [
    { path: "/data/a b.gguf", scale: 1 },
    { path: "/b.gguf", scale: -0.5 },
  ];
  expect(words({ model: "x", options: { lora } }, { model: "berth/pilot", revision: null })).toBe(
    "berth run --lora '/data/a b.gguf=1' --lora /b.gguf=-0.5 text-generation berth/pilot",
  );
});

test("what is no commit is not named as a revision", () => {
  expect(words({ model: "x" }, { model: "berth/pilot", revision: "demo" })).toBe(
    "berth run text-generation berth/pilot",
  );
});

test("a command keeps its words, and a shell reads them as they are", () => {
  const body: CreateService = {
    image: "command",
    command: { argv: ["serve", "it's $HOME", "--port", "{port}"], healthPath: "/health", env: { A: "b c" } },
  };
  const text = runCommand(body, { model: null, revision: null }, "command");
  const script = `berth() { printf '%s|' "$A" "$@"; }; ${text}`;
  expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(
    "b c|run|--env|A|command|--health|/health|--|serve|it's $HOME|--port|{port}|",
  );
});
