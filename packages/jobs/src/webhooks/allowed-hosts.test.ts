import { expect, test } from "vitest";
import { AllowedHosts } from "./allowed-hosts.ts";

const none = new AllowedHosts([]);
const some = new AllowedHosts(["hooks.internal", "10.1.0.0/16", "192.168.1.7", "fd12::/16", "[::1]", "NAS."]);

test.each([
  ["hooks.example", "93.184.215.14", true],
  ["hooks.example", "2606:4700::1", true],
  ["hooks.example", "10.1.2.3", false],
  ["127.0.0.1", "127.0.0.1", false],
  ["hooks.example", "::ffff:10.1.2.3", false],
  ["hooks.example", "169.254.169.254", false],
  ["hooks.example", "fe80::1%eth0", false],
  ["hooks.example", "nonsense", false],
])("by default, of %s at %s: %s", (host, address, expected) => {
  expect(none.permits(host, 443, address)).toBe(expected);
});

test.each([
  ["hooks.internal", "172.16.0.9", true],
  ["HOOKS.internal.", "172.16.0.9", true],
  ["nas", "127.0.0.1", true],
  ["sub.hooks.internal", "172.16.0.9", false],
  ["hooks.internal", "169.254.169.254", false],
  ["anything", "10.1.255.255", true],
  ["anything", "10.2.0.0", false],
  ["anything", "192.168.1.7", true],
  ["anything", "192.168.1.8", false],
  ["anything", "fd12:3::1", true],
  ["anything", "::1", true],
  ["anything", "::2", false],
  ["hooks.example", "93.184.215.14", true],
])("where some are allowed, of %s at %s: %s", (host, address, expected) => {
  expect(some.permits(host, 80, address)).toBe(expected);
});

const withPorts = new AllowedHosts([
  "hooks.internal:8080",
  "[::1]:9",
  "10.1.0.0/16:*",
  "[fd12::/16]:81",
  "nas",
]);

test.each([
  ["hooks.internal", 8080, "172.16.0.9", true],
  ["hooks.internal", 9200, "172.16.0.9", false],
  ["hooks.internal", 443, "172.16.0.9", false],
  ["hooks.internal", 9200, "93.184.215.14", true],
  ["anything", 9, "::1", true],
  ["anything", 80, "::1", false],
  ["anything", 6379, "10.1.2.3", true],
  ["anything", 81, "fd12::1", true],
  ["anything", 80, "fd12::1", false],
  ["nas", 80, "10.9.9.9", true],
  ["nas", 443, "10.9.9.9", true],
  ["nas", 22, "10.9.9.9", false],
])("an allowed host is open at its ports alone: of %s:%i at %s: %s", (host, port, address, expected) => {
  expect(withPorts.permits(host, port, address)).toBe(expected);
});

test.each([
  "10.0.0.0/33",
  "10.0.0.0/x",
  "10.0.0.0/8/8",
  "::/129",
  "http://a",
  "a b",
  "",
  "*",
  "10.0.0",
  "a:0",
  "a:65536",
  "a:b",
  "a:",
  "a:1:2",
  "[a]:80",
  "[::1]80",
  "::1/128:80",
])("%o cannot be allowed", (given) => {
  expect(() => new AllowedHosts([given])).toThrow(expect.objectContaining({ code: "invalid_request" }));
});
