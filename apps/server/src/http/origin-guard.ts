import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { BerthError } from "@berth/api";

/** Which names this server answers to, and which web pages may call it. */
export interface OriginPolicy {
  /** Host names without port, lower case. */
  readonly hosts: ReadonlySet<string>;
  /** A server bound to every address is also called by any of them. */
  readonly anyAddress: boolean;
  /** `https://chat.example.org`: pages that may call the APIs across origins. */
  readonly origins: ReadonlySet<string>;
}

export interface RequestOrigin {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

const loopback = ["localhost", "127.0.0.1", "[::1]"];
const everyAddress = ["0.0.0.0", "::", "[::]"];

export function originPolicy(
  host: string,
  allowedHosts: readonly string[],
  allowedOrigins: readonly string[],
): OriginPolicy {
  const own = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return {
    hosts: new Set([...loopback, own, ...allowedHosts].map((name) => name.toLowerCase())),
    anyAddress: everyAddress.includes(host),
    origins: new Set(allowedOrigins),
  };
}

export function originOf({ headers }: Pick<IncomingMessage, "headers">): RequestOrigin {
  const fetchSite = headers["sec-fetch-site"];
  return {
    host: headers.host,
    origin: headers.origin,
    fetchSite: typeof fetchSite === "string" ? fetchSite : undefined,
  };
}

/**
 * Refuses a request that a foreign web page may have made: a Host that is not ours (DNS rebinding), or an Origin that
 * is neither the host it calls nor allowed. Programs send no Origin and pass.
 */
export function refuseForeign(request: RequestOrigin, policy: OriginPolicy): BerthError | undefined {
  const name = hostName(request.host);
  if (name === undefined || !(policy.hosts.has(name) || (policy.anyAddress && isAddress(name)))) {
    return new BerthError(
      "forbidden_host",
      `this server is not called "${request.host ?? ""}"; use localhost, or add the name to BERTH_ALLOWED_HOSTS`,
      { param: "Host" },
    );
  }
  if (request.origin === undefined) {
    if (request.fetchSite !== "cross-site") return undefined;
    return new BerthError("forbidden_origin", "another site's page may not load this", {
      param: "Sec-Fetch-Site",
    });
  }
  if (policy.origins.has(request.origin) || isSameOrigin(request.origin, request.host)) return undefined;
  return new BerthError(
    "forbidden_origin",
    `pages of ${request.origin} may not call this server; add the origin to BERTH_ALLOWED_ORIGINS if they should`,
    { param: "Origin" },
  );
}

function hostName(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  return /^(\[[0-9a-fA-F:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/.exec(host)?.[1]?.toLowerCase();
}

function isAddress(name: string): boolean {
  return isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  const lower = host?.toLowerCase();
  return origin === `http://${lower}` || origin === `https://${lower}`;
}
