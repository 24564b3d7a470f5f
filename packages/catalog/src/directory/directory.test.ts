import { readdir, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modelSchema, type Profile } from "@berth/api";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { tinyChatGguf } from "@berth/testing/tiny-gguf";
import { expect, test } from "vitest";
import { createModelSource, type ModelSourceOptions } from "./index.ts";

const demoModel = new URL("../../../../models/demo/", import.meta.url).pathname;
const signal = new AbortController().signal;
const commit = "1".repeat(40);

function profileAt(home: string, cache = join(home, "cache")): Profile {
  return {
    id: "here",
    name: "here",
    default: true,
    status: "ready",
    statusReason: null,
    schema: "local",
    slurm: null,
    connection: null,
    home,
    cache,
  };
}

async function list(profile: Profile, options?: ModelSourceOptions) {
  const models = await createModelSource(options).list(profile, signal);
  return models.map((model) => modelSchema.parse(model));
}

/** A repository of the cache layout: blobs under their own names, linked from one snapshot. */
function repo(root: string, name: string, files: Record<string, string | Buffer>, revision = commit) {
  const entries: [string, string | Buffer | { link: string }][] = [[`${root}/${name}/refs/main`, revision]];
  for (const [path, content] of Object.entries(files)) {
    const blob = `${path.replaceAll("/", "_")}-blob`;
    const up = "../".repeat(path.split("/").length + 1);
    entries.push([`${root}/${name}/blobs/${blob}`, content]);
    entries.push([`${root}/${name}/snapshots/${revision}/${path}`, { link: `${up}blobs/${blob}` }]);
  }
  return Object.fromEntries(entries);
}

test("a profile without folders has no models", async () => {
  await using folder = await temporaryFolder();
  expect(await list(profileAt(join(folder.path, "nowhere")))).toEqual([]);
});

test("home comes first, then the cache's three layouts, each repository named whole", async () => {
  await using folder = await temporaryFolder();
  const gguf = { "model-Q8_0.gguf": tinyChatGguf() };
  await writeFiles(folder.path, {
    ...repo("home/models", "models--me--mine", gguf),
    ...repo("cache", "models--org--flat", gguf),
    ...repo("cache/models", "models--org--under-models", gguf),
    ...repo("cache/hub", "models--solo", gguf),
    ...repo("cache/hub", "datasets--org--no-model", gguf),
    "cache/hub/models--solo/snapshots/.DS_Store": "no snapshot",
  });
  const models = await list(profileAt(join(folder.path, "home"), join(folder.path, "cache")));
  expect(
    models.map((model) => [model.location, model.repo, model.revision, model.refs, model.status]),
  ).toEqual([
    ["home", "me/mine", commit, ["main"], "ready"],
    ["cache", "org/flat", commit, ["main"], "ready"],
    ["cache", "org/under-models", commit, ["main"], "ready"],
    ["cache", "solo", commit, ["main"], "ready"],
  ]);
  expect(new Set(models.map((model) => model.id)).size).toBe(4);
});

test("a cache that is the home, or leads there by a link, is listed once", async () => {
  await using folder = await temporaryFolder();
  const home = join(folder.path, "home");
  await writeFiles(home, repo("models", "models--me--mine", { "model.gguf": tinyChatGguf() }));
  await symlink(home, join(folder.path, "link"));
  expect(await list(profileAt(home, home))).toHaveLength(1);
  expect(await list(profileAt(home, join(folder.path, "link")))).toHaveLength(1);
});

test("the demo model is known by its facts, without a load", async () => {
  await using folder = await temporaryFolder();
  const path = join(demoModel, "pilot-q8_0.gguf");
  const [model] = await list(profileAt(folder.path), { demo: { path, name: "berth/pilot" } });
  expect(model).toMatchObject({
    repo: "berth/pilot",
    revision: "demo",
    location: "demo",
    status: "ready",
    image: "text-generation",
    files: [{ path: "pilot-q8_0.gguf", sizeBytes: 3973632, quantisation: "Q8_0" }],
    sizeBytes: 3973632,
    facts: { parameters: 3672320, contextTokens: 512, hasChatTemplate: true },
  });
  expect(join(model?.path ?? "", model?.files[0]?.path ?? "")).toBe(path);
});

test("several quantisations of one revision are files of one model, the best choice first", async () => {
  await using folder = await temporaryFolder();
  const shards = {
    "m-Q6_K-00001-of-00002.gguf": tinyChatGguf(),
    "m-Q6_K-00002-of-00002.gguf": tinyChatGguf(),
  };
  await writeFiles(
    folder.path,
    repo("models", "models--o--m", {
      "m-F16.gguf": tinyChatGguf(),
      "m-Q4_K_M.gguf": tinyChatGguf(),
      "mmproj-f16.gguf": tinyChatGguf(),
      ...shards,
    }),
  );
  const [model] = await list(profileAt(folder.path));
  expect(model?.files.map((file) => file.path)).toEqual([
    "m-Q4_K_M.gguf",
    "m-Q6_K-00001-of-00002.gguf",
    "m-F16.gguf",
  ]);
  expect(model?.files[1]?.sizeBytes).toBe(2 * tinyChatGguf().length);
});

