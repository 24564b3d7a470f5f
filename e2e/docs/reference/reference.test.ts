import { routes, type Route } from "@berth/api";
import { expect, test } from "vitest";
import { guidePages, readPage } from "../page.ts";
import { fillPage, partNames } from "./fill-page.ts";
import { listCommands, parseHelp, readHelp } from "./help.ts";

/** Groups have no work of their own; their commands are told one by one. */
const groups = [
  "profile",
  "provider",
  "route",
  "model",
  "image",
  "key",
  "request",
  "db",
  "endpoint",
  "job",
  "secret",
  "hardware",
  "worker",
];

test.for(guidePages())(
  "%s says what the program says (e2e/docs/reference/write-reference.ts)",
  async (page) => {
    const text = readPage(page);
    expect(text).toBe(await fillPage(text));
  },
);

test("the guide has every command of the CLI", async () => {
  const told = partNames(readPage("docs/guide/commands.md"))
    .filter((name) => name.startsWith("help "))
    .map((name) => name.slice("help ".length));
  const there = (await listCommands()).map((words) => words.join(" "));
  expect(told.toSorted()).toEqual(there.filter((name) => !groups.includes(name)).toSorted());
});

test("each kind of launch takes the same options, which the guide tells once", async () => {
  const all = await Promise.all(
    ["", "text-generation", "embeddings", "rerank", "speech-recognition", "command"].map((kind) =>
      readHelp(["run", ...(kind === "" ? [] : [kind])]),
    ),
  );
  const [group, ...kinds] = all.map(({ sections }) =>
    ["Launch", "Engine", "What it runs in", "Slurm profiles only"].map((name) => sections.get(name)),
  );
  for (const kind of kinds) expect(kind).toEqual(group);
});

test("the guide has every group of routes", () => {
  const tags = new Set((Object.values(routes) as readonly Route[]).map(({ tag }) => tag));
  const told = partNames(readPage("docs/guide/management-api.md")).filter((name) =>
    name.startsWith("routes "),
  );
  expect(told.toSorted()).toEqual([...tags].map((tag) => `routes ${tag}`).toSorted());
});

test("a text that goes on in the next line is read whole", () => {
  const help =
    "Usage: berth x\n\nOptions:\n  -a, --all <x>  one\n                 two\n  --long <name-of-it>\n      below\n";
  expect(parseHelp(help).sections.get("Options")).toEqual([
    { term: "-a, --all <x>", text: "one two" },
    { term: "--long <name-of-it>", text: "below" },
  ]);
});
