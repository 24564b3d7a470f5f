import { BlockList, isIP } from "node:net";
import { forbiddenAddress } from "./forbidden-address.ts";

/** What IANA's registries of special-purpose addresses take out of the world, and what is for many at once. */
const special = new BlockList();
for (const [address, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  special.addSubnet(address, prefix, "ipv4");
for (const [address, prefix] of [
  // Teredo and other protocols' own, examples, 6to4
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  special.addSubnet(address, prefix, "ipv6");

/** All that is handed out of IPv6. IPv4 within IPv6, loopback, private, link-local and multicast lie elsewhere. */
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");

/**
 * Whether it is the address of one machine in the world that anybody may call: not of this machine, of a network that is
 * nobody else's, of a cloud's metadata, of many at once, nor one of these in disguise. Names have none: `false`.
 */
export function publicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4") && !forbiddenAddress(address);
    case 6:
      return global6.check(address, "ipv6") && !special.check(address, "ipv6") && !forbiddenAddress(address);
    default:
      return false;
  }
}
