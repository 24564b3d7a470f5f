/** The binding, as far as we call it: its own types are sources that our compiler refuses. Loaded lazily: it is native. */
export interface WhisperModule {
  initWhisper(options: { readonly filePath: string; readonly useGpu: boolean }): Promise<WhisperContext>;
}

export interface WhisperContext {
  /** Sixteen thousand 16-bit samples a second of one channel. */
  transcribeData(samples: ArrayBuffer, options: WhisperOptions): { readonly promise: Promise<WhisperResult> };
  release(): Promise<void>;
}

export interface WhisperOptions {
  readonly language: string;
  readonly translate: boolean;
  readonly maxThreads: number;
  readonly temperature: number;
  readonly temperatureInc: number;
  readonly beamSize?: number;
  readonly prompt?: string;
  readonly tokenTimestamps?: boolean;
  readonly maxLen?: number;
}

export interface WhisperResult {
  readonly language?: string;
  /** Times in milliseconds. */
  readonly segments: readonly { readonly text: string; readonly t0: number; readonly t1: number }[];
}
