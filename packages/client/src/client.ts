import { pathMethods, type PathMethods } from "./any-path.ts";
import type { ManagementMethods } from "./call.ts";
import { inferenceMethods, type InferenceMethods } from "./inference.ts";
import { managementMethods } from "./management.ts";
import type { Fetch, Transport } from "./transport.ts";

type Text = string | undefined;

export interface ClientOptions {
  /** The server's address, as `http://localhost:8000`; `""` is the page's own origin. */
  readonly baseUrl: string;
  /** An API key, or where to get it for each call. */
  readonly key?: string | (() => Text | Promise<Text>) | undefined;
  /** The platform's own when absent. */
  readonly fetch?: Fetch | undefined;
  /** Added to every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A console session's token, sent with every call. */
  readonly csrfToken?: string | (() => Text) | undefined;
}

export type Client = ManagementMethods & InferenceMethods & PathMethods;

/** Calls to one server. Every method throws BerthApiError when it is refused or fails. */
export function createClient(options: ClientOptions): Client {
  const transport: Transport = {
    baseUrl: options.baseUrl.replace(/\/+$/, ""),
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    headers: () => headers(options),
  };
  return { ...managementMethods(transport), ...inferenceMethods(transport), ...pathMethods(transport) };
}

async function headers(options: ClientOptions): Promise<Record<string, string>> {
  const key = typeof options.key === "function" ? await options.key() : options.key;
  const csrf = typeof options.csrfToken === "function" ? options.csrfToken() : options.csrfToken;
  return {
    ...options.headers,
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(csrf === undefined ? {} : { "x-berth-csrf": csrf }),
  };
}
