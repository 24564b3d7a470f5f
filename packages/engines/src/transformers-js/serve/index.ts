import { chooseDecoder } from "../../speech/choose-decoder.ts";
import type { SpeechSurroundings } from "../../speech/embedded.ts";
import { serveSpeech } from "../../speech/serve-speech.ts";
import type { TransformersJsConfig } from "../config.ts";
import { openOnnxWhisper } from "./open-onnx-whisper.ts";
import { openPipeline } from "./pipeline/open-pipeline.ts";
import { servePipeline } from "./pipeline/serve-pipeline.ts";
import type { TransformersModule } from "./transformers-module.ts";

export { transformersJsConfigSchema } from "../config.ts";
export { exitWithParent } from "../../serving/exit-with-parent.ts";

/** A server of either kind. */
interface Serving {
  /** Where it listens: the socket's path or the port. */
  readonly address: string | number;
  /** Resolves when the model works; rejects with a BerthError when it never will. Wait for it, or handle it. */
  readonly ready: Promise<unknown>;
  close(): Promise<void>;
}

/** Serves an ONNX model by its task. Resolves as soon as it listens, while the model is still loading. */
export async function serveTransformersJs(
  config: TransformersJsConfig,
  { listen, path, importPackage, log }: SpeechSurroundings,
): Promise<Serving> {
  const load = async () => (await importPackage("@huggingface/transformers")) as TransformersModule;
  switch (config.task) {
    case "automatic-speech-recognition":
      return serveSpeech({
        config: config.speech,
        listen,
        log,
        decoder: await chooseDecoder(path, importPackage),
        open: async () => openOnnxWhisper(config, await load()),
      });
    case "pipeline":
      return servePipeline({
        config: config.pipeline,
        listen,
        log,
        decoder: await chooseDecoder(path, importPackage),
        open: async () => openPipeline(config, await load()),
      });
  }
}
