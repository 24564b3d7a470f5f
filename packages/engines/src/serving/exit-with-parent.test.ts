import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const source = fileURLToPath(new URL("exit-with-parent.ts", import.meta.url));
// it would live for ever, were it not for its parent
const program = `const { exitWithParent } = await import(${JSON.stringify(source)}); exitWithParent(); setInterval(() => {}, 1e6); console.log("up");`;

type Stdio = "pipe" | "ignore" | "ipc";

async function start(stdio: Stdio[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: [stdio[0] ?? "ignore", "pipe", "inherit", ...stdio.slice(1)],
  });
  if (child.stdout !== null) await once(child.stdout, "data");
  return child;
}

describe("a process ends with its parent", () => {
  test.each([
    ["when its standard input ends", ["pipe"], (child: ChildProcess) => child.stdin?.end()],
    ["when its standard input breaks", ["pipe"], (child: ChildProcess) => child.stdin?.destroy()],
    ["when its channel closes", ["ignore", "ipc"], (child: ChildProcess) => child.disconnect()],
  ] as const)("%s", async (_, stdio, part) => {
    const child = await start([...stdio]);
    part(child);
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    expect([code, signal]).toEqual([null, "SIGKILL"]);
  });

  test("and lives on where its standard input never was the parent's", async () => {
    const child = await start(["ignore", "ipc"]);
    // it answers no question, but it is there to be killed
    expect(child.exitCode).toBeNull();
    child.kill("SIGTERM");
    expect(((await once(child, "exit")) as unknown[])[1]).toBe("SIGTERM");
  });

  test("also when the parent is killed and cannot say goodbye", async () => {
    const parentProgram = `
      import { spawn } from "node:child_process";
      const child = spawn(process.execPath, ["--input-type=module", "-e", ${JSON.stringify(program)}], { stdio: ["pipe", "pipe", "inherit"] });
      child.stdout.once("data", () => console.log(child.pid));
      setInterval(() => {}, 1e6);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", parentProgram], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [data] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(data.toString());
    parent.kill("SIGKILL");
    await once(parent, "exit");
    const isThere = (): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    for (const deadline = performance.now() + 5000; isThere() && performance.now() < deadline;)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isThere()).toBe(false);
  });
});
