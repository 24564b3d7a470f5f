/** One of Transformers.js's pipelines, as far as it is used; what it leaves untyped ends here. */
export interface LoadedPipeline {
  (...args: readonly unknown[]): Promise<unknown>;
  readonly tokenizer?: PipelineTokenizer | null;
  readonly processor?: {
    readonly feature_extractor?: { readonly config?: { readonly sampling_rate?: number } };
  } | null;
  readonly model: PipelineModel;
  dispose(): Promise<unknown>;
}

export interface PipelineTokenizer {
  (texts: readonly string[], options: Readonly<Record<string, unknown>>): { readonly input_ids: PlainTensor };
  readonly mask_token?: string | null;
  readonly mask_token_id?: number | null;
  encode(text: string, options: Readonly<Record<string, unknown>>): readonly number[];
  decode(tokens: readonly (number | bigint)[], options?: Readonly<Record<string, unknown>>): string;
  /** Of models that know many languages. */
  readonly _build_translation_inputs?: unknown;
}

export interface PipelineModel {
  (inputs: unknown): Promise<{ readonly logits: PlainTensor }>;
  readonly config: {
    readonly model_type?: string;
    /** How scores are made; text classification looks at it at each call. */
    problem_type?: string | undefined;
    readonly task_specific_params?: Readonly<Record<string, unknown>> | null;
  };
}

export interface PlainTensor {
  readonly dims: readonly number[];
  tolist(): unknown;
}
