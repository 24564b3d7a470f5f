import { expect, test } from "vitest";
import { npmFailure } from "./npm-words.ts";

const needed = {
  title: "llama.cpp",
  folder: "llama-cpp-1.2.3",
  packages: ["node-llama-cpp@1.2.3"],
  entry: "node-llama-cpp",
  aboutMB: 85,
};
const byHand =
  "npm install --prefix /engines/llama-cpp-1.2.3 --omit=optional --ignore-scripts --no-audit --no-fund node-llama-cpp@1.2.3";
const failure = (...lines: string[]): string =>
  npmFailure(lines, "it exited with code 1", "/engines/llama-cpp-1.2.3", needed);

test("without a network it says so, and what to run when there is one", () => {
  // npm 11, November 2026
  const told = failure(
    "npm error code ENOTFOUND",
    "npm error syscall getaddrinfo",
    "npm error errno ENOTFOUND",
    "npm error network request to https://registry.example/node-llama-cpp failed, reason: getaddrinfo ENOTFOUND registry.example",
    "npm error network This is a problem related to network connectivity.",
    "npm error network In most cases you are behind a proxy or have bad network settings.",
    "npm error A complete log of this run can be found in: /root/.npm/_logs/x.log",
  );
  expect(told).toBe(
    `llama.cpp is not installed yet, and npm cannot reach its registry: network request to https://registry.example/node-llama-cpp failed, reason: getaddrinfo ENOTFOUND registry.example; start the service again when this machine has a network, or run there: ${byHand}`,
  );
});

test("where nothing listens it says so too, without npm's own stack", () => {
  const told = failure(
    "npm error code ECONNREFUSED",
    "npm error FetchError: request to http://127.0.0.1:9/x failed, reason: connect ECONNREFUSED 127.0.0.1:9",
    "npm error     at ClientRequest.<anonymous> (index.js:130:14)",
    "npm error   code: 'ECONNREFUSED',",
    "npm error }",
  );
  expect(told).toContain(
    "npm cannot reach its registry: FetchError: request to http://127.0.0.1:9/x failed, reason: connect ECONNREFUSED 127.0.0.1:9; start",
  );
});

test.each([
  [
    [
      "npm error code E404",
      "npm error 404 No match found for version 1.2.3",
      "npm error 404",
      "npm error 404  The requested resource could not be found",
      "npm error A complete log of this run can be found in: /root/.npm/_logs/x.log",
    ],
    "404 No match found for version 1.2.3; 404  The requested resource could not be found",
  ],
  [["npm warn old", "npm ERR! code ENOSPC", "npm ERR! nospc no space left on device"], "nospc no space left"],
  [["npm error code E500"], "code E500"],
  [["sh: node: not found"], "sh: node: not found"],
  [[], "it exited with code 1"],
])("npm's own words are told: %j", (lines, words) => {
  const told = failure(...lines);
  expect(told).toContain(`llama.cpp could not be installed: npm: ${words}`);
  expect(told).toContain(`by hand it is: ${byHand}`);
});
