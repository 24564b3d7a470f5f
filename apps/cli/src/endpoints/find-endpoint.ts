import type { Endpoint } from "@berth/api";
import { isBerthApiError } from "@berth/client";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { nearest } from "../nearest.ts";

/** By OWNER/NAME, id, or the name where nobody else's endpoint has it. Throws `notFound` with the near match. */
export function findEndpoint(cli: Cli, reference: string): Promise<Endpoint> {
  return ofEndpoint(cli, reference, () => cli.client().getEndpoint({ params: { id: reference } }));
}

/** Does what names the endpoint; where there is none such, says which one might be meant. */
export async function ofEndpoint<T>(cli: Cli, reference: string, act: () => Promise<T>): Promise<T> {
  if (reference.trim() === "") throw new CliError("usage", "give an endpoint's name, as NAME or OWNER/NAME");
  try {
    return await act();
  } catch (error) {
    if (!isBerthApiError(error) || error.status !== 404) throw error;
    const near = nearest(reference, await namesLike(cli, reference));
    if (near === undefined && error.message.includes("did you mean")) throw error;
    throw new CliError(
      "notFound",
      `no endpoint "${reference}"${near === undefined ? "" : ` (did you mean ${near}?)`}; \`berth endpoint ls\` lists them`,
      { cause: error },
    );
  }
}

/** None where the key may not list them. */
async function namesLike(cli: Cli, reference: string): Promise<string[]> {
  try {
    const { data } = await cli.client().listEndpoints();
    return data.map(({ name, fullName }) => (reference.includes("/") ? fullName : name));
  } catch (error) {
    if (isBerthApiError(error) && error.status === 403) return [];
    throw error;
  }
}
