import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@berth/e2e/free-port";
import type { Contestant, Ground } from "./contestant.ts";
import { familyOf } from "./family.ts";
import { startPeer } from "./peers/peer-program.ts";
import { answerBody, models } from "./request.ts";

/** Answers by itself, as fast as anything can. Resolves with its port. */
export async function startFixedUpstream(ground: Omit<Ground, "wholePort" | "streamPort">): Promise<number> {
  const port = await freePort();
  const answer = `default_type application/json; return 200 '${answerBody}';`;
  await start({ ...ground, wholePort: port, streamPort: port }, "upstream", port, [
    `server { listen 127.0.0.1:${port}; location / { ${answer} } }`,
  ]);
  return port;
}

/** Passes everything on and looks at nothing: the floor. */
export async function startFloor(ground: Ground): Promise<Contestant> {
  const [port, streamPort] = await Promise.all([freePort(), freePort()]);
  const proxy = (name: string, from: number, to: number): string[] => [
    `upstream ${name} { server 127.0.0.1:${to}; keepalive 2048; keepalive_requests 100000000; }`,
    `server { listen 127.0.0.1:${from}; location / { proxy_pass http://${name}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }`,
  ];
  const pid = await start(ground, "floor", port, [
    ...proxy("whole", port, ground.wholePort),
    ...proxy("stream", streamPort, ground.streamPort),
  ]);
  return {
    name: "nginx, 1 worker",
    whole: { port, model: models.whole },
    stream: { port: streamPort, model: models.stream },
    processes: () => familyOf(pid),
  };
}

async function start(
  ground: Ground,
  name: string,
  port: number,
  servers: readonly string[],
): Promise<number> {
  const folder = join(ground.folder, `nginx-${name}`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  await Promise.all(temporary.map((part) => mkdir(join(folder, part), { recursive: true })));
  const config = join(folder, "nginx.conf");
  await writeFile(
    config,
    `daemon off; worker_processes 1; worker_rlimit_nofile 16384; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 8192; }
http {
  access_log off; keepalive_requests 100000000;
  ${temporary.map((part) => `${part}_temp_path ${folder}/${part};`).join(" ")}
  ${servers.join("\n  ")}
}
`,
  );
  const argv = ["nginx", "-e", join(folder, "error.log"), "-c", config] as const;
  return startPeer(ground, { name: `nginx-${name}`, argv, target: { port, model: models.whole } });
}
