import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { whisperFolder } from "@berth/demo-model";
import { writeRandomWhisper } from "@berth/demo-model/whisper-ggml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listServices, waitForService } from "../berth-process.ts";
import { canSpeak, speakClips, type Clips } from "../speech/clips.ts";
import { profileName, startCluster, type Cluster } from "./cluster.ts";
import { labObstacle } from "./lab.ts";

/** Models of random weights, by engine: what they write is noise; that it comes, how and from where is not. */
const repos = { "transformers-js": "acme/onnx-ears", "whisper-cpp": "acme/ggml-ears" } as const;
const engines = ["transformers-js", "whisper-cpp"] as const;
type EarsEngine = (typeof engines)[number];

const revision = "5".repeat(40);
/** Random weights never look like speech: hearing again and again would take all day. */
const once = { "transformers-js": [], "whisper-cpp": ["--", "--no-fallback"] } as const;

describe.skipIf(labObstacle() !== undefined || !canSpeak)("speech recognition on a cluster", () => {
  let cluster: Cluster;
  let clips: Clips;
  let here: string;
  /** Where the recordings lie there. */
  let recordings: string;

  beforeAll(async () => {
    here = mkdtempSync(join(tmpdir(), "berth-speech-"));
    clips = speakClips(here);
    cluster = await startCluster();
    const ggml = join(here, "ggml-random.bin");
    writeRandomWhisper(ggml, { vocabulary: 51_865 });
    const onnx = (await readdir(whisperFolder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    putModel(
      repos["transformers-js"],
      onnx.map((path) => [relative(whisperFolder, path), path]),
    );
    putModel(repos["whisper-cpp"], [[basename(ggml), ggml]]);
    recordings = `${cluster.cache}/my recordings`;
    mkdirSync(outside(recordings));
    copyFileSync(clips.short.mp3, outside(`${recordings}/NY045-0.mp3`));
    copyFileSync(clips.long, outside(`${recordings}/long.wav`));
    symlinkSync("/etc/passwd", outside(`${recordings}/link.mp3`));
    own(cluster.cache);
  });
  afterAll(async () => {
    await cluster.dispose();
    await rm(here, { recursive: true });
  });

  /** A place on the cluster, as this machine sees it. */
  function outside(path: string): string {
    return join(cluster.lab.dir, path);
  }

  function own(path: string): void {
    execFileSync("chown", ["-R", "--no-dereference", "20001:20001", outside(path)]);
  }

  /** Into the profile's cache, as Hugging Face's own programs lay it out. */
  function putModel(repo: string, files: readonly (readonly [name: string, path: string])[]): void {
    const folder = outside(`${cluster.cache}/models--${repo.replace("/", "--")}`);
    for (const sub of ["refs", "blobs"]) mkdirSync(join(folder, sub), { recursive: true });
    writeFileSync(join(folder, "refs/main"), revision);
    for (const [name, path] of files) {
      const blob = join(folder, "blobs", createHash("sha256").update(readFileSync(path)).digest("hex"));
      copyFileSync(path, blob);
      const link = join(folder, "snapshots", revision, name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(relative(dirname(link), blob), link);
    }
  }

  const run = (engine: EarsEngine, ...words: readonly string[]): Promise<string> => {
    const job = ["--profile", profileName, "--partition", "gpu", "--time", "00:30:00"];
    const model = ["speech-recognition", repos[engine]];
    return cluster.ok("run", ...job, ...model, ...words, "--wait", ...once[engine]);
  };

  async function post(base: string, path: string, body: object | FormData) {
    const isForm = body instanceof FormData;
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${cluster.berth.adminKey}`,
        ...(isForm ? {} : { "content-type": "application/json" }),
      },
      body: isForm ? body : JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }

  const portOf = async (name: string): Promise<string> => {
    const found = (await listServices(cluster.berth)).find((service) => service.name === name);
    return `http://127.0.0.1:${found?.port}`;
  };

  describe.each(engines)("by %s", (engine) => {
    test("is launched by the command, with a directory of the cluster's", async () => {
      const printed = await run(engine, "--name", engine, "--mount", recordings);
      expect(printed).toMatch(/curl http:\/\/localhost:\d+\/v1\/audio\/transcriptions /);
      const { stdout } = await cluster.cli("details", engine, "--json");
      expect(JSON.parse(stdout)).toMatchObject({
        engine,
        status: "HEALTHY",
        job: { state: "RUNNING" },
        mounts: [{ source: recordings }],
      });
    });

    test("a file there is heard by the name that a container would give it, and by its own", async () => {
      const asked = { audio_path: "/data/audio/NY045-0.mp3", response_format: "text" };
      const reply = await post(await portOf(engine), "/transcribe", asked);
      expect(JSON.parse(reply.text)).toEqual({
        audio_path: "/data/audio/NY045-0.mp3",
        text: expect.stringMatching(/\S/) as string,
        segments: null,
        task: "transcribe",
      });
      const named = {
        model: engine,
        audio_path: `${recordings}/long.wav`,
        response_format: "json",
        language: "en",
      };
      const { segments } = JSON.parse((await post(cluster.berth.url, "/transcribe", named)).text) as {
        segments: { start: number; end: number; text: string }[];
      };
      const starts = segments.map(({ start }) => start);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      expect(starts.at(-1)).toBeGreaterThan(30);
    });

    test.each([
      ["outside the directory", "/etc/passwd", 403],
      ["where a link leads out", "/data/audio/link.mp3", 403],
      ["not there", "/data/audio/none.mp3", 404],
    ])("a file %s is refused, and the field named", async (_, audio_path, status) => {
      const reply = await post(await portOf(engine), "/transcribe", { audio_path });
      expect([reply.status, JSON.parse(reply.text)]).toMatchObject([
        status,
        { error: { param: "audio_path" } },
      ]);
    });

    test.each([
      ["json", /^\{"text":".*"usage":\{"type":"duration"/],
      ["srt", /^1\n00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}\n[^]+\n\n$/],
      ["vtt", /^WEBVTT\n\n00:00:\d\d\.\d{3} --> 00:00:\d\d\.\d{3}\n[^]+\n\n$/],
      ["verbose_json", /"language":"english".*"segments":\[\{/],
    ])("an upload comes back through the one address as %s", async (format, form) => {
      const body = new FormData();
      body.set("model", engine);
      body.set("language", "en");
      body.set("response_format", format);
      body.set("file", new Blob([readFileSync(clips.short.flac)]), "short.flac");
      const reply = await post(cluster.berth.url, "/v1/audio/transcriptions", body);
      expect([reply.status, reply.text]).toEqual([200, expect.stringMatching(form) as string]);
    });

    test("berth transcribe writes it down", async () => {
      const words = ["transcribe", clips.short.wav, "--model", engine, "--language", "en"];
      expect(await cluster.ok(...words, "--format", "srt")).toMatch(/^1\n00:00:\d\d,\d{3} --> /);
    });

    test("has a log, and is stopped with nothing left", async () => {
      expect(await cluster.ok("logs", engine)).not.toBe("");
      await cluster.ok("stop", engine);
      await waitForService(cluster.berth, engine, "STOPPED");
      const { lab } = cluster;
      expect(lab.exec("login", ["squeue", "-h", "-t", "R,PD,CG", "-u", lab.user])).toBe("");
      await cluster.ok("rm", engine, "--yes");
    });
  });

  test("without a word about recordings they lie in the home's folder, which need not be there yet", async () => {
    await run("whisper-cpp", "--name", "at-home");
    const asked = { audio_path: "/data/audio/NY045-0.mp3" };
    const missing = await post(await portOf("at-home"), "/transcribe", asked);
    expect([missing.status, JSON.parse(missing.text)]).toMatchObject([
      404,
      { error: { param: "audio_path" } },
    ]);
    mkdirSync(outside(`${cluster.home}/audio`));
    copyFileSync(clips.short.mp3, outside(`${cluster.home}/audio/NY045-0.mp3`));
    own(`${cluster.home}/audio`);
    const heard = await post(await portOf("at-home"), "/transcribe", asked);
    expect([heard.status, JSON.parse(heard.text)]).toMatchObject([200, { task: "transcribe" }]);
    await cluster.ok("stop", "at-home");
  });
});
