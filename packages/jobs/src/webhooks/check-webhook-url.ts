import { isIP } from "node:net";
import { BerthError } from "@berth/api";
import { forbiddenAddress } from "@berth/std/forbidden-address";
import type { AllowedHosts } from "./allowed-hosts.ts";

const longest = 2048;

/**
 * Throws `invalid_request` for what no webhook can be: not http(s), with a user's name or password in it, or, where
 * `allowed` is given, at an address that nothing is sent to. Where a name leads is asked when it is told.
 */
export function checkWebhookUrl(given: string, allowed?: AllowedHosts): void {
  const url = URL.parse(given);
  if (url === null || given.length > longest)
    throw refused(`give an address of at most ${longest} letters, as in https://example.com/done`);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw refused("begin it with https:// or http://");
  if (url.username !== "" || url.password !== "")
    throw refused(
      "leave out the name and password: that it comes from here is shown by its signature; a secret of your own can be part of the path",
    );
  const host = hostOf(url);
  const isNoName = isIP(host) !== 0;
  if (
    allowed !== undefined &&
    (isNoName ? !allowed.permits(host, portOf(url), host) : forbiddenAddress(host))
  )
    throw refused(notPublic(url));
}

/** Without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

/** Says how it could be allowed, and not where a name leads: that may be nobody's business. */
export function notPublic(url: URL): string {
  const fact = isIP(hostOf(url)) === 0 ? "leads to an address that is not public" : "is not a public address";
  return `${url.host} ${fact}: whoever runs this server can allow it with BERTH_WEBHOOK_ALLOW`;
}

function refused(fix: string): BerthError {
  return new BerthError("invalid_request", `webhook: ${fix}`, { param: "webhook" });
}
