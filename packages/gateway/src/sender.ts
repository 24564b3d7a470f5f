import { BerthError, type ProviderUpstream } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { answerProviderRefusal } from "./answer-refusal.ts";
import { answerTranslated } from "./answer-translated.ts";
import type { AskedRequest } from "./asked-request.ts";
import { type BodyEdits, editBody } from "./body-edits.ts";
import type { Exchange } from "./exchange.ts";
import { forward, type Forwarded, type ForwardLimits, type ForwardOptions } from "./forward.ts";
import { inferenceHeaders, passthroughHeaders, providerHeaders, runnerHeaders } from "./headers.ts";
import type { ConnectionPool } from "./http1/connection-pool.ts";
import type { PeerAddress } from "./http1/peer-address.ts";
import type { RequestBody, UpstreamRequest } from "./http1/upstream-request.ts";
import type { GatewayLimits } from "./limits.ts";
import { openAiRenderer } from "./openai/open-ai-renderer.ts";
import { editForm } from "./parse-form.ts";
import type { ProviderTarget, RoutePolicy } from "./ports.ts";
import { CallWire } from "./providers/call-wire.ts";
import { callOpenAi } from "./providers/openai/open-ai-call.ts";
import { planOf, translatedOperation, type Planned } from "./providers/plan-call.ts";
import type { ProviderAnswer, ProviderCall, UpstreamCall } from "./providers/provider.ts";
import { secretsOf } from "./providers/secret-of.ts";
import type { ReadyService, ReadyUpstream } from "./routing/upstream-id.ts";

export interface SenderOptions {
  readonly pool: ConnectionPool;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** Streams of other forms that have a last event too. */
const endsWithItsOwn = new Set<AskedRequest["operation"]>(["anthropic.messages", "responses"]);

/** Sends a caller's request to an upstream in whatever words that understands, and passes its answer on. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #nowMs: () => number;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#nowMs = () => options.clock.monotonic();
  }

  /** `others`: somebody else could be asked instead. */
  send(
    exchange: Exchange,
    asked: AskedRequest,
    upstream: ReadyUpstream,
    policy: RoutePolicy,
    hasOthers: boolean,
  ): Promise<Forwarded> {
    // of an answer that is no stream, the first token comes with the last
    const firstTokenMs = hasOthers && asked.stream ? (policy.firstTokenMs ?? undefined) : undefined;
    switch (upstream.kind) {
      case "service":
        return this.#toService(exchange, asked, upstream, firstTokenMs);
      case "provider":
        return this.#toProvider(exchange, asked, upstream, firstTokenMs);
    }
  }

  /** A request whose meaning nobody here knows, to a user's own server. */
  passOn(
    exchange: Exchange,
    {
      path,
      body,
      service,
    }: { readonly path: string; readonly body: RequestBody; readonly service: ReadyService },
  ): Promise<Forwarded> {
    const { address } = service.state;
    const from = { address, name: service.name, ownHeaders: runnerHeaders(service), target: undefined };
    return this.#pass(exchange, path, body, from);
  }

