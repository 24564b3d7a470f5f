import { defaultScaling } from "@berth/api";
import { expect, test } from "vitest";
import { createCommand } from "./create-command.ts";

test("what is as usual is left out", () => {
  expect(
    createCommand({
      name: "summaries",
      template: { model: "berth/pilot" },
      profiles: ["local"],
      hardware: null,
      visibility: "private",
      scaling: defaultScaling,
      secrets: [],
    }),
  ).toBe("berth endpoint create summaries \\\n  --model berth/pilot \\\n  --profile local");
});

test("all that was chosen is said, the values of variables are not", () => {
  const command = createCommand({
    name: "gated",
    template: {
      model: "org/model",
      engine: "vllm",
      options: { parallel: 8, extra: ["--seed", "1"] },
      env: { TOKEN: "hidden-value" },
    },
    profiles: ["local", "della"],
    hardware: "gpu-1",
    visibility: "public",
    fallback: "openai/gpt-4o",
    scaling: { ...defaultScaling, min: 1, max: 3, scaledownPeriodSeconds: 60, queueDelaySeconds: 30 },
    secrets: [
      { secret: "hub", env: "HF_TOKEN", as: "value" },
      { secret: "cert", env: "CERT", as: "file" },
    ],
  });
  expect(command.split(" \\\n  ")).toEqual([
    "berth endpoint create gated",
    "--model org/model --env TOKEN --engine vllm --parallel 8",
    "--profile local --profile della --hardware gpu-1",
    "--min 1 --max 3 --scaledown-period 60s --queue-delay 30s",
    "--visibility public --fallback openai/gpt-4o",
    "--secret hub=HF_TOKEN --secret cert=CERT:file",
    "-- --seed 1",
  ]);
  expect(command).not.toContain("hidden-value");
});

test("a command stands behind the dashes, workers need none", () => {
  expect(createCommand({ template: { command: { argv: ["serve", "a b"], healthPath: "/health" } } })).toBe(
    "berth endpoint create \\\n  --command --health /health \\\n  -- serve 'a b'",
  );
  expect(createCommand({ template: null })).toBe("berth endpoint create \\\n  --workers");
});
