/** English has about so many. */
export const bytesPerToken = 4;
