// Carries out what was decided about held work; what takes something away is asked once more, with its consequence.
import { App } from 'antd';
import { createElement } from 'react';
import type { WireInput } from '../../../../src/server/api/wire.ts';
import { useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';

type Which = Omit<WireInput<'held.decide'>, 'decision'>;
type Decision = WireInput<'held.decide'>['decision'];

/** Asked once more before the deed: the consequences, and how many, as its button says it. */
interface Asks {
  readonly said: readonly string[];
  readonly count: string;
}

interface Deciding {
  readonly isPending: boolean;
  /** `meant`: what is loaded of it. */
  readonly decide: (decision: Decision, which: Which, meant: readonly { readonly action: string }[], asks?: Asks) => void;
}

export function useDecision(): Deciding {
  const { t } = useWords();
  const { modal, message } = App.useApp();
  const command = useCommand('held.decide');
  const carryOut = async (decision: Decision, which: Which): Promise<void> => {
    try {
      const { asked } = await command.mutateAsync({ decision, ...which });
      const done = {
        approve: asked > 0 ? 'runs.held.asked' : 'runs.held.decided',
        cancel: 'runs.held.cancelled',
        'take-back': 'runs.held.takenBack',
      } as const;
      void message.success(t(done[decision]));
    } catch (error) {
      void message.error((error as Error).message);
    }
  };
  return {
    isPending: command.isPending,
    decide(decision, which, meant, asks) {
      if (decision !== 'approve' || asks === undefined) return void carryOut(decision, which);
      const removes = meant.some((one) => one.action === 'remove');
      modal.confirm({
        title: t('runs.held.ask'),
        width: 480,
        content: [...asks.said, t(removes ? 'runs.held.undone' : 'runs.held.undoneSoft')].map((line) =>
          createElement('p', { key: line }, line),
        ),
        okText: t('runs.held.confirm', { n: asks.count }),
        okButtonProps: { danger: removes },
        cancelText: t('app.cancel'),
        onOk: () => carryOut(decision, which),
      });
    },
  };
}
