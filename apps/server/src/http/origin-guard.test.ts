import { expect, test } from "vitest";
import { originPolicy, refuseForeign } from "./origin-guard.ts";

const local = originPolicy("localhost", ["berth.lab.example"], ["https://chat.example"]);
const everywhere = originPolicy("0.0.0.0", [], []);

test.for([
  ["a program by name", local, { host: "localhost:8000" }, undefined],
  ["a program by IPv4 address", local, { host: "127.0.0.1:8000" }, undefined],
  ["a program by IPv6 address", local, { host: "[::1]:8000" }, undefined],
  ["names are told apart without case", local, { host: "LOCALHOST:8000" }, undefined],
  ["another port, as through a forward", local, { host: "localhost:9999" }, undefined],
  ["a name that was allowed", local, { host: "berth.lab.example" }, undefined],
  ["a rebound name", local, { host: "evil.example:8000" }, "forbidden_host"],
  ["a name that only begins right", local, { host: "localhost.evil.example" }, "forbidden_host"],
  ["a host with credentials", local, { host: "localhost@evil.example" }, "forbidden_host"],
  ["no host", local, { host: undefined }, "forbidden_host"],
  [
    "an address of the machine when it listens on loopback only",
    local,
    { host: "192.168.1.5:8000" },
    "forbidden_host",
  ],
  ["an address of the machine when it listens on all", everywhere, { host: "192.168.1.5:8000" }, undefined],
  ["a rebound name when it listens on all", everywhere, { host: "evil.example" }, "forbidden_host"],
  ["our own page", local, { host: "localhost:8000", origin: "http://localhost:8000" }, undefined],
  [
    "our own page behind TLS",
    local,
    { host: "berth.lab.example", origin: "https://berth.lab.example" },
    undefined,
  ],
  [
    "a page of another port",
    local,
    { host: "localhost:8000", origin: "http://localhost:3000" },
    "forbidden_origin",
  ],
  [
    "a page of another site",
    local,
    { host: "localhost:8000", origin: "https://evil.example" },
    "forbidden_origin",
  ],
  ["a sandboxed page", local, { host: "localhost:8000", origin: "null" }, "forbidden_origin"],
  ["a page that was allowed", local, { host: "localhost:8000", origin: "https://chat.example" }, undefined],
  [
    "another site's image tag",
    local,
    { host: "localhost:8000", fetchSite: "cross-site" },
    "forbidden_origin",
  ],
] as const)("%s", ([, policy, request, code]) => {
  const refusal = refuseForeign({ origin: undefined, fetchSite: undefined, ...request }, policy);
  expect(refusal?.code).toBe(code);
});
