import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { BerthError, type HandlerSpec, isBerthError } from "@berth/api";

const suffixes: Readonly<Record<HandlerSpec["language"], string>> = { python: ".py", typescript: ".ts" };
const maxSourceBytes = 2 * 1024 * 1024;

/** The path of the handler's file on this machine; a text or what a URL has is written into `dir` first. Throws `upstream_failed` where a URL has nothing. */
export async function layFile(
  { source, language }: HandlerSpec,
  dir: string,
  fetchUrl: typeof fetch,
): Promise<string> {
  if (source.kind === "path") return source.path;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { name, text } =
    source.kind === "text"
      ? source
      : { name: nameOf(source.url, suffixes[language]), text: await download(source.url, fetchUrl) };
  const path = join(dir, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

function nameOf(url: string, suffix: string): string {
  const name = basename(new URL(url).pathname).replaceAll(/[^\w.-]/g, "_");
  return name.endsWith(suffix) || (suffix === ".ts" && /\.[cm]?[jt]s$/.test(name))
    ? name
    : `handler${suffix}`;
}

async function download(url: string, fetchUrl: typeof fetch): Promise<string> {
  const fail = (reason: string, cause?: unknown): BerthError =>
    new BerthError("upstream_failed", `the handler cannot be fetched from ${url}: ${reason}`, { cause });
  let response: Response;
  try {
    response = await fetchUrl(url, { signal: AbortSignal.timeout(60_000) });
  } catch (cause) {
    const { message, cause: inner } = cause as Error;
    throw fail(inner instanceof Error ? inner.message : message, cause);
  }
  if (!response.ok) throw fail(`it answered ${response.status}`);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    // what is longer is not read to its end
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > maxSourceBytes) throw fail(`it is longer than ${maxSourceBytes} bytes`);
      parts.push(part);
    }
  } catch (error) {
    throw isBerthError(error) ? error : fail((error as Error).message, error);
  }
  return Buffer.concat(parts).toString("utf8");
}
