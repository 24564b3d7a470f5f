import type { ImageSource } from "./image-name.ts";

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * What the tag names at this moment, asked of the registry without an account, as the distribution specification says.
 * `null` when the registry is out of reach or wants an account: then the tag alone is pulled.
 */
export async function registryDigest(
  source: ImageSource & { readonly kind: "registry" },
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<string | null> {
  const { registry, repository, tag, digest } = source;
  if (digest !== null) return digest;
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+)(?::|$)/.test(registry);
  const url = `${isHere ? "http" : "https"}://${registry}/v2/${repository}/manifests/${tag ?? "latest"}`;
  const ask = (token: string | undefined): Promise<Response> =>
    fetch(url, {
      method: "HEAD",
      headers: {
        accept: manifestTypes,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      signal,
    });
  try {
    const first = await ask(undefined);
    const answer = first.status === 401 ? await ask(await visitorToken(first, fetch, signal)) : first;
    const found = answer.headers.get("docker-content-digest");
    return answer.ok && found !== null && /^sha256:[0-9a-f]{64}$/.test(found) ? found : null;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TypeError) return null; // no connection: the program that pulls will say it in its words
    throw error;
  }
}

/** The token that a registry gives to everybody, where its refusal says how. */
async function visitorToken(
  refusal: Response,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<string | undefined> {
  const challenge = refusal.headers.get("www-authenticate") ?? "";
  const word = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
  const realm = word("realm");
  if (realm === undefined || !/^https?:\/\//.test(realm)) return undefined;
  const url = new URL(realm);
  for (const name of ["service", "scope"]) {
    const value = word(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const answer = await fetch(url, { signal });
  if (!answer.ok) return undefined;
  const body: unknown = await answer.json();
  const { token, access_token: other } = body as { token?: unknown; access_token?: unknown };
  return [token, other].find((each) => typeof each === "string");
}
