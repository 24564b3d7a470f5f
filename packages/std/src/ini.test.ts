import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addIniSection,
  parseIni,
  removeIniSection,
  removeIniValue,
  renameIniSection,
  setIniValue,
} from "./ini.ts";

const text = `# places of mine

[desk]
; the small one
schema = local
  home: ~/berth
cache=/data/a=b:c
what is this

# borrowed from the lab
[lab]
Home = /lab
home = /other
`;

const sectionsOf = (ini: string) =>
  parseIni(ini).sections.map(({ name, values }) => [name, Object.fromEntries(values)]);

test("reads sections, keys of either delimiter, and says where the mistakes are", () => {
  expect(sectionsOf(text)).toEqual([
    ["desk", { schema: "local", home: "~/berth", cache: "/data/a=b:c" }],
    ["lab", { home: "/lab" }],
  ]);
  expect(parseIni(text).sections.map(({ line, mistakes }) => [line, mistakes])).toEqual([
    [3, [{ line: 8, what: "not `key = value`" }]],
    [11, [{ line: 13, what: "a second `home`" }]],
  ]);
  expect(parseIni(text).sections.map(({ lines }) => Object.fromEntries(lines))).toEqual([
    { schema: 5, home: 6, cache: 7 },
    { home: 12 },
  ]);
  expect(parseIni("home = /x\n[]\n= 3\n[a").mistakes).toEqual([
    { line: 1, what: "a value before any [section]" },
    { line: 2, what: "not `[section]`" },
    { line: 3, what: "not `key = value`" },
    { line: 4, what: "not `[section]`" },
  ]);
});

test.each([
  [
    "a value where it stands",
    () => setIniValue(text, "desk", "HOME", "/new"),
    "  home: ~/berth",
    "  home: /new",
  ],
  [
    "a new value behind the last",
    () => setIniValue(text, "desk", "default", "true"),
    "what is this\n",
    "what is this\ndefault = true\n",
  ],
  [
    "a value of the last section",
    () => setIniValue(text, "lab", "cache", "/c"),
    "home = /other\n",
    "home = /other\ncache = /c\n",
  ],
  ["a value taken out", () => removeIniValue(text, "desk", "cache"), "cache=/data/a=b:c\n", ""],
  [
    "a value taken out each time",
    () => removeIniValue(text, "lab", "home"),
    "Home = /lab\nhome = /other\n",
    "",
  ],
  ["a section's name", () => renameIniSection(text, "desk", "$&"), "[desk]", "[$&]"],
  [
    "a section taken out",
    () => removeIniSection(text, "desk"),
    text.slice(text.indexOf("[desk]"), text.indexOf("# borrowed")),
    "",
  ],
  ["nothing in a section that is not there", () => setIniValue(text, "Desk", "home", "/x"), "", ""],
])("changes %s, and nothing else", (_, change, from, to) => {
  expect(change()).toBe(text.replace(from, () => to));
});

test.each([
  ["", "[a]\nk = v\n"],
  ["# mine", "# mine\n\n[a]\nk = v\n"],
  ["[b]\nx = 1\n", "[b]\nx = 1\n\n[a]\nk = v\n"],
  ["[b]\nx = 1\n\n", "[b]\nx = 1\n\n[a]\nk = v\n"],
  ["[b]\r\nx = 1\r\n", "[b]\r\nx = 1\r\n\r\n[a]\r\nk = v\r\n"],
])("adds a section to %j", (before, after) => {
  expect(addIniSection(before, "a", { k: "v" })).toBe(after);
});

test("keeps a missing last line end, mixed line ends and a byte order mark", () => {
  expect(setIniValue("[a]\nk = 1", "a", "k", "2")).toBe("[a]\nk = 2");
  expect(setIniValue("[a]\nk = 1", "a", "j", "2")).toBe("[a]\nk = 1\nj = 2\n");
  expect(setIniValue("[a]\r\nk = 1\nj = 3\r\n", "a", "k", "2")).toBe("[a]\r\nk = 2\nj = 3\r\n");
  expect(renameIniSection("\uFEFF[a]\nk = 1\n", "a", "b")).toBe("\uFEFF[b]\nk = 1\n");
});

test.each(["two\nlines", "cr\r", " spaced "])("refuses to write %j", (value) => {
  expect(() => setIniValue(text, "desk", "home", value)).toThrow();
  expect(() => addIniSection(text, "x", { home: value })).toThrow();
  expect(() => renameIniSection(text, "desk", value)).toThrow();
});

const word = fc.constantFrom("a", "b", "ab", "c");
const value = fc.stringMatching(/^[!-~]{0,6}$/);
const line = fc.oneof(
  word.map((name) => `[${name}]`),
  fc.tuple(word, value).map(([key, given]) => ` ${key} = ${given}`),
  fc.constantFrom("", "# note", "; note", "noise", "[", "\t"),
);
const iniText = fc
  .tuple(fc.array(line), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) => lines.join(end));

test("what was set is read back, in any text, and all other lines stay in order", () => {
  fc.assert(
    fc.property(iniText, word, word, value, (before, section, key, given) => {
      const known = parseIni(before).sections.filter(({ name }) => name === section);
      const after = setIniValue(before, section, key, given);
      if (known.length === 0) {
        expect(after).toBe(before);
        return;
      }
      for (const found of parseIni(after).sections.filter(({ name }) => name === section))
        expect(found.values.get(key)).toBe(given);
      const others = (ini: string) =>
        ini.split(/\r?\n/).filter((each) => !new RegExp(`^\\s*${key} =`).test(each));
      // a line that lacked its end may have got one
      expect(others(after).join("\n").trimEnd()).toBe(others(before).join("\n").trimEnd());
    }),
  );
});

test("a section added and removed leaves the text as it was, but for the gap before it", () => {
  fc.assert(
    fc.property(iniText, value, (before, given) => {
      const after = removeIniSection(addIniSection(before, "LONGNAME", { k: given }), "LONGNAME");
      expect(after.trimEnd()).toBe(before.trimEnd());
    }),
  );
});
