import { isBerthError } from "@berth/api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ParsedServer, ServerEnvironment } from "./parsed-server.ts";
import { parseInferenceServer } from "./parse-inference-server.ts";

const parse = (text: string, environment: ServerEnvironment = {}, model?: string) =>
  parseInferenceServer(text, { environment, model });
const key = (text: string) => ({ from: "string", key: text }) as const;
const variable = (name: string) => ({ from: "environment", variable: name }) as const;
const noKey = { from: "nowhere" } as const;
const completions = (baseUrl: string, of: ReturnType<typeof key> | typeof noKey = noKey): ParsedServer => ({
  kind: "vllm-completions",
  baseUrl,
  key: of,
});
const compatible = (baseUrl: string, of: ReturnType<typeof key> | typeof noKey = noKey): ParsedServer => ({
  kind: "openai-compatible",
  baseUrl,
  key: of,
});

describe("vllm and vllm_chat", () => {
  test.each<[string, ParsedServer]>([
    ["vllm:0.0.0.0:5000", completions("http://0.0.0.0:5000/v1")],
    ["vllm:1.2.3.4", completions("http://1.2.3.4/v1")],
    ["vllm:1.2.3.4:5000/v1", completions("http://1.2.3.4:5000/v1")],
    ["vllm:1.2.3.4:5000:/v1:K", completions("http://1.2.3.4:5000/v1", key("K"))],
    ["vllm:1.2.3.4:5000:/x:K", completions("http://1.2.3.4:5000/x/v1", key("K"))],
    ["vllm:1.2.3.4:None:None:K", completions("http://1.2.3.4/v1", key("K"))],
    ["vllm:h:5000::K", completions("http://h:5000/v1", key("K"))],
    ["vllm:h:5000:/v1:EMPTY", completions("http://h:5000/v1")],
    ["vllm_chat:http://localhost:11434/v1/", compatible("http://localhost:11434/v1")],
    [
      "vllm_chat:https://vllm.h2o.ai:None:/v1:1234ABCD",
      compatible("https://vllm.h2o.ai/v1", key("1234ABCD")),
    ],
    [
      "vllm_chat:https://vllm.h2o.ai:5001:/UUID/v1:1234ABCD",
      compatible("https://vllm.h2o.ai:5001/UUID/v1", key("1234ABCD")),
    ],
    ["vllm:https://api.groq.com/openai:None:/v1:K", completions("https://api.groq.com/openai/v1", key("K"))],
    ["vllm_chat:https://api.together.xyz:None:/v1:K", compatible("https://api.together.xyz/v1", key("K"))],
    // done right where h2oGPT is not
    ["vllm_chat:http://localhost:11434", compatible("http://localhost:11434/v1")],
    ["vllm_chat:https://h/api/v3", compatible("https://h/api/v3")],
    ["vllm://1.2.3.4:5000", completions("http://1.2.3.4:5000/v1")],
    ["vllm_chat:h:5000:/v1:a:b", compatible("http://h:5000/v1", key("a:b"))],
    ["vllm_chat:h:5000:/v1:a@b:c", compatible("http://h:5000/v1", key("a@b:c"))],
    ["vllm_chat:h:5000::a@b", compatible("http://h:5000/v1", key("a@b"))],
    ["vllm:[::1]:5000", completions("http://[::1]:5000/v1")],
    ["vllm_chat:http://[fd00::2]:None:/v1:K", compatible("http://[fd00::2]/v1", key("K"))],
    ["vllm:h/openai:5000", completions("http://h:5000/openai/v1")],
  ])("%s", (text, server) => {
    expect(parse(text)).toEqual(server);
  });
});

describe("sglang", () => {
  const sglang = (baseUrl: string, conversationTemplate: string): ParsedServer =>
    ({
      ...compatible(baseUrl),
      conversationTemplate,
    }) as ParsedServer;
  test.each<[string, ParsedServer]>([
    [
      "sglang:conv_llava_llama_3:http://10.0.0.1:30000",
      sglang("http://10.0.0.1:30000/v1", "conv_llava_llama_3"),
    ],
    ["sglang:chatml:h:30000", sglang("http://h:30000/v1", "chatml")],
    ["sglang:None:h:30000", compatible("http://h:30000/v1")],
  ])("%s", (text, server) => {
    expect(parse(text)).toEqual(server);
  });
});

