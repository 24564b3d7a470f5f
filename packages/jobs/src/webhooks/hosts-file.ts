import type { LookupAddress } from "node:dns";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";

/** What this machine's own list of hosts says of a name; nothing where there is none that can be read. */
export async function hostsFileAddresses(host: string, path = "/etc/hosts"): Promise<LookupAddress[]> {
  return addressesIn(await readFile(path, "utf8").catch(() => ""), host);
}

/** As in hosts(5): an address and its names in each line, and comments behind `#`. */
export function addressesIn(hosts: string, host: string): LookupAddress[] {
  const name = host.toLowerCase().replace(/\.$/, "");
  const text = hosts.toLowerCase();
  // such lists can have a hundred thousand names, and few of them are asked for
  if (!text.includes(name)) return [];
  return text.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const family = isIP(address);
    return family !== 0 && names.includes(name) ? [{ address, family }] : [];
  });
}
