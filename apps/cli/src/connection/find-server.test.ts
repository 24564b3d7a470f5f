import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findKey, findServer, type ServerAddress } from "./find-server.ts";
import { readServerFile } from "./server-file.ts";

let homeDir: string;
beforeEach(() => {
  homeDir = mkdtempSync(join(tmpdir(), "berth-home-"));
  writeFileSync(join(homeDir, "admin.key"), "sk-berth-admin\n", { mode: 0o600 });
});
afterEach(() => rmSync(homeDir, { recursive: true }));

const running = { pid: 1, host: "localhost", port: 9000 };
const places: readonly (readonly [
  fact: string,
  sources: { url?: string; env?: Record<string, string>; serverFile?: typeof running },
  address: ServerAddress,
])[] = [
  ["nobody said anything", {}, { url: "http://127.0.0.1:8000", origin: "default" }],
  ["--url is taken", { url: "http://h:1/" }, { url: "http://h:1", origin: "named" }],
  ["a scheme may be left out", { url: "h:1" }, { url: "http://h:1", origin: "named" }],
  ["a path is kept", { url: "https://h/berth/" }, { url: "https://h/berth", origin: "named" }],
  [
    "--url beats BERTH_URL",
    { url: "http://a", env: { BERTH_URL: "http://b" } },
    { url: "http://a", origin: "named" },
  ],
  [
    "BERTH_URL beats the running server",
    { env: { BERTH_URL: "http://b" }, serverFile: running },
    { url: "http://b", origin: "named" },
  ],
  [
    "the running server beats BERTH_PORT",
    { env: { BERTH_PORT: "1" }, serverFile: running },
    { url: "http://127.0.0.1:9000", origin: "running" },
  ],
  [
    "BERTH_HOST and BERTH_PORT tell where it would listen",
    { env: { BERTH_HOST: "::1", BERTH_PORT: "81" } },
    { url: "http://[::1]:81", origin: "default" },
  ],
  [
    "an empty variable is none",
    { env: { BERTH_URL: "", BERTH_PORT: "" } },
    { url: "http://127.0.0.1:8000", origin: "default" },
  ],
  [
    "what listens everywhere is reached here",
    { serverFile: { ...running, host: "0.0.0.0" } },
    { url: "http://127.0.0.1:9000", origin: "running" },
  ],
];

test.for(places)("%s", ([, { url, env = {}, serverFile }, address]) => {
  expect(findServer({ url, env, homeDir, serverFile })).toEqual(address);
});

test.for(["ftp://h", "http://", "http://u:p@h", "::"])("--url %s is refused", (url) => {
  expect(() => findServer({ url, env: {}, homeDir })).toThrow(/^--url: /);
});

const keys: readonly (readonly [
  fact: string,
  sources: { token?: string; env?: Record<string, string> },
  address: ServerAddress,
  key: string | undefined,
])[] = [
  [
    "the home's server gets the admin key",
    {},
    { url: "http://127.0.0.1:9000", origin: "running" },
    "sk-berth-admin",
  ],
  [
    "so does a named server on this machine",
    {},
    { url: "http://localhost:9000", origin: "named" },
    "sk-berth-admin",
  ],
  ["another machine does not", {}, { url: "http://example.org", origin: "named" }, undefined],
  [
    "nor whoever listens where the server would",
    {},
    { url: "http://127.0.0.1:8000", origin: "default" },
    undefined,
  ],
  [
    "nor a name that only looks like loopback",
    {},
    { url: "http://127.0.0.1.example.org", origin: "named" },
    undefined,
  ],
  [
    "BERTH_AUTH_TOKEN goes anywhere",
    { env: { BERTH_AUTH_TOKEN: "t" } },
    { url: "http://example.org", origin: "named" },
    "t",
  ],
  [
    "--token beats it",
    { token: "x", env: { BERTH_AUTH_TOKEN: "t" } },
    { url: "http://h", origin: "named" },
    "x",
  ],
];

test.for(keys)("%s", ([, { token, env = {} }, address, key]) => {
  expect(findKey({ token, env, homeDir }, address)).toBe(key);
});

test.for([
  ["a living process of ours", JSON.stringify(running), true, running],
  ["a dead process, or another user's", JSON.stringify(running), false, undefined],
  ["half a file", '{"pid": 1, "ho', true, undefined],
  ["another shape", '{"pid": "1"}', true, undefined],
] as const)("server.json of %s", ([, text, isOurs, found]) => {
  writeFileSync(join(homeDir, "server.json"), text);
  expect(readServerFile(homeDir, () => isOurs)).toEqual(found);
});

test("without server.json no server runs", () => {
  expect(readServerFile(homeDir)).toBeUndefined();
});
