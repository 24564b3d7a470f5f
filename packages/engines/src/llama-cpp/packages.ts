import manifest from "../../package.json" with { type: "json" };
import type { BuildMachine, EnginePackages } from "../engine-packages.ts";

/** Of node-llama-cpp and of its builds of llama.cpp, which go together. */
export const llamaCppVersion: string = manifest.dependencies["node-llama-cpp"];

const builds: Readonly<Record<string, string>> = {
  "linux arm": "linux-armv7l",
  "linux arm64": "linux-arm64",
  "linux riscv64": "linux-riscv64",
  "linux x64": "linux-x64",
  "darwin arm64": "mac-arm64-metal",
  "darwin x64": "mac-x64",
  "win32 arm64": "win-arm64",
  "win32 x64": "win-x64",
};
/** Builds for NVIDIA's processors, which stand beside the plain ones. */
const cudaBuilds: Readonly<Record<string, string>> = {
  "linux x64": "linux-x64-cuda",
  "win32 x64": "win-x64-cuda",
};

const plainMB = 85;
const cudaMB = 190;

/** What llama.cpp needs on the machine; `undefined` where there is no build of it. */
export function llamaCppPackages(machine: BuildMachine): EnginePackages | undefined {
  const key = `${machine.platform} ${machine.arch}`;
  const build = builds[key];
  if (build === undefined) return undefined;
  const cuda = machine.hasNvidiaDriver ? cudaBuilds[key] : undefined;
  const names = [build, ...(cuda === undefined ? [] : [cuda])].map((name) => `@node-llama-cpp/${name}`);
  return {
    title: "llama.cpp",
    folder: `llama-cpp-${llamaCppVersion}${cuda === undefined ? "" : "-cuda"}`,
    packages: ["node-llama-cpp", ...names].map((name) => `${name}@${llamaCppVersion}`),
    entry: "node-llama-cpp",
    aboutMB: plainMB + (cuda === undefined ? 0 : cudaMB),
  };
}
