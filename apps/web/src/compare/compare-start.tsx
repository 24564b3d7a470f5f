import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ModelToCall } from "../chat/models-to-call.ts";
import { RealModels } from "../models/real-models.tsx";
import { Button, buttonClass } from "../parts/button.tsx";
import { answerers } from "./columns.ts";

const questions = [
  "What is the capital of France?",
  "Explain recursion in three sentences.",
  "Write a haiku about the sea.",
];

/** Before the first question: what the page is for, and how there come to be more models. */
export function CompareStart({
  models,
  onAsk,
}: {
  models: readonly ModelToCall[];
  onAsk: (question: string) => void;
}): ReactNode {
  const [only, ...others] = answerers(models);
  return (
    <section aria-label="What this is for" className="px-3.5 pt-4 md:px-6.5">
      <p className="max-w-[78ch] text-ink-2">
        One question goes to every column; the answers come side by side, with their speed and cost. Choose a
        model in each column, mark the best answer, and go on asking: each column keeps its own conversation.
      </p>
      {only !== undefined && others.length === 0 && (
        <p className="mt-1.5 max-w-[78ch] text-ink-2">
          Only <b className="font-[550] text-ink wrap-anywhere">{only.name}</b> can be called now, so the
          columns ask it twice: give one its own settings,{" "}
          <Link to="/services/new" className="text-accent underline underline-offset-2">
            start another model
          </Link>
          , or connect an outside server with <code className="text-sm">berth provider add</code>.
        </p>
      )}
      <ul className="mt-3 flex flex-wrap gap-2">
        {questions.map((question) => (
          <li key={question}>
            <Button onClick={() => onAsk(question)}>{question}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Nothing can be called: the page in words, and the next step. */
export function CompareNobody(): ReactNode {
  return (
    <div className="mx-auto flex max-w-[680px] flex-col gap-5 px-3.5 py-8 md:px-6">
      <div>
        <h1 className="text-lg font-[640]">Nothing runs that could be compared</h1>
        <p className="mt-1.5 text-ink-2">
          Here one question goes to two to six models at once, and their answers come side by side. Start a
          model that is installed, bring one from the hub, or connect an outside server with{" "}
          <code className="text-sm">berth provider add</code>.
        </p>
        <p className="mt-3">
          <Link to="/services/new" className={buttonClass("primary")}>
            Start a service
          </Link>
        </p>
      </div>
      <RealModels />
    </div>
  );
}
