/**
 * Engines in containers, inside real Slurm jobs, by the lab's Apptainer and its rootless Podman. The images are made from
 * this machine's own files. What the engines' plans say is run by the runner as it is built.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchFiles, runnerSecretHeader, runnerStateSchema, type RunnerState } from "@berth/api";
import type { Engine, Surroundings } from "@berth/engines";
import { vllmEngine } from "@berth/engines/vllm";
import { whisperEngine } from "@berth/engines/whisper";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { top } from "../berth-process.ts";
import { planOf, smallModel, specOf, unkindValue } from "../containers/engine-plans.ts";
import { writeSmallModel } from "../containers/small-model.ts";
import { until } from "../until.ts";
import { containerLab, makeEngineImages, type EngineImages } from "./container-images.ts";
import { containersObstacle, startLab, type Lab } from "./lab.ts";

const obstacle = containersObstacle();
if (obstacle !== undefined) console.error(`containers in Slurm jobs are not tested: ${obstacle}`);

const waitMs = 120_000;
const secret = "a-secret-of-the-service";

interface Facts {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly config: unknown;
}

describe.skipIf(obstacle !== undefined)("engines in containers on a cluster", () => {
  let lab: Lab;
  /** The user's home as this machine sees it, and as the cluster does. */
  let outside: string;
  let images: EngineImages;
  const home = "/home/hpcuser/engines-in-containers";
  let launches = 0;

  beforeAll(async () => {
    lab = startLab(containerLab);
    images = makeEngineImages(lab);
    outside = join(lab.dir, home);
    rmSync(outside, { recursive: true, force: true });
    mkdirSync(outside);
    cpSync(join(top, "apps/runner/dist"), join(outside, "runner"), { recursive: true });
    for (const repo of ["acme/tiny", "acme/ears"]) await writeSmallModel(join(outside, "cache"), repo);
    own(outside);
  });

  afterAll(() => {
    if (lab === undefined) return;
    lab.exec("login", ["scancel", "--user", "hpcuser"], { user: "hpcuser" });
    rmSync(outside, { recursive: true, force: true });
  });

  function own(path: string): void {
    execFileSync("chown", ["-R", "--no-dereference", "20001:20001", path]);
  }

  /** On g1, as root, behind the scenes; what a failing command printed counts too. */
  function onNode(line: string, user?: string): string {
    try {
      return lab.exec("g1", ["sh", "-c", line], user === undefined ? {} : { user });
    } catch (error) {
      return (error as { stdout?: string }).stdout ?? "";
    }
  }

  function launch(
    engine: Engine,
    surroundings: Partial<Surroundings>,
    repo = "acme/tiny",
    extra: string[] = [],
  ) {
    const isSpeech = repo === "acme/ears";
    const model = smallModel(
      repo,
      `${home}/cache`,
      isSpeech ? "automatic-speech-recognition" : "text-generation",
    );
    const launchId = `svc${process.pid}x${++launches}-1`;
    const plan = planOf(engine, model, { isShared: true, ...surroundings }, extra);
    const spec = specOf(plan, { homeId: "home", serviceId: launchId.slice(0, -2), launchId });
    const dir = join(outside, "launches", launchId);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const shown = { ...spec, bindHost: "0.0.0.0", reachedBy: "machine", localSocket: true };
    writeFileSync(join(dir, launchFiles.spec), JSON.stringify(shown), { mode: 0o600 });
    writeFileSync(join(dir, launchFiles.secret), secret, { mode: 0o600 });
    const script = join(dir, "job.sh");
    writeFileSync(
      script,
      `#!/bin/sh\nexport BERTH_LAUNCH=home/${launchId} PATH=$PATH:/opt/apptainer/bin LD_LIBRARY_PATH=/of/a/module\nexec ${images.folder}/usr/bin/node ${home}/runner/runner.mjs --dir ${home}/launches/${launchId}\n`,
    );
    chmodSync(script, 0o700);
    own(join(outside, "launches"));
    const words = [
      "sbatch",
      "--parsable",
      "--nodelist=g1",
      "--partition=gpu",
      "--mem=1000",
      `--output=${home}/launches/${launchId}/runner.log`,
    ];
    const inside = `${home}/launches/${launchId}/job.sh`;
    const jobId = lab.exec("login", [...words, inside], { user: "hpcuser" }).trim();
    return { dir, launchId, jobId };
  }

  function stateOf(dir: string): RunnerState | undefined {
    const path = join(dir, launchFiles.state);
    return existsSync(path) ? runnerStateSchema.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
  }

  function reach(dir: string, phase: RunnerState["phase"]): Promise<RunnerState> {
    return until(
      `phase ${phase}`,
      () => {
        const state = stateOf(dir);
        const log = join(dir, launchFiles.runnerLog);
        const said = existsSync(log) ? readFileSync(log, "utf8") : "";
        if (state === undefined && said !== "") throw new Error(said);
        if (state?.phase === "exited" && phase !== "exited")
          throw new Error(JSON.stringify(state.exit, null, 2));
        return state?.phase === phase ? state : undefined;
      },
      waitMs,
    );
  }

  function call(state: RunnerState, path: string): string {
    const url = `http://${state.host}:${state.port}${path}`;
    const words = ["curl", "-sS", "--max-time", "20", "-H", `${runnerSecretHeader}: ${secret}`, url];
    return lab.exec("login", words, { user: "hpcuser" });
  }

  /** What is left on the node of the launch: processes with its mark, and its directory. */
  function left({ launchId }: { readonly launchId: string }, scratch: string | null | undefined): string {
    const marked = `grep -lzx BERTH_LAUNCH=home/${launchId} /proc/[0-9]*/environ 2>/dev/null`;
    return onNode(`${marked}; ls -d ${scratch ?? "/nowhere"} 2>/dev/null`);
  }

  const runtimes: readonly (readonly [string, keyof EngineImages, Partial<Surroundings>])[] = [
    ["Apptainer", "sif", { runtime: "apptainer", gpus: 1 }],
    ["Apptainer, from a folder", "folder", { runtime: "apptainer" }],
    ["rootless Podman", "archive", { runtime: "podman" }],
  ];

  test.each(runtimes)(
    "vllm by %s: served, out of others' reach, and gone at the end",
    async (_, form, surroundings) => {
      const extra = ["--x", "two words $(y)"];
      const launched = launch(
        vllmEngine,
        { ...surroundings, container: images[form], env: { NOTE: unkindValue } },
        "acme/tiny",
        extra,
      );
      const state = await reach(launched.dir, "ready");

      const facts = JSON.parse(call(state, "/v1/facts")) as Facts;
      expect(facts.words.slice(-2)).toEqual(extra);
      expect(facts.config).toMatchObject({ hidden_size: 8 });
      expect(facts.env).toMatchObject({ NOTE: unkindValue, HF_HUB_OFFLINE: "1" });
      expect(facts.env["LD_LIBRARY_PATH"] ?? "").not.toContain("/of/a/module");
      expect(call(state, "/v1/models")).toContain('"acme/tiny"');

      // neither the socket nor the key can be had by another user of the node
      expect(onNode(`ls ${state.scratchDir}/io 2>&1 || true`, "hpcuser2")).toContain("Permission denied");
      const key = facts.env["VLLM_API_KEY"] ?? "";
      expect(key.length).toBeGreaterThan(20);
      expect(onNode("ps -eo args", "hpcuser2")).not.toContain(key);

      lab.exec("login", ["scancel", launched.jobId], { user: "hpcuser" });
      const last = await reach(launched.dir, "exited");
      expect(last.exit).toMatchObject({ requested: true, exitCode: 0 });
      expect(last.scratchDir).toBeNull();
      await until(
        "nothing to be left",
        () => (left(launched, state.scratchDir) === "" ? true : undefined),
        waitMs,
      );
    },
  );

  test("whisper by Apptainer: its port is one of a network that only the runner leads into", async () => {
    const launched = launch(whisperEngine, { runtime: "apptainer", container: images.sif }, "acme/ears");
    const state = await reach(launched.dir, "ready");
    expect(call(state, "/health")).toBe("");
    expect(onNode("ss -Hltn | grep -c ':8080 ' || true").trim()).toBe("0");
    lab.exec("login", ["scancel", launched.jobId], { user: "hpcuser" });
    await reach(launched.dir, "exited");
    await until(
      "nothing to be left",
      () => (left(launched, state.scratchDir) === "" ? true : undefined),
      waitMs,
    );
  });

  test("an image that is not there is told with the runtime's words", async () => {
    const launched = launch(vllmEngine, { runtime: "apptainer", container: `${home}/no-such.sif` });
    const last = await reach(launched.dir, "exited");
    expect(last.exit?.logTail.join("\n")).toContain("no-such.sif");
  });
});
