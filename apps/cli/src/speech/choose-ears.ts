import { hasEnded } from "@berth/api/ended-statuses";
import { isBerthApiError } from "@berth/client";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";

/** The one service that hears; throws a CliError that names them when there are several, or how to launch one. */
export async function chooseEars(cli: Cli): Promise<string> {
  const [only, ...others] = await hearingServices(cli);
  if (only === undefined)
    throw new CliError(
      "notFound",
      "no model runs that hears; `berth run speech-recognition MODEL` launches one",
    );
  if (others.length === 0) return only;
  throw new CliError("usage", `name the model by --model; there is ${[only, ...others].join(", ")}`);
}

async function hearingServices(cli: Cli): Promise<readonly string[]> {
  try {
    const { data } = await cli.client().listServices();
    return data
      .filter(({ image, status }) => image === "speech-recognition" && !hasEnded(status))
      .map(({ name }) => name);
  } catch (error) {
    if (isBerthApiError(error) && error.status === 403)
      throw new CliError("usage", "this key may not list services; name the model by --model", {
        cause: error,
      });
    throw error;
  }
}
