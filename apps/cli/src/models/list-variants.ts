import type { Cli } from "../cli.ts";
import { byteSize, memorySize } from "../terminal/quantities.ts";

/** What a hub repository offers, with sizes. */
export async function listVariants(cli: Cli, repo: string, revision: string | undefined): Promise<void> {
  const found = await cli
    .client()
    .getHubModel({ params: { repo }, query: revision === undefined ? {} : { revision } });
  if (cli.options.json === true) return cli.printList(found.variants);
  cli.table(
    [
      { title: "VARIANT", cell: ({ name }) => name },
      { title: "SIZE", cell: ({ sizeBytes }) => byteSize(sizeBytes) },
      { title: "MEMORY", cell: ({ estimatedMemoryMiB: mib }) => (mib === null ? "-" : memorySize(mib)) },
      { title: "FILES", cell: ({ files }) => String(files.length) },
      {
        title: "",
        cell: ({ recommended }) => (recommended ? "recommended" : ""),
        paint: () => cli.style.green,
      },
    ],
    found.variants,
  );
  if (found.gated !== false)
    cli.warn(`${repo} is gated: accept its terms on the hub and give the server HF_TOKEN`);
}
