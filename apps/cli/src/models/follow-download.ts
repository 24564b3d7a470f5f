import { setTimeout as sleep } from "node:timers/promises";
import type { Download } from "@berth/api";
import type { Cli } from "../cli.ts";
import { ask } from "../confirm.ts";
import { CliError } from "../exit.ts";
import { untilInterrupted } from "../interrupt.ts";
import { StatusLine } from "../terminal/status-line.ts";
import { downloadLine, downloadMilestone } from "./download-line.ts";

const pollMs = 250;

/**
 * Shows the download's progress until it is complete. The server does the work: after Ctrl-C it goes on, unless the user
 * is asked and cancels it. Throws with the reason when it fails.
 */
export async function followDownload(cli: Cli, started: Download): Promise<Download> {
  const line = new StatusLine(cli.io.stderr);
  const goesOn = `the download goes on in the server; \`berth model add ${started.repo}\` shows it again`;
  try {
    const ended = await untilInterrupted(goesOn, async (signal) => {
      for (let seen = started; ;) {
        if (seen.status === "COMPLETED" || seen.status === "FAILED" || seen.status === "CANCELLED")
          return seen;
        line.show(downloadLine(seen), downloadMilestone(seen));
        await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
        seen = await cli.client().getDownload({ params: { id: seen.id }, signal });
      }
    });
    line.clear();
    if (ended.status === "COMPLETED") return ended;
    const why = ended.statusReason === null ? "" : `: ${ended.statusReason}`;
    throw new CliError(
      "failed",
      `the download of ${ended.repo} was ${ended.status === "FAILED" ? `not finished${why}` : `cancelled${why}`}`,
    );
  } catch (error) {
    line.clear();
    const interrupted = error instanceof CliError && error.reason === "interrupted";
    if (
      !interrupted ||
      !cli.canAsk ||
      !(await ask(cli, `Cancel the download of ${started.repo}? It goes on otherwise.`))
    )
      throw error;
    await cli.client().cancelDownload({ params: { id: started.id } });
    throw new CliError(
      "interrupted",
      `the download of ${started.repo} is cancelled; adding it again goes on where it was`,
    );
  }
}
