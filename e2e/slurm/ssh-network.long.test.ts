import { statSync } from "node:fs";
import type { SshHost } from "@berth/launchers/remote";
import { type Clock, systemClock } from "@berth/std/clock";
import { identifyProcess, isAlive } from "@berth/std/process-identity";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { type EchoPort, openEchoPort, sayAndHear } from "./echo-port.ts";
import { type Lab, labObstacle, startLab } from "./lab.ts";
import { openSshPlace, type SshPlace } from "./ssh-place.ts";

const never = new AbortController().signal;
const words = Buffer.from("hello there");
const much = Buffer.alloc(5_000_000, "0123456789abcdef");

describe.skipIf(labObstacle() !== undefined)("the way to a login node and through it", () => {
  let lab: Lab;
  let place: SshPlace;
  let host: SshHost;
  let echo: EchoPort;

  beforeAll(() => {
    lab = startLab();
  });
  beforeEach(async () => {
    place = openSshPlace(lab);
    host = place.open();
    echo = await openEchoPort("c1");
  });
  afterEach(async () => {
    await echo.close();
    await place[Symbol.asyncDispose]();
  });

  const open = async (one: SshHost): Promise<string> => {
    const { socketPath } = await one.tunnel(echo, never);
    if (socketPath === undefined) throw new Error("a tunnel without a socket");
    return socketPath;
  };
  const hears = (socketPath: string) =>
    until("an echo through the tunnel", () =>
      sayAndHear(socketPath, words).then(
        () => true,
        () => undefined,
      ),
    );
  const becomes = (one: SshHost, state: string) =>
    until(`the connection to be ${state}`, () => (one.connection.state === state ? true : undefined), 90_000);
  /** The master's process. */
  const masterPid = async (one: SshHost): Promise<number> => {
    const result = await one.master.control(["-O", "check"]);
    return Number(/pid=(\d+)/.exec(result.kind === "ended" ? result.words : "")?.[1]);
  };

  test("a tunnel carries megabytes both ways, and the end of what the caller says", async () => {
    const socketPath = await open(host);
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    expect(host.connection).toMatchObject({ state: "connected", transport: "forward" });
    expect(await open(host)).toBe(socketPath);
    const [small, large] = await Promise.all([sayAndHear(socketPath, words), sayAndHear(socketPath, much)]);
    expect([small.equals(words), large.equals(much)]).toEqual([true, true]);
    await host.closeTunnel(echo);
    await expect(sayAndHear(socketPath, words)).rejects.toThrow("ENOENT");
    await host.closeTunnel(echo);
  });

  test("another server finds the tunnel open, and closes it", async () => {
    const socketPath = await open(host);
    await host[Symbol.asyncDispose]();
    expect((await sayAndHear(socketPath, words)).equals(words)).toBe(true);
    const second = place.open();
    expect(await open(second)).toBe(socketPath);
    expect((await sayAndHear(socketPath, words)).equals(words)).toBe(true);
    await second[Symbol.asyncDispose]();
    const third = place.open();
    await third.run({ script: "true" }, never);
    await third.closeTunnel(echo);
    await expect(sayAndHear(socketPath, words)).rejects.toThrow("ENOENT");
  });

  test("a tunnel to a port where nobody listens is open, and breaks for who enters", async () => {
    const { socketPath = "" } = await host.tunnel({ host: "c1", port: 9 }, never);
    await expect(sayAndHear(socketPath, words)).rejects.toThrow();
    expect(host.connection).toMatchObject({ state: "connected", transport: "forward" });
  });

  test("where forwarding is off a command carries the bytes, through the same kind of socket", async () => {
    place.sshd("AllowTcpForwarding no");
    const tunnel = await host.tunnel(echo, never);
    expect(tunnel.transport).toBe("relay");
    expect(host.connection).toMatchObject({ state: "connected", transport: "relay" });
    const { socketPath = "" } = tunnel;
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    const large = await Promise.all(Array.from({ length: 3 }, () => sayAndHear(socketPath, much)));
    expect(large.map((heard) => heard.equals(much))).toEqual([true, true, true]);
    // more callers than sessions: the others wait, and commands do not
    const many = Array.from({ length: 20 }, () => sayAndHear(socketPath, words));
    expect(await host.run({ script: "echo on" }, never)).toMatchObject({ stdout: "on\n" });
    for (const heard of await Promise.all(many)) expect(heard.equals(words)).toBe(true);

    await host.closeTunnel(echo);
    await expect(sayAndHear(socketPath, words)).rejects.toThrow("ENOENT");
    await until("no relay to run there", () =>
      lab.exec("login", ["ps", "-u", lab.user, "-o", "args="]).includes("create_connection")
        ? undefined
        : true,
    );
  });

  test("forwarding that is switched off or on shows on the next connection; the socket stays where it is", async () => {
    const socketPath = await open(host);
    for (const [settings, transport] of [
      ["AllowTcpForwarding no", "relay"],
      ["", "forward"],
    ] as const) {
      place.sshd(settings);
      lab.fault("drop-ssh");
      await hears(socketPath);
      await until(`the transport to be ${transport}`, () =>
        host.connection.transport === transport ? true : undefined,
      );
      expect((await sayAndHear(socketPath, words)).equals(words)).toBe(true);
    }
  });

  test("sessions dropped while a command runs: it is an error, and all goes on by itself", async () => {
    const socketPath = await open(host);
    const run = host.run({ script: "echo begun; sleep 30" }, never);
    run.catch(() => undefined);
    await until("the command to run", () =>
      lab.exec("login", ["ps", "-u", lab.user, "-o", "args="]).includes("sleep 30") ? true : undefined,
    );
    lab.fault("drop-ssh");
    await expect(run).rejects.toMatchObject({ code: "host_unreachable" });
    await hears(socketPath);
    expect(host.connection.state).toBe("connected");
  });

  test("a killed master is replaced, and its tunnels with it", async () => {
    const socketPath = await open(host);
    process.kill(await masterPid(host), "SIGKILL");
    await hears(socketPath);
    expect(await host.run({ script: "echo on" }, never)).toMatchObject({ stdout: "on\n" });
  });

  test("a master that hangs is noticed by the first command, ended, and replaced", async () => {
    const socketPath = await open(host);
    const pid = await masterPid(host);
    const identity = identifyProcess(pid);
    process.kill(pid, "SIGSTOP");
    const outcome = host.run({ script: "echo on", timeoutMs: 2000 }, never);
    await expect(outcome).rejects.toMatchObject({
      code: expect.stringMatching(/^(host_unreachable|upstream_timeout)$/),
    });
    expect(identity !== undefined && isAlive(identity)).toBe(false);
    await hears(socketPath);
    expect(await host.run({ script: "echo on" }, never)).toMatchObject({ stdout: "on\n" });
  });

  test("a cut cable is a state with ssh's words, and what waits is told; mended, all is as before", async () => {
    const socketPath = await open(host);
    const run = host.run({ script: "sleep 100" }, never);
    run.catch(() => undefined);
    lab.fault("wan", "cut=1");
    await expect(run).rejects.toMatchObject({ code: "host_unreachable" });
    await becomes(host, "unreachable");
    expect(host.connection.reason).toMatch(/not responding|timed out|No route|closed/i);
    await expect(host.run({ script: "true" }, never)).rejects.toMatchObject({ code: "host_unreachable" });
    lab.fault("wan", "cut=0");
    await becomes(host, "connected");
    await hears(socketPath);
    expect(await host.run({ script: "echo on" }, never)).toMatchObject({ stdout: "on\n" });
  });

  test("sshd killed, and started again", async () => {
    const socketPath = await open(host);
    lab.fault("kill", "sshd", "login");
    try {
      lab.fault("drop-ssh");
      await becomes(host, "unreachable");
      await until("a refusal in ssh's words", () =>
        /Connection (?:refused|closed)/.test(host.connection.reason ?? "") ? true : undefined,
      );
    } finally {
      lab.fault("start", "sshd", "login");
    }
    await becomes(host, "connected");
    await hears(socketPath);
  });

  test("a machine that slept asks whether its connection lives before it trusts it", async () => {
    let sleptMs = 0;
    const clock: Clock = { ...systemClock, now: () => Date.now() + sleptMs };
    const sleepy = place.open({ clock, sshConfig: place.config([]) });
    const socketPath = await open(sleepy);
    const pid = await masterPid(sleepy);
    const identity = identifyProcess(pid);
    process.kill(pid, "SIGSTOP");
    sleptMs = 12 * 3_600_000;
    await until("the dead connection to be ended", () =>
      identity !== undefined && isAlive(identity) ? undefined : true,
    );
    await hears(socketPath);
    expect(await sleepy.run({ script: "echo on" }, never)).toMatchObject({ stdout: "on\n" });
  });

  test("2 s of delay each way: slow, and right", async () => {
    lab.fault("wan", "delay=2000");
    const slow = place.open({ sshConfig: place.config([]) });
    expect(await slow.run({ script: "echo on" }, never)).toMatchObject({ stdout: "on\n" });
    const socketPath = await open(slow);
    expect((await sayAndHear(socketPath, words)).equals(words)).toBe(true);
  });
});
