import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ContainerImage } from "@berth/api";
import { modelId } from "../cache-layout.ts";

const run = promisify(execFile);
const separator = "\t";
const format = ["{{.Repository}}", "{{.Tag}}", "{{.Digest}}", "{{.ID}}", "{{.Size}}", "{{.CreatedAt}}"].join(
  separator,
);

/** What Docker or Podman keep on this machine; none where the program is not there, or does not answer. */
export async function listEngineImages(
  program: "docker" | "podman",
  profile: string,
  signal: AbortSignal,
): Promise<ContainerImage[]> {
  try {
    const { stdout } = await run(program, ["images", "--no-trunc", "--format", format], {
      signal,
      timeout: 10_000,
    });
    return parseEngineImages(stdout, program, profile);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error) return []; // doctor tells of a program that is there and does not work
    throw error;
  }
}

/** Both print lines of the same format; sizes as `1.2GB`, times as `2026-11-28 10:00:00 +0000 UTC`. */
export function parseEngineImages(
  text: string,
  program: "docker" | "podman",
  profile: string,
): ContainerImage[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const [name = "", tag = "", digest = "", id = "", size = "", created = ""] = line.split(separator);
      if (name === "" || name === "<none>") return [];
      return {
        id: modelId("image", profile, program, id, name, tag),
        profile,
        location: program,
        name,
        tag: tag === "<none>" ? null : tag,
        digest: digest.startsWith("sha256:") ? digest : null,
        fileSha256: null,
        path: null,
        source: null,
        sizeBytes: readSize(size),
        createdAt: readTime(created),
      };
    });
}

const units: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function readSize(text: string): number {
  const [, count = "0", unit = "B"] = /^([\d.]+)\s*([kKMGT]?B)$/.exec(text) ?? [];
  return Math.round(Number(count) * (units[unit.toUpperCase()] ?? 1));
}

function readTime(text: string): number {
  const [, date = "", time = "", zone = "+0000"] = /^(\S+) ([\d:]+)\S* ([+-]\d{4})/.exec(text) ?? [];
  const at = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(at) ? 0 : at;
}
