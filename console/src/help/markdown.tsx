// Shows the little Markdown that the help is written in: paragraphs, lists, bold, emphasis, code, names of files.
import { Fragment, type ReactNode } from 'react';

const INLINE = /(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`|\[[^\]]+\]\([^)]+\))/;

function inline(text: string): ReactNode[] {
  return text.split(INLINE).map((part, index) => {
    const key = `${index} ${part}`;
    if (part.startsWith('**')) return <b key={key}>{part.slice(2, -2)}</b>;
    if (part.startsWith('*')) return <em key={key}>{part.slice(1, -1)}</em>;
    if (part.startsWith('`')) return <code key={key}>{part.slice(1, -1)}</code>;
    // Links lead to files of the repository, which the console does not serve.
    if (part.startsWith('[')) return <Fragment key={key}>{part.slice(1, part.indexOf(']'))}</Fragment>;
    return <Fragment key={key}>{part}</Fragment>;
  });
}

export function Markdown({ text }: { readonly text: string }) {
  return text.split(/\n{2,}/).map((block) => {
    const lines = block.split('\n');
    if (!lines.every((line) => /^\d+\. /.test(line))) return <p key={block}>{inline(lines.join(' '))}</p>;
    return (
      <ol key={block}>
        {lines.map((line) => (
          <li key={line}>{inline(line.replace(/^\d+\. /, ''))}</li>
        ))}
      </ol>
    );
  });
}
