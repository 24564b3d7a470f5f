import { isBerthApiError } from "@berth/client";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { findEndpoint } from "./find-endpoint.ts";

/** Where an endpoint's own path lies on the server: `/e/OWNER/NAME/predict`. */
export async function endpointPath(cli: Cli, reference: string, path: string): Promise<string> {
  const own = path.startsWith("/") ? path : `/${path}`;
  const [, owner, name] = /^([^/]+)\/([^/]+)$/.exec(reference) ?? [];
  if (owner !== undefined && name !== undefined)
    return `/e/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${own}`;
  try {
    const { paths } = await findEndpoint(cli, reference);
    return paths.predict.replace(/\/predict$/, own);
  } catch (error) {
    if (!isBerthApiError(error) || error.status !== 403) throw error;
    throw new CliError("refused", "this key may not look endpoints up: give OWNER/NAME", { cause: error });
  }
}
