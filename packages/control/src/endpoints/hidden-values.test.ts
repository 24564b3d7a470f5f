import type { EndpointConfiguration, EndpointTemplate } from "@berth/api";
import { expect, test } from "vitest";
import { hideConfiguration, withHidden } from "./hidden-values.ts";

const template: EndpointTemplate = {
  env: { TOKEN: "s3cret", MODE: "fast" },
  command: { argv: ["serve", "--api-key", "k1", "--token=k2", "{port}"], env: { PASS: "k3" } },
};
const configuration: EndpointConfiguration = {
  template,
  profiles: ["here"],
  hardware: null,
  secrets: [],
  hubSecret: null,
};

test("values are hidden, and what is sent back hidden is what it was", () => {
  const shown = hideConfiguration(configuration);
  expect(JSON.stringify(shown)).not.toMatch(/s3cret|fast|k1|k2|k3/);
  expect(shown.template?.command?.argv).toEqual(["serve", "--api-key", "***", "--token=***", "{port}"]);
  expect(withHidden(shown.template!, template)).toEqual(template);
});

test("what is new is taken as it is said", () => {
  const shown = hideConfiguration(configuration).template!;
  const changed = withHidden({ ...shown, env: { TOKEN: "***", MODE: "slow", NEW: "***" } }, template);
  expect(changed.env).toEqual({ TOKEN: "s3cret", MODE: "slow", NEW: "***" });
  expect(withHidden({ env: { TOKEN: "***" } }, null).env).toEqual({ TOKEN: "***" });
});
