import type { Login, LoginPrompt } from "@berth/api";
import { useEffect, useState, type ReactNode } from "react";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { Notice } from "../parts/notice.tsx";
import { Progress } from "../parts/progress.tsx";
import { toast } from "../parts/toasts.ts";
import { promptChoices } from "./prompt-choices.ts";
import { SshWords } from "./ssh-words.tsx";
import { useLogin, type LoginSession } from "./use-login.ts";

/** Carries ssh's questions to the person and the answers back; nothing that is typed here is kept. */
export function LoginDialog({
  open,
  name,
  onClose,
}: {
  open: boolean;
  /** The profile to log in to. */
  name: string;
  onClose: () => void;
}): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Log in to ${name}`}
      description="These are ssh's own questions."
    >
      <LoginTalk name={name} onClose={onClose} />
    </Dialog>
  );
}

function LoginTalk({ name, onClose }: { name: string; onClose: () => void }): ReactNode {
  const session = useLogin(name);
  const { login, problem } = session;
  const connected = login?.status === "connected";
  useEffect(() => {
    if (!connected) return;
    toast({ title: `${name} is connected.` });
    onClose();
  }, [connected, name, onClose]);
  return (
    <div className="flex flex-col gap-3">
      {problem !== undefined && <Notice look="bad" title={problem} />}
      <Stage login={login} session={session} failed={problem !== undefined} />
    </div>
  );
}

function Stage({
  login,
  session,
  failed,
}: {
  login: Login | undefined;
  session: LoginSession;
  failed: boolean;
}): ReactNode {
  switch (login?.status) {
    case undefined:
    case "connecting":
      return failed ? <Again session={session} /> : <Connecting />;
    case "prompting":
      return login.prompt === null ? (
        <Connecting />
      ) : (
        <Question key={login.prompt.id} prompt={login.prompt} session={session} />
      );
    case "failed":
    case "cancelled":
      return (
        <>
          <Notice
            look="bad"
            title={login.status === "failed" ? "The log-in did not work." : "The log-in was given up."}
          >
            {login.reason !== null && <SshWords text={login.reason} />}
          </Notice>
          <Again session={session} />
        </>
      );
    case "connected":
      return <p>Connected.</p>;
  }
}

function Connecting(): ReactNode {
  return (
    <div role="status">
      <p className="mb-2 text-ink-2">Connecting …</p>
      <Progress fraction={null} label="Connecting" />
    </div>
  );
}

function Again({ session }: { session: LoginSession }): ReactNode {
  return (
    <Button look="primary" className="self-start" onClick={session.again} disabled={session.busy}>
      Try again
    </Button>
  );
}

function Question({ prompt, session }: { prompt: LoginPrompt; session: LoginSession }): ReactNode {
  const say = (answer: string): void => session.answer(prompt.id, answer);
  switch (prompt.kind) {
    case "host-key":
      return <HostKey prompt={prompt} say={say} busy={session.busy} />;
    case "secret":
    case "text":
      return <Answer prompt={prompt} say={say} busy={session.busy} />;
    case "notice":
      return (
        <>
          <SshWords text={prompt.text} />
          <Connecting />
        </>
      );
  }
}

interface QuestionProps {
  readonly prompt: LoginPrompt;
  readonly say: (answer: string) => void;
  readonly busy: boolean;
}

function HostKey({ prompt, say, busy }: QuestionProps): ReactNode {
  const fingerprint = /SHA256:[A-Za-z0-9+/=]+/.exec(prompt.text)?.[0];
  return (
    <>
      <SshWords text={prompt.text} />
      {fingerprint !== undefined && (
        <p>
          <span className="block text-sm text-ink-2">The key's fingerprint</span>
          <b className="font-mono text-sm font-[550] wrap-anywhere">{fingerprint}</b>
        </p>
      )}
      <p className="text-sm text-ink-2">
        Compare it with what the cluster's documentation or its administrators say. Whoever answers yes to a
        wrong key types the password into a stranger's machine.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" onClick={() => say("yes")} disabled={busy}>
          Yes, this is the right key
        </Button>
        <Button onClick={() => say("no")} disabled={busy}>
          No
        </Button>
      </div>
    </>
  );
}

function Answer({ prompt, say, busy }: QuestionProps): ReactNode {
  const [text, setText] = useState("");
  const choices = promptChoices(prompt.text);
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        say(text);
      }}
    >
      <SshWords text={prompt.text} />
      {choices.length > 0 && (
        <div className="flex flex-col items-start gap-1.5">
          {choices.map(({ answer, title }) => (
            <Button key={answer} onClick={() => say(answer)} disabled={busy} className="max-w-full">
              <span className="font-mono text-sm text-ink-3">{answer}</span>
              <span className="whitespace-normal">{title}</span>
            </Button>
          ))}
        </div>
      )}
      <Field label={prompt.secret ? "Your answer, hidden" : "Your answer"}>
        {(ids) => (
          <input
            {...ids}
            // the dialog is opened to answer: the keyboard belongs here
            autoFocus
            type={prompt.secret ? "password" : "text"}
            autoComplete="off"
            spellCheck={false}
            className="field font-mono text-sm"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" look="primary" className="self-start" disabled={busy}>
        {busy ? "Waiting for the host …" : "Send it"}
      </Button>
    </form>
  );
}
