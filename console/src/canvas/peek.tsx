// A small card of the canvas opens a panel with the whole card and all that can be done there: by pointing, by key and by tap.
import { EllipsisOutlined } from '@ant-design/icons';
import { Popover } from 'antd';
import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { JobCard, type JobData } from './cards.tsx';
import styles from './peek.module.css';

/** Long enough that a pointer on its way elsewhere opens nothing, and comes from the card to the panel. */
const DELAY_S = 0.2;
/** What opens from the panel stands beside it in the document. */
const ITS_OWN = '.ant-popover, .ant-dropdown, .ant-modal-root, .ant-tooltip';
const CAN_BE_REACHED = 'a[href], button:not([disabled])';

export function Peek(own: JobData) {
  const { t } = useWords();
  const { job } = own;
  const [isOpen, setOpen] = useState(false);
  const card = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  /** The panel is entered as soon as it stands. */
  const isAwaited = useRef(false);
  /** What was used last: a mouse, a pen, a finger, or `key`. */
  const used = useRef('');
  const reachable = (): HTMLElement[] => [...(panel.current?.querySelectorAll<HTMLElement>(CAN_BE_REACHED) ?? [])];
  const enter = (): void => {
    isAwaited.current = false;
    reachable()[0]?.focus();
  };
  const open = (): void => {
    isAwaited.current = true;
    if (isOpen) enter();
    else setOpen(true);
  };
  const leave = (): void => {
    setOpen(false);
    opener.current?.focus();
  };

  // A finger that taps elsewhere leaves it; of a mouse the panel itself notices that.
  useEffect(() => {
    if (!isOpen) return undefined;
    const tapped = ({ target, pointerType }: PointerEvent): void => {
      const at = target as Element;
      if (pointerType !== 'mouse' && !card.current?.contains(at) && at.closest(ITS_OWN) === null) setOpen(false);
    };
    const moved = ({ pointerType }: PointerEvent): void => void (used.current = pointerType);
    const typed = (): void => void (used.current = 'key');
    const listening = new AbortController();
    const early = { capture: true, signal: listening.signal };
    document.addEventListener('pointerdown', tapped, { signal: listening.signal });
    document.addEventListener('pointerdown', moved, early);
    document.addEventListener('pointermove', moved, early);
    document.addEventListener('keydown', typed, early);
    return () => listening.abort();
  }, [isOpen]);

  /** After a tap browsers tell of a mouse that there is not: what it would open at once, or close a moment later, the finger has settled already. */
  const onPointed = (isWanted: boolean): void => {
    if (used.current !== 'touch' && used.current !== 'pen') setOpen(isWanted);
  };

  const onFocus = ({ target }: FocusEvent): void => {
    // What is given back by Escape stays closed; a press of a button of the mouse is no wish to look.
    if (target.matches(':focus-visible') && target !== opener.current) setOpen(true);
  };
  const onBlur = ({ relatedTarget }: FocusEvent): void => {
    const isInside = card.current?.contains(relatedTarget) || panel.current?.contains(relatedTarget);
    if (!isInside && !panel.current?.matches(':hover')) setOpen(false);
  };
  /** A finger cannot point: its tap opens the panel, in which the name leads on. */
  const onClickCapture = (event: MouseEvent): void => {
    const isTap = event.detail > 0 && used.current !== 'mouse';
    if (!isTap) return;
    event.preventDefault();
    event.stopPropagation();
    setOpen(true);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Of a menu that the panel has opened, and that stands elsewhere in the document, keys are its own.
    if (!panel.current?.contains(event.target as Node)) return;
    const all = reachable();
    const isAtEnd = event.key === 'Tab' && event.target === (event.shiftKey ? all[0] : all.at(-1));
    if (event.key !== 'Escape' && !isAtEnd) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  };

  return (
    <Popover
      open={isOpen}
      onOpenChange={onPointed}
      afterOpenChange={(isThere) => isThere && isAwaited.current && enter()}
      trigger="hover"
      mouseEnterDelay={DELAY_S}
      mouseLeaveDelay={DELAY_S}
      placement={job.direction === 'up' ? 'right' : 'left'}
      arrow={false}
      classNames={{ root: styles.root!, container: styles.container! }}
      content={
        // It is left by the keys that leave any dialog.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
        <div ref={panel} role="dialog" aria-label={job.name} className={styles.panel} onKeyDown={onKeyDown}>
          <JobCard {...own} density="full" />
        </div>
      }
    >
      <div
        ref={card}
        className={styles.peek}
        onFocus={onFocus}
        onBlur={onBlur}
        onPointerEnter={(event) => (used.current = event.pointerType)}
        onPointerDownCapture={(event) => (used.current = event.pointerType)}
        onClickCapture={onClickCapture}
      >
        <JobCard {...own} />
        <button
          ref={opener}
          type="button"
          className={styles.opener}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          aria-label={t('canvas.whole', { name: job.name })}
          onClick={open}
        >
          <EllipsisOutlined aria-hidden />
        </button>
      </div>
    </Popover>
  );
}
