/** What h2oGPT's `inference_server` names, each kind with all that it says of it. */
export type ParsedServer =
  /** The empty string: h2oGPT would load the model itself. */
  | { readonly kind: "local" }
  /** The string does not say which of the two answers there: somebody has to ask. */
  | { readonly kind: "tgi-or-gradio"; readonly baseUrl: string }
  | { readonly kind: "tgi"; readonly baseUrl: string; readonly authorization: Authorization }
  | { readonly kind: "gradio"; readonly baseUrl: string; readonly login: Login }
  | { readonly kind: "openai"; readonly baseUrl: string; readonly key: ServerKey; readonly isChat: boolean }
  | {
      readonly kind: "azure-openai";
      readonly baseUrl: string;
      readonly deployment: string;
      readonly apiVersion: string;
      readonly key: ServerKey;
      readonly isChat: boolean;
    }
  | {
      readonly kind: "openai-compatible";
      readonly baseUrl: string;
      readonly key: ServerKey;
      /** SGLang's name for the form of a conversation, which its own API wants for images. */
      readonly conversationTemplate?: string;
    }
  /** `/v1/completions`, with a prompt that the caller renders. */
  | { readonly kind: "vllm-completions"; readonly baseUrl: string; readonly key: ServerKey }
  | {
      readonly kind: "replicate";
      /** `owner/name` */
      readonly model: string;
      readonly version: string;
      readonly key: ServerKey;
    }
  /** Its credentials are AWS's own, wherever those lie. */
  | {
      readonly kind: "sagemaker";
      readonly endpoint: string;
      readonly region: string;
      readonly isChat: boolean;
    }
  | { readonly kind: "anthropic"; readonly baseUrl: string; readonly key: ServerKey }
  | { readonly kind: "gemini"; readonly key: ServerKey };

/** Where a key is. A key that stands in the string is a secret. */
export type ServerKey =
  | { readonly from: "string"; readonly key: string }
  | { readonly from: "environment"; readonly variable: string }
  | { readonly from: "nowhere" };

/** The header `authorization: SCHEME VALUE`. */
export interface Authorization {
  readonly scheme: string;
  readonly value: string;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Variables that say more of a server; never read from the process. */
export type ServerEnvironment = Readonly<Record<string, string | undefined>>;
