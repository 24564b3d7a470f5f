import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { HandlerError } from "../handler-error.ts";
import { relay } from "../proxy/relay.ts";
import { sendError, sendJson } from "../push/answer.ts";
import { HandlerProcess, type HandlerProcessOptions } from "./handler-process.ts";
import { tryItPage } from "./try-it-page.ts";

const dayMs = 86_400_000;
const dyingMs = 1_000;

/** The handler behind one address, in a process that is replaced when the file changes, or has ended. */
export class DevServer {
  readonly #options: HandlerProcessOptions;
  #generation = 1;
  #current: HandlerProcess;

  constructor(options: HandlerProcessOptions) {
    this.#options = options;
    this.#current = new HandlerProcess(options, this.#generation);
  }

  /** Begins anew with what the file is now; what runs in the old process breaks off. Resolves when the new one is ready or failed. */
  async reload(): Promise<HandlerProcess["state"]> {
    this.#current.end();
    this.#generation += 1;
    this.#current = new HandlerProcess(this.#options, this.#generation);
    return this.settled();
  }

  async settled(): Promise<HandlerProcess["state"]> {
    await this.#current.settled;
    return this.#current.state;
  }

  end(): void {
    this.#current.end();
  }

  /** `GET /` is the page to try it at; `/-/state` what it polls; all else is the handler's. */
  readonly serve = (request: IncomingMessage, response: ServerResponse): void => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && request.url === "/") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      response.end(tryItPage(this.#options.file.path));
    } else if (isRead && request.url === "/-/state") {
      const told = { generation: this.#generation, ...this.#current.state };
      sendJson(response, 200, JSON.stringify(told));
    } else void this.#pass(request, response);
  };

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { kind } = await this.settled();
    // it may have ended in an earlier call
    const state = kind === "failed" && request.method === "POST" ? await this.reload() : this.#current.state;
    if (state.kind === "failed")
      return sendError(response, new HandlerError("not_started", state.reason, { status: 503 }));
    const { socketPath, ended } = this.#current;
    // the connection breaks before it is known that the process has ended
    const afterBreak = (): Promise<unknown> =>
      Promise.race([ended, sleep(dyingMs, undefined, { ref: false })]);
    relay(
      request,
      response,
      { kind: "socket", socketPath },
      { responseTimeoutMs: dayMs, transferTimeoutMs: dayMs, afterBreak },
    );
  }
}
