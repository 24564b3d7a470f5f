import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@berth/e2e/free-port";
import { Asker } from "./gateway-load.ts";
import { answerBody } from "./gateway-request.ts";

export interface Nginx extends AsyncDisposable {
  /** Answers by itself, as fast as anything can. */
  readonly upstreamPort: number;
  /** Passes everything on to the upstream: the floor. */
  readonly proxyPort: number;
}

/** One worker that is upstream and proxy on two ports. `undefined` where nginx is not installed. */
export async function startNginx(folder: string): Promise<Nginx | undefined> {
  const [upstreamPort, proxyPort] = await Promise.all([freePort(), freePort()]);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  await Promise.all(temporary.map((name) => mkdir(join(folder, name), { recursive: true })));
  const config = join(folder, "nginx.conf");
  await writeFile(
    config,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 2048; }
http {
  access_log off; keepalive_requests 100000000;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
  upstream fixed { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${upstreamPort}; location / { default_type application/json; return 200 '${answerBody}'; } }
  server {
    listen 127.0.0.1:${proxyPort};
    location / { proxy_pass http://fixed; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}
`,
  );
  const child = spawn("nginx", ["-e", `${folder}/error.log`, "-c", config], { stdio: "ignore" });
  const failed = once(child, "error").then(() => "missing" as const);
  const ready = await Promise.race([failed, answers(proxyPort)]);
  if (ready === "missing") return undefined;
  return {
    upstreamPort,
    proxyPort,
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}

async function answers(port: number): Promise<"ready"> {
  const untilMs = performance.now() + 5_000;
  for (;;) {
    const asker = new Asker(port, false);
    try {
      await asker.ask();
      return "ready";
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await sleep(20);
    } finally {
      asker.close();
    }
  }
}
