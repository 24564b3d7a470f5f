/** What to begin with: small handlers that run as they are. */
export const handlerExamples = {
  "handler.py": `from pydantic import BaseModel


class Input(BaseModel):
    prompt: str


class Handler:
    python_requirements = []

    def __init__(self):
        # once for each replica: load the model here
        self.end = "!"

    def predict(self, input: Input):
        return {"text": input.prompt + self.end}
`,
  "handler.ts": `import { logger } from "@berth/worker";

export async function handler({ input, meta }, { signal, progress }) {
  logger.info("begins", { requestId: meta.requestId });
  return { text: input.prompt + "!" };
}
`,
} as const;
