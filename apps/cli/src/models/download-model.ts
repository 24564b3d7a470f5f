import type { CreateDownload } from "@berth/api";
import type { Cli } from "../cli.ts";
import { byteSize } from "../terminal/quantities.ts";
import { followDownload } from "./follow-download.ts";

/** Starts the download (or joins the one going on), and with `wait` resolves when the model can be run. */
export async function downloadModel(cli: Cli, request: CreateDownload, wait: boolean): Promise<void> {
  const client = cli.client();
  const started = await client.createDownload({ body: request });
  if (!wait) {
    if (cli.options.json === true) return cli.printJson(started);
    return cli.done(`Downloading ${started.repo}; \`berth model add ${started.repo}\` shows how far it is`);
  }
  const ended = await followDownload(cli, started);
  if (cli.options.json === true) return cli.printJson(ended);
  cli.done(
    `Downloaded ${ended.repo} (${byteSize(ended.bytesTotal ?? ended.bytesDone)}, revision ${ended.commit ?? ended.revision})`,
  );
  if (ended.modelId === null) return;
  const { image } = await client.getModel({ params: { id: ended.modelId } });
  if (image !== "other" && image !== "command") cli.note(`Launch it: berth run ${image} ${ended.repo}`);
}
