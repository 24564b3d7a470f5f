/** What h2oGPT's page on inference servers does with a command, and what does it here: tested, and printed in the guide. */
export interface SeedLine {
  readonly what: string;
  /** As h2oGPT is told. */
  readonly seed: string;
  /** As Berth is told; addresses stand for doubles of those servers. */
  readonly berth: readonly string[];
  /** Models that answer afterwards. */
  readonly calls: readonly string[];
  /** What the lines print, of which this is a part. */
  readonly prints?: string;
}

const lock =
  `[{'inference_server':'http://192.168.1.46:6112','base_model':'h2oai/h2ogpt-oasst1-512-12b'},` +
  `{'inference_server':'http://192.168.1.46:7860','base_model':'h2oai/h2ogpt-4096-llama2-7b-chat'},` +
  `{'inference_server':'vllm:0.0.0.0:5000','base_model':'h2oai/h2ogpt-research-oasst1-llama-65b','prompt_type':'human_bot'},` +
  `{'inference_server':'openai_chat','base_model':'gpt-3.5-turbo'}]`;

const promptDict =
  `{'PreInput': None,'PreInstruct': '','PreResponse': '<bot>:','botstr': '<bot>:','chat_sep': '\\n','humanstr': '<human>:',` +
  `'promptA': '<human>: ','promptB': '<human>: ','terminate_response': ['<human>:', '<bot>:']}`;

