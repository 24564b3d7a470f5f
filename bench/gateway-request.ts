/** The one request that every contestant gets, and the one answer that the upstream gives. */
export const benchModel = "bench";
export const benchKey = `sk-berth-${"b".repeat(43)}`;
export const benchPath = "/v1/chat/completions";

export const answerBody = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: benchModel,
  choices: [{ index: 0, message: { role: "assistant", content: "word ".repeat(40) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 250, completion_tokens: 40, total_tokens: 290 },
});

export function requestBody(stream: boolean): string {
  const messages = [{ role: "user", content: "x".repeat(900) }];
  return JSON.stringify({ model: benchModel, stream, messages });
}

/** The request as it goes over the wire. */
export function requestBytes(stream: boolean): Buffer {
  const body = requestBody(stream);
  return Buffer.from(
    `POST ${benchPath} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${benchKey}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}
