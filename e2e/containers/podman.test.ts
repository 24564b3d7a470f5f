/** Services in real containers on this machine, by Podman, from an image made of this machine's own files. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { listServices, startBerth, waitForService, type Berth } from "../berth-process.ts";
import { launch } from "../demo-models.ts";
import { EndpointRig } from "../endpoints/endpoint-rig.ts";
import { processesNaming, runnersOf } from "../processes.ts";
import { until } from "../until.ts";
import { unkindValue } from "./engine-plans.ts";
import { openPodman, podmanObstacle, testImage, type PodmanHere } from "./podman-here.ts";
import { writeSmallModel } from "./small-model.ts";

const obstacle = podmanObstacle();
if (obstacle !== undefined) console.error(`containers on this machine are not tested: ${obstacle}`);

interface Facts {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

describe.skipIf(obstacle !== undefined)("services in containers", () => {
  let podman: PodmanHere;
  let berth: Berth;
  let home: string;

  beforeAll(async () => {
    podman = openPodman();
    home = await mkdtemp(join(tmpdir(), "berth-boxes-"));
    await writeSmallModel(join(home, "models"), "acme/tiny");
    berth = await start();
  });
  afterAll(async () => {
    await berth?.dispose();
    podman?.[Symbol.dispose]();
    if (home !== undefined) await rm(home, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const { id } of await listServices(berth))
      await berth.fetch(`/api/v1/services/${id}/stop`, { method: "POST" });
    await gone();
  });

  function start(): Promise<Berth> {
    return startBerth({ demo: false, home, environment: podman.environment });
  }

  const order = (name: string, changes: object = {}) => ({
    name,
    image: "text-generation",
    engine: "vllm",
    model: "acme/tiny",
    runtime: "podman",
    container: testImage,
    ...changes,
  });

  async function chat(): Promise<string> {
    const response = await berth.fetch("/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify({ model: "acme/tiny", messages: [{ role: "user", content: "hello" }] }),
    });
    return response.text();
  }

  /** What the engine saw: the stand-in prints it when it starts. */
  async function factsOf(name: string): Promise<Facts> {
    const { id } = await waitForService(berth, name);
    const log = await (await berth.fetch(`/api/v1/services/${id}/logs`)).text();
    const line = log.split("\n").find((each) => each.startsWith('{"words"'));
    return JSON.parse(line ?? "{}") as Facts;
  }

  async function gone(): Promise<void> {
    await until("no container to be left", () => (podman.containers().length === 0 ? true : undefined));
    await until("no engine to be left", async () =>
      (await processesNaming("/usr/bin/vllm")).length === 0 ? true : undefined,
    );
  }

  async function killRunner(): Promise<void> {
    const [runner, ...others] = await runnersOf(home);
    if (runner === undefined || others.length > 0) throw new Error("there is not one runner");
    process.kill(runner.pid, "SIGKILL");
  }

  test("one is reached through the gateway, in no network, with its words and values unharmed", async () => {
    const extra = ["--x", "a $(b) 'c' \"d\""];
    await launch(berth, order("boxed", { env: { NOTE: unkindValue, PATH: "/usr/bin" }, options: { extra } }));
    expect(await chat()).toContain("from a container");
    expect(podman.podman("ps", "--format", "{{.Networks}}|{{.Ports}}").trim()).toBe("|");
    const facts = await factsOf("boxed");
    expect(facts.words.slice(-2)).toEqual(extra);
    expect(facts.words).toContain("acme/tiny");
    expect(facts.env).toMatchObject({ NOTE: unkindValue, HF_HUB_OFFLINE: "1" });
    expect((await processesNaming(facts.env["VLLM_API_KEY"] ?? "no key")).map((one) => one.command)).toEqual(
      [],
    );
  });

  test("one that is an endpoint's reads a secret from a file that is there as long as it runs", async () => {
    const rig = new EndpointRig(berth);
    await rig.call("PUT", "/api/v1/secrets/cert", { value: "one\ntwo\n" });
    const { name, ...template } = order("secretive");
    const secrets = [{ secret: "cert", env: "CERT", as: "file" }];
    await rig.deployed(name, { template, secrets });
    const { data } = await rig.call<{ data: { name: string }[] }>(
      "GET",
      `/api/v1/endpoints/${name}/replicas`,
    );
    const facts = await factsOf(data[0]?.name ?? "");
    expect(facts).toMatchObject({ env: { CERT: "/berth/secrets/CERT" }, certificate: "one\ntwo\n" });
    await rig.call("DELETE", `/api/v1/endpoints/${name}`);
  });

  test("one outlives its server, is adopted by the next, and stops with its container", async () => {
    await launch(berth, order("lasting"));
    const [container] = podman.containers();
    await berth.kill("SIGKILL");
    berth = await start();
    await waitForService(berth, "lasting");
    expect(await chat()).toContain("from a container");
    expect(podman.containers()).toEqual([container]);
    await berth.fetch("/api/v1/services/lasting/stop", { method: "POST" });
    await waitForService(berth, "lasting", "STOPPED");
    expect(podman.containers()).toEqual([]);
  });

  test("a runner that is killed leaves no container behind, while the server looks and while it does not", async () => {
    await launch(berth, order("orphan"));
    const [first] = podman.containers();
    await killRunner();
    await until("another container in its place", () => {
      const now = podman.containers();
      return now.length === 1 && now[0] !== first ? true : undefined;
    });
    await waitForService(berth, "orphan");

    await berth.kill("SIGKILL");
    await killRunner();
    // nobody is left who could remove it but itself
    await gone();
    berth = await start();
    await until("a container in its place", () => (podman.containers().length === 1 ? true : undefined));
    await waitForService(berth, "orphan");
  });

  test("an image that is not here is not fetched, and Podman's words are shown", async () => {
    const made = await berth.fetch("/api/v1/services", {
      method: "POST",
      body: JSON.stringify(order("absent", { container: "localhost/no-such-image:1" })),
    });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    const failure = await until("its failure", async () => {
      const answer = await (await berth.fetch(`/api/v1/services/${id}`)).json();
      const service = answer as { status: string; logTail: string[] | null };
      return service.status === "FAILED" ? service : undefined;
    });
    expect(failure.logTail?.join("\n")).toContain("localhost/no-such-image:1");
    expect(failure.logTail?.join("\n")).toMatch(/not known|not found/);
  });

  test("a command of the user's runs in an image of the user's", async () => {
    await launch(berth, {
      name: "own",
      image: "command",
      runtime: "podman",
      container: testImage,
      mounts: [{ source: join(home, "models"), target: "/srv/my models", readOnly: true }],
      command: {
        argv: [
          "vllm",
          "serve",
          "/srv/my models/models--acme--tiny/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6",
          "--served-model-name",
          "{model}",
          "--uds",
          "{socket}",
        ],
      },
    });
    expect(podman.containers()).toHaveLength(1);
  });
});
