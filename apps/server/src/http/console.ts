import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";

/** Serves the built console. The files are listed once: no path of a request ever reaches the file system. */
export interface Console {
  serve(request: IncomingMessage, response: ServerResponse, path: string): void;
}

interface Asset {
  readonly file: string;
  readonly size: number;
  readonly type: string;
  readonly cache: string;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
};

export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; " +
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** Opens the folder vite built. `undefined` when there is none. */
export async function openConsole(folder: string): Promise<Console | undefined> {
  const assets = await listAssets(folder).catch(() => undefined);
  const index = assets?.get("/index.html");
  if (assets === undefined || index === undefined) return undefined;
  return {
    serve: (request, response, path) => {
      if (request.method !== "GET" && request.method !== "HEAD") {
        response.writeHead(405, { allow: "GET, HEAD" }).end();
        return;
      }
      const found = assets.get(path);
      // Pages are routed in the browser: what is no file is the application, except where a file was surely meant.
      if (found === undefined && path.startsWith("/assets/")) {
        response.writeHead(404, { "content-type": "text/plain" }).end("no such file\n");
        return;
      }
      send(request, response, found ?? index);
    },
  };
}

async function listAssets(folder: string): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>();
  for (const name of await readdir(folder, { recursive: true })) {
    const file = join(folder, name);
    const { size, isFile } = await stat(file).then((entry) => ({ size: entry.size, isFile: entry.isFile() }));
    const type = types[extname(name)];
    if (!isFile || type === undefined) continue;
    // Files under assets/ bear their content's hash in their names.
    const cache = name.startsWith("assets") ? "public, max-age=31536000, immutable" : "no-cache";
    assets.set(`/${name.replaceAll("\\", "/")}`, { file, size, type, cache });
  }
  return assets;
}

function send(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  response.writeHead(200, {
    "content-type": asset.type,
    "content-length": asset.size,
    "cache-control": asset.cache,
    ...securityHeaders,
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const stream = createReadStream(asset.file);
  stream.on("error", () => response.destroy());
  stream.pipe(response);
}
