import { join } from "node:path";
import { CliError } from "../exit.ts";
import { given, readIfThere, type Environment } from "./home.ts";
import { readServerFile, type ServerFile } from "./server-file.ts";

/** Where the server is, and what says so. */
export interface ServerAddress {
  readonly url: string;
  /** `running`: this home's own server; `named`: the user's word; `default`: where one would listen if it ran. */
  readonly origin: "running" | "named" | "default";
}

export interface AddressSources {
  readonly url: string | undefined;
  readonly env: Environment;
  readonly homeDir: string;
  readonly serverFile?: ServerFile | undefined;
}

/** `--url`, else BERTH_URL, else the home's running server, else BERTH_HOST and BERTH_PORT, else http://127.0.0.1:8000. */
export function findServer({ url, env, homeDir, serverFile }: AddressSources): ServerAddress {
  const named = url ?? given(env["BERTH_URL"]);
  if (named !== undefined)
    return { url: checkedUrl(named, url === undefined ? "BERTH_URL" : "--url"), origin: "named" };
  const running = serverFile ?? readServerFile(homeDir);
  if (running !== undefined) return { url: httpUrl(running.host, running.port), origin: "running" };
  // these two say where the server is to listen; while it does not run, another user may
  const host = given(env["BERTH_HOST"]) ?? "localhost";
  const port = Number(given(env["BERTH_PORT"]) ?? 8000);
  return { url: httpUrl(host, port), origin: "default" };
}

export interface KeySources {
  readonly token: string | undefined;
  readonly env: Environment;
  readonly homeDir: string;
}

/**
 * `--token`, else BERTH_AUTH_TOKEN, else the home's admin key. The admin key goes only to this machine, and only where
 * the home's own server or the user points: whoever else listens where the server would shall not learn it.
 */
export function findKey({ token, env, homeDir }: KeySources, address: ServerAddress): string | undefined {
  const explicit = token ?? given(env["BERTH_AUTH_TOKEN"]);
  if (explicit !== undefined) return explicit;
  if (address.origin === "default" || !isLoopback(address.url)) return undefined;
  return given(readIfThere(join(homeDir, "admin.key"))?.trim());
}

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

function checkedUrl(text: string, source: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CliError("usage", `${source}: "${text}" is no address; give one as http://localhost:8000`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new CliError("usage", `${source}: leave the credentials out; give the key in BERTH_AUTH_TOKEN`);
  }
  return url.href.replace(/\/+$/, "");
}

/** An address to connect to: what listens everywhere is reached on loopback, and a name is not looked up needlessly. */
function httpUrl(host: string, port: number): string {
  const reached = host === "localhost" || host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}
