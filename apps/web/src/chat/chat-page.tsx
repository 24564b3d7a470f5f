import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { Code, MessagesSquare, SlidersHorizontal } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { callableQuery, servicesQuery } from "../api/queries.ts";
import { Button, buttonClass, IconButton } from "../parts/button.tsx";
import { Empty, Loading, Notice, Problem } from "../parts/notice.tsx";
import { useTitle } from "../parts/page.tsx";
import { Sheet } from "../parts/dialogs.tsx";
import { readStored } from "../state/stored.ts";
import { CallDialog } from "./call-dialog.tsx";
import { ChatSettingsPanel } from "./chat-settings.tsx";
import { ChatStart } from "./chat-start.tsx";
import { Composer } from "./composer.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { ModelChoice } from "./model-choice.tsx";
import { firstChoice, modelsToCall } from "./models-to-call.ts";
import { Transcript } from "./transcript.tsx";
import { useChat, type Chat } from "./use-chat.ts";

type Aside = "list" | "settings" | "call";

export function ChatPage(): ReactNode {
  const { id } = useParams({ strict: false });
  const { model: wanted } = useSearch({ from: "/inside/chat" });
  const services = useQuery(servicesQuery).data ?? [];
  const callable = useQuery(callableQuery).data ?? [];
  const models = modelsToCall(callable, services);
  const chat = useChat(
    id,
    wanted ??
      firstChoice(
        models,
        readStored("chat-model", (value) => (typeof value === "string" ? value : undefined)),
      ),
  );
  const [aside, setAside] = useState<Aside>();
  const { settings, live, changeSettings, send } = chat;
  const stop = useCallback(() => live?.stop(), [live]);
  useTitle(chat.conversation?.title ?? "Chat");
  const known = settings.model === undefined || models.some(({ name }) => name === settings.model);
  return (
    <div className="flex h-[calc(100dvh-48px)] md:h-dvh">
      <h1 className="sr-only">{chat.conversation?.title ?? "Chat"}</h1>
      <aside aria-label="Saved chats" className="w-60 shrink-0 border-r border-line max-lg:hidden">
        <ConversationList />
      </aside>
      <div className="flex min-w-0 grow flex-col">
        <div className="flex items-center gap-1.5 border-b border-line px-2.5 py-1.5 md:px-3.5">
          <IconButton label="Saved chats" onClick={() => setAside("list")} className="lg:hidden">
            <MessagesSquare size={16} aria-hidden />
          </IconButton>
          <ModelChoice
            models={models}
            value={settings.model}
            onChange={(model) => changeSettings({ model })}
          />
          <span className="grow" />
          <Button look="quiet" onClick={() => setAside("call")} disabled={settings.model === undefined}>
            <Code size={15} aria-hidden />
            <span className="max-sm:sr-only">Call it</span>
          </Button>
          <IconButton
            label="Settings of this chat"
            onClick={() => setAside("settings")}
            className="xl:hidden"
          >
            <SlidersHorizontal size={16} aria-hidden />
          </IconButton>
        </div>
        {!known && services.length > 0 && <NotRunning model={settings.model ?? ""} />}
        <Body id={id} chat={chat} services={services} />
        <Composer
          conversationId={id}
          busy={live !== undefined}
          canSend={settings.model !== undefined && (id === undefined || chat.conversation !== undefined)}
          onSend={send}
          onStop={stop}
        />
      </div>
      <aside
        aria-label="Settings of this chat"
        className="w-[300px] shrink-0 overflow-y-auto border-l border-line max-xl:hidden"
      >
        <ChatSettingsPanel key={id} settings={settings} onChange={changeSettings} />
      </aside>
      <Sheet open={aside === "list"} onClose={() => setAside(undefined)} title="Chats" side="left">
        <ConversationList onChoose={() => setAside(undefined)} />
      </Sheet>
      <Sheet
        open={aside === "settings"}
        onClose={() => setAside(undefined)}
        title="Settings of this chat"
        side="right"
      >
        <ChatSettingsPanel settings={settings} onChange={changeSettings} />
      </Sheet>
      <CallDialog
        open={aside === "call"}
        onClose={() => setAside(undefined)}
        settings={settings}
        service={services.find((one) => one.name === settings.model)}
      />
    </div>
  );
}

function Body({
  id,
  chat,
  services,
}: {
  id: string | undefined;
  chat: Chat;
  services: Parameters<typeof ChatStart>[0]["services"];
}): ReactNode {
  const { conversation, error, retry, settings, send } = chat;
  if (id === undefined)
    return (
      <ChatStart
        model={settings.model}
        services={services}
        // a refusal is told by the composer's own way when the person sends the question there
        onAsk={(question) => void send(question).catch(() => undefined)}
      />
    );
  if (conversation !== undefined) return <Transcript key={id} chat={chat} />;
  if (error === null)
    return (
      <div className="grow">
        <Loading what="the chat" />
      </div>
    );
  if (failureOf(error).code !== "not_found")
    return (
      <div className="grow p-3.5">
        <Problem error={error} retry={retry} />
      </div>
    );
  return (
    <div className="grow">
      <Empty title="This chat is not here">
        <p>It may have been deleted.</p>
        <p className="mt-4">
          <Link to="/chat" className={buttonClass()}>
            New chat
          </Link>
        </p>
      </Empty>
    </div>
  );
}

function NotRunning({ model }: { model: string }): ReactNode {
  return (
    <div className="px-3.5 pt-2.5">
      <Notice
        look="warn"
        title={`${model} does not run now`}
        action={
          <Link to="/services" className={buttonClass()}>
            Services
          </Link>
        }
      >
        <p className="text-ink-2">Choose another model above, or start it again.</p>
      </Notice>
    </div>
  );
}
