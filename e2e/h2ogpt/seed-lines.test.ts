import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startAzureDouble } from "@berth/testing/providers/azure-double";
import { startH2oGptDouble } from "@berth/testing/providers/gradio-h2ogpt";
import { startOllamaDouble } from "@berth/testing/providers/ollama-double";
import { startOpenAiDouble } from "@berth/testing/providers/openai-double";
import { startReplicateDouble } from "@berth/testing/providers/replicate-double";
import { startSageMakerDouble } from "@berth/testing/providers/sagemaker-double";
import { startTgiDouble } from "@berth/testing/providers/tgi-double";
import { startVllmDouble } from "@berth/testing/providers/vllm-double";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBerth, top, type Berth } from "../berth-process.ts";
import { runProgram } from "../run-program.ts";
import { seedLines, seedTable } from "./seed-lines.ts";

const environment = {
  OPENAI_API_KEY: "sk-openai",
  OPENAI_AZURE_KEY: "azure-key",
  REPLICATE_API_TOKEN: "r8_token",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

/** An echo of a prompt would end at the first of its own marks. */
const sayingAhoy = { answer: () => ({ text: "Ahoy" }) };

const cleanUp = new AsyncDisposableStack();
let berth: Berth;
/** What stands in the guide, and where the double is. */
const addresses = new Map<string, string>();

beforeAll(async () => {
  const use = async <D extends { readonly url: string } & AsyncDisposable>(
    said: string,
    made: Promise<D>,
  ): Promise<void> => {
    addresses.set(said, cleanUp.use(await made).url);
  };
  await use(
    "http://localhost:11434",
    startOllamaDouble({
      models: [{ name: "llama2", capabilities: ["completion"], contextLength: 4096, embeddingLength: 8 }],
    }),
  );
  await use(
    "http://192.168.1.46:6112",
    startTgiDouble({ modelId: "h2oai/h2ogpt-oasst1-512-12b", ...sayingAhoy }),
  );
  await use("http://192.168.1.46:7860", startH2oGptDouble());
  await use("http://0.0.0.0:5000", startVllmDouble(sayingAhoy));
  await use("http://0.0.0.0:5001", startVllmDouble({ ...sayingAhoy, model: "foo_model" }));
  await use(
    "http://openai.double",
    startOpenAiDouble({ apiKey: environment.OPENAI_API_KEY, models: ["gpt-3.5-turbo"] }),
  );
  await use(
    "http://azure.double",
    startAzureDouble({ apiKey: environment.OPENAI_AZURE_KEY, deployments: { "deployment-1": "gpt-4o" } }),
  );
  await use("http://replicate.double", startReplicateDouble({ token: environment.REPLICATE_API_TOKEN }));
  await use(
    "http://sagemaker.double",
    startSageMakerDouble({
      credentials: {
        accessKeyId: environment.AWS_ACCESS_KEY_ID,
        secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
      },
      region: "us-east-2",
      endpoints: { "my-ep": "llama_chat" },
    }),
  );
  berth = await startBerth({ demo: false, environment });
  cleanUp.defer(() => berth.dispose());
  await writeFile(join(berth.home, "h2ogpt_api_keys.json"), '["an-old-key-1", "an-old-key-2"]');
});
afterAll(() => cleanUp.disposeAsync());

/** The line as it is in the guide, with doubles in place of servers. */
function localised(line: string): string {
  let text = line;
  for (const [said, real] of addresses) text = text.replaceAll(said, real);
  // h2oGPT's short form of the same addresses
  for (const host of ["0.0.0.0:5000", "0.0.0.0:5001"])
    text = text.replaceAll(host, new URL(addresses.get(`http://${host}`) ?? "").host);
  return text;
}

async function answer(model: string, stream: boolean): Promise<string> {
  const body = { model, stream, max_tokens: 50, messages: [{ role: "user", content: "Ahoy there" }] };
  const response = await berth.fetch("/v1/chat/completions", { method: "POST", body: JSON.stringify(body) });
  const text = await response.text();
  expect({ status: response.status, text: response.ok ? "" : text }).toEqual({ status: 200, text: "" });
  return text;
}

test.for(seedLines)("$what", async ({ berth: lines, calls, prints }) => {
  for (const line of lines) {
    const ran = await runProgram(["sh", "-c", localised(line)], {
      cwd: berth.home,
      environment: {
        ...environment,
        PATH: `${join(top, "bin")}:${process.env["PATH"] ?? ""}`,
        BERTH_HOME_DIR: berth.home,
      },
    });
    expect(ran, line).toMatchObject({ exitCode: 0 });
    if (prints !== undefined) expect(ran.stdout).toContain(prints);
  }
  for (const model of calls) {
    expect(await answer(model, false)).toContain("Ahoy");
    expect(await answer(model, true)).toContain("[DONE]");
  }
});

test("keys that callers had before are good here", async () => {
  const response = await fetch(`${berth.url}/v1/models`, {
    headers: { authorization: "Bearer an-old-key-1" },
  });
  expect(response.status).toBe(200);
});

test("the guide has the same lines", async () => {
  const page = await readFile(join(top, "docs/guide/from-h2ogpt.md"), "utf8");
  expect(page).toContain(seedTable());
});
