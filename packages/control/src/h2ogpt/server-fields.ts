import { BerthError } from "@berth/api";
import type { ServerEnvironment, ServerKey } from "./parsed-server.ts";

/** Names the field at fault and how the string is written; holds nothing of the string, there may be a key in it. */
export function wrongServer(field: string, fault: string, form: string): BerthError {
  return new BerthError("invalid_request", `inference_server: ${field} ${fault}: write ${form}`, {
    param: "inference_server",
    details: { field, form },
  });
}

/** The text between colons; those within the brackets of an IPv6 address are none. */
export function splitFields(text: string): string[] {
  return text.match(/(?<=^|:)(?:\[[^\]]*\]|[^:])*/g) ?? [];
}

/** An absent field, an empty one and Python's `None` say the same. */
export function given(field: string | undefined): string | undefined {
  return field === undefined || field === "" || field === "None" ? undefined : field;
}

/** The rest of the string: a key may have colons in it. */
export function keyOf(fields: readonly string[], variable?: string): ServerKey {
  const key = given(fields.join(":"));
  if (key !== undefined && key !== "EMPTY") return { from: "string", key };
  return variable === undefined ? { from: "nowhere" } : { from: "environment", variable };
}

export function isPort(field: string): boolean {
  return /^\d{1,5}(?:\/.*)?$/.test(field);
}

interface Address {
  readonly scheme: string;
  /** May end in a path. */
  readonly address: string | undefined;
  /** May end in a path. */
  readonly port?: string | undefined;
  readonly path?: string | undefined;
}

/** A URL without a slash at its end. Throws `wrongServer` for what is none, or has more in it than an address. */
export function serverUrl({ scheme, address, port, path = "" }: Address, form: string): URL {
  if (address === undefined) throw wrongServer("the address", "is missing", form);
  if (port !== undefined && !isPort(port)) throw wrongServer("the port", "is no number", form);
  if (path !== "" && !path.startsWith("/"))
    throw wrongServer("the URL path", "does not begin with `/` (a key comes behind it)", form);
  const [host = "", ...folders] = address.split("/");
  const [portNumber, ...rest] = port?.split("/") ?? [];
  const folder = [...folders, ...rest].filter((one) => one !== "");
  if (/\s/.test(host + folder.join("") + path)) throw wrongServer("the address", "holds spaces", form);
  const text = `${scheme}://${host}${portNumber === undefined ? "" : `:${portNumber}`}/${folder.join("/")}${path}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || host === "") throw wrongServer("the address", "is no address", form);
  if (url.username !== "" || url.password !== "")
    throw wrongServer("the address", "holds a user or a password, which have no meaning there", form);
  if (url.search !== "" || url.hash !== "") throw wrongServer("the address", "holds a `?` or a `#`", form);
  url.pathname = url.pathname.replaceAll(/\/+/g, "/").replace(/(?<=.)\/$/, "");
  return url;
}

/** `undefined` where the variable is not set. */
export function environmentUrl(environment: ServerEnvironment, variable: string): string | undefined {
  const text = given(environment[variable]);
  if (text === undefined) return undefined;
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return urlText(new URL(text));
  throw wrongServer(
    variable,
    "is no URL",
    "an address that begins with http:// or https:// into that variable",
  );
}

export function isV1(url: URL): boolean {
  return url.pathname.endsWith("/v1");
}

/** Without a slash at its end. */
export function urlText(url: URL): string {
  return url.href.replace(/\/$/, "");
}
