import { expect, test } from "vitest";
import { loadWhisper } from "./load-whisper.ts";

const binding = { initWhisper: () => Promise.reject(new Error("no")) };

test("a library that cannot be loaded is told in the system's words", async () => {
  const failed = Object.assign(new Error("libgomp.so.1: cannot open shared object file"), {
    code: "ERR_DLOPEN_FAILED",
  });
  const load = loadWhisper((name) =>
    name.includes("node-whisper-") ? Promise.reject(failed) : Promise.resolve(binding),
  );
  await expect(load).rejects.toThrow(
    "whisper.cpp cannot be loaded here: libgomp.so.1: cannot open shared object file",
  );
});

test("where there is no such package by itself, the binding is believed", async () => {
  const absent = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  const load = loadWhisper((name) =>
    name.includes("node-whisper-") ? Promise.reject(absent) : Promise.resolve(binding),
  );
  expect(await load).toBe(binding);
});
