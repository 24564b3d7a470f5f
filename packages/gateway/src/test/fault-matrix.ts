import { gzipSync } from "node:zlib";
import {
  chatChunk,
  done,
  event,
  eventStreamHead,
  usageChunk,
  type Script,
  type Step,
} from "@berth/testing/fake-model-server-script";

/** When something goes wrong: the columns of the matrix. */
export const moments = ["before headers", "before first token", "mid-stream", "non-stream"] as const;
export type Moment = (typeof moments)[number];

/** What a client sees: said for people, and as it is checked. */
export interface Seen {
  readonly words: string;
  readonly status: number;
  /** Whether the transfer ends as HTTP wants it. */
  readonly complete: boolean;
  /** The code of the error in the body, or in the last event. */
  readonly code?: string;
  /** The whole body, byte for byte. */
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The upstream has to be let go within 100 ms of the fault. */
  readonly cancels?: true;
}

export interface Cell {
  readonly script: Script;
  readonly seen: Seen;
  /** The client goes when it has this many bytes, or at once. */
  readonly leavesAfterBytes?: number;
  /** The request's body, where it is not the usual one. */
  readonly body?: object;
}

const write = (bytes: string | Uint8Array): Step => ({ do: "write", bytes });
const end: Step = { do: "end" };
const reset: Step = { do: "reset" };
const close: Step = { do: "close" };
const stall: Step = { do: "stall" };
const word = chatChunk({ content: "Grüße 🚀 " });
const begun: Script = [eventStreamHead, write(word)];
const jsonHead = (length: number, more: Readonly<Record<string, string>> = {}): Step => ({
  do: "head",
  status: 200,
  headers: { "content-type": "application/json", "content-length": String(length), ...more },
});
const half: Script = [jsonHead(100), write('{"id":')];

const refused = (words: string, status: number, code: string): Seen => ({
  words,
  status,
  complete: true,
  code,
});
const brokenEvent = (code: string): Seen => ({
  words: `200, an error event \`${code}\`, a broken transfer`,
  status: 200,
  complete: false,
  code,
});
const brokenTransfer: Seen = { words: "a broken transfer", status: 200, complete: false };
const left: Seen = { words: "(has gone)", status: 0, complete: false, cancels: true };

/** A stream that is passed on as it comes, in pieces of that size. */
function streamed(text: string | Buffer, pieceBytes = 100_000): Cell {
  const bytes = Buffer.from(text);
  return {
    script: [eventStreamHead, { do: "write_pieces", bytes, pieceBytes }, end],
    seen: { words: "the same bytes", status: 200, complete: true, body: bytes },
  };
}

function whole(value: unknown, pieceBytes = 100_000, more: Readonly<Record<string, string>> = {}): Cell {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  return {
    script: [jsonHead(bytes.length, more), { do: "write_pieces", bytes, pieceBytes }, end],
    seen: { words: "the same bytes", status: 200, complete: true, body: bytes },
  };
}

function status(code: number, headers: Readonly<Record<string, string>>): Cell {
  const body = Buffer.from(JSON.stringify({ error: { message: "no", code: "theirs" } }));
  const words = [`${code}, the same bytes`, ...Object.entries(headers).map((pair) => pair.join(": "))].join(
    ", ",
  );
  return {
    script: [
      {
        do: "head",
        status: code,
        headers: { "content-type": "application/json", "content-length": String(body.length), ...headers },
      },
      write(body),
      end,
    ],
    seen: { words, status: code, complete: true, body, headers },
  };
}

const chat = (content: string): object => ({
  choices: [{ index: 0, message: { role: "assistant", content } }],
});
const large = "é".repeat(5 * 1024 * 1024);
const tools =
  chatChunk({ tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: '{"a' } }] }) +
  chatChunk({ tool_calls: [{ index: 0, function: { arguments: '":1}' } }] });
const two =
  event({ choices: [{ index: 0, delta: { content: "a" } }] }) +
  event({ choices: [{ index: 1, delta: { content: "b" } }] });
const logprobs = event({
  choices: [{ index: 0, delta: { content: "a" }, logprobs: { content: [{ token: "a", logprob: -0.1 }] } }],
});
const failure = event({ error: { message: "no" } });

