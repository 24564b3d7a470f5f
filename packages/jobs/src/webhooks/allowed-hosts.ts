import { BlockList, isIP } from "node:net";
import { BerthError } from "@berth/api";
import { forbiddenAddress } from "@berth/std/forbidden-address";
import { publicAddress } from "@berth/std/public-address";

/** A name or some addresses, and the ports that are meant there. */
type Allowed = { readonly ports: ReadonlySet<number> | "any" } & (
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "addresses"; readonly addresses: BlockList }
);

/** What webhooks are usually told at. */
const webPorts: ReadonlySet<number> = new Set([80, 443]);

/**
 * Which addresses webhooks may be sent to: those in the world, and what the owner of this server allows besides, where what
 * listens at other ports than those of the web is not meant unless it is said.
 */
export class AllowedHosts {
  readonly #allowed: readonly Allowed[];

  /**
   * `allowed`: names (`hooks.internal`), addresses and CIDRs (`10.1.0.0/16`), each with a port (`hooks.internal:8080`,
   * `[::1]:8080`, `:*` for any) where that is not 80 or 443. Throws `invalid_request` for anything else.
   */
  constructor(allowed: readonly string[]) {
    this.#allowed = allowed.map(parse);
  }

  /** `host`: of a parsed URL; `address`: what it leads to, or the same. An allowed name leads to no cloud's metadata. */
  permits(host: string, port: number, address: string): boolean {
    const [bare = ""] = address.split("%");
    const family = isIP(bare);
    if (family === 0) return false;
    if (publicAddress(bare)) return true;
    return this.#allowed.some((one) => {
      if (one.ports !== "any" && !one.ports.has(port)) return false;
      if (one.kind === "addresses") return one.addresses.check(bare, family === 4 ? "ipv4" : "ipv6");
      return one.name === plain(host) && !forbiddenAddress(bare);
    });
  }

  /** Whether a name is allowed as such, at any port. */
  isNamed(host: string): boolean {
    return this.#allowed.some((one) => one.kind === "name" && one.name === plain(host));
  }
}

function parse(given: string): Allowed {
  const [, bracketed, besideBrackets] = /^\[([^\]]*)\](?::(.*))?$/.exec(given) ?? [];
  if (bracketed !== undefined)
    return { kind: "addresses", addresses: rangeOf(bracketed, given), ports: portsOf(besideBrackets, given) };
  // the colons of IPv6 are not those of a port
  const [before = ""] = given.split("/");
  if (isIP(before) === 6) return { kind: "addresses", addresses: rangeOf(given, given), ports: webPorts };
  const [place = "", port, ...more] = given.split(":");
  if (more.length > 0) throw refused(given);
  const ports = portsOf(port, given);
  if (isName(place)) return { kind: "name", name: plain(place), ports };
  return { kind: "addresses", addresses: rangeOf(place, given), ports };
}

function rangeOf(range: string, given: string): BlockList {
  const addresses = new BlockList();
  const [address = "", prefix, ...more] = range.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) throw refused(given);
  const [bits, kind] = family === 4 ? ([32, "ipv4"] as const) : ([128, "ipv6"] as const);
  if (prefix === undefined) addresses.addAddress(address, kind);
  else if (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
    addresses.addSubnet(address, Number(prefix), kind);
  else throw refused(given);
  return addresses;
}

function portsOf(port: string | undefined, given: string): Allowed["ports"] {
  if (port === undefined) return webPorts;
  if (port === "*") return "any";
  if (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535) return new Set([Number(port)]);
  throw refused(given);
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
    `"${given}" is no host that webhooks could be allowed for: give a name, an address, or a range like 10.1.0.0/16, and its port where that is not 80 or 443, as in hooks.internal:8080`,
  );
}
