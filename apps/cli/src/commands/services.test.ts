import { describe, expect, test } from "vitest";
import { sampleEvent, sampleService } from "../test/samples.ts";
import { startRig } from "../test/rig.ts";
import { hasTerminal } from "../test/run-berth.ts";
import type { StubHandlers } from "../test/stub-server.ts";

const pilot = sampleService({ createdAt: Date.now() - 7 * 3_600_000, updatedAt: Date.now() - 61_000 });
const failed = sampleService({
  id: "0001abcd-0000",
  name: "broken-otter",
  status: "FAILED",
  statusReason: "exit code 1",
  logTail: ["cannot open", "the model"],
  port: null,
  createdAt: Date.now() - 3 * 86_400_000,
  updatedAt: Date.now() - 86_400_000,
});
const services = [pilot, failed];

const listing: StubHandlers = {
  listServices: ({ query }) => ({ data: query.all === "true" ? services : [pilot] }),
  getService: ({ params }) =>
    services.find(({ id, name }) => id.startsWith(params.id) || name === params.id) ?? failed,
};

describe("ls", () => {
  test("shows what runs, whole, where nothing cuts it", async () => {
    await using rig = await startRig(listing);
    expect(await rig.run(["ls"])).toEqual({
      code: 0,
      signal: null,
      stderr: "",
      stdout: [
        "SERVICE ID   IMAGE             MODEL         CREATED       UPDATED     STATUS    PORT   NAME    PROFILE",
        "fed36739     text-generation   berth/pilot   7 hours ago   1 min ago   HEALTHY   8080   pilot   default",
        "",
      ].join("\n"),
    });
  });

  test.skipIf(!hasTerminal)("fits the terminal it is shown at", async () => {
    await using rig = await startRig(listing);
    for (const columns of [100, 80, 50]) {
      const { stdout } = await rig.runAtTerminal(["ls", "--all"], columns);
      const lines = stdout.trimEnd().split("\r\n");
      expect(lines).toHaveLength(3);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      expect(lines[1]).toMatch(/^fed36739 .*HEALTHY/);
    }
  });

  test.for([
    [["--all"], ["pilot", "broken-otter"]],
    [["--filter", "status=failed"], ["broken-otter"]],
    [["--filters", "id=fed", "--filter", "name=pilot"], ["pilot"]],
    [["--filter", "id=fed,status=FAILED"], []],
  ] as const)("%j", async ([words, names]) => {
    await using rig = await startRig(listing);
    const { stdout } = await rig.run(["ls", ...words, "--json"]);
    expect((JSON.parse(stdout) as { data: { name: string }[] }).data.map(({ name }) => name)).toEqual(names);
  });

  test("-q prints whole ids for scripts", async () => {
    await using rig = await startRig(listing);
    expect((await rig.run(["ls", "-qa"])).stdout).toBe(`${pilot.id}\n${failed.id}\n`);
  });
});

test("details tells the reason, the log's end, the last events and a curl line without the key", async () => {
  await using rig = await startRig({
    ...listing,
    listServiceEvents: () => ({ data: [sampleEvent({ message: "ready after 2 s" })] }),
  });
  const well = await rig.run(["details", "pilot"]);
  expect(well.stdout).toContain("ready after 2 s");
  expect(well.stdout).toContain(
    'curl http://localhost:8080/v1/chat/completions -H "Authorization: Bearer $BERTH_AUTH_TOKEN"',
  );
  const ill = await rig.run(["details", "0001"]);
  expect(ill.stdout).toContain("exit code 1");
  expect(ill.stdout).toContain("  cannot open\n  the model\n");
});

test("logs prints text as it comes", async () => {
  await using rig = await startRig({ ...listing, getServiceLogs: () => ["one\n", "two\n"] });
  expect(await rig.run(["logs", "pilot", "-f", "--tail", "2"])).toMatchObject({
    code: 0,
    stdout: "one\ntwo\n",
  });
  expect(rig.stub.asked.find(({ route }) => route === "getServiceLogs")).toMatchObject({
    params: { id: pilot.id },
    query: { follow: "true", tail: 2 },
  });
});

