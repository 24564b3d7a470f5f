import { setTimeout as sleep } from "node:timers/promises";
import { Readable } from "node:stream";
import { hasJobEnded, type Job, type JobStreamEvent } from "@berth/api";
import { readSse } from "@berth/std/sse-reader";
import type { RestlessServer } from "./restless-server.ts";

/** `called`: by the server itself, a replica of its own; `taken`: by workers that pull. */
export type Kind = "called" | "taken";

export interface Input {
  readonly n: number;
  readonly ms: number;
  readonly values: number;
}

export interface Accepted {
  readonly id: string;
  readonly kind: Kind;
  readonly input: Input;
}

/** Something of a job's stream that has a number. */
export type Numbered = readonly [number: string, event: JobStreamEvent];

export interface KillLoadOptions {
  readonly server: RestlessServer;
  readonly webhook: string;
  readonly random: () => number;
}

const betweenMs = 50;
/** So many may wait; whoever submits waits until they are fewer. */
const mostWaiting = 200;

/** Those who submit jobs, follow them and read what they left, while their server dies again and again. */
export class KillLoad {
  readonly accepted = new Map<string, Accepted>();
  /** Submitted without a key, and never answered: each is one job, or none. */
  readonly unsure = new Set<number>();
  readonly streams = new Map<string, readonly Numbered[]>();
  /** What a job had left when it was read first. */
  readonly results = new Map<string, string>();
  readonly figures = { lost: 0, repeated: 0, resumed: 0 };
  readonly #options: KillLoadOptions;
  readonly #stop = new AbortController();
  readonly #working: Promise<unknown>[];
  #isCrowded = false;
  #last = 0;

  constructor(options: KillLoadOptions) {
    this.#options = options;
    this.#working = [
      this.#watchQueue(),
      ...(["called", "called", "called", "taken", "taken", "taken"] as const).map((kind) =>
        this.#submitAll(kind),
      ),
      ...[1, 2, 3].map(() => this.#followAll()),
      this.#readAll(),
    ];
    // whoever fails is heard of at the end
    for (const work of this.#working) work.catch(() => this.#stop.abort());
  }

  /** Nothing more is submitted. Resolves when all that was followed has ended; rejects with whatever went wrong. */
  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#working);
  }

  async #submitAll(kind: Kind): Promise<void> {
    for (let count = 0; !this.#stop.signal.aborted; count += 1) {
      await this.#pause();
      const values = kind === "taken" && count % 5 === 0 ? 3 : 0;
      await this.#submit(kind, values, count % 3 !== 0);
    }
  }

  /** One after the other: submitted, and followed to its end. */
  async #followAll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const id = await this.#submit("taken", 20, true);
      if (id !== undefined) this.streams.set(id, await this.#follow(id));
    }
  }

  /** Resolves to the job's id; `undefined`: nobody knows whether there is one. */
  async #submit(kind: Kind, values: number, hasKey: boolean): Promise<string | undefined> {
    const { server, webhook, random } = this.#options;
    const n = (this.#last += 1);
    const input = { n, ms: Math.floor(random() * 40), values };
    const order = { input, webhook, ...(hasKey ? { idempotencyKey: `n-${n}` } : {}) };
    for (;;) {
      const init = { method: "POST", body: JSON.stringify(order) };
      const answer = await server.ask(`/api/v1/endpoints/${kind}/jobs`, init);
      if (answer === "lost") {
        this.figures.lost += 1;
        if (!hasKey) {
          this.unsure.add(n);
          return undefined;
        }
        this.figures.repeated += 1;
      } else if (answer !== "away") {
        if (answer.status !== 202) throw new Error(`submit: ${answer.status} ${answer.text}`);
        const { id } = JSON.parse(answer.text) as Job;
        this.accepted.set(id, { id, kind, input });
        // sometimes it is said once more, as if the answer had been lost
        if (hasKey && random() < 0.1) await this.#repeat(kind, init, id);
        return id;
      }
      await sleep(50);
    }
  }

  async #repeat(kind: Kind, init: RequestInit, id: string): Promise<void> {
    this.figures.repeated += 1;
    const again = await this.#options.server.insist<Job>(`/api/v1/endpoints/${kind}/jobs`, init);
    if (again.id !== id) throw new Error(`the same key was ${id}, and then ${again.id}`);
  }

  async #follow(id: string): Promise<readonly Numbered[]> {
    const heard: Numbered[] = [];
    for (;;) {
      let isBegun = false;
      try {
        for await (const [number, event] of this.streamOf(id, heard.at(-1)?.[0])) {
          isBegun = true;
          if (event.type === "end") return heard;
          if (number !== undefined) heard.push([number, event]);
        }
      } catch {
        // the server was killed
      }
      if (isBegun) this.figures.resumed += 1;
      await sleep(50);
    }
  }

  async *streamOf(id: string, after?: string): AsyncGenerator<[string | undefined, JobStreamEvent]> {
    const headers: Record<string, string> = after === undefined ? {} : { "last-event-id": after };
    const response = await this.#options.server.berth.fetch(`/api/v1/jobs/${id}/stream`, { headers });
    if (!response.ok || response.body === null) throw new Error(`stream of ${id}: ${response.status}`);
    for await (const told of readSse(Readable.fromWeb(response.body as never))) {
      const event = JSON.parse(told.data) as JobStreamEvent;
      yield [event.type === "value" || event.type === "restart" ? told.id : undefined, event];
    }
  }

  /** Reads results as they come, so that it can be seen whether any is another later. */
  async #readAll(): Promise<void> {
    const { server } = this.#options;
    while (!this.#stop.signal.aborted) {
      const unread = [...this.accepted.keys()].filter((id) => !this.results.has(id)).slice(0, 50);
      if (unread.length > 0) {
        const init = { method: "POST", body: JSON.stringify({ ids: unread }) };
        const { data } = await server.insist<{ data: Job[] }>("/api/v1/jobs/batch", init);
        for (const { id } of data.filter(({ status }) => hasJobEnded(status))) {
          const answer = await server.ask(`/api/v1/jobs/${id}/result`);
          if (typeof answer === "object" && answer.status === 200) this.results.set(id, answer.text);
        }
      }
      await sleep(betweenMs);
    }
  }

  async #watchQueue(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const answer = await this.#options.server.ask("/api/v1/jobs?status=QUEUED&limit=1000");
      if (typeof answer === "object" && answer.status === 200)
        this.#isCrowded = (JSON.parse(answer.text) as { data: unknown[] }).data.length > mostWaiting;
      await sleep(200);
    }
  }

  async #pause(): Promise<void> {
    do await sleep(this.#options.random() * betweenMs);
    while (this.#isCrowded && !this.#stop.signal.aborted);
  }
}
