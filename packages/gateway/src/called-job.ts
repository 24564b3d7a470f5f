/**
 * A job that is called. It is not held, since whoever calls it waits better; it is sent to one replica at most, since each attempt
 * is one call; and it may be silent for as long as it may take.
 */
export interface CalledJob {
  readonly mayTakeMs: number;
}
