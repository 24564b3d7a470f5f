import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { BerthError } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchMedia, type LookUp } from "./fetch-media.ts";

const answer: RequestListener = (request, response) => {
  const to = /^\/to\/(.*)$/.exec(request.url ?? "")?.[1];
  if (to !== undefined) response.writeHead(302, { location: decodeURIComponent(to) }).end();
  else if (request.url === "/missing") response.writeHead(404).end();
  else if (request.url === "/large") response.end(Buffer.alloc(2000));
  else response.end("picture");
};

let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const never = new AbortController().signal;
const get = (url: string, allowPrivateUrls = true) =>
  fetchMedia(url, { allowPrivateUrls, maxMediaBytes: 1000 }, "images[1]", never);

async function refusal(url: string, allowPrivateUrls = true): Promise<BerthError> {
  const error: unknown = await get(url, allowPrivateUrls).catch((reason: unknown) => reason);
  if (error instanceof BerthError) return error;
  throw new Error(`it was not refused: ${String(error)}`);
}

test("what lies at a URL is had, also behind redirects", async () => {
  expect(Buffer.from(await get(`${base}/picture`)).toString()).toBe("picture");
  expect(Buffer.from(await get(`${base}/to/${encodeURIComponent("/picture")}`)).toString()).toBe("picture");
});

describe("addresses of this machine and its network are refused unless allowed", () => {
  test.each([
    "http://127.0.0.1:1/",
    "http://[::1]:1/",
    "http://10.1.2.3/",
    "http://localhost:1/",
    "http://router/",
    "http://198.18.0.1/",
    "http://[2001:db8::1]/",
    "http://0x7f.1/",
  ])("%s", async (url) => {
    const error = await refusal(url, false);
    expect([error.code, error.param]).toEqual(["forbidden", "images[1]"]);
    expect(error.message).toContain("--allow-private-urls");
  });

  test.each(["127.0.0.1", "::1", "fd00::1", "::ffff:10.0.0.1", "198.18.0.1", "240.0.0.1", "fec0::1"])(
    "and names that lead to one, as to %s",
    async (address) => {
      const lookUp: LookUp = (_host, _options, done) =>
        done(null, [{ address, family: address.includes(":") ? 6 : 4 }]);
      const rules = { allowPrivateUrls: false, maxMediaBytes: 1000, lookUp };
      const fetching = fetchMedia("http://pictures.example.com/a.png", rules, "images", never);
      await expect(fetching).rejects.toMatchObject({ code: "forbidden", param: "images" });
    },
  );

  test("and those where clouds give out credentials always, also where a redirect leads there", async () => {
    const metadata = "http://169.254.169.254/latest/";
    for (const url of [metadata, `${base}/to/${encodeURIComponent(metadata)}`])
      expect(await refusal(url)).toMatchObject({
        code: "forbidden",
        message: expect.stringContaining("never") as string,
      });
  });
});

// oxfmt-ignore
test.each([
  ["nothing there", "/missing", "unprocessable", "status 404"],
  ["more than is taken", "/large", "payload_too_large", "1000 bytes"],
  ["a redirect to another kind of address", "/to/file%3A%2F%2F%2Fetc%2Fpasswd", "invalid_request", "only http: and https:"],
])("%s is refused by the field's name", async (_fact, path, code, part) => {
  const error = await refusal(base + path);
  expect([error.code, error.param]).toEqual([code, "images[1]"]);
  expect(error.message).toContain(part);
});

test("a redirect to itself ends", async () => {
  const loop = createServer((request, response) => response.writeHead(302, { location: request.url }).end());
  await new Promise<void>((resolve) => loop.listen(0, "127.0.0.1", resolve));
  try {
    const error = await refusal(`http://127.0.0.1:${(loop.address() as AddressInfo).port}/`);
    expect(error.message).toContain("redirects more than 3 times");
  } finally {
    loop.close();
  }
});

test("nobody there is told, and a client that leaves ends it", async () => {
  expect(await refusal("http://127.0.0.1:1/")).toMatchObject({ code: "unprocessable" });
  const left = AbortSignal.abort(new BerthError("client_closed", "the client left"));
  const rules = { allowPrivateUrls: true, maxMediaBytes: 1000 };
  await expect(fetchMedia(`${base}/picture`, rules, "images", left)).rejects.toThrow("the client left");
});
