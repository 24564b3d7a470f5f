/** `pnpm --filter @berth/web mock [port] [typical|empty|huge]`: the API in memory, for work on the console. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SeedName } from "./seed.ts";
import { startMock } from "./server.ts";

const [port = "8810", name = "typical"] = process.argv.slice(2);
const dist = join(import.meta.dirname, "../dist");
const mock = await startMock({
  port: Number(port),
  seed: name as SeedName,
  ...(existsSync(dist) ? { distDir: dist } : {}),
});
console.log(`${mock.url}/login#${mock.code}`);
