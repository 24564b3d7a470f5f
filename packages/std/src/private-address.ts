import { BlockList, isIP } from "node:net";

const nearby = new BlockList();
for (const [address, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  nearby.addSubnet(address, prefix, "ipv4");
for (const [address, prefix] of [
  // loopback, and IPv4 within IPv6
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  nearby.addSubnet(address, prefix, "ipv6");

/**
 * Whether the host of a parsed URL is this machine, or one of a network that is nobody else's. Of names only those that
 * cannot be public are: what others resolve to is not asked.
 */
export function privateAddress(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  switch (isIP(bare)) {
    case 4:
      return nearby.check(bare, "ipv4");
    case 6:
      return nearby.check(bare, "ipv6");
    default:
      return !bare.includes(".") || /\.(?:localhost|local|internal|lan|home\.arpa)$/i.test(bare);
  }
}
