import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Cli } from "../cli.ts";
import { given } from "../connection/home.ts";

/** A directory that exists and may hold models others have fetched: the hub's own cache, else Berth's home. */
export function suggestCache(cli: Cli): string {
  const { env } = cli.io;
  const hub =
    given(env["HF_HUB_CACHE"]) ?? join(given(env["HF_HOME"]) ?? cli.path("~/.cache/huggingface"), "hub");
  return existsSync(hub) ? cli.path(hub) : cli.homeDir;
}
