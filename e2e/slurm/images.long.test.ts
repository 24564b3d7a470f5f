import type { ContainerImage, ImagePull } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call } from "../downloads/downloads.ts";
import { until } from "../until.ts";
import { type Cluster, profileName, startCluster } from "./cluster.ts";
import { labObstacle } from "./lab.ts";
import { ociArchive } from "./oci-archive.ts";

const onLab = ["--profile", profileName];

const list = async (cluster: Cluster): Promise<readonly ContainerImage[]> => {
  const printed = await cluster.ok("image", "ls", ...onLab, "--json");
  return (JSON.parse(printed) as { data: ContainerImage[] }).data;
};

/** The scheduler is asked within its budget, which the pulls before have used. */
const budgetMs = 120_000;

const namesIn = ({ lab }: Cluster, folder: string): string[] =>
  lab
    .exec("login", ["ls", "-A", folder])
    .split("\n")
    .filter((name) => name !== "" && !name.endsWith(".lock"));

describe.skipIf(labObstacle() !== undefined)("container images on a cluster", () => {
  let cluster: Cluster;
  let archive: string;
  let folder: string;
  beforeAll(async () => {
    cluster = await startCluster({ lab: { LAB_APPTAINER: "1" } });
    const { lab, cache } = cluster;
    [archive, folder] = [`${cache}/tool.tar`, `${cache}/rootfs`];
    const put = [
      'mkdir -p "$1/bin" "$1/etc" "$1/lib64" "$1/lib/x86_64-linux-gnu" && cp /bin/dash "$1/bin/sh"',
      'cp -L /lib64/ld-linux-x86-64.so.2 "$1/lib64" && cp -L /lib/x86_64-linux-gnu/libc.so.6 "$1/lib/x86_64-linux-gnu"',
      'echo hi >"$1/etc/greeting"',
    ].join(" && ");
    lab.exec("login", ["sh", "-c", put, "sh", folder], { user: lab.user });
    const unpack = 'base64 -d >"$1" <<END\n$2\nEND';
    const bytes = ociArchive({ "etc/greeting": "hello from an archive\n" }).toString("base64");
    lab.exec("login", ["sh", "-c", unpack, "sh", archive, bytes], { user: lab.user });
  });
  afterAll(() => cluster.dispose());

  test("are made of an archive by a Slurm job, with their digests written beside them", async () => {
    const source = `oci-archive:${archive}`;
    const said = await cluster.ok("image", "pull", source, "--name", "org/tool:1.0", ...onLab);
    const path = `${cluster.home}/images/tool_1.0.sif`;
    expect(said).toContain(`Made ${path} (`);
    const [image] = await list(cluster);
    expect(image).toMatchObject({ name: "org/tool", tag: "1.0", location: "home", path, source });
    const sum = cluster.lab.exec("login", ["sha256sum", path]).slice(0, 64);
    expect(image?.fileSha256).toBe(sum);
    const listed = await cluster.ok("image", "ls", ...onLab);
    expect(listed).toMatch(/^IMAGE +TAG\/DIGEST +SIZE +LOCATION +PROFILE +CREATED/);
    expect(listed).toMatch(/^org\/tool +1\.0 +\S+ \S+ +home +lab +/m);
    expect(namesIn(cluster, `${cluster.home}/images`)).toEqual(["tool_1.0.sif", "tool_1.0.sif.json"]);
    expect(namesIn(cluster, `${cluster.home}/errands`)).toEqual([]);
  });

  test("are made of a folder on the login node, after the profile's set-up line, and run", async () => {
    // whose login shell forgets what ssh had set
    await cluster.ok("profile", "update", profileName, "--setup", "PATH=$PATH:/opt/apptainer/bin");
    const words = ["image", "pull", folder, "--name", "box:1", "--login-node", ...onLab, "--json"];
    const { path } = JSON.parse(await cluster.ok(...words)) as ContainerImage;
    expect(path).toBe(`${cluster.home}/images/box_1.sif`);
    const { lab } = cluster;
    const job = [
      "srun",
      "/opt/apptainer/bin/apptainer",
      "exec",
      String(path),
      "/bin/sh",
      "-c",
      "read line </etc/greeting; echo $line",
    ];
    expect(lab.exec("login", job, { user: lab.user })).toContain("hi\n");
  });

  test("bear one name each: another source is refused it", async () => {
    const { exitCode, stderr } = await cluster.cli("image", "pull", folder, "--name", "tool:1.0", ...onLab);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`tool_1.0.sif is there already, made of oci-archive:${archive}`);
  });

  test("of a source that is none are told in Apptainer's words, and leave nothing", async () => {
    const { exitCode, stderr } = await cluster.cli("image", "pull", "oci-archive:/nowhere.tar", ...onLab);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("/nowhere.tar");
    expect(namesIn(cluster, `${cluster.home}/images`).filter((name) => name.includes("nowhere"))).toEqual([]);
  });

  test("are not made any more when their pull is cancelled", async () => {
    const { lab, berth } = cluster;
    // no node is free: it waits
    lab.fault("drain", "c1");
    try {
      const order = { source: folder, name: "late:1", profile: profileName };
      const { body } = await call<ImagePull>(berth, "POST", "/api/v1/image-pulls", order);
      await until(
        "the Slurm job to be told of",
        async () => {
          const seen = await call<ImagePull>(berth, "GET", `/api/v1/image-pulls/${body.id}`);
          return seen.body.logTail.some((line) => line.includes("PENDING")) ? true : undefined;
        },
        budgetMs,
      );
      const cancelled = await call<ImagePull>(berth, "POST", `/api/v1/image-pulls/${body.id}/cancel`);
      expect(cancelled.body.status).toBe("CANCELLED");
      expect(lab.exec("login", ["squeue", "-h", "-u", lab.user])).toBe("");
    } finally {
      lab.fault("resume", "c1");
    }
  });

  test("are made while no server runs, and the next one tells of them", async () => {
    const { lab, home } = cluster;
    lab.fault("drain", "c1");
    const order = { source: folder, name: "alone:1", profile: profileName };
    const { body } = await call<ImagePull>(cluster.berth, "POST", "/api/v1/image-pulls", order);
    const seen = async (): Promise<ImagePull> =>
      (await call<ImagePull>(cluster.berth, "GET", `/api/v1/image-pulls/${body.id}`)).body;
    await until(
      "the Slurm job to be told of",
      async () => ((await seen()).logTail.some((line) => line.includes("PENDING")) ? true : undefined),
      budgetMs,
    );
    await cluster.berth.kill("SIGKILL");
    lab.fault("resume", "c1");
    await until("the job to have ended", () =>
      lab.exec("login", ["squeue", "-h", "-u", lab.user]) === "" ? true : undefined,
    );
    await cluster.restart();
    const pull = await until("the pull to be told of", async () => {
      const now = await seen();
      return now.status === "RUNNING" ? undefined : now;
    });
    expect(pull).toMatchObject({ status: "COMPLETED", image: { name: "alone", tag: "1" } });
    expect(namesIn(cluster, `${home}/errands`)).toEqual([]);
    await cluster.ok("image", "rm", "alone:1", ...onLab, "--yes");
  });

  test("are removed from the home; those of the cache stay", async () => {
    const { lab, home, cache } = cluster;
    const stage = 'mkdir -p "$2/images" && cp "$1/images/box_1.sif" "$2/images/vllm-openai_v0.20.0.sif"';
    lab.exec("login", ["sh", "-c", stage, "sh", home, cache], { user: lab.user });
    expect(await list(cluster)).toContainEqual(
      expect.objectContaining({ name: "vllm-openai", tag: "v0.20.0", location: "cache", source: null }),
    );
    const refused = await cluster.cli("image", "rm", "vllm-openai:v0.20.0", ...onLab, "--yes");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("Berth deletes images of the home only");
    await cluster.ok("image", "rm", "tool:1.0", ...onLab, "--yes");
    await cluster.ok("image", "rm", "box", ...onLab, "--yes");
    expect(namesIn(cluster, `${home}/images`)).toEqual([]);
    expect(namesIn(cluster, `${cache}/images`)).toEqual(["vllm-openai_v0.20.0.sif"]);
  });
});
