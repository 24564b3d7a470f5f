/** What shapes an answer, as the request has it. */
export interface Sampling {
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly seed?: number;
}
