import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { httpServer } from "../test/http-server.ts";

/** Without fetch, which chooses these headers itself. */
async function asked(headers: (port: number) => Record<string, string>) {
  let calls = 0;
  await using server = await httpServer((_, response) => {
    calls += 1;
    response.end("done");
  });
  const sent = httpRequest(server.url, { method: "POST", headers: headers(server.port) }).end("{}");
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  return [response.statusCode, calls];
}

test.each<[string, (port: number) => Record<string, string>]>([
  ["a program", () => ({})],
  ["a program that says localhost", (port) => ({ host: `localhost:${port}` })],
  ["its own page", (port) => ({ host: `localhost:${port}`, origin: `http://localhost:${port}` })],
  ["its own page's script", () => ({ "sec-fetch-site": "same-origin" })],
])("%s is answered", async (_, headers) => {
  expect(await asked(headers)).toEqual([200, 1]);
});

test.each<[string, (port: number) => Record<string, string>]>([
  ["another site's page", () => ({ origin: "https://evil.example", "content-type": "text/plain" })],
  ["a page without origin", () => ({ origin: "null" })],
  ["a page at another port", (port) => ({ host: `localhost:${port}`, origin: "http://localhost:1" })],
  ["another site's form or image", () => ({ "sec-fetch-site": "cross-site" })],
  ["a name that was made to lead here", (port) => ({ host: `evil.example:${port}` })],
  ["a name that begins like ours", (port) => ({ host: `localhost.evil.example:${port}` })],
])("%s is not, and calls nothing", async (_, headers) => {
  expect(await asked(headers)).toEqual([403, 0]);
});
