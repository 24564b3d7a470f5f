import type { EngineOptions, Model, Task } from "@berth/api";
import { dirname } from "node:path";
import { literal } from "../container/literal.ts";
import { hubFolder, mountHub } from "../container/model-mount.ts";
import { extraWords, refuseOptions, type ExtraRules } from "../container/options.ts";
import { bindAddress, planProgram, portReach, runtimeWarnings } from "../container/plan-program.ts";
import { requireModel, startTimeoutMs, weightsRefusal } from "../container/served-model.ts";
import type { Engine, EngineRequest } from "../engine.ts";

/** The image that is run unless another is named. */
export const whisperImage = "ghcr.io/princeton-ddss/speech-recognition-inference:0.1.2";

/** Where callers name sound files: what is mounted without a target. */
const audioDir = "/data/audio";

const tasks: readonly Task[] = ["automatic-speech-recognition"];
const taken: readonly (keyof EngineOptions)[] = ["threads", "sharedMemoryMiB", "extra"];

const rules: ExtraRules = {
  engine: "whisper",
  own: {
    "model-id": "name the model itself",
    "model-dir": "the model is mounted where it is found",
    revision: "give --revision before --",
    host: "Berth decides where the engine listens",
    port: "Berth decides where the engine listens; give --port before -- for the service's own",
  },
};

/** Princeton's speech-recognition-inference: Whisper models by transformers, behind a port without a key. */
export const whisperEngine: Engine = {
  name: "whisper",
  tasks,
  image: whisperImage,

  accepts(model) {
    const reason = refusalOf(model);
    return reason === null ? { ok: true } : { ok: false, reason };
  },

  plan(asked) {
    const request = withAudio(asked);
    const model = requireModel(request, whisperEngine, refusalOf);
    const { options } = request;
    refuseOptions("whisper", options, taken, {});
    const mounted = mountHub(model);
    const listen = portReach(request, "whisper");
    const isOpen = listen.kind === "port" && listen.reach !== "private";
    return {
      program: planProgram(request, {
        listen,
        env: {
          HF_HUB_OFFLINE: "1",
          TRANSFORMERS_OFFLINE: "1",
          ...(options.threads === undefined ? {} : { OMP_NUM_THREADS: String(options.threads) }),
        },
        keyEnv: {},
        contained: () => ({
          image: whisperImage,
          program: null,
          args: serveWords(request, model, mounted.cache),
          mounts: mounted.mounts,
        }),
        native: () => ({
          argv: [
            "speech_recognition_launcher",
            ...serveWords(request, model, literal(dirname(hubFolder(model) ?? ""), "model")),
          ],
        }),
      }),
      listen,
      healthPath: "/health",
      startTimeoutMs: startTimeoutMs(request, model),
      contextTokens: null,
      parallel: null,
      threads: options.threads ?? 0,
      memoryMiB: null,
      warnings: [
        ...runtimeWarnings(request),
        ...(isOpen ? ["other users of this machine can reach whisper's port, since it asks for no key"] : []),
      ],
    };
  },
};

/** A plain process sees every file where it is. */
function withAudio(request: EngineRequest): EngineRequest {
  const { surroundings } = request;
  if (surroundings.runtime === "process") return request;
  const mounts = surroundings.mounts.map((mount) => ({ ...mount, target: mount.target ?? audioDir }));
  return { ...request, surroundings: { ...surroundings, mounts } };
}

function refusalOf(model: Model): string | null {
  const refusal = weightsRefusal(model, "whisper");
  if (refusal !== null) return refusal;
  if (hubFolder(model) === undefined)
    return `${model.repo} lies in a folder of its own, and whisper looks for models in the hub's layout (berth model add ${model.repo})`;
  return null;
}

function serveWords(request: EngineRequest, model: Model, modelDir: string): readonly string[] {
  const { options } = request;
  return [
    "--model_dir",
    modelDir,
    "--model_id",
    literal(model.repo, "model"),
    "--revision",
    model.revision,
    "--host",
    bindAddress(request),
    "--port",
    "{port}",
    ...extraWords(options.extra ?? [], rules),
  ];
}
