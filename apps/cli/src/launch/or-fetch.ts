import type { CreateService } from "@berth/api";
import { isBerthApiError } from "@berth/client";
import type { Cli } from "../cli.ts";
import { ask } from "../confirm.ts";
import { CliError } from "../exit.ts";
import { downloadModel } from "../models/download-model.ts";

/** Does it; where only the model is missing, offers to download that first, and does it then. */
export async function orFetch<T>(
  cli: Cli,
  { model, revision, profile }: Pick<CreateService, "model" | "revision" | "profile">,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (
      !isBerthApiError(error) ||
      error.code !== "model_not_found" ||
      model === undefined ||
      !isRepository(model)
    )
      throw error;
    const { message } = error;
    const fetchLine = [
      "berth model add",
      model,
      ...(profile === undefined ? [] : ["--profile", profile]),
    ].join(" ");
    if (!cli.canAsk) {
      const isTold = message.includes("berth model add");
      throw new CliError(
        "notFound",
        isTold ? message : `${message}; \`${fetchLine}\` would get it from the hub`,
        {
          cause: error,
        },
      );
    }
    cli.warn(message);
    if (!(await ask(cli, `Download ${model} from the hub now?`))) {
      throw new CliError("notFound", `${model} is not installed; \`${fetchLine}\` gets it`, { cause: error });
    }
    await downloadModel(
      cli,
      {
        repo: model,
        ...(revision === undefined ? {} : { revision }),
        ...(profile === undefined ? {} : { profile }),
      },
      true,
    );
    return act();
  }
}

function isRepository(model: string): boolean {
  return /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/.test(model);
}
