import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** The built-in modules that a program loads beside Node's own start. */
function loaded(program: string): string[] {
  const print = "console.log(JSON.stringify(process.moduleLoadList))";
  const list = execFileSync(process.execPath, ["--input-type=module", "-e", `${program}; ${print}`], {
    encoding: "utf8",
  });
  return JSON.parse(list) as string[];
}

const undici = "NativeModule internal/deps/undici/undici";

test("http comes without the whole of fetch, which a plain import brings along", () => {
  const path = new URL("./node-http.ts", import.meta.url).pathname;
  const light = loaded(
    `const { createServer } = await import(${JSON.stringify(path)}); createServer(() => {})`,
  );
  expect(light).toContain("NativeModule _http_server");
  expect(light).not.toContain(undici);
  expect(loaded('await import("node:http")')).toContain(undici);
});
