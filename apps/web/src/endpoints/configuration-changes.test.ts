import type { EndpointConfiguration } from "@berth/api";
import { expect, test } from "vitest";
import { configurationChanges } from "./configuration-changes.ts";

const before: EndpointConfiguration = {
  template: { model: "berth/pilot", options: { parallel: 4 } },
  profiles: ["local"],
  hardware: "cpu-sm",
  secrets: [],
  hubSecret: null,
};

test("the same configuration changes nothing", () => {
  expect(configurationChanges(before, structuredClone(before))).toEqual([]);
});

test("each field that is changed, added or taken away is told once", () => {
  const after: EndpointConfiguration = {
    template: { model: "berth/pilot", options: { parallel: 8, threads: 2 } },
    profiles: ["local", "della"],
    hardware: null,
    secrets: [{ secret: "hub", env: "HF_TOKEN", as: "value" }],
    hubSecret: null,
  };
  expect(configurationChanges(before, after)).toEqual([
    { path: "hardware", before: "cpu-sm", after: undefined },
    { path: "profiles", before: "local", after: "local, della" },
    { path: "secrets", before: undefined, after: "hub HF_TOKEN value" },
    { path: "template.options.parallel", before: "4", after: "8" },
    { path: "template.options.threads", before: undefined, after: "2" },
  ]);
});

test("another order of profiles is a change", () => {
  const both = { ...before, profiles: ["local", "della"] };
  expect(configurationChanges(both, { ...both, profiles: ["della", "local"] })).toHaveLength(1);
});

test("workers of one's own in a template's place take the template away", () => {
  expect(configurationChanges(before, { ...before, template: null }).map(({ path }) => path)).toEqual([
    "template.model",
    "template.options.parallel",
  ]);
});
