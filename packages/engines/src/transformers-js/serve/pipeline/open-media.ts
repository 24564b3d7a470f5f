import { BerthError, isBerthError } from "@berth/api";
import type { PipelineForm } from "@berth/api/pipelines";
import type { AudioDecoder } from "../../../speech/audio/decoder.ts";
import { resample } from "../../../speech/audio/resample.ts";
import { openScratchFile } from "../../../speech/files/scratch-file.ts";
import { sampleRate } from "../../../speech/recognizer.ts";
import type { PipelineConfig } from "../../config.ts";
import type { OpenImage } from "./open-pipeline.ts";
import type { Predict } from "./read-predict.ts";

/** What makes of bytes what a pipeline looks at or hears. */
export interface MediaTools {
  readonly config: Pick<PipelineConfig, "maxMediaBytes" | "maxAudioSeconds">;
  readonly decoder: AudioDecoder;
  /** Rejects for what is no image. */
  readonly readImage: (bytes: Uint8Array) => Promise<OpenImage>;
  /** Of the model; sixteen thousand where it does not say. */
  readonly samplesPerSecond: number;
  /** Where sounds lie while they are decoded. */
  readonly directory: string;
}

/** Of all images of a call together: a small file may hold a very large one. */
const mostPixels = 100_000_000;

/** The same request, its images and sounds opened. Throws BerthError that names the field. */
export async function openMedia(
  form: PipelineForm,
  { inputs, options }: Predict,
  tools: MediaTools,
  signal: AbortSignal,
): Promise<Predict> {
  const opened: Record<string, unknown> = { ...inputs };
  let pixels = 0;
  const look = async (bytes: Uint8Array, param: string): Promise<OpenImage> => {
    const image = await imageOf(bytes, param, tools);
    pixels += image.width * image.height;
    if (pixels <= mostPixels) return image;
    throw new BerthError(
      "payload_too_large",
      `${param}: the images have more than ${mostPixels} pixels in all`,
      {
        param,
      },
    );
  };
  for (const { name, kind } of form.inputs) {
    if (kind !== "images" && kind !== "sounds") continue;
    const open = (bytes: Uint8Array, param: string): Promise<unknown> =>
      kind === "images" ? look(bytes, param) : soundOf(bytes, param, tools, signal);
    const given = inputs[name] as Uint8Array | readonly Uint8Array[];
    if (given instanceof Uint8Array) opened[name] = await open(given, name);
    else {
      const list: unknown[] = [];
      for (const [index, bytes] of given.entries()) list.push(await open(bytes, `${name}[${index}]`));
      opened[name] = list;
    }
  }
  return { inputs: opened, options };
}

async function imageOf(bytes: Uint8Array, param: string, { readImage }: MediaTools): Promise<OpenImage> {
  try {
    return await readImage(bytes);
  } catch (error) {
    throw new BerthError(
      "invalid_request",
      `${param}: it is no image that can be read: ${(error as Error).message}`,
      {
        param,
        cause: error,
      },
    );
  }
}

/** Samples from -1 to 1 at the model's own rate. */
async function soundOf(
  bytes: Uint8Array,
  param: string,
  { config, decoder, samplesPerSecond, directory }: MediaTools,
  signal: AbortSignal,
): Promise<Float32Array> {
  const { maxAudioSeconds, maxMediaBytes: maxFileBytes } = config;
  const file = await openScratchFile(directory);
  try {
    await file.write(bytes, 0, bytes.length, 0);
    const samples = await decoder.decode(file, { maxAudioSeconds, maxFileBytes }, signal);
    const sound = Float32Array.from(samples, (sample) => sample / 32_768);
    return resample(sound, sampleRate, samplesPerSecond);
  } catch (error) {
    if (!isBerthError(error)) throw error;
    // it knows the sound as a form's file
    throw new BerthError(error.code, error.message.replace(/^file\b/, param), { param, cause: error });
  } finally {
    await file.close();
  }
}
