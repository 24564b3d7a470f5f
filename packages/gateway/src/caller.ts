import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BerthError } from "@berth/api";
import { isSameSecret } from "@berth/std/same-secret";
import { unbounded, type KeyVerifier, type Principal, type ServiceUpstream } from "./ports.ts";
import { RecentCache } from "./recent-cache.ts";

const rememberedKeys = 4096;
/** Keys of ours are far shorter; what a stranger sends instead is not kept in memory. */
const longestRemembered = 256;

/** Finds out who calls from the request's headers. */
export class Callers {
  readonly #keys: KeyVerifier;
  // hashes, not principals: a key that is revoked meanwhile is refused at once
  readonly #hashes = new RecentCache<string>(rememberedKeys);

  constructor(keys: KeyVerifier) {
    this.#keys = keys;
  }

  /** On a service's own port its own key is good too. Throws `invalid_api_key`. */
  identify(headers: IncomingHttpHeaders, service: ServiceUpstream | undefined): Principal {
    const key = sentKey(headers);
    if (key === undefined || key === "") {
      throw new BerthError(
        "invalid_api_key",
        "no API key was sent; send it as `Authorization: Bearer KEY` or `x-api-key: KEY`",
        { param: "Authorization" },
      );
    }
    const keyHash = key.length > longestRemembered ? sha256(key) : this.#hashes.get(key, sha256);
    const principal = this.#keys.verifyHash(keyHash) ?? ownKeyHolder(keyHash, service);
    if (principal === undefined) {
      throw new BerthError("invalid_api_key", "this API key is unknown, expired or revoked", {
        param: "Authorization",
      });
    }
    return principal;
  }
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

/** What came after `Bearer`, in `x-api-key`, or as the password of `Basic` (`curl --user me:KEY`); else empty. */
function sentKey(headers: IncomingHttpHeaders): string | undefined {
  const authorization = headers.authorization;
  if (authorization !== undefined) {
    if (/^bearer\s/i.test(authorization)) return authorization.slice(7).trim();
    if (!/^basic\s/i.test(authorization)) return "";
    const pair = Buffer.from(authorization.slice(6).trim(), "base64").toString("utf8");
    const colon = pair.indexOf(":");
    return colon === -1 ? "" : pair.slice(colon + 1);
  }
  const header = headers["x-api-key"];
  return typeof header === "string" ? header.trim() : undefined;
}

function ownKeyHolder(keyHash: string, service: ServiceUpstream | undefined): Principal | undefined {
  if (service?.apiKeyHash === undefined || !isSameSecret(keyHash, service.apiKeyHash)) return undefined;
  return { keyId: `service:${service.serviceId}`, scopes: ["inference"], models: null, ...unbounded };
}
