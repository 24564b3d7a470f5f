import { chmod, cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sentimentFolder, whisperFolder } from "@berth/demo-model";
import { writePipelineModels } from "@berth/demo-model/pipelines";
import { writeRandomWhisper } from "@berth/demo-model/whisper-ggml";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { tinyPdf } from "@berth/testing/tiny-documents";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { top } from "../berth-process.ts";
import { fixturePaths } from "../demo-models.ts";
import { readPage } from "./page.ts";
import { humming } from "./humming.ts";

/** Two by two pixels. */
const redPicture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mP4xcAARAwQCgAfTgPpSsvaJwAAAABJRU5ErkJggg==",
  "base64",
);

/** The model inside every GGUF file that the guide names, where nothing else is needed: it really answers. */
export const chatModelFile = join(top, "models/demo/pilot-q8_0.gguf");

/** Puts into the folder what the guide's commands find in the working directory, by the names that the guide uses. */
export async function writeReaderFiles(folder: string): Promise<void> {
  const model = await readFile(chatModelFile);
  await writeFiles(folder, {
    "model.gguf": model,
    "api.yaml": shownIn("docs/guide/handlers.md", "yaml"),
    "count.ts": shownIn("docs/guide/handlers.md", "typescript"),
    "shout.ts": shownIn("README.md", "typescript"),
    "adapter.gguf": await readFile(fixturePaths.lora),
    "embedder.gguf": await readFile(fixturePaths.embeddings),
    "reranker.gguf": await readFile(fixturePaths.rerank),
    "talk.wav": humming(3),
    "red.png": redPicture,
    "recordings/NY045-0.wav": humming(2),
    "cut-off.gguf": model.subarray(0, 1000),
    "not-a-model.gguf": "hello",
    "huge.gguf": tinyChatGguf({
      "llama.block_count": 200,
      "llama.attention.head_count": 128,
      "llama.attention.head_count_kv": 128,
      "llama.embedding_length": 16_384,
      "llama.context_length": 32_768,
    }),
    "notes.md": "# Aboard\nThe captain is Rosa.\n\n# Ashore\nThe ship lies in the harbour of Oslo.\n",
    "paper.pdf": tinyPdf(Array.from({ length: 3 }, (_, page) => [`Page ${page + 1} tells of ships.`])),
    "locked.pdf": tinyPdf([["Nobody reads this."]], { encrypted: true }),
    "damaged/berth.db": "this is no database at all",
    "open-key/admin.key": "sk-berth-everybody-has-read-it\n",
    "from-the-future/berth.db": await futureDatabase(),
  });
  await cp(whisperFolder, join(folder, "whisper"), { recursive: true });
  await cp(sentimentFolder, join(folder, "feelings"), { recursive: true });
  writePipelineModels(join(folder, "tasks"));
  writeRandomWhisper(join(folder, "ggml-whisper.bin"), { vocabulary: 51_865 });
  await chmod(join(folder, "open-key/admin.key"), 0o644);
}

/** The page's first block in that language, which no test runs by itself. */
function shownIn(page: string, language: string): string {
  const text = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "ms").exec(readPage(page))?.[1];
  if (text === undefined) throw new Error(`${page} shows no ${language}`);
  return text;
}

/** A database as a much newer Berth would leave it. */
async function futureDatabase(): Promise<Buffer> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  const database = new DatabaseSync(path);
  database.exec("create table migrations (version integer primary key, name text, applied_at integer)");
  database.exec("insert into migrations values (999, 'from the future', 0)");
  database.close();
  return readFile(path);
}
