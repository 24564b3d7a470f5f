/** Where a request to `/e/OWNER/NAME/...` is meant for. */
export interface EndpointAddress {
  /** `owner/name` */
  readonly fullName: string;
  /** What is asked of the endpoint: path and query. */
  readonly rest: string;
  /** No path is asked, and `rest` has the root's in its place. */
  readonly isBare: boolean;
}

/** Under which every endpoint has an address of its own. */
export const endpointPrefix = "/e/";

const nobodys: EndpointAddress = { fullName: "", rest: "/", isBare: true };

/** `undefined` for what is no endpoint's. A name that cannot be read names nothing. */
export function endpointAddress(url: string): EndpointAddress | undefined {
  if (!url.startsWith(endpointPrefix)) return undefined;
  const [, owner, name, rest = ""] = /^\/e\/([^/?#]+)\/([^/?#]+)([/?].*)?$/.exec(url) ?? [];
  if (owner === undefined || name === undefined) return nobodys;
  try {
    return {
      fullName: `${decodeURIComponent(owner)}/${decodeURIComponent(name)}`,
      rest: rest.startsWith("/") ? rest : `/${rest}`,
      isBare: !rest.startsWith("/"),
    };
  } catch {
    // a stray % names nothing
    return nobodys;
  }
}
