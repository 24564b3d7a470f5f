import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What a webhook was told. */
export interface ToldWebhook {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly told: readonly ToldWebhook[];
}

/** A webhook on this machine. `answer` gets what came once it has come whole; without it, all is answered with 200. */
export async function webhookReceiver(
  answer: (told: ToldWebhook, response: ServerResponse) => void = (_, response) => response.end("thanks"),
  host = "127.0.0.1",
): Promise<WebhookReceiver> {
  const told: ToldWebhook[] = [];
  const server = createServer((request, response) => {
    // whoever leaves before it is all told has told nothing
    response.on("error", () => undefined);
    void buffer(request).then(
      (bytes) => {
        const { method = "", url: path = "", headers } = request;
        const one = { method, path, headers, body: bytes.toString() };
        told.push(one);
        answer(one, response);
      },
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}/done`,
    port,
    told,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Whether it is signed with that secret, as https://www.standardwebhooks.com tells receivers to look. */
export function isSignedWith(secret: string, { headers, body }: ToldWebhook): boolean {
  const key = Buffer.from(secret.split("_")[1] ?? "", "base64");
  const content = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
  const expected = createHmac("sha256", key).update(content, "utf8").digest("base64");
  return String(headers["webhook-signature"]).split(" ").includes(`v1,${expected}`);
}
