import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { until } from "../until.ts";
import { dev } from "./worker-dev.ts";

const handlerOf = (expression: string): string =>
  `export const handler = ({ input }: { input: { n: number } }) => ${expression};\n`;

test("a handler is tried out without a server, and loaded again when it changes", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "app.ts");
  await writeFile(file, handlerOf("input.n * 2"));
  await using tried = await dev(file);
  expect(await (await fetch(tried.url)).text()).toContain("<title>app.ts</title>");
  expect(await (await tried.call({ n: 2 })).json()).toBe(4);
  expect(await (await tried.call({ n: 2 }, "/")).json()).toBe(4);

  await writeFile(file, handlerOf("input.n * 3"));
  const tripled = await until("the change to be there", async () => {
    const answer: unknown = await (await tried.call({ n: 2 })).json().catch(() => undefined);
    return answer === 6 ? answer : undefined;
  });
  expect(tripled).toBe(6);

  await writeFile(file, "export const handler = (");
  const told = await until("the mistake to be told", async () => {
    const answer = await tried.call({ n: 2 }).catch(() => undefined);
    return answer?.status === 503 ? answer.text() : undefined;
  });
  expect(told).toContain("app.ts");
});

test("a handler that ends its process ends nothing else", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "app.ts");
  await writeFile(file, handlerOf("(input.n === 0 ? process.exit(3) : input.n)"));
  await using tried = await dev(file);
  expect((await tried.call({ n: 0 })).status).toBe(502);
  expect(await (await tried.call({ n: 1 })).json()).toBe(1);
});

test("a handler that prints 100 MB is heard out", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "app.ts");
  await writeFile(
    file,
    handlerOf(
      `{ for (let line = 0; line < 100; line += 1) console.log("x".repeat(1_000_000)); return "said"; }`,
    ),
  );
  await using tried = await dev(file);
  expect(await (await tried.call({ n: 0 })).json()).toBe("said");
});
