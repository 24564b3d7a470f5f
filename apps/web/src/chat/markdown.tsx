import { memo, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { CodeBlock } from "../code/code-block.tsx";

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  // a picture's address is a message to whoever owns it: it is shown, and fetched only by a person
  img: ({ src, alt }) => (
    <a href={typeof src === "string" ? src : undefined} target="_blank" rel="noopener noreferrer nofollow">
      {alt === undefined || alt === "" ? "picture" : alt}
    </a>
  ),
  pre: ({ children }) => <>{children}</>,
  code: ({ className, children, node }) => {
    const text = String(children as string | undefined);
    const language = /language-(\S+)/.exec(className ?? "")?.[1];
    const isBlock = language !== undefined || node?.position?.start.line !== node?.position?.end.line;
    return isBlock ? (
      <CodeBlock code={text.replace(/\n$/, "")} language={language ?? "text"} />
    ) : (
      <code>{children}</code>
    );
  },
  table: ({ children }) => (
    <div className="table-scroll" tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  ),
  input: ({ checked }) => <input type="checkbox" checked={checked === true} disabled aria-label="done" />,
};

/** A model's markdown. Nothing in it is trusted: raw HTML stays text, strange links lead nowhere, nothing is fetched. */
export const Markdown = memo(function Markdown({ text }: { text: string }): ReactNode {
  return (
    <div className="prose">
      <ReactMarkdown remarkPlugins={plugins} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
