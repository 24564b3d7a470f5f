/** The fastest upstream Node can be: fixed bytes on a raw socket, no HTTP read beyond the request's end. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { eventsPerSecond, stampText } from "./paced-event.ts";
import { answerBody, models, pacedMark } from "./request.ts";

const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(answerBody)}\r\n\r\n${answerBody}`,
);
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const event = (content: string, finish: string | null): string =>
  chunk(
    `data: ${JSON.stringify({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1_700_000_000,
      model: models.stream,
      choices: [{ index: 0, delta: { content }, finish_reason: finish }],
    })}\n\n`,
  );
const head =
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n";
const end = `${event("", "stop")}${chunk("data: [DONE]\n\n")}0\r\n\r\n`;
const streamHead = Buffer.from(`${head}${event("word ", null)}`);
const streamRest = Buffer.from(`${event("word ", null).repeat(49)}${end}`);
const maxRequestBytes = 8192;

interface Paced {
  readonly socket: Socket;
  left: number;
}

// Each millisecond of the period has the streams that began in it: they are written to together, and no others.
const periodMs = 1000 / eventsPerSecond;
const slots: Set<Paced>[] = Array.from({ length: periodMs }, () => new Set());
let turn = Math.floor(performance.now());
setInterval(() => {
  for (const nowMs = performance.now(); turn < nowMs; turn += 1) {
    const slot = slots[turn % periodMs];
    if (slot === undefined || slot.size === 0) continue;
    const bytes = event(stampText(nowMs - turn), null);
    for (const paced of slot) {
      paced.left = paced.socket.destroyed ? 0 : paced.left - 1;
      if (paced.left > 0) paced.socket.write(bytes);
      else {
        paced.socket.write(bytes + end);
        slot.delete(paced);
      }
    }
  }
}, 1);

function pace(socket: Socket, events: number): void {
  const paced = { socket, left: events };
  // the emptiest: a crowd in one millisecond would be the upstream's own delay
  const slot = slots.reduce((least, one) => (one.size < least.size ? one : least));
  slot.add(paced);
  socket.write(head);
}

const server = createServer({ noDelay: true }, (socket) => {
  let text = "";
  socket.on("error", () => undefined);
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
    const headEnd = text.indexOf("\r\n\r\n");
    const length = Number(/content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1]);
    if (headEnd === -1 || text.length < headEnd + 4 + length) {
      if (text.length > maxRequestBytes) socket.destroy();
      return;
    }
    const streams = /"stream": ?true/.test(text);
    const pacedEvents = pacedMark.exec(text)?.[1];
    text = "";
    if (!streams) socket.write(whole);
    else if (pacedEvents !== undefined) pace(socket, Number(pacedEvents));
    else {
      socket.write(streamHead);
      setImmediate(() => socket.write(streamRest));
    }
  });
});
// the runner says where a service's command listens
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.log((server.address() as AddressInfo).port);
});
