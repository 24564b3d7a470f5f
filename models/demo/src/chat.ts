// The chat format: ChatML, with tools in the Hermes style, as a Jinja template for model files and as a plain function for training data.
export interface ToolCall {
  name: string;
  arguments: Record<string, unknown>;
}
export interface Message {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  toolCalls?: ToolCall[];
}
export interface ToolDef {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
}

export const END_OF_TEXT = "<|endoftext|>";
export const IM_START = "<|im_start|>";
export const IM_END = "<|im_end|>";
export const SPECIALS = [END_OF_TEXT, IM_START, IM_END] as const;

const TOOLS_HEAD = "# Tools\nYou may call one of these functions:\n";
const TOOLS_TAIL =
  'To call one, answer with <tool_call>\n{"name": NAME, "arguments": ARGUMENTS}\n</tool_call>';

/** JSON as Python's json.dumps and Jinja's tojson print it: a space after each comma and colon. */
export function pyJson(v: unknown): string {
  if (Array.isArray(v)) return `[${v.map(pyJson).join(", ")}]`;
  if (v !== null && typeof v === "object")
    return `{${Object.entries(v)
      .map(([k, x]) => `${JSON.stringify(k)}: ${pyJson(x)}`)
      .join(", ")}}`;
  return JSON.stringify(v);
}

const callText = (c: ToolCall): string =>
  `<tool_call>\n{"name": ${JSON.stringify(c.name)}, "arguments": ${pyJson(c.arguments)}}\n</tool_call>`;

export function render(
  messages: readonly Message[],
  tools: readonly ToolDef[] = [],
  generationPrompt = false,
): string {
  let out = "";
  const [first] = messages;
  if (tools.length > 0) {
    out += `${IM_START}system\n${first?.role === "system" ? `${first.content}\n\n` : ""}${TOOLS_HEAD}`;
    for (const t of tools)
      out += `${pyJson({ name: t.name, description: t.description, parameters: t.parameters })}\n`;
    out += `${TOOLS_TAIL}${IM_END}\n`;
  } else if (first?.role === "system") out += `${IM_START}system\n${first.content}${IM_END}\n`;
  for (const [i, m] of messages.entries()) {
    if (m.role === "system") {
      if (i > 0) out += `${IM_START}system\n${m.content}${IM_END}\n`;
    } else if (m.role === "tool")
      out += `${IM_START}user\n<tool_response>\n${m.content}\n</tool_response>${IM_END}\n`;
    else {
      const calls = (m.toolCalls ?? []).map(callText);
      out += `${IM_START}${m.role}\n${[...(m.content ? [m.content] : []), ...calls].join("\n")}${IM_END}\n`;
    }
  }
  return generationPrompt ? `${out}${IM_START}assistant\n` : out;
}

export const CHAT_TEMPLATE = `{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] + '\\n\\n' }}
    {%- endif %}
    {{- ${JSON.stringify(TOOLS_HEAD).replaceAll("'", "\\'")} }}
    {%- for tool in tools %}
        {{- tool.function | tojson }}
        {{- '\\n' }}
    {%- endfor %}
    {{- '${TOOLS_TAIL.replaceAll("\n", "\\n")}<|im_end|>\\n' }}
{%- elif messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'system' %}
        {%- if not loop.first %}
            {{- '<|im_start|>system\\n' + message.content + '<|im_end|>\\n' }}
        {%- endif %}
    {%- elif message.role == 'tool' %}
        {{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response><|im_end|>\\n' }}
    {%- elif message.tool_calls %}
        {{- '<|im_start|>' + message.role + '\\n' }}
        {%- if message.content %}
            {{- message.content + '\\n' }}
        {%- endif %}
        {%- for call in message.tool_calls %}
            {%- if not loop.first %}
                {{- '\\n' }}
            {%- endif %}
            {{- '<tool_call>\\n{"name": ' }}
            {{- call.function.name | tojson }}
            {{- ', "arguments": ' }}
            {{- call.function.arguments | tojson }}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}`;
