import { BerthError, engineHealthPath, type EngineHealth } from "@berth/api";
import { sendJson } from "../../serving/exchange.ts";
import type { Recognizer } from "../recognizer.ts";
import type { SpeechDesk, SpeechExchange } from "./speech-desk.ts";
import { transcribePath } from "./transcribe-path.ts";
import { transcriptions } from "./transcriptions.ts";

/** How far the engine is. */
export type SpeechState =
  | { readonly kind: "loading"; readonly message: string; readonly fraction: number | null }
  | { readonly kind: "ready"; readonly recognizer: Recognizer };

export interface SpeechRoute {
  readonly method: "GET" | "POST";
  readonly handle: (exchange: SpeechExchange) => Promise<void> | void;
}

const modelsPath = "/v1/models";

type Work = (desk: SpeechDesk, recognizer: Recognizer, exchange: SpeechExchange) => Promise<void>;

const workOf: Readonly<Record<string, Work>> = {
  "/transcribe": transcribePath,
  "/v1/audio/transcriptions": (desk, recognizer, exchange) =>
    transcriptions(desk, recognizer, "transcribe", exchange),
  "/v1/audio/translations": (desk, recognizer, exchange) =>
    transcriptions(desk, recognizer, "translate", exchange),
};

/** The route of a path, `undefined` for one that there is not. It looks at the state when a request comes, not before. */
export function speechRouteOf(
  path: string,
  state: () => SpeechState,
  desk: SpeechDesk,
): SpeechRoute | undefined {
  if (path === engineHealthPath)
    return { method: "GET", handle: ({ response }) => health(state(), desk, response) };
  if (path === modelsPath)
    return { method: "GET", handle: ({ response }) => models(ready(state()), response) };
  const work = Object.hasOwn(workOf, path) ? workOf[path] : undefined;
  if (work === undefined) return undefined;
  return { method: "POST", handle: (exchange) => work(desk, ready(state()), exchange) };
}

function ready(state: SpeechState): Recognizer {
  if (state.kind === "ready") return state.recognizer;
  throw new BerthError("service_unavailable", `the model is not ready: ${state.message}`);
}

function health(state: SpeechState, desk: SpeechDesk, response: SpeechExchange["response"]): void {
  const { fraction } = desk;
  const body: EngineHealth =
    state.kind === "ready"
      ? {
          status: "ready",
          progress: fraction === null ? null : { message: "listening", fraction },
          contextTokens: null,
          parallel: 1,
        }
      : {
          status: "loading",
          progress: { message: state.message, fraction: state.fraction },
          contextTokens: null,
          parallel: null,
        };
  sendJson(response, state.kind === "ready" ? 200 : 503, body);
}

function models({ facts }: Recognizer, response: SpeechExchange["response"]): void {
  const model = {
    id: facts.servedName,
    object: "model",
    created: Math.floor(facts.loadedAt / 1000),
    owned_by: "berth",
  };
  sendJson(response, 200, { object: "list", data: [model] });
}