describe("services of a cluster", () => {
  const job = {
    id: "4711",
    state: "RUNNING",
    reason: null,
    partition: "gpu",
    node: "g1",
    submittedAt: Date.now() - 600_000,
    startedAt: Date.now() - 540_000,
    endsAt: Date.now() + 1_381_000,
    expectedStartAt: null,
    jobsAhead: null,
    requeues: 1,
  };
  const waits = {
    ...job,
    id: "4712",
    state: "PENDING",
    reason: "other jobs go first (Priority)",
    node: null,
    startedAt: null,
    endsAt: null,
    expectedStartAt: Date.now() + 721_000,
    jobsAhead: 3,
    requeues: 0,
  };
  const runs = sampleService({
    createdAt: pilot.createdAt,
    updatedAt: pilot.updatedAt,
    profile: "della",
    job,
    transport: "forward",
    resources: { time: "30", gres: "1", memoryMiB: 16_384, constraint: "amd&gpu40" },
    renew: true,
    idleTimeoutSeconds: 900,
    mounts: [{ source: "/data", target: "/audio", readOnly: true }],
    env: { HF_TOKEN: "***" },
    successor: { launchId: "x-2", status: "PENDING", job: waits, expectedReadyAt: null },
  });
  const queued = sampleService({
    id: "0002abcd-0000",
    name: "patient-owl",
    status: "PENDING",
    profile: "della",
    job: waits,
    statusReason: "other jobs go first (Priority)",
    expectedReadyAt: Date.now() + 841_000,
  });

  test("show in ls how long they may run yet, their place in the queue, when they start and are ready, and why they wait", async () => {
    await using rig = await startRig({ listServices: () => ({ data: [runs, queued] }) });
    const lines = (await rig.run(["ls"])).stdout.split("\n");
    expect(lines[0]).toMatch(/PROFILE +TIME LEFT +AHEAD +STARTS +READY +WHY$/);
    expect(lines[1]).toMatch(/della +23 min, next PENDING$/);
    expect(lines[2]).toMatch(/della +3 +in 12 min +in 14 min +other jobs go first \(Priority\)$/);
  });

  test("show their job, its successor and what was asked for in details", async () => {
    await using rig = await startRig({ getService: () => runs, listServiceEvents: () => ({ data: [] }) });
    const { stdout } = await rig.run(["details", "pilot"]);
    const facts = new Map(stdout.split("\n").map((line) => line.split(/ {3,}/) as [string, string]));
    expect(Object.fromEntries(facts)).toMatchObject({
      "Slurm job": "4711 (RUNNING)",
      "asked for": "time 30, gres 1, memory 16 GiB, constraint amd&gpu40",
      environment: "HF_TOKEN",
      mounts: "/data at /audio (read only)",
      node: "g1",
      queue: "put back 1 time",
      renewed: "before its wall time ends",
      successor: "PENDING, Slurm job 4712, other jobs go first (Priority)",
      transport: "forward",
      "idle stop": "after 15 minutes",
      "wall time ends": "in 23 min",
    });
  });

  test("say why they wait while somebody waits for them", async () => {
    let looks = 0;
    await using rig = await startRig({
      getService: () => ((looks += 1) < 3 ? queued : { ...queued, status: "HEALTHY", statusReason: null }),
    });
    const { code, stderr } = await rig.run(["wait", "patient-owl"]);
    expect(code).toBe(0);
    expect(stderr).toBe("patient-owl: PENDING (other jobs go first (Priority))\npatient-owl: HEALTHY\n");
  });
});

