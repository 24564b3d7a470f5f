import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { writePipelineModels } from "@berth/demo-model/pipelines";
import type { HubDoubleRepo } from "@berth/testing/hub-double";
import { temporaryFolder } from "@berth/testing/temporary-folder";

/** The key that the server has for the hub. */
export const hubToken = "hf_known";
export const summarizer = "Falconsai/text_summarization";

/** Repositories with a tiny summarizer: open with a tag, gated for the server's key, and closed to it. */
export async function hubModels(): Promise<readonly HubDoubleRepo[]> {
  await using folder = await temporaryFolder();
  writePipelineModels(folder.path);
  const files = {
    ...(await filesBelow(join(folder.path, "summarization"))),
    "README.md": "---\npipeline_tag: summarization\n---\n",
  };
  const shared = { files, task: "summarization" };
  return [
    { id: summarizer, ...shared, tags: { v1: { ...files, "note.txt": "the first" } } },
    { id: "acme/gated", ...shared, gated: "manual", readers: [hubToken] },
    { id: "acme/closed", ...shared, gated: "manual", readers: ["hf_of-another"] },
  ];
}

async function filesBelow(folder: string): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[relative(folder, path)] = await readFile(path);
  }
  return found;
}
