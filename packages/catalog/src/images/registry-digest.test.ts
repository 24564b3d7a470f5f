import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { readImageSource } from "./image-name.ts";
import { registryDigest } from "./registry-digest.ts";

const signal = new AbortController().signal;
const digest = `sha256:${"ab".repeat(32)}`;

/** A registry as the distribution specification has it. */
async function registry(answer: (request: IncomingMessage, response: ServerResponse, url: string) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? "-"}`);
    answer(request, response, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const source = readImageSource(`127.0.0.1:${(server.address() as AddressInfo).port}/org/tool:1.0`);
  if (source.kind !== "registry") throw new Error("it is one");
  return { source, asked, [Symbol.dispose]: () => void server.close() };
}

test("the tag's digest is asked for without the image", async () => {
  using place = await registry((_, response) =>
    response.writeHead(200, { "docker-content-digest": digest }).end(),
  );
  expect(await registryDigest(place.source, fetch, signal)).toBe(digest);
  expect(place.asked).toEqual(["HEAD /v2/org/tool/manifests/1.0 -"]);
});

test("a registry that gives everybody a token is asked again with it", async () => {
  using place = await registry((request, response, url) => {
    if (request.url?.startsWith("/token") === true) return response.end(JSON.stringify({ token: "visitor" }));
    if (request.headers.authorization === "Bearer visitor") {
      return response.writeHead(200, { "docker-content-digest": digest }).end();
    }
    const challenge = `Bearer realm="${url}/token",service="here",scope="repository:org/tool:pull"`;
    return response.writeHead(401, { "www-authenticate": challenge }).end();
  });
  expect(await registryDigest(place.source, fetch, signal)).toBe(digest);
  expect(place.asked).toEqual([
    "HEAD /v2/org/tool/manifests/1.0 -",
    "GET /token?service=here&scope=repository%3Aorg%2Ftool%3Apull -",
    "HEAD /v2/org/tool/manifests/1.0 Bearer visitor",
  ]);
});

test.for([
  ["wants an account", 401, {}],
  ["does not know the tag", 404, {}],
  ["tells no digest", 200, {}],
  ["tells nonsense", 200, { "docker-content-digest": "sha256:no" }],
] as const)("one that %s is not an error: the tag alone is pulled", async ([, status, headers]) => {
  using place = await registry((_, response) => response.writeHead(status, headers).end());
  expect(await registryDigest(place.source, fetch, signal)).toBeNull();
});

test("one that is not there is not an error either; a digest that was given is not asked for", async () => {
  const { source } = await registry(() => undefined).then((place) => {
    place[Symbol.dispose]();
    return place;
  });
  expect(await registryDigest(source, fetch, signal)).toBeNull();
  expect(await registryDigest({ ...source, digest }, fetch, signal)).toBe(digest);
});