describe("a diagnosis", () => {
  const diagnosis = {
    kind: "bad_option",
    summary: "vllm knows no option --swap",
    evidence: ["vllm: error: unrecognized arguments: --swap 4"],
    advice: "leave --swap out, or use a version of vllm that has it",
    command: "berth run --profile della text-generation org/model",
  };
  const said = [
    "What is wrong: vllm knows no option --swap",
    "  | vllm: error: unrecognized arguments: --swap 4",
    "What helps: leave --swap out, or use a version of vllm that has it",
    "  berth run --profile della text-generation org/model",
    "",
  ].join("\n");
  const ill: StubHandlers = {
    getService: () => ({ ...failed, diagnosis }),
    getServiceLogs: () => ["vllm: error\n"],
    listServiceEvents: () => ({ data: [] }),
  };

  test("follows the log of a service that failed, beside it", async () => {
    await using rig = await startRig(ill);
    const { stdout, stderr } = await rig.run(["logs", "broken-otter"]);
    expect([stdout, stderr]).toEqual(["vllm: error\n", said]);
  });

  test("stands in details, and ends a wait in vain", async () => {
    await using rig = await startRig(ill);
    expect((await rig.run(["details", "broken-otter"])).stdout).toContain(
      said.trim().replaceAll(/^/gm, "  ").trim(),
    );
    expect((await rig.run(["wait", "broken-otter"])).stderr).toContain(said);
  });
});

describe("events", () => {
  const past = [
    sampleEvent({ id: 1, message: "launching", status: "PENDING" }),
    sampleEvent({ id: 2, message: "ready" }),
  ];

  test("of all services, in order, with their names", async () => {
    await using rig = await startRig({
      ...listing,
      listServiceEvents: ({ params }) => ({
        data:
          params.id === pilot.id
            ? past
            : [sampleEvent({ id: 3, serviceId: failed.id, status: "FAILED", message: "exit code 1" })],
      }),
    });
    const { stdout } = await rig.run(["events"]);
    expect(stdout.split("\n").map((line) => line.slice(20))).toEqual([
      "pilot            PENDING   launching",
      "pilot            HEALTHY   ready",
      "broken-otter     FAILED    exit code 1",
      "",
    ]);
  });

  test("-f goes on, missing none and telling none twice", async () => {
    await using rig = await startRig({
      ...listing,
      listServiceEvents: () => ({ data: past }),
      streamEvents: async function* () {
        yield ": connected\n\n";
        for (const event of [
          past[1],
          sampleEvent({ id: 4, message: "stopping" }),
          sampleEvent({ id: 5, serviceId: "other" }),
        ]) {
          yield `event: service-event\ndata: ${JSON.stringify({ type: "service-event", event })}\n\n`;
        }
      },
    });
    const { code, stdout } = await rig.run(["events", "pilot", "-f", "--json"]);
    const ids = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { id: number }).id);
    expect([code, ids]).toEqual([0, [1, 2, 4]]);
  });

  test("Ctrl-C leaves", async () => {
    await using rig = await startRig({
      ...listing,
      listServiceEvents: () => ({ data: past }),
      streamEvents: async function* () {
        yield ": connected\n\n";
        await new Promise(() => {});
      },
    });
    const { code, stderr } = await rig.run(["events", "pilot", "-f"], { interruptAt: "ready" });
    expect([code, stderr]).toEqual([130, ""]);
  });
});

