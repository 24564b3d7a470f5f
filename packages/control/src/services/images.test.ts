import { BerthError, type ContainerImage, type ImagePull } from "@berth/api";
import type { ContainerImageSource, ImagePullTarget } from "@berth/catalog";
import { FakeClock } from "@berth/std/clock";
import type { ImagePullRow, ImagePullStore } from "@berth/store";
import { expect, test, vi } from "vitest";
import { cluster } from "../testing/harbour.ts";
import { Changes } from "./changes.ts";
import { Images } from "./images.ts";

const signal = new AbortController().signal;
const profile = { ...cluster, default: true };
const dayMs = 86_400_000;
const image: ContainerImage = {
  id: "i1",
  profile: "della",
  location: "home",
  name: "tool",
  tag: "1",
  digest: null,
  fileSha256: null,
  path: "/home/me/b/images/tool_1.sif",
  source: "owner/tool:1",
  sizeBytes: 1,
  createdAt: 1,
};

/** A cluster on which pulls go on, whoever follows them, until the test ends them; and servers that come and go. */
function harbour() {
  const clock = new FakeClock();
  const rows = new Map<string, ImagePullRow>();
  const store: ImagePullStore = {
    listImagePulls: async () => [...rows.values()],
    putImagePull: async (row) => void rows.set(row.pull.id, row),
    deleteImagePull: async (id) => void rows.delete(id),
  };
  const followed: { readonly request: object; readonly target: ImagePullTarget }[] = [];
  const abandoned: string[] = [];
  let end = Promise.withResolvers<ContainerImage>();
  const source: ContainerImageSource = {
    list: async () => [],
    remove: async () => undefined,
    // its directory goes, which whoever follows it may see before it is told to leave
    abandon: async (id) => {
      abandoned.push(id);
      end.promise.catch(() => undefined);
      end.reject(new BerthError("not_found", "its directory is gone"));
      end = Promise.withResolvers();
    },
    pull: (request, target, stop) => {
      followed.push({ request, target });
      return new Promise((resolve, reject) => {
        stop.addEventListener("abort", () => reject(stop.reason as Error));
        end.promise.then(resolve, reject);
      });
    },
  };
  let made = 0;
  const server = async (): Promise<Images> => {
    const images = new Images({
      store,
      source,
      profiles: { list: async () => [profile] },
      changes: new Changes(),
      clock,
      newId: () => `pull-${(made += 1)}`,
      onError: (error) => {
        throw error;
      },
    });
    await images.start();
    return images;
  };
  const ends = (outcome: ContainerImage | BerthError): void => {
    if (outcome instanceof BerthError) end.reject(outcome);
    else end.resolve(outcome);
    end = Promise.withResolvers();
  };
  return { clock, rows, followed, abandoned, server, ends };
}

const status = (images: Images): ImagePull["status"][] => images.listPulls().map((pull) => pull.status);

test.for([
  ["its image", image, { status: "COMPLETED", image }],
  [
    "what went wrong",
    new BerthError("upstream_failed", "no space"),
    { status: "FAILED", statusReason: "no space" },
  ],
] as const)("a pull outlives the server, and the next one tells %s", async ([, outcome, told]) => {
  const at = harbour();
  const first = await at.server();
  const { id } = await first.pull({ source: "owner/tool:1", name: "tool:1", loginNode: true }, signal);
  await vi.waitFor(() => expect(at.followed).toHaveLength(1));
  await first.stop();

  const second = await at.server();
  expect(status(second)).toEqual(["RUNNING"]);
  await vi.waitFor(() => expect(at.followed).toHaveLength(2));
  expect(at.followed[1]).toMatchObject({
    request: { source: "owner/tool:1", name: "tool:1", loginNode: true },
    target: { id, profile: { name: "della" } },
  });
  at.ends(outcome);
  await vi.waitFor(() => expect(second.get(id)).toMatchObject(told));

  const third = await at.server();
  expect(third.get(id)).toMatchObject(told);
  expect(at.followed).toHaveLength(2);
});

test("a cancelled pull stays so, and the same order begins anew", async () => {
  const at = harbour();
  const first = await at.server();
  const { id } = await first.pull({ source: "owner/tool:1" }, signal);
  await vi.waitFor(() => expect(at.followed).toHaveLength(1));
  expect((await first.cancel(id, signal)).status).toBe("CANCELLED");
  expect(at.abandoned).toEqual([id]);
  const second = await at.server();
  expect(status(second)).toEqual(["CANCELLED"]);
  const next = await second.pull({ source: "owner/tool:1" }, signal);
  expect(next.status).toBe("RUNNING");
  // whatever the first one left on the cluster is ended, and none of its
  expect(at.abandoned).toEqual([id, id]);
  expect(next.id).not.toBe(id);
  expect(await second.pull({ source: "owner/tool:1" }, signal)).toEqual(next);
  expect(status(second)).toEqual(["RUNNING"]);
  expect([...at.rows.keys()]).toEqual([next.id]);
});

test("outcomes are forgotten after a week", async () => {
  const at = harbour();
  const first = await at.server();
  const { id } = await first.pull({ source: "owner/tool:1" }, signal);
  at.ends(image);
  await vi.waitFor(() => expect(at.rows.get(id)?.pull.status).toBe("COMPLETED"));
  await at.clock.advance(6 * dayMs);
  expect(status(await at.server())).toEqual(["COMPLETED"]);
  await at.clock.advance(2 * dayMs);
  expect(status(await at.server())).toEqual([]);
  expect(at.rows.size).toBe(0);
});

test("a renamed profile's pulls bear its new name", async () => {
  const at = harbour();
  const images = await at.server();
  const { id } = await images.pull({ source: "owner/tool:1" }, signal);
  images.renameProfile("della", "della2");
  expect(images.get(id).profile).toBe("della2");
});
