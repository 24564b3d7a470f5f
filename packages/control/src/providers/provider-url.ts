import { BerthError, type ProviderKind } from "@berth/api";
import { forbiddenAddress } from "@berth/std/forbidden-address";
import { providerKinds } from "./provider-kinds.ts";

/**
 * The address as it is kept: without a slash at its end. Throws `invalid_request` for one where no provider can be: a
 * cloud's metadata, a single function of the API instead of all of it, the paths of another kind.
 */
export function providerUrl(kind: ProviderKind, given: string): string {
  const url = new URL(given);
  if (forbiddenAddress(url.hostname))
    throw refused(`url: ${url.hostname} is never called: machines in a cloud get their credentials there`);
  if (url.search !== "" || url.hash !== "")
    throw refused(
      `url: leave out what follows "${url.search === "" ? "#" : "?"}"${kind === "azure-openai" ? "; the API version goes into options.apiVersion" : ""}`,
    );
  const path = url.pathname.replace(/\/+$/, "");
  const kept = url.origin + path;
  const call =
    /\/(?:chat\/completions|completions|embeddings|responses|models|messages|api\/chat|api\/generate)$/.exec(
      path,
    );
  if (call !== null)
    throw refused(`url: give the address without "${call[0]}": ${kept.slice(0, -call[0].length)}`);
  if (path.endsWith("/v1/v1")) throw refused(`url: "/v1" is there twice: give ${kept.slice(0, -3)}`);
  if (!providerKinds[kind].isOpenAi && kind !== "replicate" && path.endsWith("/v1"))
    throw refused(otherKind(kind, kept));
  return kept;
}

function otherKind(kind: ProviderKind, url: string): string {
  const root = url.slice(0, -3);
  return kind === "tgi" || kind === "ollama" || kind === "gradio"
    ? `url: ${kind} speaks its own API at ${root}: give that; the API under /v1 is of the kind openai-compatible`
    : `url: give the address without "/v1": ${root}`;
}

function refused(message: string): BerthError {
  return new BerthError("invalid_request", message, { param: "url" });
}
