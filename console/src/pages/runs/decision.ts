// Carries out what was decided about held work; what takes something away is asked once more, with its consequence.
import { createElement } from 'react';
import type { WireInput } from '../../../../src/server/api/wire.ts';
import { call } from '../../api/client.ts';
import { useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { useApp } from '../../ui/use-app.ts';

type Which = Omit<WireInput<'held.decide'>, 'decision'>;
type Decision = WireInput<'held.decide'>['decision'];

/** Asked once more before the deed: what it is about, how many, as its button says it, and the run whose page takes it back. */
interface Asks {
  readonly said: readonly string[];
  readonly count: string;
  readonly run: number;
}

interface Deciding {
  readonly isPending: boolean;
  /** `meant`: what is loaded of it. */
  readonly decide: (decision: Decision, which: Which, meant: readonly { readonly action: string }[], asks?: Asks) => void;
}

const LOOK_MS = 1_000;
const LOOKS = 60;
const SECONDS = 12;

export function useDecision(): Deciding {
  const { t, say } = useWords();
  const { modal, message } = useApp();
  const command = useCommand('held.decide');
  /** A confirmation that no longer fits leaves a warning at its run: else the same rows only stand there again. */
  const sayWhatIsAskedAgain = async (run: number): Promise<void> => {
    for (let look = 0; look < LOOKS; look++) {
      const { run: seen } = await call('run.get', { run });
      if (seen.endedAt === null) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        continue;
      }
      if ((seen.counts.held ?? 0) > 0) for (const warning of seen.warnings) void message.warning(say(warning), SECONDS);
      return;
    }
  };
  const carryOut = async (decision: Decision, which: Which): Promise<void> => {
    try {
      const { asked, runs } = await command.mutateAsync({ decision, ...which });
      const done = {
        approve: asked > 0 ? 'runs.held.asked' : 'runs.held.decided',
        cancel: 'runs.held.cancelled',
        'take-back': 'runs.held.takenBack',
      } as const;
      void message.success(t(done[decision]));
      for (const run of runs) void sayWhatIsAskedAgain(run).catch(() => undefined);
    } catch (error) {
      void message.error((error as Error).message);
    }
  };
  return {
    isPending: command.isPending,
    decide(decision, which, meant, asks) {
      if (asks === undefined) return void carryOut(decision, which);
      const goesOn = decision === 'approve';
      const removes = meant.some((one) => one.action === 'remove');
      const after = goesOn ? t(removes ? 'more.held.undone' : 'more.held.undoneSoft') : t('more.held.left', { run: asks.run });
      modal.confirm({
        title: t(goesOn ? 'more.held.ask' : 'more.held.leave'),
        width: 480,
        content: [...asks.said, after].map((line) => createElement('p', { key: line }, line)),
        okText: t(goesOn ? 'runs.held.confirm' : 'runs.held.cancel', { n: asks.count }),
        okButtonProps: { danger: goesOn && removes },
        cancelText: t(goesOn ? 'app.cancel' : 'more.held.back'),
        onOk: () => carryOut(decision, which),
      });
    },
  };
}
