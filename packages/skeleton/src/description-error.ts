/** What is wrong with a description, where, and what to do. */
export class DescriptionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DescriptionError";
  }
}
