import { mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { HandlerFile } from "../handler-file.ts";
import { listen } from "../push/listen.ts";
import { DevServer } from "./dev-server.ts";

export interface DevOptions {
  readonly file: HandlerFile;
  readonly port: number;
  /** This package's program, to be started for the handler. */
  readonly program: string;
}

/** Editors write a file in several steps. */
const settleMs = 50;
/** What a handler is made of; it may write anything else beside it. */
const source = /\.(?:[cm]?[jt]s|json|py)$/;
const notOurs = /(?:^|[/\\])(?:node_modules|\.git|site-packages)[/\\]/;

/** Serves the handler and its page until the process is asked to end. */
export async function runDev({ file, port, program }: DevOptions): Promise<void> {
  const socketDir = mkdtempSync(join(tmpdir(), "berth-worker-"));
  const server = new DevServer({ program, file, socketDir, onOutput: (text) => process.stdout.write(text) });
  const listening = await listen(server.serve, { host: "127.0.0.1", port });
  console.log(
    `try it at http://localhost:${listening.port}/ or: curl -d '{}' http://localhost:${listening.port}/predict`,
  );
  const tell = async (state: ReturnType<DevServer["settled"]>): Promise<void> => {
    const settled = await state;
    console.log(
      settled.kind === "failed" ? `it cannot be started: ${settled.reason}` : `${file.path} is ready`,
    );
  };
  void tell(server.settled());
  let pending: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(file.path), { recursive: true }, (_, name) => {
    if (name === null || !source.test(name) || notOurs.test(name)) return;
    clearTimeout(pending);
    pending = setTimeout(() => {
      console.log("changed; it is loaded again");
      void tell(server.reload());
    }, settleMs);
  });
  await new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  watcher.close();
  clearTimeout(pending);
  server.end();
  await listening.close(0);
  rmSync(socketDir, { recursive: true, force: true });
}
