/** A named event. */
export function serverSentEvent(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export const eventStreamType = "text/event-stream; charset=utf-8";
