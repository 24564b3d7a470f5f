import { eventStreamHead, json, type Script, type Step } from "../fake-model-server-script.ts";
import { type ReceivedRequest, startFakeModelServer } from "../fake-model-server.ts";
import { type AnswerFault, echoPieces, type FaultOf, untilFault, writeIn } from "./faulty-stream.ts";
import { invalidVersion, missingField, notFound, refusalOf, unauthenticated } from "./replicate-errors.ts";

export type ReplicateFault =
  | AnswerFault
  /** A page of something in front of it where JSON should be, with 200, when it is created or looked at. */
  | { readonly kind: "not_json"; readonly at: "create" | "get" };

export interface ReplicateDoubleOptions {
  /** The one it lets in; any when absent. */
  readonly token?: string;
  /** Versions that can be run, by their ids; any of 64 hexadecimal digits when absent. */
  readonly versions?: readonly string[];
  /** Models that can be run without a version, as `owner/name`; any when absent. */
  readonly models?: readonly string[];
  /** How often a prediction is looked at before it is done: first it is starting, then processing. 2 when absent. */
  readonly looksUntilDone?: number;
  /** Whether predictions take longer than those who prefer to wait for them will wait. */
  readonly isSlow?: boolean;
  /** Whether the output is one text, not a list of pieces. */
  readonly isOneText?: boolean;
  /** Whether the model can stream. Yes when absent. */
  readonly streams?: boolean;
  /** What goes wrong with the nth prediction. */
  readonly fault?: FaultOf<ReplicateFault>;
  /** Streams leave in pieces of so many bytes. */
  readonly pieceBytes?: number;
}

export interface ReplicateDouble extends AsyncDisposable {
  /** Of `https://api.replicate.com`; the API is below `/v1`. */
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
  /** What the other origin was sent, from which streams come. */
  readonly streamReceived: readonly ReceivedRequest[];
}

/**
 * Stands in for Replicate's predictions: created by version or by model, looked at, streamed and canceled.
 *
 * From replicate/replicate-javascript at 2fd6f394 (2025-11-17), its `README.md`, `index.d.ts` and `lib/`, and
 * replicate.com/docs/topics/predictions (streaming, create-a-prediction), both read on 2026-11-29. That a stream goes on
 * behind `Last-Event-ID` is from the standard of event streams.
 */
export async function startReplicateDouble(options: ReplicateDoubleOptions = {}): Promise<ReplicateDouble> {
  const replicate = new Replicate(options);
  const api = await startFakeModelServer({ script: (request) => replicate.answer(request) });
  // as in the world, streams are on a host of their own, and their address is all the permission they need
  const streams = await startFakeModelServer({ script: (request) => replicate.stream(request) });
  replicate.origin = api.url;
  replicate.streamOrigin = streams.url;
  return {
    url: api.url,
    received: api.received,
    streamReceived: streams.received,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([api.close(), streams.close()]);
    },
  };
}

interface Body {
  readonly version?: unknown;
  readonly input?: { readonly prompt?: unknown };
  readonly stream?: boolean;
}

interface Prediction {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly input: unknown;
  readonly isStreamed: boolean;
  readonly pieces: readonly string[];
  readonly fault: ReplicateFault | undefined;
  readonly canceled: PromiseWithResolvers<void>;
  looks: number;
  isCanceled: boolean;
}

class Replicate {
  origin = "";
  streamOrigin = "";
  readonly #options: ReplicateDoubleOptions;
  readonly #predictions = new Map<string, Prediction>();

  constructor(options: ReplicateDoubleOptions) {
    this.#options = options;
  }

