import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { clockTime } from "../terminal/relative-time.ts";

interface Options {
  readonly print?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command.option("--print", "print the address only").action(async ({ print }: Options) => {
    const { url, expiresAt } = await cli.client().createSessionCode();
    if (cli.options.json === true) return cli.printJson({ url, expiresAt });
    cli.print(url);
    if (print === true) return;
    cli.note(`Opens once, within ${clockTime((expiresAt - cli.io.now()) / 1000)} min.`);
    if (cli.io.stdout.isTTY) openInBrowser(cli, url);
  });
  addExamples(command, {
    "berth open": "in this machine's browser",
    "berth open --print": "an address to open elsewhere, good once",
  });
}

/** By a private page that leads there: other users can read the browser's argv, and the address holds the code. */
function openInBrowser(cli: Cli, url: string): void {
  const page = join(cli.homeDir, "open.html");
  const target = JSON.stringify(url).replaceAll("<", String.raw`\u003c`);
  writeFileSync(page, `<!doctype html><title>Berth</title><script>location.replace(${target})</script>\n`, {
    mode: 0o600,
  });
  chmodSync(page, 0o600);
  const [program, ...words] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", ""]
        : ["xdg-open"];
  const browser = spawn(program ?? "xdg-open", [...words, pathToFileURL(page).href], {
    detached: true,
    stdio: "ignore",
  });
  browser.on("error", () => cli.note("No browser could be started; open the address above."));
  browser.unref();
}