describe("openai", () => {
  const openAi = (more: object = {}): ParsedServer => ({
    kind: "openai",
    baseUrl: "https://api.openai.com/v1",
    key: variable("OPENAI_API_KEY"),
    isChat: true,
    ...more,
  });
  test.each<[string, ParsedServer, ServerEnvironment?, string?]>([
    ["openai_chat", openAi()],
    ["openai", openAi({ isChat: false })],
    ["openai", openAi({ isChat: true }), {}, "gpt-4-turbo"],
    ["openai", openAi({ isChat: false }), {}, "gpt-3.5-turbo-instruct"],
    ["openai_chat:None:api.x.com/v1:None:K2", openAi({ baseUrl: "https://api.x.com/v1", key: key("K2") })],
    ["openai_chat", openAi({ baseUrl: "http://proxy/v1" }), { OPENAI_BASE_URL: "http://proxy/v1/" }],
    // done right where h2oGPT is not
    ["openai_chat:None:None:None:K2", openAi({ key: key("K2") })],
    ["openai_chat::::", openAi()],
    ["openai_chat::::a:b", openAi({ key: key("a:b") })],
    ["openai_chat:None:api.x.com", openAi({ baseUrl: "https://api.x.com/v1" })],
    [
      "openai_chat:None:http://localhost:8080/v1:None:K",
      openAi({ baseUrl: "http://localhost:8080/v1", key: key("K") }),
    ],
    ["openai_chat:None:[::1]:8080/v1", openAi({ baseUrl: "https://[::1]:8080/v1" })],
  ])("%s", (text, server, environment, model) => {
    expect(parse(text, environment, model)).toEqual(server);
  });
});

describe("azure", () => {
  const azure = (more: object = {}): ParsedServer => ({
    kind: "azure-openai",
    baseUrl: "https://ep.openai.azure.com",
    deployment: "dep",
    apiVersion: "2024-07-01-preview",
    key: variable("OPENAI_API_KEY"),
    isChat: true,
    ...more,
  });
  const endpoint = { AZURE_OPENAI_ENDPOINT: "https://ep.openai.azure.com/" };
  test.each<[string, ParsedServer, ServerEnvironment?, string?]>([
    ["openai_azure_chat:dep:ep.openai.azure.com/:None:K3", azure({ key: key("K3") })],
    ["openai_azure:dep:ep.openai.azure.com:2023-05-15", azure({ apiVersion: "2023-05-15" }), {}, "gpt-4"],
    ["openai_azure:dep:ep.openai.azure.com:2023-05-15", azure({ apiVersion: "2023-05-15", isChat: false })],
    // done right where h2oGPT is not
    ["openai_azure_chat:dep:ep.openai.azure.com:", azure()],
    ["openai_azure_chat:dep:ep.openai.azure.com::", azure()],
    ["openai_azure_chat:dep::", azure(), endpoint],
    ["openai_azure_chat:dep", azure(), endpoint],
    [
      "openai_azure_chat:dep:https://ep.openai.azure.com:2023-05-15:K:L",
      azure({ apiVersion: "2023-05-15", key: key("K:L") }),
    ],
    [
      "openai_azure_chat:dep:ep.openai.azure.com:8443:2023-05-15",
      azure({ baseUrl: "https://ep.openai.azure.com:8443", apiVersion: "2023-05-15" }),
    ],
    [
      "openai_azure_chat:dep:ep.openai.azure.com",
      azure({ key: variable("OPENAI_AZURE_KEY"), apiVersion: "2025-01-01" }),
      { OPENAI_AZURE_KEY: "set", OPENAI_API_VERSION: "2025-01-01" },
    ],
  ])("%s", (text, server, environment, model) => {
    expect(parse(text, environment, model)).toEqual(server);
  });
});

