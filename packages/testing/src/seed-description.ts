/** The example of Spirit-GPU's own documentation. */
export const seedDescription = `openapi: 3.1.0
components:
  schemas:
    RequestInput:
      type: object
      required:
        - audio
      properties:
        audio:
          type: string
          description: URL to the audio file.
          nullable: false
        model:
          type: string
          description: Identifier for the model to be used.
          default: null
          nullable: true
`;
