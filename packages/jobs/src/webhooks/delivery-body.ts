import { type Job, routes } from "@berth/api";

/**
 * What a webhook is sent, as JSON: `{ id, endpointId, status, error, result: { status, contentType, bytes, url, json? |
 * base64? }, createdAt, startedAt, finishedAt, attempts }`. `result` is `null` where the job left none. `body`: what it
 * left, where that is sent along; JSON goes in as it was written, number for number.
 */
export function deliveryBody(job: Job, body: Uint8Array | undefined): string {
  const { id, endpointId, status, error, createdAt, startedAt, finishedAt, attempts } = job;
  const before = JSON.stringify({ id, endpointId, status, error });
  const after = JSON.stringify({ createdAt, startedAt, finishedAt, attempts });
  return `${before.slice(0, -1)},"result":${resultText(job, body)},${after.slice(1)}`;
}

function resultText({ id, result }: Job, body: Uint8Array | undefined): string {
  if (result === null) return "null";
  const url = routes.getJobResult.path.replace("{id}", id);
  const told = JSON.stringify({ ...result, url });
  if (body === undefined) return told;
  const json = isJson(result.contentType) ? jsonText(body) : undefined;
  const sent = json === undefined ? `"base64":"${Buffer.from(body).toString("base64")}"` : `"json":${json}`;
  return `${told.slice(0, -1)},${sent}}`;
}

function isJson(contentType: string): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType);
}

/** `undefined`: it only says that it is JSON. */
function jsonText(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}