/** Rows: what goes wrong, or is unusual. A cell that is not there cannot be. */
export const faults: Readonly<Record<string, Partial<Record<Moment, Cell>>>> = {
  "client leaves": {
    "before headers": { script: [stall], seen: left, leavesAfterBytes: 0 },
    "before first token": { script: [eventStreamHead, stall], seen: left, leavesAfterBytes: 0 },
    "mid-stream": { script: [...begun, stall], seen: left, leavesAfterBytes: 1 },
    "non-stream": { script: [...half, stall], seen: left, leavesAfterBytes: 1 },
  },
  "upstream resets": {
    "before headers": { script: [reset], seen: refused("502 `upstream_failed`", 502, "upstream_failed") },
    "before first token": {
      script: [eventStreamHead, reset],
      seen: refused("502 `engine_died`", 502, "engine_died"),
    },
    "mid-stream": { script: [...begun, reset], seen: brokenEvent("engine_died") },
    "non-stream": { script: [...half, reset], seen: brokenTransfer },
  },
  "ends without [DONE]": {
    "before headers": { script: [close], seen: refused("502 `upstream_failed`", 502, "upstream_failed") },
    "before first token": {
      script: [eventStreamHead, end],
      seen: refused("502 `engine_died`", 502, "engine_died"),
    },
    "mid-stream": { script: [...begun, end], seen: brokenEvent("engine_died") },
    "non-stream": { script: [...half, close], seen: brokenTransfer },
  },
  stalls: {
    "before headers": {
      script: [stall],
      seen: { ...refused("504 `upstream_timeout`", 504, "upstream_timeout"), cancels: true },
    },
    "before first token": {
      script: [eventStreamHead, stall],
      seen: { ...refused("504 `upstream_timeout`", 504, "upstream_timeout"), cancels: true },
    },
    "mid-stream": { script: [...begun, stall], seen: { ...brokenEvent("upstream_timeout"), cancels: true } },
    "non-stream": { script: [...half, stall], seen: { ...brokenTransfer, cancels: true } },
  },
  "429 with Retry-After": { "before headers": status(429, { "retry-after": "60" }) },
  "status 500": { "before headers": status(500, {}) },
  "200 with an error first": { "before first token": streamed(failure) },
  "split UTF-8": {
    "mid-stream": streamed(word.repeat(3) + done, 7),
    "non-stream": whole(chat("Grüße 🚀"), 7),
  },
  CRLF: { "mid-stream": streamed((word + done).replaceAll("\n", "\r\n")) },
  "data: without space": { "mid-stream": streamed((word + done).replaceAll("data: ", "data:")) },
  "1-byte pieces": { "mid-stream": streamed(word + done, 1), "non-stream": whole(chat("Grüße"), 1) },
  "comments and pings": {
    "before first token": streamed(`: ping\n\n: ping\n\n${word}${done}`),
    "mid-stream": streamed(`${word}: ping\n\nevent: ping\ndata: {}\n\n${done}: bye\n\n`),
  },
  "10 MB": {
    "before headers": {
      ...whole(chat("ok")),
      body: { model: "chat", messages: [{ role: "user", content: large }] },
    },
    "mid-stream": streamed(chatChunk({ content: large }) + done),
    "non-stream": whole(chat(large)),
  },
  "usage in the last chunk": { "mid-stream": streamed(word + usageChunk(3, 4) + done) },
  "tool arguments in pieces": {
    "mid-stream": streamed(tools + done),
    "non-stream": whole({ choices: [{ message: { tool_calls: [] } }] }),
  },
  "n > 1": {
    "mid-stream": streamed(two + done),
    "non-stream": whole({ choices: [{ index: 0 }, { index: 1 }] }),
  },
  logprobs: {
    "mid-stream": streamed(logprobs + done),
    "non-stream": whole({ choices: [{ logprobs: { content: [] } }] }),
  },
  gzip: {
    "mid-stream": packed(word + done),
    "non-stream": whole(gzipSync(JSON.stringify(chat("Hi"))), 100_000, { "content-encoding": "gzip" }),
  },
};

/** Nobody has asked for it; whoever gets it can unpack it. */
function packed(text: string): Cell {
  const bytes = gzipSync(text);
  const head: Step = {
    do: "head",
    status: 200,
    headers: { "content-type": "text/event-stream", "content-encoding": "gzip" },
  };
  return {
    script: [head, write(bytes), end],
    seen: {
      words: "the same bytes",
      status: 200,
      complete: true,
      body: bytes,
      headers: { "content-encoding": "gzip" },
    },
  };
}

/** The matrix as the documentation has it. */
export function matrixTable(): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rows = Object.entries(faults).map(([fault, cells]) =>
    row([fault, ...moments.map((moment) => cells[moment]?.seen.words ?? "")]),
  );
  return [row(["", ...moments]), row(["---", ...moments.map(() => "---")]), ...rows].join("\n");
}
