import { Agent, request } from "node:http";

/** Where a chat is sent: an engine's socket, or a server's port with a key. */
export interface ChatTarget {
  readonly connect: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  readonly key?: string | undefined;
  readonly agent: Agent;
}

export interface ChatAnswer {
  /** From the request's first byte to the first token's arrival. */
  readonly firstTokenMs: number;
  readonly text: string;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

/** Connections are kept: what is measured is requests, not handshakes. */
export function targetAt(connect: ChatTarget["connect"], key?: string): ChatTarget {
  return { connect, key, agent: new Agent({ keepAlive: true }) };
}

const firstToken = /"content":"[^"]/;

/** Streams one answer of the demo model and reads only as much of it as has to be known. Rejects on anything but a whole 200. */
export function streamChat(target: ChatTarget, body: object): Promise<ChatAnswer> {
  return new Promise((resolve, reject) => {
    const bytes = JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } });
    const startedAtMs = performance.now();
    const outgoing = request({
      ...target.connect,
      agent: target.agent,
      method: "POST",
      path: "/v1/chat/completions",
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(bytes),
        ...(target.key === undefined ? {} : { authorization: `Bearer ${target.key}` }),
      },
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const pieces: string[] = [];
      let firstTokenMs: number | undefined;
      incoming.setEncoding("utf8");
      incoming.on("error", reject);
      incoming.on("data", (piece: string) => {
        pieces.push(piece);
        if (firstTokenMs === undefined && firstToken.test(piece))
          firstTokenMs = performance.now() - startedAtMs;
      });
      incoming.on("end", () => {
        const events = pieces.join("");
        if (incoming.statusCode !== 200 || firstTokenMs === undefined) reject(new Error(events));
        else resolve({ firstTokenMs, ...readEvents(events) });
      });
    });
    outgoing.end(bytes);
  });
}

function readEvents(events: string): Omit<ChatAnswer, "firstTokenMs"> {
  const count = (name: string): number => Number(new RegExp(`"${name}":(\\d+)`).exec(events)?.[1]);
  const contents = events.matchAll(/"content":("(?:[^"\\]|\\.)*")/g);
  return {
    text: [...contents].map(([, text]) => JSON.parse(text ?? '""') as string).join(""),
    promptTokens: count("prompt_tokens"),
    cachedTokens: count("cached_tokens"),
    completionTokens: count("completion_tokens"),
  };
}
