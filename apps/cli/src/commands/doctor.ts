import type { Check } from "@berth/api";
import { isBerthApiError } from "@berth/client";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { addExamples } from "../help.ts";
import { checkHere } from "../local-checks.ts";
import { openProfileBook } from "../profiles/profile-book.ts";
import { plainText } from "../terminal/plain-text.ts";

interface Options {
  readonly profile?: string;
  readonly deep?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .option("-p, --profile <name>", "also look at this profile's place: of a cluster, connect to it")
    .option("--deep", "also from one of its compute nodes, by a short Slurm job")
    .action(async ({ profile, deep = false }: Options) => {
      if (deep && profile === undefined)
        throw new CliError("usage", "--deep looks at a profile: give --profile NAME");
      const here = checkHere(cli);
      // The server may have looked at the same thing and found the same.
      const isNew = ({ message }: Check): boolean => !here.some((check) => check.message === message);
      const server = (await checkServer(cli, profile)).filter(isNew);
      const known = new Set([...here, ...server].map(({ message }) => message));
      const place = profile === undefined ? [] : await openProfileBook(cli).check(profile, deep);
      const checks = [...here, ...server, ...place.filter(({ message }) => !known.has(message))];
      if (cli.options.json === true) cli.printList(checks);
      else for (const check of checks) printCheck(cli, check);
      const failed = checks.filter(({ status }) => status === "failed").length;
      if (failed > 0) throw new CliError("failed", `${failed} of ${checks.length} checks failed`);
    });
  addExamples(command, {
    "berth doctor": "this program, the home, the server and its machine",
    "berth doctor --profile della": "a cluster: ssh, Slurm, accounts, runtimes, home, cache",
    "berth doctor --profile della --deep":
      "and whether its compute nodes reach the internet, and are reached",
    "berth doctor --json": "as JSON; the exit code is 1 when a check failed",
  });
}

async function checkServer(cli: Cli, profile: string | undefined): Promise<readonly Check[]> {
  try {
    const { data } = await cli.client().listChecks({ query: profile === undefined ? {} : { profile } });
    return data;
  } catch (error) {
    if (!isBerthApiError(error) || error.status === 404) throw error;
    const fix =
      error.code === "server_unreachable"
        ? "start it with `berth start`, or say where it is with --url"
        : "give the key in BERTH_AUTH_TOKEN, or the server's home in BERTH_HOME_DIR";
    // Not running is no fault of anything; not letting us in is.
    return [
      {
        id: "server",
        status: error.code === "server_unreachable" ? "warning" : "failed",
        message: error.message,
        fix,
      },
    ];
  }
}

function printCheck({ print, style }: Cli, { status, message, fix }: Check): void {
  const marks = { ok: style.green("✔"), warning: style.yellow("⚠"), failed: style.red("✖") };
  print(`${marks[status]} ${plainText(message)}`);
  if (fix !== null) print(`  ${style.dim("→")} ${plainText(fix)}`);
}
