import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { shellQuote } from "@berth/std/shell-quote";
import { afterEach, beforeEach, expect, test } from "vitest";
import { relayScript } from "./relay-script.ts";

let dir: string;
let server: Server;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "berth-relay-"));
  // says back what it hears up to the first newline, and hangs up
  server = createServer({ allowHalfOpen: true }, (socket) => {
    let heard = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      heard += chunk;
      if (heard.endsWith("\n")) socket.end(heard);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

/** Runs the script where only these programs are found. */
async function relay(programs: readonly string[]) {
  for (const program of programs) {
    const line = `PATH=${shellQuote(process.env["PATH"] ?? "")} exec ${program} "$@"`;
    writeFileSync(join(dir, program), `#!/bin/sh\n${line}\n`, { mode: 0o700 });
  }
  const { port } = server.address() as AddressInfo;
  const child = spawn("/bin/sh", ["-c", relayScript({ host: "127.0.0.1", port })], {
    env: { PATH: dir },
  });
  child.stdin.on("error", () => undefined);
  child.stdin.write(`${"x".repeat(1_000_000)}\n`);
  const [said, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { length: said.length, complaint, code: code as number };
}

test.for([[["python3"]], [["bash"]], [["python3", "bash"]]])(
  "%j carries the bytes of a call and of its answer",
  async ([programs = []]) => {
    expect(await relay(programs)).toMatchObject({ length: 1_000_001 });
  },
);

test("a host that has nothing says so", async () => {
  expect(await relay([])).toEqual({
    length: 0,
    complaint: "there is no python3, bash or nc to carry bytes\n",
    code: 127,
  });
});
