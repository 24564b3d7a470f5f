import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Service } from "@berth/api";
import { cleanEnvironment, top } from "../berth-process.ts";
import { until } from "../until.ts";
import { addProfileWords, type Cluster, profileName, startCluster } from "./cluster.ts";
import { callEngine, installEngine, order, put, seeStatus } from "./faults/fault.ts";
import { labObstacle } from "./lab.ts";

const names = ["one", "two", "three", "four", "five", "six", "seven"];

/** More services than one connection has sessions for, on a cluster whose login node forwards no ports. */
describe.skipIf(labObstacle() !== undefined)("a login node that forwards no ports", () => {
  let cluster: Cluster;
  let services: readonly Service[];

  const forbidForwarding = (isForbidden: boolean): void => {
    const { lab } = cluster;
    writeFileSync(join(lab.dir, "etc/ssh-login/extra.conf"), isForbidden ? "AllowTcpForwarding no\n" : "\n");
    lab.fault("sshd-reload", "login");
  };
  /** What of our runner runs on the login node. */
  const relays = (): readonly string[] =>
    cluster.lab
      .exec("login", ["ps", "-u", cluster.lab.user, "-o", "args="])
      .split("\n")
      .filter((line) => /node\S* \S+ relay$/.test(line));
  const follow = (name: string) => {
    const child = spawn(join(top, "bin/berth"), ["logs", "-f", name], {
      env: cleanEnvironment({ BERTH_HOME_DIR: cluster.berth.home }),
      stdio: ["ignore", "pipe", "ignore"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    return { said: () => said, isOpen: () => child.exitCode === null, end: () => child.kill("SIGTERM") };
  };
  const answers = (service: Service): Promise<string> =>
    callEngine(cluster, service, "/echo", { method: "POST", body: service.name }).then((response) =>
      response.text(),
    );

  beforeAll(async () => {
    cluster = await startCluster({ adds: false });
    forbidForwarding(true);
    const { lab, home, cache } = cluster;
    await cluster.ok(...addProfileWords(lab, home, cache));
    installEngine(cluster);
    for (const name of names) await order(cluster, { name, resources: { partition: "gpu" } });
    services = await Promise.all(names.map((name) => seeStatus(cluster, name, "HEALTHY", 180_000)));
  });
  afterAll(async () => {
    forbidForwarding(false);
    await cluster.dispose();
  });

  test("seven services are healthy and answer, by one process there", async () => {
    for (let round = 0; round < 5; round++) expect(await Promise.all(services.map(answers))).toEqual(names);
    expect(relays().length).toBe(1);
    const profile = await cluster.berth.fetch(`/api/v1/profiles/${profileName}`);
    expect(await profile.json()).toMatchObject({ connection: { state: "connected", transport: "relay" } });
  });

  test("logs are followed and models listed while they answer", async () => {
    const logs = names.slice(0, 3).map(follow);
    try {
      await until("three logs to be followed", () =>
        logs.every(({ said }) => said() !== "") ? true : undefined,
      );
      const streams = services.map((service) => callEngine(cluster, service, "/ticks/50"));
      const listed = cluster.ok("model", "ls", "--profile", profileName);
      const whole = await Promise.all(
        streams.map(async (stream) => (await (await stream).text()).trim().split("\n")),
      );
      expect(whole.map((lines) => lines.length)).toEqual(names.map(() => 50));
      await listed;
      expect(logs.every(({ isOpen }) => isOpen())).toBe(true);
    } finally {
      for (const log of logs) log.end();
    }
  });

  test("forty calls at once to each, and megabytes, whole", async () => {
    const some = "0123456789abcdef".repeat(1000);
    const heard = await Promise.all(
      services.flatMap((service) =>
        Array.from({ length: 40 }, () =>
          callEngine(cluster, service, "/echo", { method: "POST", body: some }).then((response) =>
            response.text(),
          ),
        ),
      ),
    );
    expect(heard.every((text) => text === some)).toBe(true);
    const [first] = services;
    const much = some.repeat(500);
    const response = await callEngine(cluster, first as Service, "/echo", { method: "POST", body: much });
    expect((await response.text()) === much).toBe(true);
  });

  test.for(["the relay is killed", "every ssh session is dropped"])(
    "%s: all answer again, at the same ports",
    async (what) => {
      if (what === "the relay is killed")
        cluster.lab.exec("login", ["pkill", "-KILL", "-u", cluster.lab.user, "-f", "relay$"]);
      else cluster.lab.fault("drop-ssh");
      for (const service of services)
        await until(`${service.name} to answer`, () =>
          answers(service).then(
            (said) => (said === service.name ? true : undefined),
            () => undefined,
          ),
        );
      expect(relays().length).toBe(1);
    },
  );

  test("with the last service the relay ends", async () => {
    await Promise.all(names.map((name) => put(cluster, name)));
    await until("no relay to run there", () => (relays().length === 0 ? true : undefined));
  });
});
