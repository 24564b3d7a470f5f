import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { revision } from "./engine-plans.ts";

/** Writes a model of one weight, in the hub's layout below `models`: enough to be found, and to be mounted. */
export async function writeSmallModel(models: string, repo: string): Promise<void> {
  const folder = join(models, `models--${repo.replaceAll("/", "--")}`);
  const snapshot = join(folder, "snapshots", revision);
  await mkdir(join(folder, "blobs"), { recursive: true });
  await mkdir(snapshot, { recursive: true });
  for (const [name, content] of Object.entries(smallModelFiles())) {
    await writeFile(join(folder, "blobs", name), content);
    await symlink(`../../blobs/${name}`, join(snapshot, name));
  }
}

function smallModelFiles(): Readonly<Record<string, string | Buffer>> {
  const header = Buffer.from(JSON.stringify({ w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }));
  const headerBytes = Buffer.alloc(8);
  headerBytes.writeBigUInt64LE(BigInt(header.length));
  const config = { hidden_size: 8, architectures: ["LlamaForCausalLM"], model_type: "llama" };
  return {
    "config.json": JSON.stringify(config),
    "model.safetensors": Buffer.concat([headerBytes, header, Buffer.alloc(4)]),
  };
}
