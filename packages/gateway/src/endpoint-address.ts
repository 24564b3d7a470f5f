/** Where a request to `/e/OWNER/NAME/...` is meant for. */
export interface EndpointAddress {
  /** `owner/name` */
  readonly fullName: string;
  /** What is asked of the endpoint: path and query. */
  readonly rest: string;
}

/** Under which every endpoint has an address of its own. */
export const endpointPrefix = "/e/";

/** `undefined` for what is no endpoint's. A name that cannot be read names nothing. */
export function endpointAddress(url: string): EndpointAddress | undefined {
  if (!url.startsWith(endpointPrefix)) return undefined;
  const [, owner, name, rest = ""] = /^\/e\/([^/?#]+)\/([^/?#]+)([/?].*)?$/.exec(url) ?? [];
  if (owner === undefined || name === undefined) return { fullName: "", rest: "/" };
  try {
    return {
      fullName: `${decodeURIComponent(owner)}/${decodeURIComponent(name)}`,
      rest: rest.startsWith("/") ? rest : `/${rest}`,
    };
  } catch {
    // a stray % names nothing
    return { fullName: "", rest: "/" };
  }
}
