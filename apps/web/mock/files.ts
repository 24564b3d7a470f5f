import { createReadStream, existsSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { BerthError } from "@berth/api";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Serves the built console; an address that is no file is one of its pages. */
export function serveFile(pathname: string, response: ServerResponse, distDir: string | undefined): void {
  if (distDir === undefined)
    throw new BerthError("not_found", "the mock serves no files; run vite beside it");
  const wanted = join(distDir, normalize(pathname));
  const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(distDir, "index.html");
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    // stricter than the server's, so that what passes here passes there
    "content-security-policy":
      "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  });
  createReadStream(file).pipe(response);
}
