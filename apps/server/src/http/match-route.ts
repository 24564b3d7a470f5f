import { routes, type Route, type RouteName } from "@berth/api";

export type RouteMatch =
  | {
      readonly kind: "found";
      readonly name: RouteName;
      readonly route: Route;
      readonly params: Readonly<Record<string, string>>;
    }
  | { readonly kind: "method"; readonly allowed: readonly string[] }
  | { readonly kind: "none" };

interface Pattern {
  readonly name: RouteName;
  readonly route: Route;
  readonly expression: RegExp;
  readonly fixedSegments: number;
}

const patterns: readonly Pattern[] = (Object.keys(routes) as RouteName[])
  .map((name) => ({ name, route: routes[name] as Route, ...compile(routes[name].path) }))
  // `/services/preview` before `/services/{id}`
  .toSorted((a, b) => b.fixedSegments - a.fixedSegments);

/** Finds the management route of a path (still percent-encoded). A repository's slashes may stand unencoded. */
export function matchRoute(method: string, path: string): RouteMatch {
  const allowed = new Set<string>();
  for (const { name, route, expression } of patterns) {
    const found = expression.exec(path);
    if (found === null) continue;
    if (route.method !== method && !(method === "HEAD" && route.method === "GET")) {
      allowed.add(route.method);
      continue;
    }
    const params = decode(found.groups ?? {});
    return params === undefined ? { kind: "none" } : { kind: "found", name, route, params };
  }
  return allowed.size === 0 ? { kind: "none" } : { kind: "method", allowed: [...allowed] };
}

function compile(path: string): { expression: RegExp; fixedSegments: number } {
  const source = path
    .split("/")
    .map((segment) =>
      segment.replace(/^\{(\w+)\}$/, (_, name: string) =>
        name === "repo" ? "(?<repo>.+)" : `(?<${name}>[^/]+)`,
      ),
    )
    .join("/");
  return {
    expression: new RegExp(`^${source}/?$`),
    fixedSegments: path.split("/").filter((part) => !part.startsWith("{")).length,
  };
}

function decode(groups: Record<string, string>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    return undefined; // a broken percent sequence names nothing
  }
}
