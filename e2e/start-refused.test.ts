import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { cleanEnvironment, startBerth, top } from "./berth-process.ts";

const homes: string[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await rm(home, { recursive: true, force: true });
});

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "berth-refused-"));
  homes.push(home);
  return home;
}

interface Ended {
  readonly code: number;
  readonly text: string;
}

/** Runs the server's program until it ends by itself. */
function run(
  words: readonly string[],
  options: { environment?: Record<string, string>; uid?: number } = {},
): Promise<Ended> {
  const { uid, environment } = options;
  const argv = [join(top, "apps/server/dist/server.mjs"), ...words];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      argv,
      {
        env: cleanEnvironment(environment),
        timeout: 30_000,
        ...(uid === undefined ? {} : { uid, gid: uid }),
      },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: stdout + stderr }),
    );
  });
}

test("a taken port is refused with its holder, and nothing is started", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => holder.once("listening", resolve));
  const { port } = holder.address() as AddressInfo;
  const home = await newHome();
  const { code, text } = await run(["start", "--home-dir", home, "--port", String(port)]);
  expect(code).toBe(1);
  expect(text).toContain(`port ${port}`);
  expect(text).toContain(`pid ${process.pid}`);
  expect(await readdir(home)).not.toContain("launches");
  holder.close();
});

test("a second server on the same home is refused with the first one's pid", async () => {
  const first = await startBerth({ demo: false });
  const { code, text } = await run(["start", "--home-dir", first.home, "--port", "0"]);
  expect(code).toBe(1);
  expect(text).toContain(String(first.process.pid));
  await first.dispose();
});

test.runIf(process.getuid?.() === 0)(
  "a home that cannot be written is refused with the way out",
  async () => {
    const home = await newHome();
    await chmod(home, 0o555);
    const { code, text } = await run(["start", "--home-dir", join(home, "below"), "--port", "0"], {
      uid: 65_534,
    });
    expect(code).toBe(1);
    expect(text).toMatch(/cannot be written.*BERTH_HOME_DIR/s);
  },
);

test("a database from a newer version is refused, and left as it is", async () => {
  const berth = await startBerth({ demo: false });
  await berth.kill("SIGTERM");
  homes.push(berth.home);
  const database = new DatabaseSync(join(berth.home, "berth.db"));
  database.exec("insert into migrations (version, name, applied_at) values (999999, 'from the future', 0)");
  database.close();
  const { code, text } = await run(["start", "--home-dir", berth.home, "--port", "0"]);
  expect(code).toBe(1);
  expect(text).toMatch(/newer/);
});

test.for([
  ["an unknown flag", ["start", "--prot", "1"], {}, 2, /unknown option --prot/],
  ["an unknown command", ["strat"], {}, 2, /unknown command strat/],
  ["a port out of range", ["start", "--port", "99999"], {}, 2, /--port/],
  ["Postgres, by name", ["start"], { BERTH_DATABASE_URL: "postgres://user:hunter2@db/berth" }, 1, /Postgres/],
  [
    "no authentication beyond loopback",
    ["start", "--host", "0.0.0.0"],
    { BERTH_DEBUG: "1" },
    2,
    /BERTH_DEBUG/,
  ],
  ["a token that is too short", ["start"], { BERTH_AUTH_TOKEN: "short" }, 2, /BERTH_AUTH_TOKEN/],
] as const)("%s is refused", async ([, words, environment, expected, message]) => {
  const home = await newHome();
  const { code, text } = await run([...words], {
    environment: { BERTH_HOME_DIR: home, BERTH_PORT: "0", ...environment },
  });
  expect({ code, text }).toEqual({ code: expected, text: expect.stringMatching(message) });
  expect(text).not.toContain("hunter2");
});

test("BERTH_DEBUG on loopback lets everybody in, and says so in red", async () => {
  const berth = await startBerth({ demo: false, environment: { BERTH_DEBUG: "1", FORCE_COLOR: "1" } });
  expect((await fetch(`${berth.url}/api/v1/services`)).status).toBe(200);
  expect((await fetch(`${berth.url}/v1/models`)).status).toBe(200);
  expect(berth.output()).toMatch(/authentication is off/);
  const foreign = await fetch(`${berth.url}/api/v1/services`, {
    headers: { origin: "https://evil.example" },
  });
  expect(foreign.status).toBe(403);
  await berth.dispose();
});
