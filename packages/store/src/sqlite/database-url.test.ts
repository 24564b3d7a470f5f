import { expect, test } from "vitest";
import { parseDatabaseUrl } from "./database-url.ts";

test.each([
  [undefined, "/state/berth.db"],
  ["", "/state/berth.db"],
  ["/var/lib/berth.db", "/var/lib/berth.db"],
  ["sqlite:///var/lib/berth.db", "/var/lib/berth.db"],
  ["sqlite:/var/lib/berth.db", "/var/lib/berth.db"],
  ["file:///var/lib/my%20berth.db", "/var/lib/my berth.db"],
])("%s means %s", (url, path) => {
  expect(parseDatabaseUrl(url, "/state")).toEqual({ kind: "sqlite", path });
});

test.each([
  ["postgres://me:hunter2@db/berth", "Postgres is not supported yet"],
  ["POSTGRESQL://me:hunter2@db/berth", "Postgres is not supported yet"],
  ["mysql://me:hunter2@db/berth", "mysql databases are not supported"],
  ["sqlite://hunter2/berth.db", "absolute path"],
  ["sqlite:hunter2.db", "absolute path"],
  ["hunter2.db", "sqlite:///absolute/path"],
  ["file:///%zzhunter2", "wrong escape"],
])("%s is refused without repeating what it holds", (url, said) => {
  expect(() => parseDatabaseUrl(url, "/state")).toThrow(said);
  expect(() => parseDatabaseUrl(url, "/state")).not.toThrow("hunter2");
});
