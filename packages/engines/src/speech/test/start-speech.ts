import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { SpeechSurroundings } from "../embedded.ts";
import type { SpeechConfig } from "../config.ts";
import type { SpeechServer } from "../serve-speech.ts";

/** As far as it is asked: engines that also serve something else give no more. */
type Ears = Pick<SpeechServer, "address" | "close">;

const resolve = createRequire(import.meta.url).resolve;

/** A port of its own, this checkout's packages, and programs found in `path` alone. */
export function surroundings(path = ""): SpeechSurroundings {
  return {
    listen: { port: 0 },
    path,
    importPackage: (name) => import(pathToFileURL(resolve(name)).href),
    log: () => {},
  };
}

export function speechConfig(change: Partial<SpeechConfig> = {}): SpeechConfig {
  return {
    servedName: "acme/ears",
    threads: 1,
    mounts: [],
    maxAudioSeconds: 600,
    maxFileBytes: 50_000_000,
    ...change,
  };
}

/** A speech engine that hears, and how to ask it. */
export class TestEars {
  readonly #server: Ears;
  readonly url: string;

  constructor(server: Ears) {
    this.#server = server;
    this.url = `http://127.0.0.1:${server.address}`;
  }

  form(
    fields: Readonly<Record<string, string>>,
    sound: Uint8Array,
    { path = "/v1/audio/transcriptions", signal }: { path?: string; signal?: AbortSignal } = {},
  ): Promise<Response> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([new Uint8Array(sound)]), "sound.wav");
    return fetch(this.url + path, { method: "POST", body: form, signal: signal ?? null });
  }

  json(path: string, body: object): Promise<Response> {
    return fetch(this.url + path, { method: "POST", body: JSON.stringify(body) });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.close();
  }
}
