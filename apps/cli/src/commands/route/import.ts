import type { Command } from "commander";
import type { Client } from "@berth/client";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { readIfThere } from "../../connection/home.ts";
import { CliError } from "../../exit.ts";
import { addExamples } from "../../help.ts";
import { readAll } from "../../read-all.ts";

interface Options {
  readonly replace?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("<file>", "what `berth route export` printed; - is standard input")
    .option("--replace", "remove the routes that are not in it")
    .option("--dry-run", "tell what would change, and change nothing")
    .action(async (file: string, { replace = false, dryRun = false }: Options) => {
      const { routes } = parseFile(file, await readFile(cli, file));
      const importRoutes = (isDry: boolean) =>
        cli.client().importModelRoutes({ body: { routes, replace, dryRun: isDry } });
      const plan = await importRoutes(true);
      const { added, changed, removed } = plan;
      if (!dryRun && removed.length > 0) await confirm(cli, `Remove the routes ${removed.join(", ")}?`);
      const told = dryRun ? plan : await importRoutes(false);
      if (cli.options.json === true) return cli.printJson(told);
      const parts = [
        ["added", added],
        ["changed", changed],
        ["removed", removed],
      ] as const;
      const words = parts.flatMap(([what, names]) =>
        names.length === 0 ? [] : [`${what} ${names.join(", ")}`],
      );
      const said = words.length === 0 ? "everything is so already" : words.join("; ");
      cli.done(dryRun ? `It would be: ${said}` : `Routes: ${said}`);
    });
  addExamples(command, {
    "berth route import routes.json --dry-run": "what would change",
    "berth route import routes.json": "adds and changes",
    "berth route import routes.json --replace": "these routes and no others",
  });
}

async function readFile(cli: Cli, file: string): Promise<string> {
  if (file === "-") return readAll(cli.io.stdin);
  const text = readIfThere(cli.path(file));
  if (text === undefined) throw new CliError("notFound", `there is no ${file}`);
  return text;
}

type Given = Parameters<Client["importModelRoutes"]>[0]["body"];

/** The server checks what the routes say. */
function parseFile(file: string, text: string): Pick<Given, "routes"> {
  try {
    const given = JSON.parse(text) as Partial<Given>;
    if (Array.isArray(given.routes)) return { routes: given.routes };
  } catch (error) {
    throw new CliError("usage", `${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  throw new CliError("usage", `${file} holds no {"routes": [...]}, as \`berth route export\` prints it`);
}
