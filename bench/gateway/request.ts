/** The one request that every contestant gets, and the one answer that the upstream gives. */
export const benchKey = `sk-berth-${"b".repeat(43)}`;
export const benchPath = "/v1/chat/completions";
/** Leads to the upstream that answers as fast as anything can, and to the one that streams. */
export const models = { whole: "bench", stream: "bench-stream" } as const;

export const answerBody = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: models.whole,
  choices: [{ index: 0, message: { role: "assistant", content: "word ".repeat(40) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 250, completion_tokens: 40, total_tokens: 290 },
});

/** Where a contestant is asked, for which model, with what beside the usual headers. */
export interface Target {
  readonly port: number;
  readonly model: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Asked =
  | { readonly kind: "whole" }
  | { readonly kind: "stream" }
  /** So many events, one every 50 ms. */
  | { readonly kind: "paced"; readonly events: number };

/** How the upstream is told of pacing: by the one thing that every gateway hands on as it is. */
export const pacedMark = /paced (\d+) /;

export function requestBody({ model }: Pick<Target, "model">, asked: Asked): string {
  const mark = asked.kind === "paced" ? `paced ${asked.events} ` : "";
  const messages = [{ role: "user", content: mark.padEnd(900, "x") }];
  return JSON.stringify({ model, stream: asked.kind !== "whole", messages });
}

export function requestHeaders(target: Target): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${benchKey}`, "content-type": "application/json", ...target.headers };
}

/** The request as it goes over the wire. */
export function requestBytes(target: Target, asked: Asked): Buffer {
  const body = requestBody(target, asked);
  const headers = { host: "127.0.0.1", ...requestHeaders(target), "content-length": `${body.length}` };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${benchPath} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}
