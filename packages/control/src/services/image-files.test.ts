import { BerthError, type ContainerImage } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { cluster } from "../testing/harbour.ts";
import { ImageFiles } from "./image-files.ts";

const { signal } = new AbortController();

const image = (name: string, path: string | null): ContainerImage => ({
  id: `img-${name}`,
  profile: cluster.name,
  location: path === null ? "podman" : "home",
  name,
  tag: "1",
  digest: null,
  fileSha256: null,
  path,
  source: null,
  sizeBytes: 1,
  createdAt: 0,
});

function filesOf(list: () => Promise<readonly ContainerImage[]>) {
  const clock = new FakeClock();
  const names = (reference: string, { name }: ContainerImage): boolean => {
    if (reference.includes(" ")) throw new BerthError("unprocessable", "no reference", { param: "source" });
    return name === reference;
  };
  return { clock, files: new ImageFiles({ source: { list }, names, clock }) };
}

test("an image is the first file that holds it; what a runtime keeps by itself is no file", async () => {
  const { files } = filesOf(async () => [
    image("tool", null),
    image("tool", "/a.sif"),
    image("tool", "/b.sif"),
  ]);
  expect(await files.find("tool", cluster, signal)).toBe("/a.sif");
  expect(await files.find("other", cluster, signal)).toBeUndefined();
});

test("what names nothing is told as the container's fault", async () => {
  const { files } = filesOf(async () => [image("tool", "/a.sif")]);
  await expect(files.find("a b", cluster, signal)).rejects.toMatchObject({ param: "container" });
});

test("a cluster that cannot be reached is told in its own words", async () => {
  const away = new BerthError("host_unreachable", "ssh: connect to host della port 22: No route to host");
  const { files } = filesOf(() => Promise.reject(away));
  await expect(files.find("tool", cluster, signal)).rejects.toBe(away);
});

test("a cluster that does not answer is not waited for, and one look serves all", async () => {
  let looks = 0;
  const { promise, resolve } = Promise.withResolvers<readonly ContainerImage[]>();
  const { clock, files } = filesOf(() => {
    looks += 1;
    return promise;
  });
  const refused = expect(files.find("tool", cluster, signal)).rejects.toMatchObject({
    code: "host_unreachable",
    message: expect.stringContaining("profile della has not told its container images") as string,
  });
  await clock.advance(61_000);
  await refused;
  const second = files.find("tool", cluster, signal);
  resolve([image("tool", "/a.sif")]);
  expect(await second).toBe("/a.sif");
  expect(looks).toBe(1);
});
