import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { shellWords } from "@berth/std/shell-quote";
import { questionOf } from "./question.ts";
import type { Answerer } from "./remote-hosts.ts";

/** What ssh starts in place of asking at a terminal; it carries the question to us and prints the answer. */
const program = `
import { connect } from "node:net";
const [path, prompt] = process.argv.slice(2);
const socket = connect(path);
let answer = "";
socket.setEncoding("utf8");
socket.on("data", (text) => (answer += text));
socket.on("error", () => process.exit(1));
socket.on("close", () => {
  if (!answer.endsWith("\\n")) process.exit(1);
  process.stdout.write(answer);
});
socket.write(JSON.stringify({ prompt, hint: process.env.SSH_ASKPASS_PROMPT }) + "\\n");
`;

export interface Askpass extends AsyncDisposable {
  /** For ssh. */
  readonly env: Readonly<Record<string, string>>;
}

export interface AskpassOptions {
  /** Made, 0700, and removed at the end. Short enough for a socket in it. */
  readonly dir: string;
  /** The Node that carries questions. */
  readonly nodePath: string;
  readonly answer: Answerer;
}

/** Lets ssh ask us. Answers go to ssh alone: they are written nowhere. */
export async function openAskpass({ dir, nodePath, answer }: AskpassOptions): Promise<Askpass> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { mode: 0o700 });
  const [script, module, socketPath] = [join(dir, "ask"), join(dir, "ask.mjs"), join(dir, "s")];
  await writeFile(module, program, { mode: 0o600 });
  const line = `exec ${shellWords([nodePath, module, socketPath])} "$1"`;
  await writeFile(script, `#!/bin/sh\nunset NODE_OPTIONS\n${line}\n`, { mode: 0o700 });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket)).on("error", () => undefined);
    void serve(socket, answer);
  });
  server.listen(socketPath);
  await once(server, "listening");
  return {
    // X11 is not needed, but some ssh believe so
    env: { SSH_ASKPASS: script, SSH_ASKPASS_REQUIRE: "force", DISPLAY: ":0" },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A question that is not answered is closed without a word, and ssh takes it for a refusal. */
async function serve(socket: Socket, answer: Answerer): Promise<void> {
  const gone = new AbortController();
  socket.once("close", () => gone.abort(new Error("ssh asks no longer")));
  try {
    let text = "";
    socket.setEncoding("utf8");
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += chunk as string;
      if (text.endsWith("\n")) break;
    }
    const { prompt, hint } = JSON.parse(text) as { readonly prompt: string; readonly hint?: string };
    // resumed, so that ssh's leaving is noticed
    socket.resume();
    const said = await answer(questionOf(prompt, hint), gone.signal);
    socket.end(`${said}\n`);
  } catch {
    socket.destroy();
  }
}
