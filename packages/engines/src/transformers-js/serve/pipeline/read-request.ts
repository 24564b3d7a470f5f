import type { IncomingMessage } from "node:http";
import { BerthError } from "@berth/api";
import type { PipelineForm } from "@berth/api/pipelines";
import { readJson } from "../../../serving/request-body.ts";
import { readMediaForm } from "./read-media-form.ts";
import { readPredict, type Predict } from "./read-predict.ts";

/**
 * Reads a call: JSON, a form, or an image or sound by itself. Throws BerthError that says what is wrong with it and names the
 * field.
 */
export async function readRequest(
  request: IncomingMessage,
  form: PipelineForm,
  maxBodyBytes: number,
  signal: AbortSignal,
): Promise<Predict> {
  const type =
    (request.headers["content-type"] ?? "application/json").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "multipart/form-data") return readMediaForm(request, form, maxBodyBytes, signal);
  if (type === "application/json" || type === "text/plain" || type === "application/x-www-form-urlencoded")
    // curl names the last one unless it is told
    return readPredict(form, await readJson(request, maxBodyBytes));
  const [first] = form.inputs;
  const isMedia = first?.kind === "images" || first?.kind === "sounds";
  if (isMedia && /^(?:image|audio|video)\/|^application\/octet-stream$/.test(type))
    return readPredict(form, { [first.name]: await wholeBody(request, maxBodyBytes) });
  throw new BerthError(
    "unsupported_media_type",
    `send application/json${isMedia ? ", multipart/form-data, or the file itself" : " or multipart/form-data"}, not ${type}`,
    { param: "content-type" },
  );
}

async function wholeBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  // leaving the loop must not cut the connection: the refusal is still to be told
  const chunks: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const part of chunks) {
    size += part.length;
    if (size > maxBytes)
      throw new BerthError("payload_too_large", `the body is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
