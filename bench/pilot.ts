/** The demo model's service, as benches use it. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Berth, startBerth, waitForService } from "@berth/e2e/berth-process";
import { type ChatTarget, targetAt } from "./streamed-chat.ts";

export const pilot = "pilot";

export interface RunningPilot extends AsyncDisposable {
  readonly berth: Berth;
  /** Through gateway and runner, as clients ask. */
  readonly target: ChatTarget;
  /** The folder with the engine's settings and socket. */
  readonly launchDir: string;
}

/** A server of its own with the demo model ready to answer. Disposing of it stops both. */
export async function startPilot(): Promise<RunningPilot> {
  const berth = await startBerth();
  try {
    await waitForService(berth, pilot);
    return {
      berth,
      target: targetOf(berth),
      launchDir: await newestLaunch(berth.home),
      [Symbol.asyncDispose]: () => berth.dispose(),
    };
  } catch (error) {
    await berth.dispose();
    throw error;
  }
}

export function targetOf({ url, adminKey }: Pick<Berth, "url" | "adminKey">): ChatTarget {
  return targetAt({ host: "127.0.0.1", port: Number(new URL(url).port) }, adminKey);
}

/** The only service's latest attempt. */
export async function newestLaunch(home: string): Promise<string> {
  const launches = join(home, "launches");
  const attempt = (name: string): number => Number(name.slice(name.lastIndexOf("-") + 1));
  const names = (await readdir(launches)).toSorted((a, b) => attempt(b) - attempt(a));
  const [newest] = names;
  if (newest === undefined) throw new Error(`nothing was launched in ${launches}`);
  return join(launches, newest);
}
