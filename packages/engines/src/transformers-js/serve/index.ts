import { chooseDecoder } from "../../speech/choose-decoder.ts";
import type { SpeechSurroundings } from "../../speech/embedded.ts";
import { serveSpeech, type SpeechServer } from "../../speech/serve-speech.ts";
import type { TransformersJsConfig } from "../config.ts";
import { openOnnxWhisper } from "./open-onnx-whisper.ts";
import type { TransformersModule } from "./transformers-module.ts";

export { transformersJsConfigSchema } from "../config.ts";
export { exitWithParent } from "../../serving/exit-with-parent.ts";

/** Serves an ONNX model by its task. Resolves as soon as it listens, while the model is still loading. */
export async function serveTransformersJs(
  config: TransformersJsConfig,
  { listen, path, importPackage, log }: SpeechSurroundings,
): Promise<SpeechServer> {
  switch (config.task) {
    case "automatic-speech-recognition":
      return serveSpeech({
        config: config.speech,
        listen,
        log,
        decoder: await chooseDecoder(path, importPackage),
        open: async () =>
          openOnnxWhisper(config, (await importPackage("@huggingface/transformers")) as TransformersModule),
      });
  }
}
