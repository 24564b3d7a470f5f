/** By which a call asks to be queued. */
export const asyncHeader = "x-berth-async";
/** Which attempt at a job it is: told to the endpoint. */
export const attemptHeader = "x-berth-attempt";
/** With the dispatcher's own calls, and no others. Nothing else that begins so is sent on to engines or providers. */
export const dispatchHeader = "x-berth-dispatch";
export const jobKeyHeader = "x-berth-job-key";
export const mayTakeHeader = "x-berth-may-take-ms";