test.each([
  [
    "a blob that is not there",
    { "config.json": "{}", "model.safetensors": { link: "../../blobs/gone" } },
    "model.safetensors is not downloaded",
  ],
  ["no weights", { "config.json": "{}" }, "no weights are there"],
  [
    "a shard that is not there",
    { "m-00001-of-00002.gguf": tinyChatGguf() },
    "m-00001-of-00002.gguf: its parts 2 are not there",
  ],
  [
    "a safetensors part that is not there",
    { "config.json": "{}", "model-00002-of-00003.safetensors": "" },
    "model-00001-of-00003.safetensors is not there (nor are 1 others)",
  ],
])("%s makes it incomplete", async (_, files, statusReason) => {
  await using folder = await temporaryFolder();
  const snapshot = `models/models--o--m/snapshots/${commit}`;
  await writeFiles(
    folder.path,
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`${snapshot}/${path}`, content])),
  );
  expect(await list(profileAt(folder.path))).toMatchObject([
    { status: "incomplete", statusReason, facts: null },
  ]);
});

test("a partial download beside a snapshot without weights is named as the reason", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, {
    ...repo("models", "models--o--m", { "config.json": "{}" }),
    "models/models--o--m/blobs/abc.incomplete": "half",
  });
  expect(await list(profileAt(folder.path))).toMatchObject([
    { status: "incomplete", statusReason: "no weights are there; a download was begun and not ended" },
  ]);
});

test("a damaged GGUF is corrupt with its reason; beside a good one it is left out", async () => {
  await using folder = await temporaryFolder();
  const cut = tinyChatGguf().subarray(0, -10);
  await writeFiles(folder.path, {
    ...repo("models", "models--o--bad", { "m-Q8_0.gguf": cut }),
    ...repo("models", "models--o--mixed", { "m-Q4_K_M.gguf": "junk", "m-Q8_0.gguf": tinyChatGguf() }),
  });
  expect(await list(profileAt(folder.path))).toMatchObject([
    { status: "corrupt", statusReason: expect.stringMatching(/^m-Q8_0\.gguf: the file has \d+ bytes, but/) },
    {
      status: "ready",
      files: [{ path: "m-Q8_0.gguf" }],
      statusReason: expect.stringMatching(/^left out m-Q4_K_M\.gguf: not a GGUF file/),
    },
  ]);
});

test("facts are read again when a file changes, and only then", async () => {
  await using folder = await temporaryFolder();
  const profile = profileAt(folder.path);
  const blob = join(folder.path, "models/models--o--m/blobs/m.gguf-blob");
  await writeFiles(folder.path, repo("models", "models--o--m", { "m.gguf": tinyChatGguf() }));
  const source = createModelSource();
  await utimes(blob, 1_700_000_000, 1_700_000_000);
  const [before] = await source.list(profile, signal);
  const { size } = await stat(blob);
  // what lies there is no model any more, but nothing that a stat shows has changed
  await writeFile(blob, Buffer.alloc(size));
  await utimes(blob, 1_700_000_000, 1_700_000_000);
  expect(await source.list(profile, signal)).toEqual([before]);
  await utimes(blob, 1_700_000_000, 1_700_000_005);
  expect(await source.list(profile, signal)).toMatchObject([{ status: "corrupt" }]);
});

test("listing a thousand models again takes a second of processor time at most", async () => {
  await using folder = await temporaryFolder();
  const all: Parameters<typeof writeFiles>[1] = {};
  for (let index = 0; index < 1000; index += 1) {
    Object.assign(all, repo("models", `models--o--m${index}`, { "m.gguf": tinyChatGguf() }));
  }
  await writeFiles(folder.path, all);
  const source = createModelSource();
  expect(await source.list(profileAt(folder.path), signal)).toHaveLength(1000);
  const before = process.cpuUsage();
  await source.list(profileAt(folder.path), signal);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(1000);
}, 120_000);

test("a registered folder or file is a model; one that has gone says so", async () => {
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, { "a/one.gguf": tinyChatGguf(), "a/two.gguf": tinyChatGguf() });
  const registered = async () => [
    { path: join(folder.path, "a"), name: "both" },
    { path: join(folder.path, "a/two.gguf"), name: "only-two" },
    { path: join(folder.path, "gone"), name: "gone" },
  ];
  const models = await list(profileAt(join(folder.path, "home")), { registered });
  expect(
    models.map((model) => [model.repo, model.revision, model.status, model.files.map((f) => f.path)]),
  ).toEqual([
    ["both", "local", "ready", ["one.gguf", "two.gguf"]],
    ["only-two", "local", "ready", ["two.gguf"]],
    ["gone", "local", "incomplete", []],
  ]);
  expect(await readdir(join(folder.path, "a"))).toHaveLength(2);
});
