import { errorCodes, routes, type ErrorCode, type Route } from "@berth/api";
import { pipelineForms, type PipelineField } from "@berth/api/pipelines";
import { errorMeanings } from "./error-meanings.ts";
import { berth, readHelp, type HelpEntry } from "./help.ts";

/** Options that all kinds of `berth run` share, and endpoints with them; the guide tells them once. */
const launchSections = ["Launch", "Engine", "What it runs in", "Slurm profiles only"];

/**
 * The parts of the guide that are made from the program itself, by what stands in `<!-- generated: ... -->`. Throws for a
 * part that there is none of.
 */
export async function makePart(name: string): Promise<string> {
  const [kind, ...words] = name.split(" ");
  switch (kind) {
    case "settings":
      return settingsTable();
    case "errors":
      return errorsTable();
    case "routes":
      return routesTable(words.join(" "));
    case "pipelines":
      return pipelinesTable();
    case "help":
      return helpOf(words);
    case "options":
      return optionsOf(words);
    case undefined:
    default:
      throw new Error(`nothing makes a part "${name}" of the guide`);
  }
}

async function settingsTable(): Promise<string> {
  const { data } = JSON.parse(await berth(["config", "--json"])) as {
    data: {
      id: string;
      flag: string | null;
      value: string | null;
      unit: string | null;
      description: string;
    }[];
  };
  return table(
    ["setting", "flag of `berth start`", "default", "what it does"],
    data.map(({ id, flag, value, unit, description }) => [
      `\`${id}\``,
      flag === null ? "" : `\`${flag}\``,
      value === null || value === "" ? "" : `\`${value}\`${unit === null ? "" : ` ${unit}`}`,
      description,
    ]),
  );
}

function errorsTable(): string {
  return table(
    ["status", "code", "means"],
    (Object.keys(errorCodes) as ErrorCode[]).map((code) => [
      String(errorCodes[code].status),
      `\`${code}\``,
      errorMeanings[code],
    ]),
  );
}

function routesTable(tag: string): string {
  const rows = (Object.values(routes) as readonly Route[]).filter((route) => route.tag === tag);
  if (rows.length === 0) throw new Error(`no route has the tag "${tag}"`);
  return table(
    ["call", "what it does", "answers"],
    rows.map(({ method, path, summary, status, reply, errors }) => [
      `\`${method} ${path}\``,
      summary,
      [`${status}${reply === "json" ? "" : ` ${reply}`}`, ...errors.map((code) => `\`${code}\``)].join(", "),
    ]),
  );
}

function pipelinesTable(): string {
  const names = (fields: readonly PipelineField[]): string =>
    fields.map(({ name }) => `\`${name}\``).join(", ");
  return table(
    ["task", "inputs", "options", "answer"],
    pipelineForms.map(({ task, inputs, options, gives }) => [
      `\`${task}\``,
      names(inputs),
      names(options),
      gives,
    ]),
  );
}

/** A command's usage, and its arguments and options but for those that every command has. */
async function helpOf(command: readonly string[]): Promise<string> {
  const { usage, sections } = await readHelp(command);
  const own = [...sections]
    .filter(([name]) => !["Commands", "Examples"].includes(name) && !launchSections.includes(name))
    .flatMap(([, entries]) => entries)
    .filter(({ term }) => !term.includes("--help"));
  return own.length === 0 ? `\`${usage}\`` : `\`${usage}\`\n\n${entriesTable(own)}`;
}

/** `options`: the global ones. `options run`: those of every kind of launch. */
async function optionsOf(command: readonly string[]): Promise<string> {
  const { sections } = await readHelp(command);
  const entries =
    command.length === 0
      ? (sections.get("Options") ?? [])
      : launchSections.flatMap((name) => sections.get(name) ?? []);
  return entriesTable(entries);
}

function entriesTable(entries: readonly HelpEntry[]): string {
  return table(
    ["", ""],
    entries.map(({ term, text }) => [`\`${term}\``, text]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`.replaceAll(/ +\|/g, " |");
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
