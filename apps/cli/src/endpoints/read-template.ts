import type {
  CommandSpec,
  CreateService,
  EndpointConfiguration,
  EndpointTemplate,
  HandlerSpec,
  Image,
} from "@berth/api";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";
import { modelReference } from "../launch/model-reference.ts";
import { readCommand, readCommandFlags } from "../launch/read-command.ts";
import { readEnvironment } from "../launch/read-container.ts";
import { readHandler, readHandlerFlags } from "../launch/read-handler.ts";
import { readLaunch } from "../launch/read-launch.ts";
import { refuseSchedulerOptions } from "../launch/scheduler-options.ts";
import type { EndpointFlags } from "./endpoint-options.ts";

type Before = Pick<EndpointConfiguration, "template" | "profiles"> | undefined;

/**
 * What each replica is, after the flags: of `before` what they do not name; lists and environments are replaced whole.
 * `undefined`: they name nothing of it. `words` came after `--`.
 */
export async function readTemplate(
  cli: Cli,
  flags: EndpointFlags,
  words: readonly string[],
  before: Before,
): Promise<EndpointTemplate | null | undefined> {
  refuseContradictions(flags, words);
  if (flags.workers === true) return null;
  const said = await readSaid(cli, flags, words, before);
  if (Object.keys(said).length === 0) return undefined;
  const template = before?.template ?? null;
  if (template === null && [said.model, said.command, said.handler].every((part) => part === undefined))
    throw new CliError(
      "usage",
      "say what each replica is: --model MODEL, --handler FILE, or --command -- PROGRAM",
    );
  return merge(template ?? {}, said);
}

function refuseContradictions(
  { model, command, handler, workers }: EndpointFlags,
  words: readonly string[],
): void {
  const launched = model !== undefined || command === true || handler !== undefined;
  if ((workers === true && launched) || (command === true && handler !== undefined))
    throw new CliError("usage", "give --model, --handler, --command or --workers: one of them");
  if (command === true && words.length === 0)
    throw new CliError("usage", "put the program after --, as: --command -- my-server --port {port}");
  if (workers === true && words.length > 0)
    throw new CliError("usage", "--workers launches nothing: leave out what comes after --");
  if (handler !== undefined && words.length > 0)
    throw new CliError("usage", "a handler takes no options after --: leave them out");
}

async function readSaid(
  cli: Cli,
  flags: EndpointFlags,
  words: readonly string[],
  before: Before,
): Promise<EndpointTemplate> {
  const { profile, task, ...options } = flags;
  const [first, ...further] = profile ?? before?.profiles ?? [];
  const placed: LaunchOptions = { ...options, ...(first === undefined ? {} : { profile: first }) };
  await refuseSchedulerOptions(cli, placed, further);
  const isProgram = flags.command === true;
  const { profile: _, ...launch } = await readLaunch(cli, placed, isProgram ? [] : words);
  const handler = saidHandler(cli, flags, before?.template?.handler);
  const command = isProgram
    ? await readCommand(cli, words, placed)
    : changedCommand(cli, flags, handler === undefined ? before?.template?.command : undefined);
  const env = command === undefined ? readEnvironment(cli, options) : undefined;
  const image = imageOf(flags);
  return {
    ...launch,
    ...(flags.allowPrivateUrls === true ? { options: { ...launch.options, allowPrivateUrls: true } } : {}),
    ...(flags.model === undefined ? {} : { model: await modelReference(cli, flags.model, placed) }),
    ...(image === undefined ? {} : { image }),
    ...(task === undefined ? {} : { task }),
    ...(command === undefined ? {} : { command }),
    ...(handler === undefined ? {} : { handler }),
    ...(env === undefined ? {} : { env }),
  };
}

function imageOf({ command, handler, kind, task }: EndpointFlags): Image | undefined {
  if (command === true) return "command";
  if (handler !== undefined) return "handler";
  // what is wrong with another kind's task, the server says
  return (kind?.replaceAll("_", "-") as Image | undefined) ?? (task === undefined ? undefined : "pipeline");
}

/** The handler that is named, or the one as it was with what the flags say of it. */
function saidHandler(
  cli: Cli,
  flags: EndpointFlags,
  before: HandlerSpec | undefined,
): HandlerSpec | undefined {
  if (flags.handler !== undefined) return readHandler(cli, flags.handler, flags);
  const said = readHandlerFlags(flags);
  if (Object.keys(said).length === 0 && flags.there === undefined) return undefined;
  if (before === undefined || flags.there !== undefined)
    throw new CliError("usage", "--requirement, --system and --there are of a handler: give --handler FILE");
  return { ...before, ...said };
}

/** The program as it was, with what the flags say of it. */
function changedCommand(
  cli: Cli,
  flags: EndpointFlags,
  before: CommandSpec | undefined,
): CommandSpec | undefined {
  const said = readCommandFlags(flags);
  if (before === undefined) {
    if (Object.keys(said).length === 0) return undefined;
    throw new CliError("usage", "--health, --cwd and --start-timeout are of a program: give --command");
  }
  const env = readEnvironment(cli, flags);
  if (Object.keys(said).length === 0 && env === undefined) return undefined;
  return { ...before, ...said, ...(env === undefined ? {} : { env }) };
}

function merge(before: EndpointTemplate, said: EndpointTemplate): EndpointTemplate {
  const base: Partial<CreateService> = { ...before };
  const isNowProgram = said.command !== undefined && before.command === undefined;
  const isNowHandler = said.handler !== undefined && before.handler === undefined;
  if (isNowProgram || isNowHandler) forget(base, ["model", "revision", "engine", "options"]);
  if (said.image !== undefined && said.image !== "command") forget(base, ["command"]);
  if (said.image !== undefined && said.image !== "handler") forget(base, ["handler"]);
  if (said.image !== undefined && said.image !== "pipeline") forget(base, ["task"]);
  if (said.model !== undefined) forget(base, ["revision"]);
  return {
    ...base,
    ...said,
    ...(said.options === undefined ? {} : { options: { ...base.options, ...said.options } }),
    ...(said.resources === undefined ? {} : { resources: { ...base.resources, ...said.resources } }),
  };
}

/** A program or handler in place of a model, or another model, has nothing of what was there. */
function forget(template: Partial<CreateService>, names: readonly (keyof CreateService)[]): void {
  for (const name of names) delete template[name];
}
