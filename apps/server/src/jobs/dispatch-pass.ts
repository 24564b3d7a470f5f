import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { BerthError } from "@berth/api";
import { endpointAddress, endpointPrefix, type Principal, type RequestContext } from "@berth/gateway";
import { keyIsGone } from "@berth/jobs";
import { isSameSecret } from "@berth/std/same-secret";
import { dispatchHeader, jobKeyHeader, mayTakeHeader } from "./own-words.ts";

/** A job's call: as whom it is made, and what the gateway is told of it. */
export type Dispatched = Required<Pick<RequestContext, "job">> & { readonly principal: Principal };

/**
 * What lets the dispatcher call endpoints as the key that submitted a job: 256 bits of chance that are made anew by each
 * process, lie nowhere and leave it only over loopback. Whoever shows anything else is refused, not passed over.
 */
export class DispatchPass {
  readonly #secret = randomBytes(32).toString("base64url");
  readonly #principalOf: (keyId: string) => Principal | undefined;

  /** `principalOf`: `undefined` for a key that is gone or has expired. */
  constructor(principalOf: (keyId: string) => Principal | undefined) {
    this.#principalOf = principalOf;
  }

  headersFor(keyId: string, mayTakeMs: number): Readonly<Record<string, string>> {
    return { [dispatchHeader]: this.#secret, [jobKeyHeader]: keyId, [mayTakeHeader]: String(mayTakeMs) };
  }

  /**
   * The job's call that it is; `undefined` when it is not the dispatcher that does. Throws `forbidden`, and
   * `invalid_api_key` when the job's key opens nothing any more.
   */
  admit({ headers }: Pick<IncomingMessage, "headers">, path: string): Dispatched | undefined {
    const shown = headers[dispatchHeader];
    if (shown === undefined) return undefined;
    if (typeof shown !== "string" || !isSameSecret(shown, this.#secret) || !path.startsWith(endpointPrefix))
      throw new BerthError("forbidden", `${dispatchHeader} is this server's own: leave it out`, {
        param: dispatchHeader,
      });
    const keyId = headers[jobKeyHeader];
    const principal = typeof keyId === "string" ? this.#principalOf(keyId) : undefined;
    if (principal === undefined) throw new BerthError(keyIsGone.code, keyIsGone.message);
    return {
      principal: asSubmitted(principal, endpointAddress(path)?.fullName ?? ""),
      job: { mayTakeMs: Number(headers[mayTakeHeader]) },
    };
  }
}

/** By a short name that the key is limited to a job can be submitted; it is called by the full one. */
function asSubmitted(principal: Principal, fullName: string): Principal {
  const { models } = principal;
  const shortName = fullName.slice(fullName.indexOf("/") + 1);
  return models?.includes(shortName) === true ? { ...principal, models: [...models, fullName] } : principal;
}
