import type { ParsedServer, ServerKey } from "./parsed-server.ts";
import { given, isPort, isV1, keyOf, serverUrl, splitFields, urlText, wrongServer } from "./server-fields.ts";

/**
 * `vllm:` (prompts rendered by the caller) and `vllm_chat:` (messages), of any server that speaks OpenAI's API:
 * `[http[s]://]ADDRESS[:PORT][:URLPATH][:KEY]`.
 */
export function parseVllmServer(word: "vllm" | "vllm_chat", text: string): ParsedServer {
  const where = readAddress(text, `\`${word}:[https://]HOST[:PORT][:/v1][:KEY]\``);
  return { kind: word === "vllm" ? "vllm-completions" : "openai-compatible", ...where };
}

/** `sglang:CONVERSATION_TEMPLATE:[http://]HOST:PORT`. */
export function parseSglangServer(text: string): ParsedServer {
  const form = "`sglang:CONVERSATION_TEMPLATE:http://HOST:PORT`";
  if (/^https?:\/\//i.test(text)) throw wrongServer("the conversation template", "is missing", form);
  const [, template, rest = ""] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const where = readAddress(rest, form);
  const conversationTemplate = given(template);
  return {
    kind: "openai-compatible",
    ...where,
    ...(conversationTemplate === undefined ? {} : { conversationTemplate }),
  };
}

/**
 * Without a scheme `/v1` is added to whatever the path is, as h2oGPT does. With one, h2oGPT adds nothing and then asks
 * in vain: here it is added where there is no path at all.
 */
function readAddress(text: string, form: string): { readonly baseUrl: string; readonly key: ServerKey } {
  const [, scheme, rest = ""] = /^(?:(?:(https?):)?\/\/)?(.*)$/is.exec(text) ?? [];
  if (/^[^/:@]*(?::[^/:@]*)?@/.test(rest))
    throw wrongServer("the address", "holds a user or a password; a key comes behind the URL path", form);
  const [address, port, path, ...key] = splitFields(rest);
  if (given(port) !== undefined && !isPort(port ?? ""))
    throw wrongServer("the port", "is no number (it may be empty, and a key comes last)", form);
  const parts = { address: given(address), port: given(port), path: given(path) };
  const url = serverUrl({ scheme: scheme?.toLowerCase() ?? "http", ...parts }, form);
  if (!isV1(url) && (scheme === undefined || url.pathname === "/"))
    url.pathname = `${url.pathname.replace(/\/$/, "")}/v1`;
  return { baseUrl: urlText(url), key: keyOf(key) };
}