  answer(request: ReceivedRequest): Script {
    const { authorization } = request.headers;
    if (authorization === undefined) return unauthenticated(false);
    const token = /^(?:Bearer|Token) (.+)$/.exec(authorization)?.[1];
    if (token === undefined || token !== (this.#options.token ?? token)) return unauthenticated(true);
    const path = request.url.split("?")[0] ?? "";
    const line = `${request.method} ${path}`;
    if (line === "POST /v1/predictions") return this.#create(request, undefined);
    const model = /^POST \/v1\/models\/([^/]+\/[^/]+)\/predictions$/.exec(line)?.[1];
    if (model !== undefined) {
      return this.#options.models?.includes(model) === false ? notFound : this.#create(request, model);
    }
    const [, method, id = "", verb] = /^(\w+) \/v1\/predictions\/([^/]+)(\/cancel)?$/.exec(line) ?? [];
    const prediction = this.#predictions.get(id);
    if (prediction === undefined) return notFound;
    if (method === "GET" && verb === undefined) return this.#look(prediction);
    return method === "POST" && verb === "/cancel" ? this.#cancel(prediction) : notFound;
  }

  #create(request: ReceivedRequest, model: string | undefined): Script {
    const fault = this.#options.fault?.(this.#predictions.size);
    const body = JSON.parse(request.body.toString()) as Body;
    const { input, version } = body;
    if (model === undefined && version === undefined) return missingField("", "version");
    if (model === undefined && !this.#hasVersion(version)) return invalidVersion;
    if (input === undefined) return missingField("", "input");
    if (typeof input.prompt !== "string") return missingField("input", "prompt");
    const prediction: Prediction = {
      id: `p${this.#predictions.size}zn270jk1rj00crans8m6ssjc`,
      model: model ?? "meta/llama-2-70b-chat",
      version: typeof version === "string" && model === undefined ? version : "hidden",
      input,
      isStreamed: body.stream === true && this.#options.streams !== false,
      pieces: echoPieces(input.prompt),
      fault,
      canceled: Promise.withResolvers<void>(),
      looks: 0,
      isCanceled: false,
    };
    this.#predictions.set(prediction.id, prediction);
    if (fault?.kind === "status") return refusalOf(fault.status, fault.retryAfterSeconds);
    if (fault?.kind === "not_json" && fault.at === "create") return notJson;
    const waits = /^wait(=\d+)?$/.test(String(request.headers["prefer"] ?? ""));
    if (waits && this.#options.isSlow !== true) prediction.looks = this.#looksUntilDone;
    return json(this.#describe(prediction), 201);
  }

  #hasVersion(version: unknown): boolean {
    const { versions } = this.#options;
    if (typeof version !== "string") return false;
    return versions === undefined ? /^[0-9a-f]{64}$/.test(version) : versions.includes(version);
  }

  get #looksUntilDone(): number {
    return this.#options.looksUntilDone ?? 2;
  }

  #look(prediction: Prediction): Script {
    const { fault } = prediction;
    prediction.looks += 1;
    if (fault?.kind === "not_json" && prediction.looks === 1) return notJson;
    if (fault?.kind === "reset") return [{ do: "reset" }];
    return json(this.#describe(prediction));
  }

  #cancel(prediction: Prediction): Script {
    prediction.isCanceled = true;
    prediction.canceled.resolve();
    return json(this.#describe(prediction));
  }

  #describe(prediction: Prediction): Record<string, unknown> {
    const { id, fault, pieces } = prediction;
    const status = this.#statusOf(prediction);
    const isOver = status !== "starting" && status !== "processing";
    const isWhole = status === "succeeded";
    const said = isWhole
      ? pieces
      : pieces.slice(0, fault !== undefined && "afterPieces" in fault ? fault.afterPieces : 1);
    const output = status === "starting" ? null : this.#options.isOneText === true ? said.join("") : said;
    return {
      id,
      model: prediction.model,
      version: prediction.version,
      input: prediction.input,
      logs: "",
      output: this.#options.isOneText === true && !isWhole ? null : output,
      data_removed: false,
      error: status === "failed" && fault?.kind === "error" ? fault.message : null,
      status,
      created_at: "2026-01-02T03:04:05.000Z",
      ...(status !== "starting" && { started_at: "2026-01-02T03:04:06.000Z" }),
      ...(isOver && {
        completed_at: "2026-01-02T03:04:07.000Z",
        metrics: { predict_time: 1, total_time: 2 },
      }),
      urls: {
        cancel: `${this.origin}/v1/predictions/${id}/cancel`,
        get: `${this.origin}/v1/predictions/${id}`,
        ...(prediction.isStreamed && { stream: `${this.streamOrigin}/v1/predictions/${id}` }),
        web: `https://replicate.com/p/${id}`,
      },
    };
  }

  #statusOf(prediction: Prediction): "starting" | "processing" | "succeeded" | "failed" | "canceled" {
    if (prediction.isCanceled) return "canceled";
    if (prediction.looks === 0) return "starting";
    if (prediction.looks < this.#looksUntilDone || prediction.fault?.kind === "stall") return "processing";
    return prediction.fault?.kind === "error" ? "failed" : "succeeded";
  }

  /** A stream does not need to be looked at to go on. */
  async *stream(request: ReceivedRequest): AsyncGenerator<Step> {
    const prediction = this.#predictions.get(/^\/v1\/predictions\/([^/?]+)$/.exec(request.url)?.[1] ?? "");
    if (request.method !== "GET" || prediction?.isStreamed !== true) return yield* notFound;
    yield eventStreamHead;
    const fault = prediction.fault?.kind === "not_json" ? undefined : prediction.fault;
    const until = untilFault(prediction.pieces, fault);
    const write = (event: string, count: number, data: string): Step =>
      writeIn(eventText(event, `1767323045:${count}`, data), this.#options.pieceBytes);
    const seen = /^1767323045:(\d+)$/.exec(String(request.headers["last-event-id"] ?? ""))?.[1];
    for (const [count, piece] of until.pieces.entries()) {
      if (seen === undefined || count > Number(seen)) yield write("output", count, piece);
    }
    const next = until.pieces.length;
    switch (until.fault?.kind) {
      case "reset":
      case "end":
        return yield { do: until.fault.kind };
      case "error":
        prediction.looks = this.#looksUntilDone;
        yield write("error", next, JSON.stringify({ detail: until.fault.message }));
        yield write("done", next + 1, JSON.stringify({ reason: "error" }));
        break;
      case "stall":
        await prediction.canceled.promise;
        yield write("done", next, JSON.stringify({ reason: "canceled" }));
        break;
      case undefined:
        prediction.looks = this.#looksUntilDone;
        yield write("done", next, "{}");
    }
    yield { do: "end" };
  }
}

/** Each line of the data is a line of its own. */
function eventText(event: string, id: string, data: string): string {
  const lines = data.split("\n").map((line) => `data: ${line}\n`);
  return `event: ${event}\nid: ${id}\n${lines.join("")}\n`;
}

const notJson: Script = [
  { do: "head", status: 200, headers: { "content-type": "text/html" } },
  { do: "write", bytes: "<html><body>502 Bad Gateway</body></html>" },
  { do: "end" },
];
