import manifest from "../../package.json" with { type: "json" };
import type { BuildMachine, EnginePackages } from "../engine-packages.ts";

export const transformersJsVersion: string = manifest.dependencies["@huggingface/transformers"];
const audioDecodeVersion: string = manifest.dependencies["audio-decode"];

/** The image library that Transformers.js cannot be loaded without, and what that is made of on each machine. */
const sharpVersion = "0.35.5";
const libvipsVersion = "1.3.4";
const sharpBuilds: Readonly<Record<string, readonly string[]>> = {
  "linux x64": [`sharp-linux-x64@${sharpVersion}`, `sharp-libvips-linux-x64@${libvipsVersion}`],
  "linux arm64": [`sharp-linux-arm64@${sharpVersion}`, `sharp-libvips-linux-arm64@${libvipsVersion}`],
  "darwin arm64": [`sharp-darwin-arm64@${sharpVersion}`, `sharp-libvips-darwin-arm64@${libvipsVersion}`],
  "win32 x64": [`sharp-win32-x64@${sharpVersion}`],
  "win32 arm64": [`sharp-win32-arm64@${sharpVersion}`],
};

const onnxBuilds = "onnxruntime-node/bin/napi-v6";

/**
 * What Transformers.js needs on the machine; `undefined` where onnxruntime has no build. It computes on the processor:
 * onnxruntime's install script, which fetches what NVIDIA's need, does not run.
 */
export function transformersJsPackages({ platform, arch }: BuildMachine): EnginePackages | undefined {
  const key = `${platform} ${arch}`;
  const sharp = sharpBuilds[key];
  if (sharp === undefined) return undefined;
  return {
    title: "Transformers.js",
    folder: `transformers-js-${transformersJsVersion}`,
    packages: [
      `@huggingface/transformers@${transformersJsVersion}`,
      ...sharp.map((name) => `@img/${name}`),
      `audio-decode@${audioDecodeVersion}`,
    ],
    entry: "@huggingface/transformers",
    aboutMB: 100,
    // it is for browsers, and Transformers.js has what it needs of it inside
    unneeded: ["onnxruntime-web", ...otherBuilds(key)],
  };
}

/** The package holds the builds of all machines. */
function otherBuilds(key: string): string[] {
  return Object.keys(sharpBuilds)
    .filter((other) => other !== key)
    .map((other) => `${onnxBuilds}/${other.replace(" ", "/")}`);
}
