import { expect, test } from "vitest";
import { privateAddress } from "./private-address.ts";

test.each([
  "localhost",
  "gpu1",
  "a.localhost",
  "db.internal",
  "127.0.0.1",
  "10.1.2.3",
  "172.31.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "0.0.0.0",
  "[::1]",
  "[::]",
  "[::ffff:7f00:1]",
  "[fd00::1]",
  "[fe80::1]",
  "localhost.",
])("%s is nearby", (host) => {
  expect(privateAddress(host)).toBe(true);
});

test.each(["stream.replicate.com", "8.8.8.8", "172.32.0.1", "[2606:4700::1]", "[::ffff:808:808]"])(
  "%s is out in the world",
  (host) => {
    expect(privateAddress(host)).toBe(false);
  },
);
