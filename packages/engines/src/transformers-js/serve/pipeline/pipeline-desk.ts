import type { IncomingMessage, ServerResponse } from "node:http";
import { BerthError } from "@berth/api";
import { pipelineFormOf, type PipelineForm } from "@berth/api/pipelines";
import { sendJson } from "../../../serving/exchange.ts";
import type { AudioDecoder } from "../../../speech/audio/decoder.ts";
import { sampleRate } from "../../../speech/recognizer.ts";
import { Turns } from "../../../speech/turns.ts";
import type { PipelineConfig } from "../../config.ts";
import { callPipeline } from "./call-pipeline.ts";
import type { OpenPipeline } from "./open-pipeline.ts";
import { gatherMedia } from "./gather-media.ts";
import { openMedia } from "./open-media.ts";
import { plainOutput } from "./plain-output.ts";
import { readRequest } from "./read-request.ts";

/** Calls that are read or worked on, or wait for it; each holds its input. */
const mostCalls = 32;

/** Where calls are brought to: one is worked on at a time, in the order in which they came. */
export class PipelineDesk {
  readonly form: PipelineForm;
  readonly config: PipelineConfig;
  readonly #decoder: AudioDecoder;
  readonly #directory: string;
  readonly #turns = new Turns();
  readonly #calls = new Set<Promise<unknown>>();

  constructor(config: PipelineConfig, decoder: AudioDecoder, directory: string) {
    this.config = config;
    this.form = pipelineFormOf(config.task);
    this.#decoder = decoder;
    this.#directory = directory;
  }

  /** Resolves when none is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#calls);
  }

  /** `POST /predict`. Throws BerthError that says why not, `too_many_waiting` when there is no more room. */
  async predict(
    opened: OpenPipeline,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#calls.size >= mostCalls)
      throw new BerthError(
        "too_many_waiting",
        `${mostCalls} calls are worked on or wait already; try again later`,
        { details: { retryAfterSeconds: 5 } },
      );
    const answering = this.#answer(opened, request, signal);
    this.#calls.add(answering);
    try {
      sendJson(response, 200, await answering);
    } finally {
      this.#calls.delete(answering);
    }
  }

  async #answer(
    { pipeline, readImage }: OpenPipeline,
    request: IncomingMessage,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { form, config } = this;
    const asked = await readRequest(request, form, config.maxBodyBytes, signal);
    const tools = {
      config,
      decoder: this.#decoder,
      readImage,
      samplesPerSecond: pipeline.processor?.feature_extractor?.config?.sampling_rate ?? sampleRate,
      directory: this.#directory,
    };
    const gathered = await gatherMedia(form, asked, config, signal);
    // opened in its turn: an image or a sound is much larger then
    return this.#turns.take({}, signal, async () => {
      const opened = await openMedia(form, gathered, tools, signal);
      return plainOutput(await callPipeline(pipeline, form, opened, signal));
    });
  }
}
