import type { PipelineTask } from "@berth/api";
import { expect, test } from "vitest";
import { sampleService } from "../test/samples.ts";
import { callLine } from "./call-line.ts";

const options = { host: "localhost", key: undefined };

// oxfmt-ignore
test.each<[PipelineTask, string]>([
  ["fill-mask", `curl http://localhost:8080/predict \\\n  -H "Content-Type: application/json" -d '{"args":"Paris is the [MASK] of France.","top_k":1}'`],
  ["image-classification", "curl http://localhost:8080/predict \\\n  -F images=@picture.jpg -F 'top_k=1'"],
  ["zero-shot-audio-classification", "curl http://localhost:8080/predict \\\n  -F inputs=@recording.mp3 -F 'candidate_labels=speech,dog'"],
])("a pipeline for %s is called with what it takes", (task, line) => {
  expect(callLine(sampleService({ image: "pipeline", task, port: 8080 }), options)).toBe(line);
});
