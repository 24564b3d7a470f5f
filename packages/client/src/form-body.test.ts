import { expect, test } from "vitest";
import { formBody } from "./form-body.ts";

/** The form as the platform itself reads it. */
async function read(fields: object): Promise<FormData> {
  const { bytes, contentType } = await formBody(fields);
  return new Response(bytes, { headers: { "content-type": contentType } }).formData();
}

test("fields, lists and files come out as they went in; what is undefined is left out", async () => {
  const form = await read({
    file: { name: 'my "talk".mp3', bytes: Uint8Array.of(0, 13, 10, 45, 45, 255) },
    model: "öhr",
    temperature: 0.5,
    stream: true,
    prompt: undefined,
    timestamp_granularities: ["segment", "word"],
  });
  expect([...form.keys()]).toEqual([
    "file",
    "model",
    "temperature",
    "stream",
    "timestamp_granularities[]",
    "timestamp_granularities[]",
  ]);
  expect(form.get("model")).toBe("öhr");
  expect(form.get("stream")).toBe("true");
  expect(form.getAll("timestamp_granularities[]")).toEqual(["segment", "word"]);
  const file = form.get("file") as File;
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(Uint8Array.of(0, 13, 10, 45, 45, 255));
});

test("several files are one field, again and again", async () => {
  const form = await read({ file: ["a.txt", "b.txt"].map((name) => ({ name, bytes: new Blob([name]) })) });
  const files = form.getAll("file") as File[];
  expect(await Promise.all(files.map((file) => file.text()))).toEqual(["a.txt", "b.txt"]);
});

test("a name can end neither its line nor its quotes", async () => {
  const { bytes } = await formBody({ file: { name: 'a"\r\nx: y', bytes: new Blob(["z"]) } });
  expect(new TextDecoder().decode(bytes)).toContain('filename="a%22%0D%0Ax: y"\r\n');
});
