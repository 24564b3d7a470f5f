import { hasEnded } from "@berth/api/ended-statuses";
import { isBerthApiError } from "@berth/client";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";

/** What can be named as a model with this key. */
export async function callableNames(cli: Cli): Promise<readonly string[]> {
  return (await cli.client().listCallableModels()).map(({ id }) => id);
}

/** The one model there is to talk to; with several, the user's choice. */
export async function chooseModel(cli: Cli): Promise<string> {
  const names = await chatServices(cli);
  const [only, ...others] = names;
  if (only === undefined) {
    throw new CliError(
      "notFound",
      "no model runs to talk to; `berth run text-generation MODEL` launches one",
    );
  }
  if (others.length === 0) return only;
  if (!cli.canAsk) throw new CliError("usage", `name the model to talk to; there is ${names.join(", ")}`);
  const prompts = await import("@clack/prompts");
  const choice = await prompts.select({
    message: "Which model?",
    options: names.map((name) => ({ value: name, label: name })),
    input: cli.io.stdin,
    output: cli.io.stderr,
  });
  if (prompts.isCancel(choice)) throw new CliError("interrupted", "interrupted");
  return choice;
}

/** Services that chat, by name; with a key that may not list services, whatever it may call. */
async function chatServices(cli: Cli): Promise<readonly string[]> {
  try {
    const { data } = await cli.client().listServices();
    return data
      .filter(
        ({ image, status }) => (image === "text-generation" || image === "command") && !hasEnded(status),
      )
      .map(({ name }) => name);
  } catch (error) {
    if (isBerthApiError(error) && error.status === 403) return callableNames(cli);
    throw error;
  }
}
