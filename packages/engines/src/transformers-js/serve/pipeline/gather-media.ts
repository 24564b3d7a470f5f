import { BerthError } from "@berth/api";
import type { PipelineForm } from "@berth/api/pipelines";
import type { PipelineConfig } from "../../config.ts";
import { fetchMedia, tooLarge } from "./fetch-media.ts";
import type { Predict } from "./read-predict.ts";

type Limits = Pick<PipelineConfig, "allowPrivateUrls" | "maxMediaBytes" | "maxBodyBytes">;

/**
 * The same request, with the bytes of its images and sounds in place of URLs and base64. Throws BerthError that names the
 * field; `payload_too_large` also for more than a body may have in all.
 */
export async function gatherMedia(
  form: PipelineForm,
  { inputs, options }: Predict,
  limits: Limits,
  signal: AbortSignal,
): Promise<Predict> {
  const gathered: Record<string, unknown> = { ...inputs };
  let size = 0;
  const gather = async (value: unknown, param: string): Promise<Uint8Array> => {
    const bytes = await bytesOf(value, param, limits, signal);
    size += bytes.length;
    if (bytes.length > limits.maxMediaBytes) throw tooLarge(param, limits.maxMediaBytes);
    if (size > limits.maxBodyBytes)
      throw new BerthError(
        "payload_too_large",
        `${param}: with the files before it, it is more than ${limits.maxBodyBytes} bytes; send fewer at a time`,
        { param },
      );
    return bytes;
  };
  for (const { name, kind } of form.inputs) {
    if (kind !== "images" && kind !== "sounds") continue;
    const given = inputs[name];
    if (!Array.isArray(given)) gathered[name] = await gather(given, name);
    else {
      const list: Uint8Array[] = [];
      for (const [index, value] of given.entries()) list.push(await gather(value, `${name}[${index}]`));
      gathered[name] = list;
    }
  }
  return { inputs: gathered, options };
}

async function bytesOf(
  value: unknown,
  param: string,
  limits: Limits,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (value instanceof Uint8Array) return value;
  const text = String(value);
  return /^https?:/i.test(text) ? fetchMedia(text, limits, param, signal) : decoded(text, param);
}

/** A `data:` URL's content, or plain base64's. */
function decoded(text: string, param: string): Uint8Array {
  const comma = text.startsWith("data:") ? text.indexOf(",") : -1;
  const isBase64 = comma === -1 || text.slice(0, comma).endsWith(";base64");
  const content = text.slice(comma + 1).replaceAll(/\s/g, "");
  if (isBase64 && content !== "" && /^[A-Za-z0-9+/_-]+={0,2}$/.test(content))
    return Buffer.from(content, "base64");
  throw new BerthError(
    "invalid_request",
    `${param}: it is no http(s) URL, no data: URL in base64 and no base64`,
    {
      param,
    },
  );
}