export const seedLines: readonly SeedLine[] = [
  {
    what: "Ollama",
    seed: "--base_model=llama2 --inference_server=vllm_chat:http://localhost:11434/v1/ --prompt_type=openai_chat --max_seq_len=4096",
    berth: [
      "berth provider add ollama --kind ollama --url http://localhost:11434 --model llama2 --context 4096 --yes",
    ],
    calls: ["llama2", "ollama/llama2"],
  },
  {
    what: "TGI",
    seed: `--inference_server="http://192.168.1.46:6112" --base_model=h2oai/h2ogpt-oasst1-512-12b`,
    berth: [
      "berth provider add tgi --kind tgi --url http://192.168.1.46:6112 --model h2oai/h2ogpt-oasst1-512-12b --prompt human_bot --yes",
    ],
    calls: ["tgi/h2oai/h2ogpt-oasst1-512-12b"],
  },
  {
    what: "TGI: how much it may write (`--max_new_tokens`, `--max_max_new_tokens`)",
    seed: "--max_max_new_tokens=2048 --max_new_tokens=512",
    berth: [
      "berth provider update tgi --model h2oai/h2ogpt-oasst1-512-12b --prompt human_bot --max-output 2048",
    ],
    calls: ["tgi/h2oai/h2ogpt-oasst1-512-12b"],
  },
  {
    what: "Gradio, h2oGPT behind it",
    seed: `--inference_server="http://192.168.1.46:7860" --base_model=h2oai/h2ogpt-4096-llama2-7b-chat`,
    berth: ["berth provider add h2o --kind gradio --url http://192.168.1.46:7860 --yes"],
    calls: ["h2oai/h2ogpt-4096-llama2-7b-chat"],
  },
  {
    what: "a prompt type",
    seed: `--inference_server="vllm:0.0.0.0:5000" --base_model=foo_model --prompt_type=llama2`,
    berth: [
      "berth provider add foo --kind vllm-completions --url http://0.0.0.0:5000/v1 --model foo_model=acme/tiny --prompt llama2 --yes",
    ],
    calls: ["foo_model"],
  },
  {
    what: "a prompt of one's own (`--prompt_dict`)",
    seed: `--base_model=foo_model --prompt_type=custom --prompt_dict="${promptDict}"`,
    berth: [
      `berth provider import --model-lock "[{'inference_server':'vllm:0.0.0.0:5001','base_model':'foo_model','prompt_type':'custom','prompt_dict':${promptDict.replaceAll("\\", "\\\\")}}]"`,
    ],
    calls: [],
    prints: "added provider",
  },
  {
    what: "OpenAI",
    seed: "OPENAI_API_KEY=<key> --inference_server=openai_chat --base_model=gpt-3.5-turbo",
    berth: [
      "berth provider add openai --kind openai --api-key-env OPENAI_API_KEY --url http://openai.double/v1 --model gpt-3.5-turbo --yes",
    ],
    calls: ["gpt-3.5-turbo"],
  },
  {
    what: "Azure OpenAI",
    seed: "--inference_server=openai_azure_chat:<deployment_name>:<base_url>:<api_version> --base_model=gpt-3.5-turbo",
    berth: [
      "berth provider add azure --kind azure-openai --url http://azure.double --api-version 2024-07-01-preview --api-key-env OPENAI_AZURE_KEY --model gpt=deployment-1 --yes",
    ],
    calls: ["azure/gpt"],
  },
  {
    what: "vLLM by `/v1/completions`",
    seed: `--inference_server="vllm:0.0.0.0:5000" --base_model=h2oai/h2ogpt-oasst1-falcon-40b`,
    berth: [
      "berth provider add vllm --kind vllm-completions --url http://0.0.0.0:5000/v1 --model falcon=acme/tiny --prompt human_bot --yes",
    ],
    calls: ["falcon"],
  },
  {
    what: "vLLM by its chats",
    seed: `--inference_server="vllm_chat:http://0.0.0.0:5000/v1"`,
    berth: ["berth provider add chats --kind openai-compatible --url http://0.0.0.0:5000/v1 --yes"],
    calls: ["acme/tiny"],
  },
  {
    what: "Replicate",
    seed: `REPLICATE_API_TOKEN=<key> --inference_server="replicate:lucataco/llama-2-7b-chat:6ab580ab4eef2c2b440f2441ec0fc0ace5470edaf2cbea50b8550aec0b3fbd38"`,
    berth: [
      "berth provider add replicate --kind replicate --url http://replicate.double/v1 --api-key-env REPLICATE_API_TOKEN --model llama-7b=lucataco/llama-2-7b-chat:6ab580ab4eef2c2b440f2441ec0fc0ace5470edaf2cbea50b8550aec0b3fbd38 --prompt plain --yes",
    ],
    calls: ["llama-7b"],
  },
  {
    what: "SageMaker",
    seed: "AWS_ACCESS_KEY_ID=<...> AWS_SECRET_ACCESS_KEY=<...> --inference_server=sagemaker_chat:<endpointname>:<region>",
    berth: [
      "berth provider add aws --kind sagemaker --url http://sagemaker.double --region us-east-2 --chat --model llama-aws=my-ep --yes",
    ],
    calls: ["llama-aws"],
  },
  {
    what: "several at once (`--model_lock`)",
    seed: `--model_lock=${lock}`,
    berth: [`berth provider import --model-lock "${lock}" --dry-run`],
    calls: [],
    prints: "would add provider",
  },
  {
    what: "only some of them (`--visible_models`)",
    seed: `--model_lock="$MODEL_LOCK" --visible_models="['gpt-3.5-turbo']"`,
    berth: [`berth provider import --model-lock "${lock}" --visible "['gpt-3.5-turbo']" --dry-run`],
    calls: [],
    prints: "gpt-3.5-turbo",
  },
  {
    what: "its callers' keys (`--h2ogpt_api_keys`, `--enforce_h2ogpt_api_key`)",
    seed: "--h2ogpt_api_keys=h2ogpt_api_keys.json --enforce_h2ogpt_api_key=True",
    berth: ["berth provider import --api-keys h2ogpt_api_keys.json"],
    calls: [],
    prints: "added key",
  },
  {
    what: "servers that cannot be reached (`REQUEST_TIMEOUT=5`, `REQUEST_TIMEOUT_FAST`)",
    seed: "REQUEST_TIMEOUT=5 REQUEST_TIMEOUT_FAST=10",
    berth: ["berth provider update vllm --connect-timeout 5s --first-token-timeout 10s"],
    calls: ["falcon"],
  },
  {
    what: "so many at once (`--concurrency_count`)",
    seed: "--concurrency_count=64",
    berth: ["berth provider update vllm --max-parallel 64"],
    calls: ["falcon"],
  },
  {
    what: "what there is (`/model_names`)",
    seed: "client.predict(api_name='/model_names')",
    berth: ["berth provider ls"],
    calls: [],
    prints: "ollama",
  },
  {
    what: "system info (`/system_info_dict`, with `ADMIN_PASS`)",
    seed: "client.predict(ADMIN_PASS, api_name='/system_info_dict')",
    berth: ["berth config --json"],
    calls: [],
    prints: "BERTH_PORT",
  },
];

/** The same as a table of Markdown. */
export function seedTable(): string {
  const code = (text: string): string => `\`${text.replaceAll("|", "\\|").replaceAll("`", "")}\``;
  const rows = seedLines.map(
    ({ what, seed, berth }) => `| ${what} | ${code(seed)} | ${berth.map(code).join("<br>")} |`,
  );
  return ["| | h2oGPT | Berth |", "| --- | --- | --- |", ...rows].join("\n");
}
