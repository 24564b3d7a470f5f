/** A reader that a file has got into a loop. */
process.on("message", () => undefined);
