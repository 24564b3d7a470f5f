import { BerthError } from "@berth/api";
import type { AskedRequest } from "./asked-request.ts";
import type { Exchange } from "./exchange.ts";
import type { RequestBody } from "./http1/upstream-request.ts";
import { likelyCost } from "./cost/likely-cost.ts";
import { modelNotFound } from "./model-list.ts";
import { permitted } from "./permission.ts";
import type { NamedRoute, Principal, RouteSource } from "./ports.ts";
import { adapterOf } from "./providers/adapters.ts";
import type { Errand } from "./relay.ts";
import { prefixesOf } from "./routing/prefix-memory.ts";
import { findRoute, namedRoutes, serviceAt, type Entrance } from "./routing/find-route.ts";
import type { Sender } from "./sender.ts";

/** Who asks, from where, and who carries it. */
export interface ErrandContext {
  readonly routes: RouteSource;
  readonly entrance: Entrance;
  readonly principal: Principal;
  readonly sender: Sender;
}

/** A request to a model. */
export function inferenceErrand(exchange: Exchange, asked: AskedRequest, context: ErrandContext): Errand {
  const { sender } = context;
  const name = exchange.asked ?? nameOf(context);
  exchange.asked = name ?? "";
  let prefixes: readonly string[] | undefined;
  return {
    keptBytes: asked.body.kind === "bytes" ? asked.body.bytes.length : 0,
    stream: asked.stream,
    route: () => {
      const found = routeFor(context, name);
      // also of who is refused from here on: the ledger adds up by it
      exchange.route = found;
      const route = permitted(context.principal, name ?? found.policy.route ?? "", found);
      if (asked.fault !== undefined) return speaking(route, asked, asked.fault);
      return asked.form === "form" ? takingUploads(route, name ?? "") : route;
    },
    prefixes: () => (prefixes ??= prefixesOf(asked.parsed())),
    fallsBack: true,
    costUsd: (upstream) => likelyCost(upstream, exchange.bodyBytes, asked.facts),
    ask: (upstream, policy, hasOthers) => sender.send(exchange, asked, upstream, policy, hasOthers),
  };
}

/** A request to a user's own server, whose meaning only that knows. */
export function passErrand(
  exchange: Exchange,
  path: string,
  body: RequestBody,
  name: string,
  context: ErrandContext,
): Errand {
  return {
    keptBytes: body.kind === "stream" ? undefined : body.kind === "bytes" ? body.bytes.length : 0,
    stream: false,
    route: () => permitted(context.principal, name, routeFor(context, name)),
    prefixes: () => [],
    // only a service knows what is meant
    fallsBack: false,
    costUsd: () => undefined,
    ask: (upstream) => {
      if (upstream.kind !== "service") throw new TypeError("only a service knows what is meant");
      return context.sender.passOn(exchange, { path, body, service: upstream });
    },
  };
}

/** What is meant by a request that names no model. */
function nameOf({ routes, entrance }: ErrandContext): string | undefined {
  switch (entrance.kind) {
    case "service":
      return serviceAt(routes.snapshot(), entrance.port).name;
    case "endpoint":
      return entrance.fullName;
    case "main":
      return undefined;
  }
}

function routeFor({ routes, entrance, principal }: ErrandContext, name: string | undefined): NamedRoute {
  const snapshot = routes.snapshot();
  const route = findRoute(snapshot, entrance, name, principal);
  if (route !== undefined && route.upstreams.length > 0) return route;
  if (name === undefined)
    throw new BerthError("model_required", "say which model: GET /v1/models lists what can be named", {
      param: "model",
    });
  throw modelNotFound(name, namedRoutes(snapshot, entrance, principal), principal);
}

/** Those that are asked in the caller's own words. Throws `fault` where there are none. */
function speaking(route: NamedRoute, asked: AskedRequest, fault: BerthError): NamedRoute {
  const able = route.upstreams.filter(
    ({ upstream }) =>
      upstream.kind === "provider" &&
      asked.passes &&
      adapterOf(upstream.target.kind)?.plan(asked.operation, upstream, asked.path)?.kind === "passthrough",
  );
  if (able.length === 0) throw fault;
  return { ...route, upstreams: able };
}

/** Throws `unsupported` where none of them does. */
function takingUploads(route: NamedRoute, name: string): NamedRoute {
  const able = route.upstreams.filter(
    ({ upstream }) => upstream.kind === "provider" || upstream.takesUploads,
  );
  if (able.length > 0) return { ...route, upstreams: able };
  throw new BerthError(
    "unsupported",
    `\`${name}\` is served by the whisper container, which hears only files that lie where it runs: POST /transcribe with their audio_path; for uploads, launch an ONNX or GGML Whisper model (engines transformers-js and whisper-cpp)`,
    { param: "model" },
  );
}
