import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import type { Cell } from "@berth/gateway/fault-matrix";
import { patienceMs, type Seen } from "./ask-cell.ts";

/** Sooner than this is soon. */
export const soonMs = 100;

/** What a client saw, in the words of the gateway's own fault matrix where they fit. */
export function seenWords(cell: Cell, seen: Seen): string {
  if (seen.end === "left") return letGoWords(seen);
  if (seen.end === "silent") {
    const what = seen.bytes.length > 0 ? "nothing more" : "nothing";
    return `${what} within ${patienceMs / 1000} s; ${letGoWords(seen)}`;
  }
  if (seen.status === undefined) return "no answer, a broken connection";
  const { body } = cell.seen;
  if (seen.status !== 200 && (body === undefined || seen.status !== cell.seen.status)) return refusal(seen);
  const sent = sentBytes(cell);
  if (body === undefined) return broken(seen, sent);
  return [
    ...(seen.status === 200 ? [] : [`${seen.status}`]),
    contentWords(seen, sent),
    ...headerWords(cell, seen),
    ...(seen.end === "whole" ? [] : ["a broken transfer"]),
    ...askedWords(cell, seen),
  ].join(", ");
}

function letGoWords({ letGoMs, received }: Seen): string {
  if (received === undefined) return "the upstream was not asked";
  if (letGoMs === undefined || !Number.isFinite(letGoMs)) return `not let go within ${patienceMs / 1000} s`;
  return letGoMs <= soonMs ? `let go within ${soonMs} ms` : `let go after ${Math.round(letGoMs)} ms`;
}

/** An answer of the gateway's own. */
function refusal({ status, bytes }: Seen): string {
  const body = parsed(bytes.toString());
  if (body === undefined) return bytes.length === 0 ? `${status}, empty` : `${status}, plain text`;
  const code = codeOf(body);
  return code === undefined ? `${status}, JSON` : `${status} \`${code}\``;
}

/** What the upstream did not bring to its end. */
function broken({ status, bytes, end }: Seen, sent: Buffer): string {
  const error = eventsOf(bytes.toString())
    .map(parsed)
    .find((event) => isObject(event) && "error" in event);
  const code = codeOf(error);
  const said = code === undefined ? "an error event" : `an error event \`${code}\``;
  return [
    ...(error === undefined ? [] : [`${status}`]),
    ...(bytes.length === 0
      ? ["nothing"]
      : bytes.subarray(0, sent.length).equals(sent)
        ? []
        : ["other bytes"]),
    ...(error === undefined ? [] : [said]),
    end === "whole" ? "a clean end" : "a broken transfer",
  ].join(", ");
}

function contentWords({ headers, bytes }: Seen, sent: Buffer): string {
  if (bytes.equals(sent)) return "the same bytes";
  const isPacked = headers["content-encoding"] === "gzip";
  const plain = isPacked ? unpacked(bytes) : bytes;
  if (plain === undefined) return "said to be gzip, and is not";
  const meant = unpacked(sent) ?? sent;
  const how = meant === sent || isPacked ? "" : "unpacked, ";
  if (plain.equals(meant)) return `${how}the same bytes`;
  const [data, meantData] = [dataOf(plain), dataOf(meant)];
  if (isDeepStrictEqual(data, meantData)) return `${how}the same data, other bytes`;
  const code = codeOf(data);
  const isSameCode = code !== undefined && code === codeOf(meantData);
  return isSameCode ? `${how}the same code in other words` : `${how}other data`;
}

/** Headers that have to arrive; how the bytes are packed shows in the bytes. */
function headerWords(cell: Cell, { headers }: Seen): readonly string[] {
  return Object.entries(cell.seen.headers ?? {})
    .filter(([name]) => name !== "content-encoding")
    .map(([name, value]) => (headers[name] === value ? `${name}: ${value}` : `no ${name}`));
}

/** What the upstream was asked, where that is what the cell is about. */
function askedWords(cell: Cell, { received }: Seen): readonly string[] {
  if (cell.body === undefined) return [];
  const body = parsed(received?.body.toString() ?? "");
  const messages = (cell.body as { readonly messages?: unknown }).messages;
  return isObject(body) && isDeepStrictEqual(body["messages"], messages) ? [] : ["another request upstream"];
}

/** The body as the upstream writes it. */
function sentBytes(cell: Cell): Buffer {
  return Buffer.concat(
    cell.script.map((step) =>
      step.do === "write" || step.do === "write_pieces" ? Buffer.from(step.bytes) : Buffer.alloc(0),
    ),
  );
}

/** What a client of the API takes from a body: the data of its events, or its JSON. */
function dataOf(bytes: Buffer): unknown {
  const text = bytes.toString();
  return parsed(text) ?? eventsOf(text).map((data) => parsed(data) ?? data);
}

function eventsOf(text: string): readonly string[] {
  return [...text.matchAll(/^data: ?(.*?)\r?$/gm)].map(([, data = ""]) => data);
}

function unpacked(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function codeOf(body: unknown): string | undefined {
  const error = isObject(body) ? body["error"] : undefined;
  const code = isObject(error) ? error["code"] : undefined;
  return typeof code === "string" ? code : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
