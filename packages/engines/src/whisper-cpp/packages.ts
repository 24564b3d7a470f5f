import manifest from "../../package.json" with { type: "json" };
import type { BuildMachine, EnginePackages } from "../engine-packages.ts";

/** Of the binding and of its builds of whisper.cpp, which go together. */
export const whisperCppVersion: string = manifest.dependencies["@fugood/whisper.node"];
const audioDecodeVersion: string = manifest.dependencies["audio-decode"];

const builds: ReadonlySet<string> = new Set([
  "linux x64",
  "linux arm64",
  "darwin x64",
  "darwin arm64",
  "win32 x64",
  "win32 arm64",
]);

/** What whisper.cpp needs on the machine; `undefined` where there is no build of it. It computes on the processor. */
export function whisperCppPackages({ platform, arch }: BuildMachine): EnginePackages | undefined {
  if (!builds.has(`${platform} ${arch}`)) return undefined;
  return {
    title: "whisper.cpp",
    folder: `whisper-cpp-${whisperCppVersion}`,
    packages: [
      `@fugood/whisper.node@${whisperCppVersion}`,
      `@fugood/node-whisper-${platform}-${arch}@${whisperCppVersion}`,
      `audio-decode@${audioDecodeVersion}`,
    ],
    entry: "@fugood/whisper.node",
    aboutMB: 25,
  };
}
