import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

test("a flag wins over the environment, the environment over the default", () => {
  const config = readConfig(["--port", "9001"], { BERTH_PORT: "9000", BERTH_HOST: "127.0.0.1" });
  expect(config.settings.BERTH_PORT).toBe(9001);
  expect(config.origins).toMatchObject({
    BERTH_PORT: "flag",
    BERTH_HOST: "environment",
    BERTH_DRAIN_SECONDS: "default",
  });
});

test("an empty variable counts as unset", () => {
  expect(readConfig([], { BERTH_PORT: "" }).settings.BERTH_PORT).toBe(8000);
});

test("the state lies in the home unless it is put elsewhere", () => {
  expect(readConfig(["--home-dir=/h"], {}).stateDir).toBe("/h");
  expect(readConfig(["--home-dir=/h"], { BERTH_STATE_DIR: "/s" }).stateDir).toBe("/s");
});

test("switches are present or not", () => {
  expect(readConfig(["--no-demo", "--stop-services"], {})).toMatchObject({ demo: false, stopServices: true });
  expect(readConfig(["--debug", "--port", "1"], {}).settings.BERTH_DEBUG).toBe(true);
});

test.for([
  ["a port out of range names the flag", ["--port", "70000"], {}, /^--port: "70000"/],
  [
    "a port that is no number names the variable, and what it may be",
    [],
    { BERTH_PORT: "http" },
    /^BERTH_PORT: "http" does not fit: give a whole number from 0 to 65535$/,
  ],
  [
    "a secret's value is not repeated",
    [],
    { BERTH_AUTH_TOKEN: "short" },
    /^BERTH_AUTH_TOKEN: its value does not fit/,
  ],
  [
    "a key for secrets of the wrong length is refused, and not repeated",
    [],
    { BERTH_SECRET_KEY: "00ff" },
    /^BERTH_SECRET_KEY: its value does not fit: give 32 bytes/,
  ],
  [
    "no days are no time to keep anything",
    [],
    { BERTH_USAGE_DAYS: "0" },
    /^BERTH_USAGE_DAYS: "0" does not fit: give a whole number from 1/,
  ],
  [
    "traces are sent over HTTP",
    [],
    { OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4318" },
    /^OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4318" does not fit/,
  ],
  [
    "a collector's headers are not repeated",
    [],
    { OTEL_EXPORTER_OTLP_HEADERS: "authorization=100%" },
    /^OTEL_EXPORTER_OTLP_HEADERS: its value does not fit: a percent sign begins an escape/,
  ],
  [
    "texts are kept for whole days",
    ["--bodies-days", "1.5"],
    {},
    /^--bodies-days: "1.5" does not fit: give a whole number/,
  ],
  ["an unknown option lists the known ones", ["--prot", "1"], {}, /unknown option --prot; known: --host/],
  ["a flag without its value says so", ["--port"], {}, /--port needs a value/],
  ["a reversed port range is refused", ["--service-ports", "9000-8000"], {}, /the lower first/],
] as const)("%s", ([, argv, environment, message]) => {
  expect(() => readConfig(argv, environment)).toThrow(message);
});