describe("an address alone", () => {
  const asked = (baseUrl: string): ParsedServer => ({ kind: "tgi-or-gradio", baseUrl });
  const gradio = (baseUrl: string, user = "u", password = "p"): ParsedServer => ({
    kind: "gradio",
    baseUrl,
    login: { user, password },
  });
  const tgi = (baseUrl: string, scheme: string, value: string): ParsedServer => ({
    kind: "tgi",
    baseUrl,
    authorization: { scheme, value },
  });
  test.each<[string, ParsedServer]>([
    ["http://192.168.1.46:6112", asked("http://192.168.1.46:6112")],
    ["https://6a8d4035f1c8858731.gradio.live", asked("https://6a8d4035f1c8858731.gradio.live")],
    ["https://server.h2o.ai    USER    AUTH", tgi("https://server.h2o.ai", "USER", "AUTH")],
    ["http://h:7860:u:p", gradio("http://h:7860")],
    ["https://gpt.h2o.ai:None:u:p", gradio("https://gpt.h2o.ai")],
    ["https://h:u:p", gradio("https://h")],
    ["http://h:None", asked("http://h")],
    // done right where h2oGPT is not
    ["https://h:8080   Bearer   T:1", tgi("https://h:8080", "Bearer", "T:1")],
    ["http://u:p@h:7860", gradio("http://h:7860")],
    ["http://u:p%40@h/ui", gradio("http://h/ui", "u", "p@")],
    ["http://h:7860:u:p@s:s", gradio("http://h:7860", "u", "p@s:s")],
    ["https://h:u:a:b", gradio("https://h", "u", "a:b")],
    ["http://[::1]:8080", asked("http://[::1]:8080")],
    ["http://[::1]:8080:u:p", gradio("http://[::1]:8080")],
    ["HTTP://h:7860/ui/", asked("http://h:7860/ui")],
    ["http://h:7860::", asked("http://h:7860")],
    ["http://localhost:8080/v1", compatible("http://localhost:8080/v1")],
  ])("%s", (text, server) => {
    expect(parse(text)).toEqual(server);
  });
});

describe("hosted servers", () => {
  const version = "df7690f1994d94e96ad9d568eac121aecf50684a0b0963b25a41cc40061269e5";
  const sageMaker = { kind: "sagemaker", endpoint: "my-ep", region: "us-east-2", isChat: true } as const;
  const groq = "https://api.groq.com/openai/v1";
  test.each<[string, ParsedServer, ServerEnvironment?]>([
    ["", { kind: "local" }],
    ["None", { kind: "local" }],
    [
      `replicate:a16z-infra/llama13b-v2-chat:${version}`,
      {
        kind: "replicate",
        model: "a16z-infra/llama13b-v2-chat",
        version,
        key: variable("REPLICATE_API_TOKEN"),
      },
    ],
    ["sagemaker_chat:my-ep:us-east-2", sageMaker],
    ["sagemaker:my-ep:us-east-2", { ...sageMaker, isChat: false }],
    ["sagemaker_chat:my-ep", sageMaker, { AWS_DEFAULT_REGION: "us-east-2" }],
    [
      "anthropic",
      { kind: "anthropic", baseUrl: "https://api.anthropic.com", key: variable("ANTHROPIC_API_KEY") },
    ],
    [
      "anthropic",
      { kind: "anthropic", baseUrl: "http://proxy", key: variable("ANTHROPIC_API_KEY") },
      { ANTHROPIC_API_URL: "http://proxy" },
    ],
    ["google", { kind: "gemini", key: variable("GOOGLE_API_KEY") }],
    [
      "mistralai",
      { kind: "openai-compatible", baseUrl: "https://api.mistral.ai/v1", key: variable("MISTRAL_API_KEY") },
    ],
    ["groq", { kind: "openai-compatible", baseUrl: groq, key: variable("GROQ_API_KEY") }],
    ["groq:K:L", compatible(groq, key("K:L"))],
  ])("%s", (text, server, environment) => {
    expect(parse(text, environment)).toEqual(server);
  });
});

