import { BerthError } from "@berth/api";
import type { WhisperModule } from "./whisper-module.ts";

/**
 * The binding, and with it its native library. Where that cannot be loaded the binding looks for another and tells of
 * that one; so it is loaded first by itself. Throws BerthError `invalid_request` with the system's own words.
 */
export async function loadWhisper(importPackage: (name: string) => Promise<unknown>): Promise<WhisperModule> {
  try {
    await importPackage(`@fugood/node-whisper-${process.platform}-${process.arch}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_DLOPEN_FAILED")
      throw new BerthError(
        "invalid_request",
        `whisper.cpp cannot be loaded here: ${(error as Error).message}`,
        { cause: error },
      );
    // no such package, or none that can be loaded by itself: the binding tells
  }
  return (await importPackage("@fugood/whisper.node")) as WhisperModule;
}
