import { BerthError } from "@berth/api";
import { ConnectionFailure } from "./http1/connection.ts";

/** What is told of an upstream that does not do what it should. `name`: the service's, or the provider's. */

export const noConnection = new ConnectionFailure("lost", "no connection in time");

export function unreachable(name: string, cause: ConnectionFailure): BerthError {
  return new BerthError("upstream_failed", `\`${name}\` did not answer: ${plainCause(cause)}`, {
    details: { service: name },
    cause,
  });
}

export function endedEarly(name: string, why: string, cause?: Error): BerthError {
  return new BerthError("engine_died", `the answer of \`${name}\` is incomplete: ${why}`, {
    details: { service: name },
    cause,
  });
}

export function silent(name: string, ms: number): BerthError {
  return new BerthError("upstream_timeout", `nothing came from \`${name}\` for ${ms / 1000} s`, {
    details: { service: name },
  });
}

export function stalled(ms: number): BerthError {
  return new BerthError("client_closed", `the client took nothing for ${ms / 1000} s`);
}

/** Where a connection was to go is not the caller's business. */
function plainCause({ message }: ConnectionFailure): string {
  return message.replace(/^(connect|read|write|getaddrinfo) ([A-Z_]{4,})\b.*$/, "$1 $2");
}
