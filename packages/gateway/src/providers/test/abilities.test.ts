import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { providerKindSchema } from "@berth/api";
import { expect, test } from "vitest";
import { abilities } from "./abilities.ts";
import type { Ability } from "./provider-under-test.ts";

const page = fileURLToPath(new URL("../../../../../docs/guide/provider-kinds.md", import.meta.url));

const rows: readonly (readonly [string, Ability])[] = [
  ["`/v1/completions`", "completions"],
  ["`/v1/embeddings`", "embeddings"],
  ["`/v1/rerank`", "rerank"],
  ["`/v1/audio/...`", "audio"],
  ["`max_tokens`", "max_tokens"],
  ["`temperature`", "temperature"],
  ["`top_p`", "top_p"],
  ["`stop`", "stop"],
  ["`seed`", "seed"],
  ["`frequency_penalty`", "frequency_penalty"],
  ["`presence_penalty`", "presence_penalty"],
  ["`logit_bias`", "logit_bias"],
  ["`n`", "n"],
  ["`logprobs`", "logprobs"],
  ["`tools`", "tools"],
  ["`tool_choice`", "tool_choice"],
  ["`parallel_tool_calls`", "parallel_tool_calls"],
  ["`response_format` with a schema", "response_format"],
  ["images in messages", "images"],
  ["`reasoning_content` in answers", "reasoning"],
  ["tokens counted by the server", "usage"],
  ["... of these, cached", "usage of cached input"],
  ["... of these, thought", "usage of reasoning"],
  ["`finish_reason: content_filter`", "content filter"],
];

test("the guide tells what the tests of each kind show (vitest -u writes it)", async () => {
  const kinds = providerKindSchema.options;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`.replaceAll(/ +\|/g, " |");
  const table = [
    line(["", ...kinds.map((kind) => `\`${kind}\``)]),
    `|${" --- |".repeat(kinds.length + 1)}`,
    ...rows.map(([name, ability]) =>
      line([name, ...kinds.map((kind) => (abilities[kind].includes(ability) ? "yes" : ""))]),
    ),
  ].join("\n");
  const text = await readFile(page, "utf8");
  const told = text.replace(
    /<!-- abilities -->[\s\S]*<!-- end abilities -->/,
    `<!-- abilities -->\n\n${table}\n\n<!-- end abilities -->`,
  );
  await expect(told).toMatchFileSnapshot(page);
});

test("every ability has its line there", () => {
  const told = new Set(rows.map(([, ability]) => ability));
  expect(Object.values(abilities).flatMap((able) => able.filter((ability) => !told.has(ability)))).toEqual(
    [],
  );
});
