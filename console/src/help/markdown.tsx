// Shows Markdown: what it links to is opened in the help where the help has it, in a window of its own where it is on the web, and else only named.
import { Button } from 'antd';
import { Fragment, type ReactNode } from 'react';
import { blocksOf, piecesOf, type Block, type Piece } from './markdown.ts';
import styles from './help.module.css';

/** Opens the page that a link names; null: the help has no such page. */
export type Opener = (to: string) => (() => void) | null;

interface Reading {
  readonly text: string;
  readonly open?: Opener;
}

export function Markdown({ text, open = () => null }: Reading) {
  const inline = (said: string): ReactNode[] =>
    piecesOf(said).map((piece, at) => <Fragment key={`${at} ${piece.text}`}>{shown(piece)}</Fragment>);
  const shown = (piece: Piece): ReactNode => {
    if (piece.kind === 'link') return <Way text={piece.text} to={piece.to} open={open} />;
    if (piece.kind === 'bold') return <b>{piece.text}</b>;
    if (piece.kind === 'emphasis') return <em>{piece.text}</em>;
    return piece.kind === 'code' ? <code>{piece.text}</code> : piece.text;
  };
  const block = (one: Block): ReactNode => {
    if (one.kind === 'heading') return <h4>{inline(one.text)}</h4>;
    if (one.kind === 'paragraph') return <p>{inline(one.text)}</p>;
    if (one.kind === 'code')
      return (
        // As the table below it is moved by itself.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0}>{one.text}</pre>
      );
    if (one.kind === 'list') {
      const items = one.items.map((item, at) => (
        // An item is known by its place: the text does not change while it is read.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={at}>{item.length === 1 && item[0]!.kind === 'paragraph' ? inline(item[0]!.text) : blocks(item)}</li>
      ));
      return one.isNumbered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    return (
      // Wider than the drawer it is moved by itself, by keys, too.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      <div className={styles.table} tabIndex={0} role="region" aria-label={one.head.filter((cell) => cell !== '').join(' · ') || undefined}>
        <table>
          {one.head.some((cell) => cell !== '') && (
            <thead>
              <tr>
                {one.head.map((cell) => (
                  <th key={cell} scope="col">
                    {inline(cell)}
                  </th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {one.rows.map((row) => (
              <tr key={row.join(' | ')}>
                {row.map((cell, at) => (
                  // oxlint-disable-next-line react/no-array-index-key
                  <td key={at}>{inline(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  };
  // oxlint-disable-next-line react/no-array-index-key
  const blocks = (all: readonly Block[]): ReactNode => all.map((one, at) => <Fragment key={at}>{block(one)}</Fragment>);
  return <div className={styles.markdown}>{blocks(blocksOf(text))}</div>;
}

function Way({ text, to, open }: { readonly text: string; readonly to: string; readonly open: Opener }) {
  if (/^https?:/.test(to))
    return (
      <a href={to} target="_blank" rel="noreferrer">
        {text}
      </a>
    );
  const go = open(to);
  if (!go) return text;
  return (
    <Button type="link" className={styles.link!} onClick={go}>
      {text}
    </Button>
  );
}
