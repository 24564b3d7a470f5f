import type { ProviderTarget } from "@berth/api";

/** The headers that open the provider and those its user has set. Name, value, name, value ... */
export function authHeaders({ auth, options }: ProviderTarget): string[] {
  const headers = Object.entries(options.headers ?? {}).flatMap(([name, value]) => [
    name.toLowerCase(),
    value,
  ]);
  switch (auth.kind) {
    case "none":
    // signed anew for each request, by who makes it
    case "aws":
      return headers;
    case "header":
      return [...headers, auth.name.toLowerCase(), auth.value];
    case "login": {
      const pair = Buffer.from(`${auth.user}:${auth.password}`).toString("base64");
      return [...headers, "authorization", `Basic ${pair}`];
    }
  }
}
