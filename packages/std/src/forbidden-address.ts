import { BlockList, isIP } from "node:net";

/**
 * Addresses that tell whoever asks from a machine in a cloud its credentials, and the link-local ones among which they
 * lie. Also written as an IPv6 address, in any of the ways in which a gateway would lead it back to IPv4.
 */
const forbidden = new BlockList();
const linkLocal = [
  { v4: "169.254.0.0", prefix: 16 },
  // Alibaba, Oracle, Azure
  { v4: "100.100.100.200", prefix: 32 },
  { v4: "192.0.0.192", prefix: 32 },
  { v4: "168.63.129.16", prefix: 32 },
];
for (const { v4, prefix } of linkLocal) {
  forbidden.addSubnet(v4, prefix, "ipv4");
  for (const before of ["::", "::ffff:0:", "64:ff9b::"])
    forbidden.addSubnet(`${before}${v4}`, 96 + prefix, "ipv6");
  // 6to4
  const [high, middle, low, last] = v4.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  forbidden.addSubnet(`2002:${high}${middle}:${low}${last}::`, 16 + prefix, "ipv6");
}
forbidden.addSubnet("fe80::", 10, "ipv6");
// local NAT64: where in it the IPv4 address lies is up to who runs it
forbidden.addSubnet("64:ff9b:1::", 48, "ipv6");
// Amazon, all of whose services in machines lie here
forbidden.addSubnet("fd00:ec2::", 32, "ipv6");
// Google, Oracle, Scaleway
for (const address of ["fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42"])
  forbidden.addAddress(address, "ipv6");

const names = new Set(["metadata.google.internal", "metadata.goog", "instance-data", "metadata"]);

/**
 * Whether a server must never be made to call there. Takes an address, or the host of a parsed URL (which has turned
 * every way of writing an address into the plain one); of any other name only those that are known to lead there are
 * forbidden: what it resolves to has to be asked as well.
 */
export function forbiddenAddress(host: string): boolean {
  const [bare = ""] = host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .split("%");
  switch (isIP(bare)) {
    case 4:
      return forbidden.check(bare, "ipv4");
    case 6:
      return forbidden.check(bare, "ipv6");
    default:
      return names.has(bare);
  }
}
