import { crc32 } from "node:zlib";

/**
 * One frame of `application/vnd.amazon.eventstream`, its headers all strings: lengths, their checksum, headers, payload,
 * and the checksum of all that. As botocore 1.44.5 reads it (`eventstream.py`), which took frames of this on 2026-11-29.
 */
export function eventStreamFrame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const frame = Buffer.alloc(12 + head.length + payload.length + 4);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(head.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.set(head, 12);
  frame.set(payload, 12 + head.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

function header(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  const stringType = 7;
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([stringType]),
    length,
    text,
  ]);
}

/** A part of what the container says. */
export function payloadPart(bytes: Uint8Array): Buffer {
  return eventStreamFrame(
    { ":event-type": "PayloadPart", ":content-type": "application/octet-stream", ":message-type": "event" },
    bytes,
  );
}

/** The failure that ends a stream. */
export function streamException(
  type: "ModelStreamError" | "InternalStreamFailure",
  body: { readonly Message: string; readonly ErrorCode?: string },
): Buffer {
  return eventStreamFrame(
    { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" },
    Buffer.from(JSON.stringify(body)),
  );
}
