import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Profile } from "@berth/api";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import type { PlaceProcess, RunThere } from "../place-process.ts";

const runnerEntry = join(import.meta.dirname, "../../../../../apps/runner/src/main.ts");

/** The runner itself, as a process of this machine; what login files would print comes before its words. */
export const runHere: RunThere = async (_profile, words, signal) => {
  const child = spawn(
    "/bin/sh",
    ["-c", 'echo "Welcome to the cluster"; exec "$@"', "sh", process.execPath, runnerEntry, ...words],
    { stdio: "pipe", signal, killSignal: "SIGKILL" },
  );
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended: PlaceProcess["ended"] = new Promise((resolve) => {
    child.on("error", () => undefined); // the signal's; the pipes tell
    child.on("close", (code) => resolve({ exitCode: code ?? 137, stderr }));
  });
  return { stdin: child.stdin, stdout: child.stdout, ended };
};

/** A profile of another machine whose directories lie in a folder of this one. */
export async function placeFixture() {
  const folder = await temporaryFolder();
  const profile: Profile = {
    id: "della",
    name: "della",
    default: false,
    status: "ready",
    statusReason: null,
    schema: "slurm",
    home: join(folder.path, "home"),
    cache: join(folder.path, "cache"),
    slurm: { host: "della", user: "me" },
    connection: null,
  };
  return {
    folder: folder.path,
    profile,
    listings: join(folder.path, "listings"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
