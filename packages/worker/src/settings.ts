import type { PlaceOptions } from "./handler.ts";

/** Where the worker's work comes from. */
export type Place =
  | { readonly kind: "pull"; readonly url: string; readonly key: string; readonly endpoint: string }
  | { readonly kind: "push"; readonly listen: Listen };

export type Listen = { readonly path: string } | { readonly host: string; readonly port: number };

type Environment = Readonly<Record<string, string | undefined>>;

/** Options first, then the environment; jobs are pulled where an endpoint is named. Throws when neither says where work comes from. */
export function choosePlace(options: PlaceOptions, env: Environment): Place {
  const { endpoint = env.BERTH_ENDPOINT, socket = env.BERTH_SOCKET } = options;
  if (endpoint !== undefined && endpoint !== "") {
    const url = required(
      options.url ?? env.BERTH_URL,
      "url",
      "BERTH_URL, for instance http://localhost:8000",
    );
    const key = required(
      options.key ?? env.BERTH_API_KEY,
      "key",
      "BERTH_API_KEY, a key with the scope worker",
    );
    return { kind: "pull", url: readUrl(url), key, endpoint };
  }
  if (socket !== undefined && socket !== "") return { kind: "push", listen: { path: socket } };
  const port = options.port ?? readPort(env.BERTH_PORT);
  if (port !== undefined) return { kind: "push", listen: { host: "127.0.0.1", port } };
  throw new TypeError(
    "nothing says where work comes from: set BERTH_ENDPOINT (with BERTH_URL and BERTH_API_KEY) to take an endpoint's jobs, " +
      "or BERTH_SOCKET or BERTH_PORT to be called; to try a handler, run: berth worker dev FILE",
  );
}

function required(value: string | undefined, option: string, setting: string): string {
  if (value !== undefined && value !== "") return value;
  throw new TypeError(`to take jobs, give ${option}, or set ${setting}`);
}

function readUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new TypeError(
      `url: ${JSON.stringify(text)} is no http address; BERTH_URL is like http://localhost:8000`,
    );
  return text.replace(/\/+$/, "");
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new TypeError(`BERTH_PORT: ${JSON.stringify(text)} is no port`);
}
