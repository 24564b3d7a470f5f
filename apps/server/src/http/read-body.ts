import type { IncomingMessage } from "node:http";
import { BerthError } from "@berth/api";
import { Room } from "@berth/std/room";

export interface BodyLimits {
  readonly maxBytes: number;
  /** How long the whole body may take to arrive. */
  readonly timeoutMs: number;
  /** For what has arrived of all large bodies, and of those of one key. */
  readonly room: Room;
  readonly keyId: string;
}

/** Bodies up to that size find room however many large ones arrive: connections hold nearly as much anyway. */
const smallBytes = 64 * 1024;

export interface BodyRooms {
  /** For calls of models and jobs. */
  readonly callers: Room;
  /** For whoever manages the server or works for it: no caller is in their way. */
  readonly others: Room;
}

/** For bodies of at most that size: four at once, and of one key one. */
export function roomsForBodies(largestBytes: number): BodyRooms {
  const limits = { mostBytes: 4 * largestBytes, mostOfOne: largestBytes };
  return { callers: new Room(limits), others: new Room(limits) };
}

/** The request's body as JSON, `undefined` when it has none. Throws what is wrong with it, by code. */
export async function readJsonBody(request: IncomingMessage, limits: BodyLimits): Promise<unknown> {
  return parseJson(request, await readBody(request, limits));
}

/** The same of a body that was read. */
export function parseJson(request: IncomingMessage, bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return undefined;
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  // Forms and text can be posted by any page without asking; JSON cannot.
  if (type !== "application/json") {
    throw new BerthError("unsupported_media_type", "send the body as Content-Type: application/json", {
      param: "Content-Type",
    });
  }
  return parseJsonOfAnyType(bytes);
}

/** The same, whatever type it was sent as: only where no page can post without asking. */
export function parseJsonOfAnyType(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BerthError("invalid_json", "the body is not valid UTF-8", { cause });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new BerthError("invalid_json", `the body is not valid JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** A multipart form: its texts by their names, and its files in lists. Throws what is wrong with it, by code. */
export async function readForm(request: IncomingMessage, limits: BodyLimits): Promise<unknown> {
  return parseForm(request, await readBody(request, limits));
}

/** The same of a body that was read. */
export async function parseForm(request: IncomingMessage, bytes: Uint8Array): Promise<unknown> {
  const type = request.headers["content-type"] ?? "";
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } })
    .formData()
    .catch((cause: unknown) => {
      throw new BerthError(
        "invalid_request",
        "the form cannot be read: it is not whole, or no multipart form",
        {
          cause,
        },
      );
    });
  const fields: Record<string, string | File[]> = {};
  for (const [name, value] of form) {
    const before = fields[name];
    if (typeof value === "string") fields[name] = value;
    else fields[name] = [...(typeof before === "object" ? before : []), value];
  }
  return fields;
}

export function isForm(request: IncomingMessage): boolean {
  return /^multipart\/form-data\b/i.test(request.headers["content-type"] ?? "");
}

/**
 * The request's body as it is. Throws `payload_too_large`, `request_timeout`, `client_closed`, or `service_unavailable` while others
 * that arrive leave no room for a large one.
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const tooLarge = (): BerthError =>
    new BerthError("payload_too_large", `the body is larger than ${limits.maxBytes} bytes`, {
      details: { maxBytes: limits.maxBytes },
    });
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > limits.maxBytes) return reject(tooLarge());
    const chunks: Buffer[] = [];
    const held = new DisposableStack();
    let size = 0;
    let heldBytes = 0;
    const timer = setTimeout(
      () => fail(new BerthError("request_timeout", "the body took too long to arrive")),
      limits.timeoutMs,
    );
    const onData = (chunk: Buffer): void => {
      size += chunk.byteLength;
      if (size > limits.maxBytes) return fail(tooLarge());
      if (size > smallBytes) {
        const room = limits.room.take(size - heldBytes, limits.keyId);
        if (room === undefined) return fail(noRoom());
        held.use(room);
        heldBytes = size;
      }
      chunks.push(chunk);
    };
    const fail = (error: Error): void => {
      clearTimeout(timer);
      request.off("data", onData);
      held.dispose();
      reject(error);
    };
    request.on("data", onData);
    request.on("end", () => {
      clearTimeout(timer);
      held.dispose();
      resolve(Buffer.concat(chunks));
    });
    request.on("error", fail);
    request.on("close", () =>
      fail(new BerthError("client_closed", "the caller left before the body was whole")),
    );
  });
}

function noRoom(): BerthError {
  return new BerthError(
    "service_unavailable",
    "too many large bodies arrive at the moment: try again in a few seconds",
    { details: { retryAfterSeconds: 5 } },
  );
}
