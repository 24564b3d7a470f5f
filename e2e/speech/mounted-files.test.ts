import { execFile } from "node:child_process";
import { mkdir, rm, symlink, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listServices, waitForService } from "../berth-process.ts";
import { runProgram } from "../run-program.ts";
import { canSpeak } from "./clips.ts";
import { cli, engines, startEars, type Ears } from "./ears.ts";

describe.skipIf(!canSpeak)("files that lie where the service runs", () => {
  let ears: Ears;
  beforeAll(async () => {
    ears = await startEars();
    await copyFile(ears.clips.short.mp3, join(ears.folder, "NY045-0.mp3"));
    await symlink("/etc/hostname", join(ears.folder, "link.mp3"));
  });
  afterAll(async () => {
    await ears.berth.dispose();
    await rm(ears.folder, { recursive: true });
  });

  const portOf = async (name: string): Promise<number> =>
    (await listServices(ears.berth)).find((service) => service.name === name)?.port ?? 0;

  /** The seed's own words, with the key that Berth asks for. */
  async function seedCurl(base: string, more = ""): Promise<Record<string, unknown>> {
    const script = `curl -sS ${base}/transcribe \\
      -H "Content-Type: application/json" -H "Authorization: Bearer $(cat ${ears.berth.home}/admin.key)" \\
      -d '{
            "audio_path": "/data/audio/NY045-0.mp3",
            "response_format": "text"${more}
          }'`;
    const { stdout } = await promisify(execFile)("sh", ["-c", script]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  test.each(engines)("%s: the seed's curl, word for word, on the service's own port", async (engine) => {
    expect(await seedCurl(`http://127.0.0.1:${await portOf(engine)}`)).toEqual({
      audio_path: "/data/audio/NY045-0.mp3",
      text: expect.stringMatching(/\S/) as string,
      segments: null,
      task: "transcribe",
    });
  });

  test("on the main port the model is named", async () => {
    const { berth } = ears;
    expect(await seedCurl(berth.url, ', "model": "whisper-cpp"')).toMatchObject({ task: "transcribe" });
    expect(await seedCurl(berth.url)).toMatchObject({ error: { code: "model_required" } });
  });

  async function ask(body: object, key = ears.berth.adminKey) {
    const response = await fetch(`http://127.0.0.1:${await portOf("transformers-js")}/transcribe`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, reply: (await response.json()) as Record<string, unknown> };
  }

  test("json has segments, by the real path too, in a language and a task", async () => {
    const { reply } = await ask({
      audio_path: ears.clips.short.flac,
      response_format: "json",
      language: "de",
      task: "translate",
    });
    expect(reply).toMatchObject({ task: "translate", audio_path: ears.clips.short.flac });
    expect(reply["segments"]).toContainEqual({
      id: 0,
      start: expect.any(Number) as number,
      end: expect.any(Number) as number,
      text: expect.any(String) as string,
    });
  });

  test.each([
    ["a path outside", "/etc/hostname", 403],
    ["a path that climbs", "/data/audio/../../etc/hostname", 403],
    ["a link that leads out", "/data/audio/link.mp3", 403],
    ["what is not there", "/data/audio/none.mp3", 404],
    ["a directory", "/data/audio", 403],
    ["Berth's own key", "HOME/admin.key", 403],
  ])("%s is refused, and the field named", async (_, path, status) => {
    const audio_path = path.replace("HOME", ears.berth.home);
    const refused = await ask({ audio_path });
    expect([refused.status, refused.reply]).toMatchObject([status, { error: { param: "audio_path" } }]);
  });

  test("nobody is heard without the key", async () => {
    expect((await ask({ audio_path: "/data/audio/NY045-0.mp3" }, "sk-berth-wrong")).status).toBe(401);
  });

  test("by the command: run with --mount, transcribe in every form, and by default the home's folder", async () => {
    const { berth, clips, modelPaths } = ears;
    const environment = { BERTH_HOME_DIR: berth.home };
    const run = (...words: string[]) => runProgram([process.execPath, cli, ...words], { environment });
    const model = modelPaths["transformers-js"];
    const words = `run --mount ${ears.folder} speech-recognition ${model} --name ears --wait`;
    const launched = await run(...words.split(" "));
    expect([launched.exitCode, launched.stdout]).toEqual([
      0,
      expect.stringMatching(
        /curl http:\/\/localhost:\d+\/v1\/audio\/transcriptions .*\n.*-F file=@/,
      ) as string,
    ]);
    const text = await run("transcribe", clips.short.mp3, "--model", "ears", "--language", "en");
    expect([text.exitCode, text.stdout]).toEqual([0, expect.stringMatching(/\S\n$/) as string]);
    const srt = await run("transcribe", clips.long, "--model", "ears", "--format", "srt", "--language", "en");
    expect(srt.stdout).toMatch(/^1\n00:00:\d\d,\d{3} --> /);
    expect(srt.stderr).toContain("long.wav: 100 %");
    const json = await run("transcribe", clips.short.wav, "--model", "ears", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      task: "transcribe",
      duration: expect.any(Number) as number,
    });
    const lost = await run("transcribe", clips.short.wav, "--model", "earsss");
    expect([lost.exitCode, lost.stderr]).toEqual([5, expect.stringContaining("earsss") as string]);

    await run("run", "speech-recognition", modelPaths["transformers-js"], "--name", "at-home", "--wait");
    await waitForService(berth, "at-home");
    await mkdir(join(berth.home, "audio"));
    await copyFile(clips.short.mp3, join(berth.home, "audio/NY045-0.mp3"));
    expect(await seedCurl(`http://127.0.0.1:${await portOf("at-home")}`)).toMatchObject({
      task: "transcribe",
    });
  });
});
