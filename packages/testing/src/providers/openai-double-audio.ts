import { json, type Script } from "../fake-model-server-script.ts";
import type { OpenAiWire } from "./openai-double-wire.ts";
import { asText, fields, type ProviderRequest } from "./provider-double.ts";

/** What `POST …/audio/transcriptions` answers; the text tells what arrived, since nothing is heard. */
export async function transcription(wire: OpenAiWire, request: ProviderRequest): Promise<Script> {
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) {
    return wire.failure({
      kind: "invalid",
      message: "Unsupported content type: the body must be multipart/form-data.",
    });
  }
  const form = await new Response(new Uint8Array(request.body), {
    headers: { "content-type": type },
  }).formData();
  const file = form.get("file");
  if (file === null || typeof file === "string") {
    return wire.failure({ kind: "invalid", message: "Missing required parameter: 'file'.", param: "file" });
  }
  const name = form.get("model");
  if (name === null) {
    return wire.failure({ kind: "invalid", message: "you must provide a model parameter" });
  }
  const model = wire.modelNamed(name);
  if (model === undefined) return wire.failure({ kind: "unknown_model", model: asText(name) });
  const language = form.get("language");
  const text = `${file.name}, ${file.size} bytes`;
  const format = form.get("response_format") ?? "json";
  switch (format) {
    case "json":
      return json({ text, usage: { type: "duration", seconds: 2 } });
    case "verbose_json":
      return json({
        task: "transcribe",
        language: language ?? "english",
        duration: 2.5,
        text,
        segments: [
          {
            id: 0,
            seek: 0,
            start: 0,
            end: 2.5,
            text,
            tokens: [1],
            temperature: 0,
            avg_logprob: -0.2,
            compression_ratio: 1,
            no_speech_prob: 0.01,
          },
        ],
        usage: { type: "duration", seconds: 3 },
      });
    case "text":
      return bytes(`${text}\n`, "text/plain; charset=utf-8");
    case "srt":
      return bytes(`1\n00:00:00,000 --> 00:00:02,500\n${text}\n\n`, "text/plain; charset=utf-8");
    case "vtt":
      return bytes(`WEBVTT\n\n00:00:00.000 --> 00:00:02.500\n${text}\n\n`, "text/plain; charset=utf-8");
    default:
      return wire.failure({
        kind: "invalid",
        message: `Invalid value: '${asText(format)}'.`,
        param: "response_format",
        code: "invalid_value",
      });
  }
}

const speechTypes: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  opus: "audio/opus",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "audio/pcm",
};

/** What `POST …/audio/speech` answers: the bytes of the text itself, under the type asked for. */
export function speech(wire: OpenAiWire, given: unknown): Script {
  const body = fields(given) ?? {};
  const missing = ["input", "model", "voice"].find((name) => body[name] === undefined);
  if (missing !== undefined) {
    return wire.failure({
      kind: "invalid",
      message: `Missing required parameter: '${missing}'.`,
      param: missing,
      code: "missing_required_parameter",
    });
  }
  if (wire.modelNamed(body.model) === undefined) {
    return wire.failure({ kind: "unknown_model", model: String(body.model) });
  }
  const type = speechTypes[asText(body.response_format ?? "mp3")];
  return type === undefined
    ? wire.failure({
        kind: "invalid",
        message: `Invalid value: '${String(body.response_format)}'. Supported values are: 'mp3', 'opus', 'aac', 'flac', 'wav', and 'pcm'.`,
        param: "response_format",
        code: "invalid_value",
      })
    : bytes(String(body.input), type);
}

function bytes(content: string, type: string): Script {
  return [
    { do: "head", status: 200, headers: { "content-type": type } },
    { do: "write", bytes: content },
    { do: "end" },
  ];
}