describe("wait", () => {
  const becomes = (...states: Parameters<typeof sampleService>[0][]): StubHandlers => {
    let looks = 0;
    return { getService: () => sampleService(states[Math.min((looks += 1), states.length) - 1]) };
  };

  test("until it is healthy, each status told once", async () => {
    await using rig = await startRig(
      becomes(
        { status: "PENDING" },
        { status: "STARTING", statusReason: "loading 10 %" },
        { status: "STARTING", statusReason: "loading 60 %" },
        {},
      ),
    );
    expect(await rig.run(["wait", "pilot"])).toMatchObject({
      code: 0,
      stdout: "✔ pilot is HEALTHY\n",
      stderr: "pilot: STARTING\npilot: HEALTHY\n",
    });
  });

  test("a service that fails instead ends it with reason and log", async () => {
    await using rig = await startRig(
      becomes({ status: "STARTING" }, { status: "FAILED", statusReason: "exit code 1", logTail: ["boom"] }),
    );
    const { code, stderr } = await rig.run(["wait", "pilot"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ {2}boom\nberth: pilot is FAILED \(exit code 1\)\n$/);
  });

  test("no longer than --timeout: exit code 124", async () => {
    await using rig = await startRig(becomes({ status: "STARTING", statusReason: "loading" }));
    const { code, stderr } = await rig.run(["wait", "pilot", "--timeout", "0.1s"]);
    expect(code).toBe(124);
    expect(stderr).toContain("berth: pilot is still STARTING after 0.1 s (loading)");
  });

  test("for another status", async () => {
    await using rig = await startRig(becomes({ status: "STOPPING" }, { status: "STOPPED" }));
    expect(await rig.run(["wait", "pilot", "--for", "stopped"])).toMatchObject({ code: 0 });
  });

  test("Ctrl-C leaves the service alone", async () => {
    await using rig = await startRig(becomes({ status: "STARTING" }));
    const { code, stderr } = await rig.run(["wait", "pilot"], { interruptAt: "STARTING" });
    expect(code).toBe(130);
    expect(stderr).toContain("berth: interrupted; the service goes on");
    expect(rig.stub.asked.map(({ route }) => route)).not.toContain("stopService");
  });
});

describe("stop", () => {
  test("waits until it has ended", async () => {
    let looks = 0;
    await using rig = await startRig({
      getService: () =>
        sampleService({ status: ["HEALTHY", "STOPPING", "STOPPED"][Math.min(looks++, 2)] as "STOPPED" }),
      stopService: () => sampleService({ status: "STOPPING" }),
    });
    expect(await rig.run(["stop", "pilot"])).toMatchObject({
      code: 0,
      stdout: `✔ Stopped service ${pilot.id}\n`,
    });
  });

  test("what has ended already is told, and nothing is stopped", async () => {
    await using rig = await startRig(listing);
    const { code, stderr } = await rig.run(["stop", "0001"]);
    expect([code, stderr]).toEqual([0, "⚠ broken-otter has ended already (FAILED)\n"]);
  });
});

describe("rm and prune", () => {
  const removing: StubHandlers = { ...listing, deleteService: () => undefined };

  test("without --yes, where nobody can be asked, nothing is removed", async () => {
    await using rig = await startRig(removing);
    const { code, stderr } = await rig.run(["rm", "0001"]);
    expect(code).toBe(2);
    expect(stderr).toContain("pass --yes");
    expect(rig.stub.asked.map(({ route }) => route)).not.toContain("deleteService");
  });

  test.for([
    [["rm", "0001", "--yes"]],
    [["rm", "--filters", `id=${failed.id}`, "--yes"]],
    [["prune", "-y"]],
  ] as const)("%j removes what has ended", async ([words]) => {
    await using rig = await startRig(removing);
    expect(await rig.run(words)).toMatchObject({ code: 0, stdout: "✔ Removed 1 service.\n" });
    expect(rig.stub.asked.at(-1)).toMatchObject({ route: "deleteService", params: { id: failed.id } });
  });

  test.skipIf(!hasTerminal).for([
    ["y", 0, "deleteService"],
    ["n", 1, "getService"],
  ] as const)("asked at a terminal and answered %s", async ([answer, code, lastCall]) => {
    await using rig = await startRig(removing);
    const run = await rig.runAtTerminal(["rm", "0001"], 100, { stdin: answer });
    expect(run.stdout).toContain("Remove 1 service: broken-otter (0001abcd), with events and logs?");
    expect([run.code, rig.stub.asked.at(-1)?.route]).toEqual([code, lastCall]);
  });

  test("what runs is refused before anything is removed", async () => {
    await using rig = await startRig(removing);
    const { code, stderr } = await rig.run(["rm", "0001", "pilot", "--yes"]);
    expect([code, stderr]).toEqual([1, "berth: pilot is HEALTHY; stop it first, or give --stop\n"]);
    expect(rig.stub.asked.map(({ route }) => route)).not.toContain("deleteService");
  });

  test("a filter that nothing matches is not found", async () => {
    await using rig = await startRig(removing);
    expect((await rig.run(["rm", "--filter", "id=zzz", "--yes"])).code).toBe(5);
  });
});
