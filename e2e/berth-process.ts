import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";

export const top = join(import.meta.dirname, "..");
const serverEntry = join(top, "apps/server/dist/server.mjs");

export interface BerthOptions {
  /** What `start` is said to; the checkout's built server when absent. */
  readonly program?: readonly [file: string, ...words: string[]];
  /** An existing home; a new empty one when absent. */
  readonly home?: string;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The demo service is on unless told otherwise. */
  readonly demo?: boolean;
}

/** A real `berth start` in a home of its own, on a free port. */
export interface Berth {
  readonly home: string;
  readonly url: string;
  readonly adminKey: string;
  readonly process: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** A call with the admin key, unless `headers` say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Ends the server with the signal and resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops services and server, and deletes the home. */
  dispose(): Promise<void>;
}

/** Starts a server and resolves when it answers. Throws with its output if it ends before. */
export async function startBerth(options: BerthOptions = {}): Promise<Berth> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), "berth-e2e-")));
  const flags = [
    "--port",
    "0",
    "--home-dir",
    home,
    ...(options.demo === false ? ["--no-demo"] : []),
    ...(options.flags ?? []),
  ];
  const [file, ...words] = options.program ?? [process.execPath, serverEntry];
  const child = spawn(file, [...words, "start", ...flags], {
    env: cleanEnvironment(options.environment),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const server = await until("the server to answer", async () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended:\n${output}`);
    const text = await readFile(join(home, "server.json"), "utf8").catch(() => "{}");
    const found = JSON.parse(text) as { pid?: number; port?: number };
    return found.pid === child.pid ? found : undefined;
  });
  const url = `http://127.0.0.1:${server.port}`;
  const adminKey =
    options.environment?.["BERTH_AUTH_TOKEN"] ??
    (await readFile(join(home, "admin.key"), "utf8").catch(() => "")).trim();
  const call: Berth["fetch"] = (path, init = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(init.body === undefined ? {} : { "content-type": "application/json" }),
        ...(init.headers as Record<string, string>),
      },
    });
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  };
  return {
    home,
    url,
    adminKey,
    process: child,
    output: () => output,
    fetch: call,
    kill,
    dispose: async () => {
      if (child.exitCode === null && child.signalCode === null) await stopServices(call);
      await kill("SIGTERM");
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** This process's environment without anything that would change Berth's or the hub's settings. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(BERTH_|HF_|NO_COLOR|FORCE_COLOR)/.test(name),
  );
  return { ...Object.fromEntries(kept), HF_HUB_OFFLINE: "1", ...extra };
}

interface ServiceView {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly statusReason: string | null;
  readonly port: number | null;
}

export async function listServices(berth: Pick<Berth, "fetch">): Promise<readonly ServiceView[]> {
  const response = await berth.fetch("/api/v1/services?all=true");
  return ((await response.json()) as { data: ServiceView[] }).data;
}

/** Resolves with the service once it has the status. Throws when it failed instead. */
export async function waitForService(
  berth: Pick<Berth, "fetch" | "output">,
  name: string,
  status = "HEALTHY",
  deadlineMs?: number,
): Promise<ServiceView> {
  return until(
    `service ${name} to be ${status}`,
    async () => {
      const found = (await listServices(berth)).find(
        (service) => service.name === name || service.id === name,
      );
      if (found?.status === status) return found;
      if (found?.status === "FAILED")
        throw new Error(`${name} failed: ${found.statusReason}\n${berth.output()}`);
      return undefined;
    },
    deadlineMs,
  );
}

async function stopServices(call: Berth["fetch"]): Promise<void> {
  // they would start what is stopped
  const endpoints = (await (await call("/api/v1/endpoints")).json()) as { data?: { id: string }[] };
  for (const { id } of endpoints.data ?? []) await call(`/api/v1/endpoints/${id}`, { method: "DELETE" });
  const ended = ["STOPPED", "FAILED", "TIMEOUT", "PREEMPTED"];
  const alive = (await listServices({ fetch: call })).filter((service) => !ended.includes(service.status));
  await Promise.all(alive.map((service) => call(`/api/v1/services/${service.id}/stop`, { method: "POST" })));
  await until("the services to stop", async () => {
    const left = (await listServices({ fetch: call })).filter((service) => !ended.includes(service.status));
    return left.length === 0 ? true : undefined;
  });
}