  /** The same, to the provider that takes such paths. Rejects with BerthError when it does not answer. */
  async passOnToProvider(
    exchange: Exchange,
    request: {
      readonly path: string;
      readonly body: RequestBody;
      readonly target: ProviderTarget;
      readonly ownHeaders: readonly string[];
    },
  ): Promise<void> {
    const { path, body, target, ownHeaders } = request;
    const address = { kind: "public", url: target.url } as const;
    const forwarded = await this.#pass(exchange, path, body, {
      address,
      name: target.provider,
      ownHeaders,
      target,
    });
    switch (forwarded.kind) {
      case "answered":
        return;
      case "refused":
        answerProviderRefusal(exchange, target, forwarded.refusal, this.#nowMs());
        return;
      case "failed":
        throw forwarded.error;
    }
  }

  #pass(
    exchange: Exchange,
    path: string,
    body: RequestBody,
    peer: {
      readonly address: PeerAddress;
      readonly name: string;
      readonly ownHeaders: readonly string[];
      readonly target: ProviderTarget | undefined;
    },
  ): Promise<Forwarded> {
    const { request, requestId } = exchange;
    return this.#forward(exchange, peer.address, {
      request: (basePath) => ({
        method: request.method ?? "GET",
        path: basePath + path,
        headers: passthroughHeaders(request, requestId, peer.ownHeaders),
      }),
      body,
      name: peer.name,
      limits: this.#limits(exchange, false, peer.target, undefined),
      nowMs: this.#nowMs,
      endsWithDone: false,
      stripUsage: false,
    });
  }

  #toService(
    exchange: Exchange,
    asked: AskedRequest,
    service: ReadyService,
    firstTokenMs: number | undefined,
  ): Promise<Forwarded> {
    const { request, requestId } = exchange;
    const limits = this.#limits(exchange, asked.isHeard, undefined, firstTokenMs);
    if (asked.ingress !== undefined) {
      const path = openAiPath(asked.ingress.operation);
      const url = `http://runner${path}`;
      return this.#translate(exchange, asked, service, limits, (call) =>
        callOpenAi(call, {
          url,
          headers: runnerHeaders(service),
          model: service.model,
          countsStreams: !service.anyPath,
        }),
      );
    }
    // a user's own server may know no such option
    const askUsage = asked.endsWithDone && asked.stream && !asked.wantsUsage && !service.anyPath;
    const body = edited(asked, { model: undefined, askUsage });
    return this.#forward(exchange, service.state.address, {
      request: (basePath) => ({
        method: request.method ?? "GET",
        path: basePath + asked.path,
        headers: inferenceHeaders(request, asked.form, requestId, service),
      }),
      body,
      name: service.name,
      limits,
      nowMs: this.#nowMs,
      endsWithDone: asked.endsWithDone,
      stripUsage: askUsage,
    });
  }

  async #toProvider(
    exchange: Exchange,
    asked: AskedRequest,
    upstream: ProviderUpstream,
    firstTokenMs: number | undefined,
  ): Promise<Forwarded> {
    const { target } = upstream;
    const limits = this.#limits(exchange, asked.isHeard, target, firstTokenMs);
    const planned = planOf(asked, upstream);
    switch (planned.kind) {
      case "absent":
        return { kind: "failed", error: absent(asked, upstream), again: "others" };
      case "pass":
        return this.#passToProvider(exchange, asked, upstream, planned, limits);
      case "translate":
        return this.#translate(exchange, asked, upstream, limits, (call) =>
          planned.call({ ...call, upstream }),
        );
    }
  }

  #passToProvider(
    exchange: Exchange,
    asked: AskedRequest,
    upstream: ProviderUpstream,
    { plan }: Extract<Planned, { kind: "pass" }>,
    limits: ForwardLimits,
  ): Promise<Forwarded> {
    const { request, requestId } = exchange;
    const { target } = upstream;
    const askUsage = asked.endsWithDone && asked.stream && !asked.wantsUsage && plan.countsStreams;
    const body = edited(asked, {
      model: plan.namesModel ? upstream.model : undefined,
      askUsage,
      limitsCompletions: plan.limitsCompletions,
      defaults: upstream.defaults,
    });
    return this.#forward(
      exchange,
      { kind: "public", url: target.url },
      {
        request: (basePath) => ({
          method: request.method ?? "POST",
          path: (plan.besideV1 === true ? basePath.replace(/\/v1$/, "") : basePath) + plan.path,
          headers: providerHeaders(request, asked.form, requestId, plan.headers),
        }),
        body,
        name: target.provider,
        limits,
        nowMs: this.#nowMs,
        endsWithDone: asked.endsWithDone || endsWithItsOwn.has(asked.operation),
        stripUsage: askUsage,
      },
    );
  }

  /**
   * A connection that was kept too long is no fault of anybody's: the request goes out again on a new one, as long as the
   * upstream cannot have seen it. What can be sent only once gets a new one at once, and so does a job's call: where it breaks
   * after an hour's silence, nobody could tell whether it was seen.
   */
  async #forward(
    exchange: Exchange,
    address: PeerAddress,
    options: ForwardOptions & {
      readonly body: RequestBody;
      readonly request: (basePath: string) => Omit<UpstreamRequest, "body">;
    },
  ): Promise<Forwarded> {
    const { pool } = this.#options;
    const { body } = options;
    for (let isFresh = body.kind === "stream" || exchange.job !== undefined; ; isFresh = true) {
      const { connection, basePath } = pool.take(address, isFresh);
      const { method, path, headers } = options.request(basePath);
      const forwarded = await forward(exchange, connection, { method, path, headers, body }, options);
      if (forwarded.kind !== "failed" || forwarded.again !== "anybody" || isFresh) return forwarded;
      pool.clear(address);
    }
  }

  #translate(
    exchange: Exchange,
    asked: AskedRequest,
    upstream: ReadyUpstream,
    limits: ForwardLimits,
    make: (call: UpstreamCall) => Promise<ProviderAnswer>,
  ): Promise<Forwarded> {
    const { pool, clock, newId } = this.#options;
    const wire = new CallWire({
      pool,
      addressOf: (url) =>
        upstream.kind === "service" ? upstream.state.address : { kind: "public", url: url.origin },
      limits: { ...limits, firstByteMs: limits.firstTokenMs ?? limits.firstByteMs },
      clock,
    });
    const call: UpstreamCall = {
      operation: asked.ingress?.operation ?? translatedOperation(asked.operation) ?? "chat",
      request: { ...(upstream.kind === "provider" ? upstream.defaults : {}), ...asked.parsed() },
      stream: asked.stream,
      requestId: exchange.requestId,
      wire,
      clock,
      newId,
    };
    return answerTranslated(exchange, {
      call: () => make(call),
      wire,
      renderer: asked.ingress?.renderer ?? openAiRenderer(asked.wantsUsage),
      name: upstream.kind === "service" ? upstream.name : upstream.target.provider,
      secrets: upstream.kind === "service" ? [upstream.state.secret] : secretsOf(upstream.target.auth),
      nowMs: this.#nowMs,
      clientStallMs: limits.clientStallMs,
    });
  }

  #limits(
    { job }: Exchange,
    isHeard: boolean,
    target: ProviderTarget | undefined,
    firstTokenMs: number | undefined,
  ): ForwardLimits {
    const { limits } = this.#options;
    if (job !== undefined)
      return {
        connectMs: target?.connectMs ?? limits.connectMs,
        firstByteMs: job.mayTakeMs,
        firstTokenMs: undefined,
        streamIdleMs: job.mayTakeMs,
        clientStallMs: limits.clientStallMs,
      };
    const usualMs = isHeard ? limits.audioFirstByteMs : limits.firstByteMs;
    return {
      connectMs: target?.connectMs ?? limits.connectMs,
      firstByteMs: isHeard ? Math.max(usualMs, target?.firstTokenMs ?? 0) : (target?.firstTokenMs ?? usualMs),
      firstTokenMs,
      streamIdleMs: limits.streamIdleMs,
      clientStallMs: limits.clientStallMs,
    };
  }
}

function openAiPath(operation: ProviderCall["operation"]): string {
  switch (operation) {
    case "chat":
      return "/v1/chat/completions";
    case "completions":
      return "/v1/completions";
    case "embeddings":
      return "/v1/embeddings";
    case "rerank":
      return "/v1/rerank";
  }
}

/** The body as that upstream is to get it. */
function edited({ body, form, contentType }: AskedRequest, edits: BodyEdits): RequestBody {
  if (body.kind !== "bytes") return body;
  switch (form) {
    case "json":
      return { kind: "bytes", bytes: editBody(body.bytes, edits) };
    case "form":
      return edits.model === undefined
        ? body
        : { kind: "bytes", bytes: editForm(body.bytes, contentType, edits.model) };
  }
}

function absent(asked: AskedRequest, { id, target }: ProviderUpstream): BerthError {
  return new BerthError(
    "unsupported",
    `\`${id}\` cannot be asked for ${asked.operation}: ${target.kind} has nothing like it`,
    { param: "model", details: { provider: target.provider, kind: target.kind } },
  );
}
