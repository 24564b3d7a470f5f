/** Services in containers on a cluster, through the whole product. The image holds a stand-in for vLLM. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { ContainerImage } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitForService } from "../berth-process.ts";
import { writeSmallModel } from "../containers/small-model.ts";
import { profileName, startCluster, type Cluster } from "./cluster.ts";
import { containerLab, makeEngineImages, type EngineImages } from "./container-images.ts";
import { containersObstacle, type Lab } from "./lab.ts";

const obstacle = containersObstacle();
if (obstacle !== undefined) console.error(`services in containers on a cluster are not tested: ${obstacle}`);

/** Making a SIF file of it takes a busy machine a while. */
const longMs = 600_000;
const reference = "acme/engine:1";
const onLab = ["--profile", profileName, "--partition", "gpu", "--mem", "1500M"];

describe.skipIf(obstacle !== undefined)("a service in a container on a cluster", () => {
  let cluster: Cluster;
  let images: EngineImages;
  beforeAll(async () => {
    cluster = await startCluster({ lab: containerLab });
    const { lab, cache } = cluster;
    // a job's login shell does not find it by itself, as on many sites
    await cluster.ok("profile", "update", profileName, "--setup", "PATH=$PATH:/opt/apptainer/bin");
    images = makeEngineImages(lab);
    const outside = join(lab.dir, cache);
    await writeSmallModel(outside, "acme/tiny");
    execFileSync("chown", ["-R", "--no-dereference", "20001:20001", outside]);
  });
  afterAll(() => cluster?.dispose());

  function words(runtime: string, container: string, ...more: readonly string[]): readonly string[] {
    const engine = ["--runtime", runtime, "--container", container, "--engine", "vllm"];
    return ["run", ...onLab, ...engine, ...more, "text-generation", "acme/tiny"];
  }

  test("is refused by Apptainer before its image is pulled, with the command that pulls it", async () => {
    for (const more of [[], ["--dry-run"]]) {
      const { exitCode, stderr } = await cluster.cli(...words("apptainer", reference, ...more));
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain(`image ${reference} is not on profile ${profileName}`);
      expect(stderr).toContain(`berth image pull ${reference} -p ${profileName}`);
    }
    expect(JSON.parse(await cluster.ok("ls", "--all", "--json"))).toMatchObject({ data: [] });
  });

  test(
    "by Apptainer runs the file that was made of the image it names, as its preview tells",
    async () => {
      const pull = ["image", "pull", images.folder, "--name", reference, "--profile", profileName, "--json"];
      const { path } = JSON.parse(await cluster.ok(...pull)) as ContainerImage;
      expect(path).toBe(`${cluster.home}/images/engine_1.sif`);
      const shown = await cluster.ok(...words("apptainer", reference, "--dry-run"));
      expect(shown).toMatch(new RegExp(`^image +${path}$`, "m"));
      expect(shown).toContain(`"${path}"`);
    },
    longMs,
  );

  test.each([
    ["apptainer", () => reference],
    ["podman", () => images.archive],
  ])(
    "by %s answers through the one address, to nobody else, and leaves nothing",
    async (runtime, image) => {
      const { berth, lab, home } = cluster;
      const name = `in-${runtime}`;
      // a runner that a test has killed takes nothing along
      const leftBefore = leftOnNodes(lab);
      await cluster.ok(...words(runtime, image(), "--name", name, "--wait"));
      await waitForService(berth, name);

      const reply = await berth.fetch("/v1/chat/completions", {
        method: "POST",
        body: JSON.stringify({ model: name, messages: [{ role: "user", content: "who are you?" }] }),
      });
      expect(await reply.json()).toMatchObject({ choices: [{ message: { content: "from a container" } }] });
      expect(reply.status).toBe(200);

      const details = JSON.parse(await cluster.ok("details", name, "--json")) as {
        id: string;
        runtime: string;
        job: { node: string };
      };
      expect(details.runtime).toBe(runtime);
      const { node } = details.job;
      const statePath = `${home}/launches/*/r*/${details.id}-1/state.json`;
      const state = JSON.parse(lab.exec("login", ["sh", "-c", `cat ${statePath}`])) as {
        port: number;
        scratchDir: string;
      };
      // another user of the cluster reaches neither the runner nor what lies behind it
      const call = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}"];
      const url = `https://${node}:${state.port}/v1/models`;
      expect(lab.exec("login", [...call, url], { user: "hpcuser2" })).toBe("401");
      expect(() => lab.exec(node, ["ls", `${state.scratchDir}/io`], { user: "hpcuser2" })).toThrow(
        /Permission denied/,
      );
      const ports = lab.exec(node, ["sh", "-c", "ss -Hltn | awk '{print $4}'"]).trim().split("\n");
      expect(ports.filter((where) => !/:(22|6818|111)$/.test(where))).toEqual([
        expect.stringMatching(new RegExp(`:${state.port}$`)),
      ]);

      await cluster.ok("stop", name);
      await waitForService(berth, name, "STOPPED");
      expect(lab.exec("login", ["squeue", "-h", "-t", "R,PD,CG", "-u", lab.user])).toBe("");
      expect(lab.exec(node, ["sh", "-c", "ps -u hpcuser -o args= || true"])).toBe("");
      expect(leftOnNodes(lab)).toEqual(leftBefore);
      await cluster.ok("rm", name, "--yes");
    },
    longMs,
  );
});

function leftOnNodes(lab: Lab): readonly string[] {
  const find = `find /tmp /var/tmp /run/user /dev/shm -maxdepth 2 -name 'berth-*' -user ${lab.user} 2>/dev/null || true`;
  return ["c1", "g1", "g2"].map((node) => lab.exec(node, ["sh", "-c", find]));
}
