import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canBeStranger, startStranger } from "@berth/testing/stranger";
import { launchRunner } from "./test/launched-runner.ts";

/** Prints its port, and listens there only when a file tells it to: engines load for minutes before they listen. */
const slow = `
  const { existsSync } = require("node:fs");
  const [port, go] = process.argv.slice(1);
  console.log("told port " + port);
  const server = require("node:http").createServer((_, response) => response.end("the engine"));
  const timer = setInterval(() => {
    if (!existsSync(go)) return;
    clearInterval(timer);
    server.listen(Number(port), "127.0.0.1");
  }, 10);`;

test.runIf(canBeStranger)(
  "another user's program that answers at the engine's port while it loads is never asked",
  async () => {
    await using runner = await launchRunner({
      argv: [process.execPath, "-e", slow, "{port}", "go", "{key}"],
      spec: { listen: { kind: "port" } },
    });
    const [, port = ""] = /told port (\d+)/.exec(await runner.logged("told port")) ?? [];
    await using stranger = await startStranger("::1", Number(port));
    // whoever is asked at all would have been by now: the runner looks every few milliseconds
    await expect(
      Promise.race([
        runner.phase("ready").then(() => "ready"),
        new Promise((resolve) => setTimeout(resolve, 500, "still starting")),
      ]),
    ).resolves.toBe("still starting");
    expect(stranger.received()).toBe("");
    await writeFile(join(runner.dir, "go"), "");
    await runner.phase("ready");
    expect((await runner.call("/x")).body).toBe("the engine");
    expect(stranger.received()).toBe("");
  },
);
