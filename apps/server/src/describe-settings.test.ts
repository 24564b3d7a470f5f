import { expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { describeSettings } from "./describe-settings.ts";

const described = describeSettings(
  readConfig(["--port", "9"], { HF_TOKEN: "hf_secret", BERTH_ALLOWED_HOSTS: "a, b" }),
);
const find = (id: string) => described.find((setting) => setting.id === id);

test("a value is shown with its origin", () => {
  expect(find("BERTH_PORT")).toMatchObject({ value: "9", origin: "flag", flag: "--port" });
  expect(find("BERTH_ALLOWED_HOSTS")).toMatchObject({ value: "a,b", origin: "environment" });
  expect(find("BERTH_SERVICE_PORTS")).toMatchObject({ value: "8080-8899", origin: "default" });
});

test("a secret is never shown, only that it is set", () => {
  expect(find("HF_TOKEN")).toMatchObject({ value: "***", origin: "environment", flag: null });
  expect(find("BERTH_AUTH_TOKEN")).toMatchObject({ value: null });
  expect(JSON.stringify(described)).not.toContain("hf_secret");
});
