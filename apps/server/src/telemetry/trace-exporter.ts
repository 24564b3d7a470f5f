import type { Usage } from "@berth/gateway";
import { placeSpan } from "./trace-parent.ts";
import { attributes, usageSpan, type UsageSpan } from "./usage-span.ts";

export interface TraceExporterOptions {
  /** OTEL_EXPORTER_OTLP_ENDPOINT: the collector's address, without `/v1/traces`. */
  readonly endpoint: string;
  /** OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`, percent-encoded. */
  readonly headers: string | undefined;
  readonly serviceName: string;
  readonly version: string;
  readonly fetch: typeof fetch;
  /** Told at the first failure after a success, and of how many spans it cost. */
  readonly onFailure: (spans: number, error: unknown) => void;
}

const gatherMs = 1000;
const batchSpans = 512;
const waitingSpans = 4096;
const sendMs = 10_000;

/** Sends requests as spans to a collector (OTLP over HTTP, as JSON), some at a time. What it cannot take is left out. */
export class TraceExporter {
  readonly #options: TraceExporterOptions;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  #spans: UsageSpan[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #failing = false;

  constructor(options: TraceExporterOptions) {
    this.#options = options;
    this.#url = `${options.endpoint.replace(/\/+$/, "")}/v1/traces`;
    this.#headers = { ...readHeaders(options.headers ?? ""), "content-type": "application/json" };
  }

  record(usage: Usage): void {
    if (this.#spans.length >= waitingSpans) return;
    const place = placeSpan(usage.traceparent);
    if (place === undefined) return;
    this.#spans.push(usageSpan(usage, place));
    if (this.#spans.length >= batchSpans) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), gatherMs).unref();
  }

  /** Resolves when what was recorded has been sent, or could not be. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#spans.length > 0) {
      const spans = this.#spans.splice(0, batchSpans);
      try {
        await this.#send(spans);
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#options.onFailure(spans.length, error);
        this.#failing = true;
      }
    }
  }

  async #send(spans: readonly UsageSpan[]): Promise<void> {
    const { serviceName, version, fetch } = this.#options;
    const resource = { attributes: attributes({ "service.name": serviceName, "service.version": version }) };
    const response = await fetch(this.#url, {
      method: "POST",
      headers: this.#headers,
      body: JSON.stringify({
        resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "berth.gateway", version }, spans }] }],
      }),
      signal: AbortSignal.timeout(sendMs),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the collector answers ${response.status}`);
  }
}

function readHeaders(text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair.includes("="));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at).trim().toLowerCase(), decodeURIComponent(pair.slice(at + 1).trim())];
    }),
  );
}
