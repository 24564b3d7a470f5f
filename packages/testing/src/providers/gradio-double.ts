import type { Duplex } from "node:stream";
import { eventStreamHead, json, type Script, type Step } from "../fake-model-server-script.ts";
import { type ReceivedRequest, startFakeModelServer } from "../fake-model-server.ts";
import { type FaultOf, writeIn } from "./faulty-stream.ts";
import { type CallBody, serverError, statusAnswer, withBody, withJson } from "./gradio-answers.ts";
import { type GradioFunction, gradioChatApp } from "./gradio-app.ts";
import { type CallItem, callFunction, GradioCall, type GradioFault } from "./gradio-call.ts";
import { gradioConfig, gradioInfo } from "./gradio-config.ts";
import { GradioLogin, type GradioUser } from "./gradio-login.ts";
import { failureJson, messageJson, outputJson, streamMessageJson } from "./gradio-messages.ts";
import { GradioSession } from "./gradio-session.ts";
import { queueEvent, queueEventText, simpleEvent, type StreamForm } from "./gradio-stream-form.ts";
import { apiPrefixOf, type GradioVersion, protocolOf, since } from "./gradio-version.ts";
import { acceptWebSocket, refuseWebSocket, type TextSocket } from "./gradio-websocket.ts";

export interface GradioDoubleOptions {
  /** Which Gradio it is, and by that which protocol: 4.44.1 when absent, the last one without a prefix. */
  readonly version?: GradioVersion;
  /** What the app can do: a chat interface when absent. */
  readonly functions?: (version: GradioVersion) => readonly GradioFunction[];
  /** Without: nobody needs to log in. */
  readonly login?: GradioUser;
  /** Whether bugs of the app are told. No is Gradio's default; h2oGPT says yes. */
  readonly showError?: boolean;
  /** Whether functions with a queue may be called past it. Yes is Gradio's default; h2oGPT says no. */
  readonly apiOpen?: boolean;
  /** Whether a heartbeat comes before each answer of a generator, in streams. */
  readonly heartbeats?: boolean;
  /** What goes wrong with the nth call of a function. */
  readonly fault?: FaultOf<GradioFault>;
  /** Streams leave in pieces of so many bytes. */
  readonly pieceBytes?: number;
}

export interface GradioDouble extends AsyncDisposable {
  readonly url: string;
  /** Every request so far, in the order in which they came; a websocket is one, without its messages. */
  readonly received: readonly ReceivedRequest[];
  /** What clients sent over websockets, in order. */
  readonly socketMessages: readonly unknown[];
}

/**
 * Stands in for a Gradio app: configuration, login, direct calls, simple calls, and the queue in the protocol of the
 * version. It has no page, no files, no progress or log messages, and none of the routes for them.
 */
