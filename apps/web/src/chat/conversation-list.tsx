import type { Conversation } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Ellipsis, Pencil, SquarePen, Trash2 } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { conversationQuery, conversationsQuery, queryKeys } from "../api/queries.ts";
import { buttonClass, IconButton } from "../parts/button.tsx";
import { classNames } from "../parts/class-names.ts";
import { Menu } from "../parts/menu.tsx";
import { Loading, Problem } from "../parts/notice.tsx";
import { toast } from "../parts/toasts.ts";
import { matches } from "../table/filter.ts";
import { liveAnswers } from "./live-answers.ts";
import { RenameForm } from "./rename-form.tsx";
import { changeConversation, dropSaves } from "./save-conversation.ts";

type Summary = Pick<Conversation, "id" | "title" | "updatedAt">;

/** Every saved chat, newest first, found by its title. */
export function ConversationList({ onChoose }: { onChoose?: () => void }): ReactNode {
  const { data, error, refetch } = useQuery(conversationsQuery);
  const [filter, setFilter] = useState("");
  const shown = useMemo(
    () =>
      (data ?? [])
        .filter((one) => matches(filter, one.title, one.model))
        .toSorted((a, b) => b.updatedAt - a.updatedAt),
    [data, filter],
  );
  return (
    <div className="flex h-full flex-col">
      <div className="flex flex-col gap-2 p-2.5">
        <Link to="/chat" onClick={onChoose} className={buttonClass()}>
          <SquarePen size={14} aria-hidden />
          New chat
        </Link>
        <input
          role="searchbox"
          aria-label="Search chats"
          placeholder="Search chats …"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          className="field"
        />
      </div>
      <nav aria-label="Chats" className="min-h-0 grow overflow-y-auto px-2 pb-3">
        {data === undefined && error === null && <Loading what="chats" />}
        {data === undefined && error !== null && <Problem error={error} retry={() => void refetch()} />}
        {data?.length === 0 && <p className="px-2 py-1 text-sm text-ink-3">Chats are kept here.</p>}
        {data !== undefined && data.length > 0 && shown.length === 0 && (
          <p className="px-2 py-1 text-sm text-ink-3">No title holds these words.</p>
        )}
        <ul className="flex flex-col gap-px">
          {shown.map((one) => (
            <ConversationRow key={one.id} conversation={one} onChoose={onChoose} />
          ))}
        </ul>
      </nav>
    </div>
  );
}

function ConversationRow({
  conversation: { id, title },
  onChoose,
}: {
  conversation: Summary;
  onChoose: (() => void) | undefined;
}): ReactNode {
  const queries = useQueryClient();
  const [renaming, setRenaming] = useState(false);
  const remove = useDelete();
  if (renaming)
    return (
      <li>
        <RenameForm
          title={title}
          onEnd={(next) => {
            setRenaming(false);
            if (next !== undefined)
              void queries
                .ensureQueryData(conversationQuery(id))
                .then(() => changeConversation(queries, id, (now) => ({ ...now, title: next })));
          }}
        />
      </li>
    );
  return (
    <li className="group flex items-center rounded-[5px] hover:bg-sunk has-[[aria-current=page]]:bg-accent-soft">
      <Link
        to="/chat/$id"
        params={{ id }}
        onClick={onChoose}
        title={title}
        className="min-w-0 grow px-2 py-[5px] text-ink-2 aria-[current=page]:font-[550] aria-[current=page]:text-accent"
      >
        <span className="wrap-anywhere">{title}</span>
      </Link>
      <Menu
        trigger={
          <IconButton
            label={`What to do with ${title}`}
            className={classNames(
              "size-7 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100",
              "[@media(pointer:coarse)]:opacity-100",
            )}
          >
            <Ellipsis size={14} aria-hidden />
          </IconButton>
        }
        actions={[
          { title: "Rename", Icon: Pencil, run: () => setRenaming(true) },
          { title: "Delete", Icon: Trash2, run: () => remove.mutate(id), danger: true },
        ]}
      />
    </li>
  );
}

/** Deletes at once and offers to bring it back: the page still has every word of it. */
function useDelete() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id: open } = useParams({ strict: false });
  const restore = useMutation({
    mutationFn: ({ title, model, systemPrompt, parameters, messages }: Conversation) =>
      client.createConversation({ body: { title, model, systemPrompt, parameters, messages } }),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: queryKeys.conversations });
      void navigate({ to: "/chat/$id", params: { id } });
    },
  });
  return useMutation({
    mutationFn: async (id: string) => {
      const whole = await queries.ensureQueryData(conversationQuery(id));
      liveAnswers.get().get(id)?.stop();
      dropSaves(id);
      await client.deleteConversation({ params: { id } });
      return whole;
    },
    onSuccess: (whole) => {
      queries.setQueryData<Summary[]>(queryKeys.conversations, (list) =>
        list?.filter((one) => one.id !== whole.id),
      );
      queries.removeQueries({ queryKey: [...queryKeys.oneConversation, whole.id] });
      if (open === whole.id) void navigate({ to: "/chat" });
      toast({
        title: `“${whole.title}” is deleted.`,
        action: { label: "Undo", run: () => restore.mutate(whole) },
      });
    },
  });
}
