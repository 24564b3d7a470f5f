/** By which a call asks to be queued. */
export const asyncHeader = "x-berth-async";
/** With the dispatcher's own calls, and no others. Nothing that begins so is sent on to engines or providers. */
export const dispatchHeader = "x-berth-dispatch";
export const jobKeyHeader = "x-berth-job-key";
