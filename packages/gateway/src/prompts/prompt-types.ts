import type { PromptTypeName } from "@berth/api";
import type { PromptType } from "./prompt-type.ts";

const askedByUser =
  "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions.";
const askedByHuman =
  "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions.";
const askedOfLanguageModel =
  "A conversation between a user and an LLM-based AI assistant. The assistant gives helpful and honest answers.";
const followsInstructions =
  "You are an AI that follows instructions extremely well and as helpful as possible.";
const describesTask =
  "Below is an instruction that describes a task. Write a response that appropriately completes the request.";
const helpfulAndSafe =
  "You are a helpful, respectful and honest assistant. Always answer as helpfully as possible, while being safe. Your answers should not include any harmful, unethical, racist, sexist, toxic, dangerous, or illegal content. Please ensure that your responses are socially unbiased and positive in nature.";

/** `### Instruction:` and `### Response:`; the first is a stop too, or models go on to ask themselves. */
function instruct(preamble: string): PromptType {
  return {
    first: `${preamble}\n### Instruction:\n`,
    answer: "\n\n### Response:\n",
    next: "\n\n### Instruction:\n",
    stops: ["\n### Instruction:\n", "\n### Response:\n"],
  };
}

function tagged(user: string, answer: string, end: string, stops: readonly string[]): PromptType {
  return { first: user, answer: end + answer, next: end + user, stops };
}

/** `USER:` and `ASSISTANT:`, a turn a line. */
function userAssistant(byDefault: string, ask = ""): PromptType {
  return {
    first: " USER: ",
    system: { before: "", after: " USER: ", byDefault },
    answer: `\n${ask}ASSISTANT:`,
    spaceBeforeAnswer: true,
    next: "\nUSER: ",
    stops: ["ASSISTANT:", "</s>", ...(ask === "" ? [] : [`${ask}ASSISTANT:`])],
  };
}

function openChat(who: string): PromptType {
  const stops = ["<|end_of_turn|>", `${who} Assistant:`];
  const type = tagged(`${who} User: `, `${who} Assistant:`, "<|end_of_turn|>", stops);
  return { ...type, spaceBeforeAnswer: true };
}

function chatMl(byDefault: string, stops: readonly string[]): PromptType {
  const user = "<|im_end|>\n<|im_start|>user\n";
  return {
    first: `<|im_start|>system\n${user}`,
    system: { before: "<|im_start|>system\n", after: user, byDefault },
    answer: "<|im_end|>\n<|im_start|>assistant\n",
    next: user,
    stops,
  };
}

/** ChatML without the line breaks behind its marks, and one more behind the system prompt. */
function tightChatMl(byDefault: string): PromptType {
  const user = "<|im_end|><|im_start|>user\n";
  return {
    first: `<|im_start|>system\n\n${user}`,
    system: { before: "<|im_start|>system\n", after: `\n${user}`, byDefault },
    answer: "<|im_end|><|im_start|>assistant\n",
    next: user,
    stops: ["<|im_end|>"],
  };
}

const humanAssistant = [
  "### Human:",
  "###  Human:  ",
  " ###  Human:",
  "###  Assistant:",
  "\n### Assistant:\n",
];
const prompter = tagged("<|prompter|>", "<|assistant|>", "</s>", [
  "</s>",
  "<|prompter|>",
  "<|assistant|>",
  "<|prefix_end|>",
]);
const promptAnswer = tagged("<|prompt|>", "<|answer|>", "</s>", ["</s>", "<|prompt|>", "<|answer|>"]);
const wizardVicuna: PromptType = {
  first: "USER: ",
  answer: "\nASSISTANT: ",
  next: "\nUSER: ",
  stops: ["ASSISTANT: "],
};
const instStops = ["</s>", "[INST]", "[/INST]"];
const mistral: PromptType = {
  first: "<s>[INST] ",
  answer: " [/INST]",
  next: "</s> [INST] ",
  stops: instStops,
};
const mixtralNoSystem: PromptType = { ...mistral, first: "<s> [INST] " };

/**
 * The prompts that older models were trained on, as h2oGPT writes them, byte for byte: also where a model's own page says
 * otherwise, for users have tuned what they ask to these.
 */
