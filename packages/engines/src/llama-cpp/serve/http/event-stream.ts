import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { isBerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { describeError } from "../../../serving/exchange.ts";

const doneFrame = "data: [DONE]\n\n";
/**
 * Tokens that come faster than this travel together, each still an event of its own. Nobody reads 250 tokens a second,
 * and every transfer wakes the client, the gateway and the runner: that would cost a fast model a fifth of its speed.
 */
const gatherMs = 4;
/** The first token is never kept waiting behind the role that goes before it. */
const sendsAtOnce = 3;

/** Server-sent events to one client. Frames are ready-made text: `data: {...}\n\n`. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  #gathered = "";
  #isGathering = false;
  #sends = 0;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
  }

  /** Sends at once, or within a few milliseconds. A promise when the client reads slower than this writes: settled when it has caught up or left. */
  write(frame: string): undefined | Promise<void> {
    this.#gathered += frame;
    const wait = this.#sentAt + gatherMs - this.#clock.monotonic();
    if (wait <= 0 || this.#sends < sendsAtOnce) return this.#send();
    if (!this.#isGathering) {
      this.#isGathering = true;
      void this.#clock.sleep(wait).then(() => {
        this.#isGathering = false;
        void this.#send();
      });
    }
    return this.#response.writableNeedDrain ? this.#caughtUp() : undefined;
  }

  /** The clean end. */
  end(): void {
    this.#response.end(this.#take() + doneFrame);
  }

  /** Tells the error as an event and breaks the transfer: nobody shall take a part for the whole. */
  fail(error: unknown, log: (line: string) => void): void {
    if (!isBerthError(error)) log(`failed: ${inspect(error)}`);
    if (this.#response.destroyed) return;
    const { body } = describeError(error);
    this.#response.write(`${this.#take()}data: ${JSON.stringify(body)}\n\n`, () => this.#response.destroy());
  }

  #send(): undefined | Promise<void> {
    const frames = this.#take();
    if (frames === "" || this.#response.destroyed || this.#response.writableEnded) return undefined;
    this.#sends++;
    this.#sentAt = this.#clock.monotonic();
    return this.#response.write(frames) ? undefined : this.#caughtUp();
  }

  #take(): string {
    const frames = this.#gathered;
    this.#gathered = "";
    return frames;
  }

  #caughtUp(): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.#response.off("drain", go);
        this.#response.off("close", go);
        resolve();
      };
      this.#response.on("drain", go);
      this.#response.on("close", go);
    });
  }
}
