import type { Service } from "@berth/api";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { buttonClass } from "../parts/button.tsx";
import { RealModels } from "../models/real-models.tsx";

const demoModel = "berth/pilot";

const questions = [
  "What is Berth?",
  "What is the capital of France?",
  "Tell me a story about a fox named Max.",
];

/** The empty chat: who would answer, honestly, and what real models could be had. */
export function ChatStart({
  model,
  services,
  onAsk,
}: {
  model: string | undefined;
  services: readonly Service[];
  onAsk: (question: string) => void;
}): ReactNode {
  const isDemo = model === demoModel || services.find((one) => one.name === model)?.model === demoModel;
  return (
    <div className="min-h-0 grow overflow-y-auto">
      <div className="mx-auto flex min-h-full max-w-[680px] flex-col justify-center gap-5 px-3.5 py-8 md:px-6">
        {model === undefined ? (
          <Nobody />
        ) : (
          <div>
            <h2 className="text-lg font-[640] tracking-[-0.015em] wrap-anywhere">Ask {model}</h2>
            {isDemo && (
              <p className="mt-1.5 text-ink-2">
                This is Berth's demo model: a toy of 3.7 million parameters, trained from scratch to show that
                everything works. It chats a little, and is mostly wrong about the world.
              </p>
            )}
            <ul className="mt-3 flex flex-wrap gap-2">
              {questions.map((question) => (
                <li key={question}>
                  <button type="button" className={buttonClass()} onClick={() => onAsk(question)}>
                    {question}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
        {(isDemo || model === undefined) && <RealModels />}
      </div>
    </div>
  );
}

function Nobody(): ReactNode {
  return (
    <div>
      <h2 className="text-lg font-[640]">Nothing runs that could answer</h2>
      <p className="mt-1.5 text-ink-2">Start a model that is installed, or bring one from the hub.</p>
      <p className="mt-3">
        <Link to="/services/new" className={buttonClass("primary")}>
          Start a service
        </Link>
      </p>
    </div>
  );
}
