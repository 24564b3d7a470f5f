import { expect, test } from "vitest";
import { readLineCommand, type LineCommand } from "./line-command.ts";

const lines: readonly (readonly [line: string, command: LineCommand])[] = [
  ["hello /help", { kind: "say", text: "hello /help" }],
  ["  ", { kind: "nothing" }],
  ["/help", { kind: "help" }],
  ["/?", { kind: "help" }],
  ["/reset", { kind: "reset" }],
  ["/exit ", { kind: "exit" }],
  ["/bye", { kind: "exit" }],
  ["/system", { kind: "system", prompt: undefined }],
  ["/system Be short.", { kind: "system", prompt: "Be short." }],
  ['/system ""', { kind: "system", prompt: "" }],
  ['/system "a\nb"', { kind: "system", prompt: "a\nb" }],
  ["/model", { kind: "model", name: undefined }],
  ["/model berth/pilot", { kind: "model", name: "berth/pilot" }],
  ["/sytem x", { kind: "unknown", name: "sytem", near: "system" }],
  ["/zzzz", { kind: "unknown", name: "zzzz", near: undefined }],
  ["/usr/bin is a path", { kind: "say", text: "/usr/bin is a path" }],
];

test.for(lines)("%j", ([line, command]) => {
  expect(readLineCommand(line)).toEqual(command);
});
