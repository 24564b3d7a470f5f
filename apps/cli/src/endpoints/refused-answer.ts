import { errorFromBody, type PathReply } from "@berth/client";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { isText, printAnswer } from "../print-answer.ts";

/** The error of an answer that is none: Berth's own refusal, or what an endpoint says itself, which is printed first. */
export async function refusedAnswer(cli: Cli, reply: PathReply): Promise<Error> {
  const { status, requestId, contentType } = reply;
  const pieces: Uint8Array[] = [];
  for await (const piece of reply.pieces()) pieces.push(piece);
  const body = Buffer.concat(pieces);
  const told = errorFromBody(parsed(body.toString("utf8")), { status, requestId });
  if (told !== undefined) return told;
  if (isText(contentType)) await printAnswer(cli, { contentType, pieces: once(body) });
  return new CliError("failed", `the endpoint answered with status ${status}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // no JSON: it is shown as it is
    return undefined;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