describe("a mistake is told by its field, with the right form, and without what may be a key", () => {
  test.each<[string, string, string]>([
    ["vllm", "the address is missing", "`vllm:[https://]HOST[:PORT][:/v1][:KEY]`"],
    ["vllm:http://h:5000:SECRET", "the URL path does not begin with `/`", "[:/v1][:KEY]"],
    ["vllm:h:SECRET", "the port is no number", "[:PORT]"],
    ["vllm:h:70000", "the address is no address", "[:PORT]"],
    ["vllm_chat:http://u:SECRET@h:5000/v1", "the address holds a user or a password", "[:KEY]"],
    ["vllm:h/?key=SECRET", "the address holds a `?` or a `#`", "HOST"],
    ["sglang:http://h:30000", "the conversation template is missing", "`sglang:CONVERSATION_TEMPLATE:"],
    ["sglang:chatml", "the address is missing", "http://HOST:PORT`"],
    ["openai_azure_chat", "the deployment is missing", "`openai_azure_chat:DEPLOYMENT:"],
    [
      "openai_azure_chat:dep::",
      "the base URL is missing, and AZURE_OPENAI_ENDPOINT is not set",
      "NAME.openai.azure.com",
    ],
    ["openai_azure_chat:dep:https://:v:SECRET", "the address is missing", "DEPLOYMENT"],
    ["openai_chat:dep:h:None:SECRET", "the deployment is Azure's", "`openai_chat:None:HOST/v1:None:KEY`"],
    ["openai_chat:None:h:SECRET", "the API version is Azure's", "None:KEY`"],
    ["replicate", "the model is no owner and name", "`replicate:OWNER/NAME:VERSION`"],
    ["replicate:a/b", "the version is not one text behind the model", "OWNER/NAME:VERSION"],
    ["sagemaker:my-ep", "the region is no AWS region", "`sagemaker:ENDPOINT:REGION`"],
    ["sagemaker::us-east-2", "the endpoint is no name of a SageMaker endpoint", "ENDPOINT"],
    ["http://", "the address is missing", "`http://HOST[:PORT]"],
    ["http://h:SECRET", "the port is no number", "[:USER:PASSWORD]`"],
    ["http://h:7860:SECRET", "the login is not a user and a password", "[:USER:PASSWORD]`"],
    ["http://h:7860    SECRET", "the authorization is not a scheme and a token", "SCHEME    TOKEN`"],
    [
      "http://h/v1    Bearer    SECRET",
      "the address ends in /v1, which is no TGI",
      "`vllm_chat:http://HOST:PORT:/v1:KEY`",
    ],
    ["http://h:8080/v1:u:SECRET", "the login stands behind an address that ends in /v1", "`vllm_chat:"],
    ["192.168.1.46:6112", "the scheme is missing", "`http://HOST:PORT`, or `vllm_chat:HOST:PORT`"],
    ["vlm:h:5000:/v1:SECRET", "the type is unknown", "`vllm`"],
    ["vllm_chat:http://h:5000/v1    Bearer    SECRET", "the address holds spaces", "[:KEY]"],
    ["bedrock", "the type is unknown", "`sagemaker`"],
  ])("%s", (text, fault, form) => {
    let told: unknown;
    try {
      parse(text);
    } catch (error) {
      told = error;
    }
    expect(told).toMatchObject({ code: "invalid_request", param: "inference_server" });
    expect(String(told)).toContain(`inference_server: ${fault}`);
    expect(String(told)).toContain(form);
    expect(JSON.stringify(told) + String(told)).not.toContain("SECRET");
  });
});

test("a variable that is no URL is told by its name", () => {
  expect(() => parse("openai_chat", { OPENAI_BASE_URL: "proxy:SECRET" })).toThrow(
    "inference_server: OPENAI_BASE_URL is no URL: write an address that begins with http://",
  );
});

test("whatever is written is read, or refused without what may be a key", () => {
  const word = fc.constantFrom(
    "vllm",
    "vllm_chat",
    "openai_azure",
    "openai",
    "sglang",
    "replicate",
    "http",
    "https",
  );
  const field = fc.constantFrom(
    "h",
    "[::1]",
    "5000",
    "/v1",
    "None",
    "",
    "//h",
    "u@",
    "a b",
    "%",
    "SECRET",
    "http",
  );
  fc.assert(
    fc.property(word, fc.array(field, { maxLength: 7 }), (first, fields) => {
      try {
        parse([first, ...fields].join(":"));
      } catch (error) {
        expect(isBerthError(error) && error.code).toBe("invalid_request");
        expect(String(error)).not.toContain("SECRET");
      }
    }),
    { numRuns: 2000 },
  );
});
