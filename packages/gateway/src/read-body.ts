import { BerthError } from "@berth/api";
import type { Exchange } from "./exchange.ts";
import type { GatewayLimits } from "./limits.ts";
import type { BodyForm } from "./operation.ts";

/**
 * Resolves with the whole body as it was sent. Rejects with `payload_too_large` as soon as that is known, with
 * `request_timeout` when it comes too slowly, with `unsupported_media_type` for what cannot be of the form, and with the
 * exchange's reason when it is cancelled.
 */
export function readBody(exchange: Exchange, form: BodyForm | "any", limits: GatewayLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { request } = exchange;
    const refused = refuseByHeaders(exchange, form, limits);
    if (refused !== undefined) {
      reject(refused);
      return;
    }
    if ("wholeBody" in request) {
      resolve(request.wholeBody);
      return;
    }
    const pieces: Buffer[] = [];
    let bytes = 0;
    let seenBytes = 0;
    let seenMs = exchange.beganMs;
    const settle = (): void => {
      request.off("data", onData);
      request.off("end", onEnd);
      exchange.end();
    };
    const fail = (error: BerthError): void => {
      settle();
      reject(error);
    };
    const onData = (piece: Buffer): void => {
      bytes += piece.length;
      if (bytes > limits.maxBodyBytes) fail(tooLarge(limits.maxBodyBytes));
      else pieces.push(piece);
    };
    const onEnd = (): void => {
      settle();
      resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, bytes));
    };
    request.on("data", onData);
    request.on("end", onEnd);
    exchange.begin({
      tick(nowMs) {
        if (bytes !== seenBytes) {
          seenBytes = bytes;
          seenMs = nowMs;
        }
        if (nowMs - seenMs > limits.bodyIdleMs) fail(tooSlow("nothing came for", limits.bodyIdleMs));
        else if (nowMs - exchange.beganMs > limits.bodyTotalMs)
          fail(tooSlow("it took longer than", limits.bodyTotalMs));
      },
      cancel: fail,
    });
  });
}

function refuseByHeaders(
  exchange: Exchange,
  form: BodyForm | "any",
  limits: GatewayLimits,
): BerthError | undefined {
  const { headers } = exchange.request;
  if (Number(headers["content-length"] ?? 0) > limits.maxBodyBytes) return tooLarge(limits.maxBodyBytes);
  if (form === "any") return undefined;
  const coding = headers["content-encoding"];
  if (coding !== undefined && coding !== "identity") {
    return new BerthError("unsupported_media_type", `send the body as it is, not as ${coding}`, {
      param: "content-encoding",
    });
  }
  const isForm = headers["content-type"]?.startsWith("multipart/") === true;
  switch (form) {
    case "json":
      // other types are let pass: curl says form data when it is not told, and the body itself is checked
      return isForm ? wrongType("send JSON as application/json, not a multipart form") : undefined;
    case "form":
      return isForm ? undefined : wrongType("send a form as multipart/form-data, with the audio as its file");
  }
}

function wrongType(message: string): BerthError {
  return new BerthError("unsupported_media_type", message, { param: "content-type" });
}

function tooLarge(maxBodyBytes: number): BerthError {
  return new BerthError("payload_too_large", `the body is larger than the limit of ${maxBodyBytes} bytes`, {
    details: { maxBodyBytes },
  });
}

function tooSlow(what: string, ms: number): BerthError {
  return new BerthError("request_timeout", `the body was sent too slowly: ${what} ${ms / 1000} s`);
}