export const promptTypes: Readonly<Record<PromptTypeName, PromptType>> = {
  aquila: {
    first: "###Human: ",
    system: { before: "", after: "###Human: ", byDefault: askedByHuman },
    answer: "###Assistant:",
    spaceBeforeAnswer: true,
    next: "</s>Human: ",
    stops: ["###", "</s>", "[UNK]", "Assistant:"],
  },
  aquila_legacy: {
    first: "### Human: ",
    system: { before: "", after: "### Human: ", byDefault: `${askedByHuman}\n\n` },
    answer: "\n### Assistant: ",
    next: "</s>### Human: ",
    stops: ["### Human:", "</s>", "[UNK]", "### Assistant: "],
  },
  aquila_simple: {
    first: "###Human: ",
    system: { before: "", after: "###Human: ", byDefault: askedByHuman },
    answer: "###Assistant:",
    next: "###Human: ",
    stops: ["###", "</s>", "[UNK]"],
  },
  aquila_v1: {
    first: "<|startofpiece|>",
    answer: "<|endofpiece|>",
    next: "</s><|startofpiece|>",
    stops: ["</s>", "<|endoftext|>", "<|endofpiece|>"],
  },
  aya: chatMl(askedOfLanguageModel, ["<|im_end|>", "<|im_start|>"]),
  beacon: {
    first: "\nQuestion: ",
    answer: "\n\nAnswer:",
    spaceBeforeAnswer: true,
    next: "\n\n\nQuestion: ",
    stops: ["</s>", "Question:", "Answer:", "\nAnswer:"],
  },
  beacon2: { first: "", answer: "\n", spaceBeforeAnswer: true, next: "\n\n", stops: ["</s>"] },
  beluga: {
    first: "### User:\n",
    system: {
      before: "### System:\n",
      after: "\n\n### User:\n",
      byDefault:
        "You are Stable Beluga, an AI that follows instructions extremely well. Help as much as you can. Remember, be safe, and don't do anything illegal.",
    },
    answer: "\n\n### Assistant:\n",
    next: "\n\n### User:\n",
    stops: ["</s>", "### Assistant:", "\n### Assistant:\n"],
  },
  // h2oGPT names its separator as a list and then fails to join it: here it is the text in that list.
  dai_faq: {
    first: "Answer the following Driverless AI question.\n\n### Driverless AI frequently asked question:\n",
    answer: "\n\n\n### Driverless AI documentation answer:\n",
    next: "\n\n\n### Driverless AI frequently asked question:\n",
    stops: ["\n\n", "\n### Driverless AI documentation answer:\n"],
  },
  danube: promptAnswer,
  deepseek_coder: {
    first: "### Instruction:\n",
    system: {
      before: "",
      after: "### Instruction:\n",
      byDefault:
        "<｜begin▁of▁sentence｜>You are an AI programming assistant, utilizing the Deepseek Coder model, developed by Deepseek Company, and you only answer questions related to computer science. For politically sensitive questions, security and privacy issues, and other non-computer science questions, you will refuse to answer\n",
    },
    answer: "\n### Response:\n",
    next: "\n<|EOT|>\n### Instruction:\n",
    stops: ["<|EOT|>", "<｜end▁of▁sentence｜>", "### Response:\n"],
  },
  // h2oGPT takes a system prompt for this one and leaves it out; here it becomes a turn, as for others without a place.
  docsgpt: {
    first: "### Instruction\n",
    answer: "\n### Answer\n",
    next: "\n### Instruction\n",
    stops: ["### Instruction", "### Answer"],
  },
  falcon: {
    ...tagged("User: ", "Assistant:", "\n\n", ["<|endoftext|>", "Assistant:", "\nUser"]),
    spaceBeforeAnswer: true,
  },
  falcon_chat: {
    first: "User: ",
    system: {
      before: "System: ",
      after: "\nUser: ",
      byDefault: "You are an intelligent and helpful assistant.",
    },
    answer: "\nFalcon:",
    spaceBeforeAnswer: true,
    next: "\nUser: ",
    stops: ["<|endoftext|>", "\nUser:", " User:", "###", "Falcon:"],
  },
  gemma: {
    first: "<bos><start_of_turn>user\n",
    system: {
      before: "",
      after: "<bos><start_of_turn>user\n",
      byDefault: "I am Gemma, a conversational chat assistant developed by Google",
    },
    answer: "<end_of_turn>\n<start_of_turn>model\n",
    next: "<end_of_turn>\n<start_of_turn>user\n",
    stops: ["<end_of_turn>", "<bos>"],
  },
  gptj: {
    first:
      "### Instruction:\n The prompt below is a question to answer, a task to complete, or a conversation to respond to; decide which and write an appropriate response.\n### Prompt: ",
    answer: "\n\n### Response: ",
    next: "\n\n### Prompt: ",
    stops: ["Prompt:", "Response:", "\n### Response: "],
  },
  guanaco: tagged("### Human: ", "### Assistant:", "\n", ["### Human:", "### Assistant:"]),
  human_bot: {
    ...tagged("<human>: ", "<bot>:", "\n", ["<human>:", "<bot>:", "\n<human>:", "\n<bot>:"]),
    spaceBeforeAnswer: true,
  },
  idefics2: {
    first: "User: ",
    system: { before: "System: ", after: "<end_of_utterance>\nUser: ", byDefault: helpfulAndSafe },
    answer: "<end_of_utterance>\nAssistant:",
    spaceBeforeAnswer: true,
    next: "<end_of_utterance>\nUser: ",
    stops: ["User:", "Assistant:"],
  },
  instruct: instruct(`${describesTask}\n`),
  instruct_simple: instruct(""),
  instruct_vicuna: {
    first: "\n### Human:\n",
    system: { before: "", after: "\n### Human:\n", byDefault: askedByHuman },
    answer: "\n\n### Assistant:\n",
    next: "\n\n### Human:\n",
    stops: humanAssistant,
  },
  instruct_vicuna2: tagged("\nHUMAN:\n", "\nASSISTANT:\n", "\n", ["HUMAN:", "\nASSISTANT:\n"]),
  instruct_vicuna3: tagged("\n### User:\n", "\n### Assistant:\n", "\n", ["### User:", "\n### Assistant:\n"]),
  instruct_with_end: {
    ...instruct(`${describesTask}\n`),
    stops: ["### End", "\n### Instruction:\n", "\n### Response:\n"],
  },
  jais: {
    first: "### Instruction:  [|Human|] and [|AI|]:\n### Input: [|Human|] ",
    system: {
      before: "### Instruction: ",
      after: " [|Human|] and [|AI|]:\n### Input: [|Human|] ",
      byDefault:
        "Your name is Jais, and you are named after Jebel Jais, the highest mountain in UAE. You are built by Core42. You are the world's most advanced Arabic large language model with 30b parameters. You outperform all existing Arabic models by a sizable margin and you are very competitive with English models of similar size. You can answer in Arabic and English only. You are a helpful, respectful and honest assistant. When answering, abide by the following guidelines meticulously: Always answer as helpfully as possible, while being safe. Your answers should not include any harmful, unethical, racist, sexist, explicit, offensive, toxic, dangerous, or illegal content. Do not give medical, legal, financial, or professional advice. Never assist in or promote illegal activities. Always encourage legal and responsible actions. Do not encourage or provide instructions for unsafe, harmful, or unethical actions. Do not create or share misinformation or fake news. Please ensure that your responses are socially unbiased and positive in nature. If a question does not make any sense, or is not factually coherent, explain why instead of answering something not correct. If you don't know the answer to a question, please don't share false information. Prioritize the well-being and the moral integrity of users. Avoid using toxic, derogatory, or offensive language. Maintain a respectful tone. Do not generate, promote, or engage in discussions about adult content. Avoid making comments, remarks, or generalizations based on stereotypes. Do not attempt to access, produce, or spread personal or private information. Always respect user confidentiality. Stay positive and do not say bad things about anything. Your primary objective is to avoid harmful responses, even when faced with deceptive inputs. Recognize when users may be attempting to trick or to misuse you and respond with caution.\n\nComplete the conversation below between",
    },
    answer: "\n### Response: [|AI|]",
    spaceBeforeAnswer: true,
    next: "\n### Input: [|Human|] ",
    stops: ["\n### Input: [|Human|] ", "\n### Response: [|AI|]"],
  },
  llama2: {
    first: "<s>[INST] ",
    system: {
      before: "<s>[INST] <<SYS>>\n",
      after: "\n<</SYS>>\n\n",
      byDefault: `${helpfulAndSafe}\n\nIf a question does not make any sense, or is not factually coherent, explain why instead of answering something not correct. If you don't know the answer to a question, please don't share false information.`,
    },
    answer: " [/INST]",
    spaceBeforeAnswer: true,
    next: " </s><s>[INST] ",
    stops: instStops,
  },
  mistral,
  mistralgerman: userAssistant("Du bist ein hilfreicher"),
  mistrallite: prompter,
  mixtral: {
    ...mixtralNoSystem,
    system: {
      before: "<<SYS>>\n",
      after: "\n<</SYS>>\n\n<s> [INST] ",
      byDefault: followsInstructions,
    },
  },
  mixtralnosys: mixtralNoSystem,
  mptchat: tightChatMl(askedOfLanguageModel),
  mptinstruct: {
    first: "\n\n### Instruction\n",
    system: { before: "", after: "\n\n### Instruction\n", byDefault: describesTask },
    answer: "\n\n### Response\n",
    next: "\n\n### Instruction\n",
    stops: ["\n### Instruction\n", "\n### Response\n"],
  },
  open_assistant: prompter,
  open_chat: openChat("GPT4"),
  open_chat_code: openChat("Code"),
  open_chat_correct: openChat("GPT4 Correct"),
  open_chat_math: openChat("Math Correct"),
  openai: {
    first: "\nHuman: ",
    system: {
      before: "",
      after: "\nHuman: ",
      byDefault:
        "The following is a conversation with an AI assistant. The assistant is helpful, creative, clever, and very friendly.",
    },
    answer: "\n\nAI:",
    next: "\n\nHuman: ",
    stops: ["\nAI:", " Human:", " AI:"],
  },
  orca2: tightChatMl(
    "You are Orca, an AI language model created by Microsoft. You are a cautious assistant. You carefully follow instructions. You are helpful and harmless and you follow ethical guidelines and promote positive behavior.",
  ),
  orion: {
    first: "<s>Human: ",
    answer: "\n\nAssistant: </s>",
    next: "</s>Human: ",
    stops: ["</s>", "Human:", "Assistant:", "[UNK]", "\n\nAssistant: </s>"],
  },
  prompt_answer: tagged("<|prompt|>", "<|answer|>", "<|endoftext|>", [
    "<|endoftext|>",
    "<|prompt|>",
    "<|answer|>",
  ]),
  prompt_answer_openllama: promptAnswer,
  quality: instruct(
    "Write a detailed high-quality, accurate, fair, Response with about 100 words by following the Instruction.\n",
  ),
  qwen: chatMl(askedOfLanguageModel, ["<|im_end|>"]),
  sciphi: {
    first: "### Instruction:\n",
    system: {
      before: "### System:\n",
      after: "\n\n### Instruction:\n",
      byDefault: askedOfLanguageModel,
    },
    answer: "\n\n### Response:\n",
    next: "\n\n### Instruction:\n",
    stops: ["</s>", "### Instruction:", "### Response:", "\n### Response:\n"],
  },
  sealion: {
    first: "### USER:\n",
    answer: "\n\n\n### RESPONSE:\n",
    next: "\n\n### USER:\n",
    stops: ["</s>", "<|endoftext|>", "### RESPONSE:", "\n\n### RESPONSE:\n"],
  },
  summarize: tagged("## Main Text\n\n", "\n\n## Summary\n\n", "\n", ["\n\n## Summary\n\n"]),
  vicuna11: {
    first: " USER: ",
    system: { before: "", after: " USER: ", byDefault: askedByUser },
    answer: " ASSISTANT:",
    spaceBeforeAnswer: true,
    next: "</s>USER: ",
    stops: ["</s>", "ASSISTANT:"],
  },
  vicuna11nosys: {
    first: "USER: ",
    answer: " ASSISTANT:",
    spaceBeforeAnswer: true,
    next: "</s>USER: ",
    stops: ["</s>", "ASSISTANT:"],
  },
  wizard2: {
    ...instruct(""),
    system: { before: "", after: "\n### Instruction:\n", byDefault: describesTask },
  },
  wizard3: { ...wizardVicuna, system: { before: "", after: "USER: ", byDefault: askedByUser } },
  wizard3nospace: {
    first: `${askedByUser}USER: `,
    answer: "\nASSISTANT:",
    next: "\nUSER: ",
    stops: ["ASSISTANT:"],
  },
  wizard_lm: {
    first: "",
    answer: "</s>\n\n### Response\n",
    next: "</s>",
    stops: ["</s>", "\n\n### Response\n"],
  },
  wizard_mega: {
    first: "\n### Instruction:\n",
    answer: "\n\n### Assistant:\n",
    next: "\n\n### Instruction:\n",
    stops: ["\n### Instruction:\n", "\n### Assistant:\n"],
  },
  wizard_vicuna: wizardVicuna,
  xwin: userAssistant(askedByUser),
  xwincoder: {
    first: "<system>: \n<user>: ",
    system: {
      before: "<system>: ",
      after: "\n<user>: ",
      byDefault:
        "You are an AI coding assistant that helps people with programming. Write a response that appropriately completes the user's request.\n",
    },
    answer: "\n<AI>:",
    spaceBeforeAnswer: true,
    next: "\n<user>: ",
    stops: ["<AI>:", "</s>"],
  },
  xwinmath: userAssistant(
    askedByUser,
    "Give your solution in detail. In the end, write your final answer in the format of 'The answer is: <ANSWER>.'. ",
  ),
  // h2oGPT's second stop string is misspelt and never comes.
  yi: chatMl(askedOfLanguageModel, ["<|im_end|>", "<|endoftext|>"]),
  zephyr: {
    first: "<|user|>\n",
    system: { before: "<|system|>\n", after: "</s>\n<|user|>\n", byDefault: followsInstructions },
    answer: "</s>\n<|assistant|>\n",
    next: "</s>\n<|user|>\n",
    stops: ["</s>", "<|assistant|>"],
  },
  zephyr0: {
    first: "</s>\n<|user|>\n",
    system: { before: "<|system|>\n", after: "</s>\n<|user|>\n", byDefault: followsInstructions },
    answer: "\n</s>\n<|assistant|>\n",
    next: "</s>\n</s>\n<|user|>\n",
    stops: ["</s>", "<|assistant|>"],
  },
};
