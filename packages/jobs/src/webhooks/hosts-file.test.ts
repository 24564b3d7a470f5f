import { expect, test } from "vitest";
import { addressesIn, hostsFileAddresses } from "./hosts-file.ts";

const hosts = `127.0.0.1\tlocalhost
::1 localhost ip6-localhost
# 10.0.0.9 gone.internal
10.1.2.3   Hooks.Internal hooks # ours
10.1.2.4 hooks.internal
nonsense hooks.internal
`;

test.each([
  ["localhost", ["127.0.0.1", "::1"]],
  ["hooks.internal", ["10.1.2.3", "10.1.2.4"]],
  ["HOOKS.internal.", ["10.1.2.3", "10.1.2.4"]],
  ["hooks", ["10.1.2.3"]],
  ["internal", []],
  ["gone.internal", []],
  ["ours", []],
])("of %s it says %j", (host, expected) => {
  expect(addressesIn(hosts, host).map(({ address }) => address)).toEqual(expected);
});

test("where there is none it says nothing", async () => {
  expect(await hostsFileAddresses("localhost", "/nowhere/hosts")).toEqual([]);
});
