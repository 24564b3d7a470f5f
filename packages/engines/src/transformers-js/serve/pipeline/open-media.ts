import { BerthError, isBerthError } from "@berth/api";
import type { PipelineForm } from "@berth/api/pipelines";
import type { AudioDecoder } from "../../../speech/audio/decoder.ts";
import { resample } from "../../../speech/audio/resample.ts";
import { openScratchFile } from "../../../speech/files/scratch-file.ts";
import { sampleRate } from "../../../speech/recognizer.ts";
import type { PipelineConfig } from "../../config.ts";
import { fetchMedia, tooLarge } from "./fetch-media.ts";
import type { Predict } from "./read-predict.ts";

/** What makes of bytes what a pipeline looks at or hears. */
export interface MediaTools {
  readonly config: Pick<PipelineConfig, "allowPrivateUrls" | "maxMediaBytes" | "maxAudioSeconds">;
  readonly decoder: AudioDecoder;
  /** Rejects for what is no image. */
  readonly readImage: (bytes: Uint8Array) => Promise<unknown>;
  /** Of the model; sixteen thousand where it does not say. */
  readonly samplesPerSecond: number;
  /** Where sounds lie while they are decoded. */
  readonly directory: string;
}

/** The same request, its images and sounds opened. Throws BerthError that names the field. */
export async function openMedia(
  form: PipelineForm,
  { inputs, options }: Predict,
  tools: MediaTools,
  signal: AbortSignal,
): Promise<Predict> {
  const opened: Record<string, unknown> = { ...inputs };
  for (const { name, kind } of form.inputs) {
    if (kind !== "images" && kind !== "sounds") continue;
    const given = inputs[name];
    const open = async (value: unknown, param: string): Promise<unknown> => {
      const bytes = await bytesOf(value, param, tools, signal);
      return kind === "images" ? imageOf(bytes, param, tools) : soundOf(bytes, param, tools, signal);
    };
    if (!Array.isArray(given)) opened[name] = await open(given, name);
    else {
      const list: unknown[] = [];
      for (const [index, value] of given.entries()) list.push(await open(value, `${name}[${index}]`));
      opened[name] = list;
    }
  }
  return { inputs: opened, options };
}

async function bytesOf(
  value: unknown,
  param: string,
  { config }: MediaTools,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes =
    value instanceof Uint8Array
      ? value
      : /^https?:/i.test(String(value))
        ? await fetchMedia(String(value), config, param, signal)
        : decoded(String(value), param);
  if (bytes.length > config.maxMediaBytes) throw tooLarge(param, config.maxMediaBytes);
  return bytes;
}

/** A `data:` URL's content, or plain base64's. */
function decoded(text: string, param: string): Uint8Array {
  const comma = text.startsWith("data:") ? text.indexOf(",") : -1;
  const isPlain = comma !== -1 && !text.slice(0, comma).endsWith(";base64");
  if (isPlain) return Buffer.from(decodeURIComponent(text.slice(comma + 1)), "latin1");
  const base64 = text.slice(comma + 1).replaceAll(/\s/g, "");
  if (base64 !== "" && /^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)) return Buffer.from(base64, "base64");
  throw new BerthError("invalid_request", `${param}: it is no http(s) URL, no data: URL and no base64`, {
    param,
  });
}

async function imageOf(bytes: Uint8Array, param: string, { readImage }: MediaTools): Promise<unknown> {
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
