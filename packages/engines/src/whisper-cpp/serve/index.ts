import { chooseDecoder } from "../../speech/choose-decoder.ts";
import type { SpeechSurroundings } from "../../speech/embedded.ts";
import { serveSpeech, type SpeechServer } from "../../speech/serve-speech.ts";
import type { WhisperCppConfig } from "../config.ts";
import { loadWhisper } from "./load-whisper.ts";
import { openWhisper } from "./open-whisper.ts";

export { whisperCppConfigSchema } from "../config.ts";
export { exitWithParent } from "../../serving/exit-with-parent.ts";

/** Serves a GGML Whisper. Resolves as soon as it listens, while the model is still loading. */
export async function serveWhisperCpp(
  config: WhisperCppConfig,
  { listen, path, importPackage, log }: SpeechSurroundings,
): Promise<SpeechServer> {
  return serveSpeech({
    config: config.speech,
    listen,
    log,
    decoder: await chooseDecoder(path, importPackage),
    open: async () => openWhisper(config, await loadWhisper(importPackage)),
  });
}
