import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Job } from "@berth/api";
import { top, type Berth } from "../berth-process.ts";
import { EndpointRig } from "../endpoints/endpoint-rig.ts";
import { mustRun, runProgram, type Ended } from "../run-program.ts";
import { until } from "../until.ts";

export const commandEntry = join(top, "apps/cli/dist/berth.mjs");

/** Endpoints and jobs of a server, by its API and its commands. */
export class SeedRig extends EndpointRig {
  readonly #server: Berth;

  constructor(server: Berth) {
    super(server);
    this.#server = server;
  }

  /** What a command printed on standard output. Throws with its words when it ends with anything but 0. */
  async berth(...words: string[]): Promise<string> {
    return (await mustRun(this.#line(words), { environment: this.#environment() })).stdout;
  }

  /** The same, however it ends. */
  tried(...words: string[]): Promise<Ended> {
    return runProgram(this.#line(words), { environment: this.#environment() });
  }

  /** What a command tells with `--json`. */
  async told<T>(...words: string[]): Promise<T> {
    return JSON.parse(await this.berth(...words, "--json")) as T;
  }

  /** Resolves with the job once it is so. */
  job(id: string, what: string, is: (job: Job) => boolean): Promise<Job> {
    return until(`job ${id} to be ${what}`, async () => {
      const job = await this.call<Job>("GET", `/api/v1/jobs/${id}`);
      return is(job) ? job : undefined;
    });
  }

  #line(words: readonly string[]): [string, ...string[]] {
    return [process.execPath, commandEntry, ...words];
  }

  #environment(): Record<string, string> {
    return { BERTH_URL: this.#server.url, BERTH_AUTH_TOKEN: this.#server.adminKey };
  }
}

/** What handlers of a test call and wait at until they are let through, so that they are seen at their work. */
export interface Gate extends AsyncDisposable {
  readonly url: string;
  /** Lets through whoever waits, and whoever comes. */
  open(): void;
}

export async function startGate(): Promise<Gate> {
  const waiting = new Set<ServerResponse>();
  let isOpen = false;
  const server = createServer((_, response) => {
    if (isOpen) response.end();
    else waiting.add(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => {
      isOpen = true;
      for (const response of waiting) response.end();
      waiting.clear();
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
