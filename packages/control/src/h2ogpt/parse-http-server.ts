import type { ParsedServer } from "./parsed-server.ts";
import { given, isPort, isV1, serverUrl, splitFields, urlText, wrongServer } from "./server-fields.ts";

const form = "`http://HOST[:PORT][:USER:PASSWORD]`";
const authorizedForm = "`http://HOST[:PORT]    SCHEME    TOKEN`, such as `https://HOST    Bearer TOKEN`";
const v1Form = "`vllm_chat:http://HOST:PORT:/v1:KEY` for a server that speaks OpenAI's API under /v1";

/** An address that begins with `http://` or `https://`: a TGI or a Gradio, or what plainly is neither. */
export function parseHttpServer(text: string): ParsedServer {
  const [address = "", scheme, value, ...more] = text.split(/\s+/);
  if (scheme === undefined) return parseAddress(address);
  if (value === undefined || more.length > 0)
    throw wrongServer("the authorization", "is not a scheme and a token behind the address", authorizedForm);
  const url = parseUrl(address, authorizedForm);
  if (isV1(url)) throw wrongServer("the address", "ends in /v1, which is no TGI", v1Form);
  return { kind: "tgi", baseUrl: urlText(url), authorization: { scheme, value } };
}

function parseAddress(text: string): ParsedServer {
  const { scheme, rest } = withoutScheme(text);
  const { url, login } = readUserInfo(scheme, rest) ?? readColons(scheme, rest);
  const baseUrl = urlText(url);
  const [user, ...password] = login;
  if (user === undefined)
    return isV1(url)
      ? { kind: "openai-compatible", baseUrl, key: { from: "nowhere" } }
      : { kind: "tgi-or-gradio", baseUrl };
  if (given(user) === undefined || password.length === 0)
    throw wrongServer("the login", "is not a user and a password", form);
  if (isV1(url)) throw wrongServer("the login", "stands behind an address that ends in /v1", v1Form);
  return { kind: "gradio", baseUrl, login: { user, password: password.join(":") } };
}

interface AddressAndLogin {
  readonly url: URL;
  /** A user, and the password in the parts that its colons make. */
  readonly login: readonly string[];
}

/** `USER:PASSWORD@HOST`, as any URL has it. In h2oGPT's own form an `@` is part of a password. */
function readUserInfo(scheme: string, rest: string): AddressAndLogin | undefined {
  const [, user, password = "", host = ""] = /^([^/:@]*)(?::([^/:@]*))?@(.*)$/s.exec(rest) ?? [];
  if (user === undefined) return undefined;
  return { url: parseUrl(`${scheme}://${host}`, form), login: [decoded(user), decoded(password)] };
}

/** `HOST[:PORT][:USER:PASSWORD]`; all behind the user is the password. */
function readColons(scheme: string, rest: string): AddressAndLogin {
  const [host, ...fields] = splitFields(rest);
  const [second] = fields;
  const hasPort =
    second !== undefined && (given(second) === undefined || isPort(second) || fields.length === 1);
  const login = hasPort ? fields.slice(1) : fields;
  const url = serverUrl({ scheme, address: given(host), port: hasPort ? given(second) : undefined }, form);
  return { url, login: login.every((field) => given(field) === undefined) ? [] : login };
}

function parseUrl(text: string, rightForm: string): URL {
  const { scheme, rest } = withoutScheme(text);
  const [address, port, ...more] = splitFields(rest);
  if (more.length > 0) throw wrongServer("the address", "has too many colons", rightForm);
  return serverUrl({ scheme, address: given(address), port: given(port) }, rightForm);
}

function withoutScheme(text: string): { readonly scheme: string; readonly rest: string } {
  const [, scheme = "", rest = ""] = /^(https?):\/\/(.*)$/is.exec(text) ?? [];
  return { scheme: scheme.toLowerCase(), rest };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrongServer("the login", "has a `%` that stands for nothing", form);
  }
}
