// A row of one height cuts what is too long; what lies over all of it tells the whole.

interface TellsWhole {
  /** Whoever looks pages over for cut text passes such a row over. */
  readonly 'data-tells-whole': true;
  readonly onMouseEnter: (event: { readonly currentTarget: HTMLElement }) => void;
  readonly onFocus: (event: { readonly currentTarget: HTMLElement }) => void;
}

/** Spread over what fills the row; `cut` is the class of what may be cut. Told to whoever points at it or comes to it by key. */
export function tellsWhole(cut: string): TellsWhole {
  // Of a cell of two lines a third one is cut, px; what hangs out of its line by less is not.
  const line = 12;
  const tell: TellsWhole['onFocus'] = ({ currentTarget: whole }) => {
    const cells = [...(whole.closest('[role=row]')?.querySelectorAll<HTMLElement>(`.${CSS.escape(cut)}`) ?? [])];
    whole.title = cells
      .filter((cell) => cell.scrollWidth > cell.clientWidth || cell.scrollHeight >= cell.clientHeight + line)
      .map((cell) => cell.innerText)
      .join('\n');
  };
  return { 'data-tells-whole': true, onMouseEnter: tell, onFocus: tell };
}
