import { BlockList, isIP } from "node:net";
import { BerthError } from "@berth/api";
import { forbiddenAddress } from "@berth/std/forbidden-address";
import { publicAddress } from "@berth/std/public-address";

/** Which addresses webhooks may be sent to: those in the world, and what the owner of this server allows besides. */
export class AllowedHosts {
  readonly #names: ReadonlySet<string>;
  readonly #addresses: BlockList;

  /** `allowed`: names (`hooks.internal`), addresses and CIDRs (`10.1.0.0/16`). Throws `invalid_request` for anything else. */
  constructor(allowed: readonly string[]) {
    const names = new Set<string>();
    const addresses = new BlockList();
    for (const given of allowed) {
      const [address = "", prefix, ...more] = given.replace(/^\[|\]$/g, "").split("/");
      const family = isIP(address);
      if (family !== 0 && more.length === 0) addRange(addresses, given, address, prefix);
      else if (isName(given)) names.add(plain(given));
      else throw refused(given);
    }
    this.#names = names;
    this.#addresses = addresses;
  }

  /** `host`: of a parsed URL; `address`: what it leads to, or the same. An allowed name leads to no cloud's metadata. */
  permits(host: string, address: string): boolean {
    const [bare = ""] = address.split("%");
    const family = isIP(bare);
    if (family === 0) return false;
    if (this.#addresses.check(bare, family === 4 ? "ipv4" : "ipv6") || publicAddress(bare)) return true;
    return this.isNamed(host) && !forbiddenAddress(bare);
  }

  /** Whether a name is allowed as such. */
  isNamed(host: string): boolean {
    return this.#names.has(plain(host));
  }
}

function addRange(to: BlockList, given: string, address: string, prefix: string | undefined): void {
  const [bits, kind] = isIP(address) === 4 ? ([32, "ipv4"] as const) : ([128, "ipv6"] as const);
  if (prefix === undefined) return to.addAddress(address, kind);
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) throw refused(given);
  to.addSubnet(address, Number(prefix), kind);
}

function isName(given: string): boolean {
  return /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i.test(given) && !/^[\d.]+$/.test(given);
}

function plain(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}

function refused(given: string): BerthError {
  return new BerthError(
    "invalid_request",
    `"${given}" is no host that webhooks could be allowed for: give a name, an address, or a range like 10.1.0.0/16`,
  );
}