export async function startGradioDouble(options: GradioDoubleOptions = {}): Promise<GradioDouble> {
  const app = new GradioApp(options);
  const server = await startFakeModelServer({
    script: (request) => app.answer(request),
    ...(app.protocol === "ws" && { upgrade: (request, socket) => app.openSocket(request, socket) }),
  });
  app.root = server.url;
  return {
    url: server.url,
    received: server.received,
    socketMessages: app.socketMessages,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

class GradioApp {
  root = "";
  readonly protocol: (typeof protocolOf)[GradioVersion];
  readonly socketMessages: unknown[] = [];
  readonly #options: GradioDoubleOptions;
  readonly #version: GradioVersion;
  readonly #functions: readonly GradioFunction[];
  readonly #login: GradioLogin;
  readonly #sessions = new Map<string, GradioSession>();
  /** Calls of the oldest streams, which bring their inputs later. */
  readonly #waiting = new Map<string, GradioCall>();
  #calls = 0;

  constructor(options: GradioDoubleOptions) {
    this.#options = options;
    this.#version = options.version ?? "4.44.1";
    this.protocol = protocolOf[this.#version];
    this.#functions = (options.functions ?? gradioChatApp)(this.#version);
    this.#login = new GradioLogin(this.#version, options.login);
  }

  answer(request: ReceivedRequest): Script | AsyncIterable<Step> {
    const url = new URL(request.url, this.root);
    const path = url.pathname.replace(/(.)\/$/, "$1");
    if (path === "/login" && request.method === "POST") return this.#login.answer(request);
    const route = this.#route(`${request.method} ${path}`, url, request);
    if (route === undefined) return json({ detail: "Not Found" }, 404);
    if (!route.isOpen && !this.#login.admits(request)) return this.#login.refusal();
    return route.answer();
  }

  #route(
    line: string,
    url: URL,
    request: ReceivedRequest,
  ): { readonly isOpen?: true; readonly answer: () => Script | AsyncIterable<Step> } | undefined {
    const showError = this.#options.showError ?? false;
    if (line === "GET /config") {
      const config = gradioConfig(this.#version, this.#functions, { root: this.root, showError });
      return { answer: () => json(config) };
    }
    const [method, path = ""] = line.split(" ");
    const prefix = apiPrefixOf(this.#version);
    if (!path.startsWith(`${prefix}/`)) return undefined;
    const [verb = "", name = "", callId] = path
      .slice(prefix.length + 1)
      .split("/")
      .map(decodeURIComponent);
    const isQueued = this.protocol.startsWith("sse_");
    switch (`${method} ${verb}${verb === "queue" ? `/${name}` : ""}`) {
      case "GET info":
        return { answer: () => json(gradioInfo(this.#version, this.#functions)) };
      case "POST run":
      case "POST api":
        return { answer: () => withBody(request, (body) => this.#direct(name, body)) };
      case "POST call":
        if (!since(this.#version, "4.20.0")) return undefined;
        return { answer: () => withBody(request, (body) => this.#simpleCall(name, body)) };
      case "GET call":
        if (callId === undefined || !since(this.#version, "4.20.0")) return undefined;
        return { answer: () => this.#stream(callId, simpleEvent(this.#version, showError)) };
      case "POST queue/join":
        return isQueued ? { answer: () => withBody(request, (body) => this.#join(body)) } : undefined;
      case "GET queue/join":
        return this.protocol === "sse" ? { answer: () => this.#oldStream(url) } : undefined;
      case "POST queue/data":
        if (this.protocol !== "sse") return undefined;
        return { answer: () => withBody(request, (body) => this.#attach(body)) };
      case "GET queue/data":
        if (!isQueued) return undefined;
        return {
          answer: () =>
            this.#stream(url.searchParams.get("session_hash") ?? "", queueEvent(this.#version, showError)),
        };
      case "POST cancel":
        if (!since(this.#version, "4.44.1")) return undefined;
        return { isOpen: true, answer: () => this.#cancel(request) };
      case "POST reset":
        return { isOpen: true, answer: () => this.#reset(request) };
      default:
        return undefined;
    }
  }

  #find(name: string, body: CallBody): GradioFunction | undefined {
    const index = body.fn_index ?? undefined;
    return index === undefined
      ? this.#functions.find((each) => each.apiName === name)
      : this.#functions[index];
  }

  #nextFault(): GradioFault | undefined {
    return this.#options.fault?.(this.#calls++);
  }

  #direct(name: string, body: CallBody): Script {
    const called = this.#find(name, body);
    if (called === undefined) return serverError;
    if (called.queue && this.#options.apiOpen === false) {
      const detail =
        "This API endpoint does not accept direct HTTP POST requests. Please join the queue to use this API.";
      return json({ detail }, 404);
    }
    const fault = this.#nextFault();
    if (fault?.kind === "status") return statusAnswer(fault);
    if (fault?.kind === "stall") return [{ do: "stall" }];
    if (fault?.kind === "reset" || fault?.kind === "end") return [{ do: "reset" }];
    try {
      // of a generator only the first answer
      const [first] = callFunction(called, body.data);
      return json(outputJson(this.#version, first ?? [], called.generator));
    } catch (cause) {
      return json(failureJson(this.#version, cause, this.#options.showError ?? false), 500);
    }
  }

  #simpleCall(name: string, body: CallBody): Script {
    const called = this.#find(name, { data: body.data });
    if (called === undefined) return serverError;
    const data = since(this.#version, "6.31.0") ? withStates(called, body.data) : body.data;
    return this.#push(called, data, undefined);
  }

  #join(body: CallBody): Script {
    const hash = body.session_hash ?? undefined;
    if (hash === undefined) {
      const detail = since(this.#version, "4.20.0") ? "Session hash not found." : "No session hash provided.";
      return json({ detail }, 400);
    }
    const called = this.#find("", body);
    return called === undefined ? serverError : this.#push(called, body.data, hash);
  }

  #push(called: GradioFunction, data: readonly unknown[], hash: string | undefined): Script {
    const fault = this.#nextFault();
    if (fault?.kind === "status") return statusAnswer(fault);
    if (fault?.kind === "queue_full") {
      return json({ detail: "Queue is full. Max size is 1 and size is 1." }, 503);
    }
    const call = new GradioCall(called, fault);
    const session = this.#sessions.get(hash ?? call.id) ?? new GradioSession();
    this.#sessions.set(hash ?? call.id, session);
    call.attach(data);
    session.start(call);
    return json({ event_id: call.id });
  }

  async *#stream(hash: string, form: StreamForm): AsyncGenerator<Step> {
    yield eventStreamHead;
    const write = (text: string): Step => writeIn(text, this.#options.pieceBytes);
    const session = this.#sessions.get(hash);
    if (session === undefined) {
      yield write(form.unknownSession());
      yield { do: "close" };
      return;
    }
    for await (const { call, item } of session.stream()) {
      if (item.kind === "cut") return yield { do: item.how };
      if (item.kind === "generating" && this.#options.heartbeats === true) yield write(form.heartbeat());
      yield write(form.message(call.id, item));
    }
    yield write(form.close());
    yield { do: "end" };
  }

  /** The first of the event streams: one for each call, whose inputs are sent when it asks for them. */
  async *#oldStream(url: URL): AsyncGenerator<Step> {
    const called = this.#functions[Number(url.searchParams.get("fn_index") ?? Number.NaN)];
    if (called === undefined || url.searchParams.get("session_hash") === null) {
      return yield* json({ detail: [{ type: "missing", loc: ["query"], msg: "Field required" }] }, 422);
    }
    const fault = this.#nextFault();
    if (fault?.kind === "status") return yield* statusAnswer(fault);
    yield eventStreamHead;
    const write = (message: unknown): Step =>
      writeIn(queueEventText(this.#version, message), this.#options.pieceBytes);
    if (fault?.kind === "queue_full") {
      yield write({ msg: "queue_full" });
      return yield { do: "end" };
    }
    const call = new GradioCall(called, fault);
    this.#waiting.set(call.id, call);
    yield write(messageJson(this.#version, call.id, { kind: "estimation" }, false));
    yield write({ msg: "send_data", event_id: call.id });
    for await (const item of call.run()) {
      if (item.kind === "cut") return yield { do: item.how };
      if (item.kind === "canceled") break;
      if (item.kind === "generating" && this.#options.heartbeats === true) {
        yield write(streamMessageJson(this.#version, "heartbeat"));
      }
      yield write(messageJson(this.#version, call.id, item, this.#options.showError ?? false));
    }
    yield { do: "end" };
  }

  #attach(body: CallBody): Script {
    const call = this.#waiting.get(body.event_id ?? "");
    if (call === undefined) return serverError;
    call.attach(body.data);
    return json(null);
  }

  #cancel(request: ReceivedRequest): Script {
    const wanted = ["session_hash", "fn_index", "event_id"];
    return withJson(request, wanted, (body) => {
      this.#sessions.get(String(body["session_hash"]))?.find(String(body["event_id"]))?.cancel();
      return json({ success: true });
    });
  }

  /** It ends a call up to 4.43; since then `/cancel` does, and this one does nothing. */
  #reset(request: ReceivedRequest): Script {
    if (since(this.#version, "4.44.1")) return withJson(request, ["event_id"], () => json({ success: true }));
    if (this.protocol === "ws") {
      return withJson(request, ["session_hash", "fn_index"], () => json({ success: false }));
    }
    return withJson(request, ["event_id"], (body) => {
      const id = String(body["event_id"]);
      const isQueued = [...this.#sessions.values()].some((session) => session.find(id) !== undefined);
      // of the queue's streams nothing more is heard; the older ones end
      this.#waiting.get(id)?.cancel();
      return json({ success: isQueued || this.#waiting.has(id) });
    });
  }

  openSocket(request: ReceivedRequest, socket: Duplex): void {
    const path = new URL(request.url, this.root).pathname;
    const key = request.headers["sec-websocket-key"];
    // any cookie of the right name is let in, as in Gradio 3
    if (path !== "/queue/join" || key === undefined || !this.#login.hasCookie(request))
      return refuseWebSocket(socket);
    const fault = this.#nextFault();
    let call: GradioCall | undefined;
    const client = acceptWebSocket(socket, key, (text) => {
      const message = JSON.parse(text) as Partial<CallBody>;
      this.socketMessages.push(message);
      if (call !== undefined) return call.attach(message.data ?? []);
      if (fault?.kind === "queue_full") {
        client.send(JSON.stringify({ msg: "queue_full" }));
        return client.close(1000);
      }
      const called = this.#functions[message.fn_index ?? Number.NaN];
      if (called === undefined || typeof message.session_hash !== "string") return client.close(1011);
      call = new GradioCall(called, fault);
      void this.#answerSocket(call, client, socket);
    });
    client.send(JSON.stringify({ msg: "send_hash" }));
  }

  async #answerSocket(call: GradioCall, client: TextSocket, socket: Duplex): Promise<void> {
    const send = (item: Exclude<CallItem, { kind: "cut" }>): void =>
      client.send(
        JSON.stringify(messageJson(this.#version, call.id, item, this.#options.showError ?? false)),
      );
    send({ kind: "estimation" });
    client.send(JSON.stringify({ msg: "send_data" }));
    for await (const item of call.run()) {
      if (item.kind === "cut") {
        socket.destroy();
        return;
      }
      send(item);
    }
    client.close(1000);
  }
}

/** Simple calls may leave out the states since 6.18. */
function withStates(called: GradioFunction, data: readonly unknown[]): readonly unknown[] {
  const given = called.inputs.filter((input) => input.type !== "state").length;
  if (data.length === called.inputs.length || data.length !== given) return data;
  const rest = [...data];
  return called.inputs.map((input) => (input.type === "state" ? null : rest.shift()));
}
