import { setTimeout as sleep } from "node:timers/promises";
import type { ImagePull } from "@berth/api";
import type { Cli } from "../cli.ts";
import { ask } from "../confirm.ts";
import { CliError } from "../exit.ts";
import { untilInterrupted } from "../interrupt.ts";
import { StatusLine } from "../terminal/status-line.ts";

const pollMs = 500;

/** Shows the last line of what is at work until it is done. Throws with its words when it fails. */
export async function followPull(cli: Cli, started: ImagePull): Promise<ImagePull> {
  const line = new StatusLine(cli.io.stderr);
  const goesOn = "the pull goes on in the server; the same command shows it again";
  try {
    const ended = await untilInterrupted(goesOn, async (signal) => {
      for (let seen = started; ;) {
        if (seen.status !== "RUNNING") return seen;
        const said = `${seen.source}: ${seen.logTail.at(-1) ?? "begun"}`;
        line.show(said, said);
        await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
        seen = await cli.client().getImagePull({ params: { id: seen.id }, signal });
      }
    });
    line.clear();
    if (ended.status === "COMPLETED") return ended;
    const how = ended.status === "FAILED" ? "failed" : "was cancelled";
    const why = ended.statusReason === null ? "" : `: ${ended.statusReason}`;
    throw new CliError("failed", `the pull of ${ended.source} ${how}${why}`);
  } catch (error) {
    line.clear();
    const interrupted = error instanceof CliError && error.reason === "interrupted";
    if (
      !interrupted ||
      !cli.canAsk ||
      !(await ask(cli, `Cancel the pull of ${started.source}? It goes on otherwise.`))
    )
      throw error;
    await cli.client().cancelImagePull({ params: { id: started.id } });
    throw new CliError("interrupted", `the pull of ${started.source} is cancelled`);
  }
}
