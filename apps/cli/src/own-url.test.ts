import { expect, test } from "vitest";
import { splitOwnUrl } from "./own-url.ts";

test.each([
  ["provider add gpu1 --url http://gpu1", "provider add gpu1 --url http://gpu1", undefined],
  ["--url http://s provider add gpu1 --url http://gpu1", "provider add gpu1 --url http://gpu1", "http://s"],
  [
    "provider --url=http://s update gpu1 --url=http://gpu1",
    "provider update gpu1 --url=http://gpu1",
    "http://s",
  ],
  ["--token provider provider add gpu1", "--token provider provider add gpu1", undefined],
  ["--json provider add --url http://gpu1", "--json provider add --url http://gpu1", undefined],
])("%s: what stands before the command is the server's", (line, argv, serverUrl) => {
  expect(splitOwnUrl(line.split(" "))).toEqual({ argv: argv.split(" "), hasOwnUrl: true, serverUrl });
});

test.each(["ls --url http://s", "provider ls --url http://s", "--url http://s", "provider", ""])(
  "%s: everywhere else it is the server's",
  (line) => {
    const argv = line.split(" ");
    expect(splitOwnUrl(argv)).toEqual({ argv, hasOwnUrl: false, serverUrl: undefined });
  },
);
