import { isBerthApiError } from "@berth/client";
import type { Cli } from "../cli.ts";
import { shortId } from "../services/columns.ts";

/** Endpoints' names by their ids; where the key may not list endpoints, or one is gone, the start of its id. */
export async function endpointNames(cli: Cli): Promise<(endpointId: string) => string> {
  const names = await readNames(cli);
  return (endpointId) => names.get(endpointId) ?? shortId(endpointId);
}

async function readNames(cli: Cli): Promise<ReadonlyMap<string, string>> {
  try {
    const { data } = await cli.client().listEndpoints();
    return new Map(data.map(({ id, fullName }) => [id, fullName]));
  } catch (error) {
    if (isBerthApiError(error) && error.status === 403) return new Map();
    throw error;
  }
}
