// Starts a run, or the taking back of one, and goes to its page.
import { App } from 'antd';
import { useNavigate } from 'react-router';
import type { WireInput } from '../../../../src/server/api/wire.ts';
import { useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';

interface Starting<Input> {
  readonly isPending: boolean;
  readonly begin: (input: Input) => void;
}

function useArrival(): { readonly onSuccess: (answer: { readonly run: number }) => void; readonly onError: (error: Error) => void } {
  const { t } = useWords();
  const { message } = App.useApp();
  const go = useNavigate();
  return {
    onSuccess: ({ run }) => {
      void message.success(t('runs.do.started', { run }));
      void go(`/runs/${run}`);
    },
    onError: (error) => void message.error(error.message),
  };
}

export function useStart(): Starting<WireInput<'run.start'>> {
  const arrive = useArrival();
  const start = useCommand('run.start');
  return { isPending: start.isPending, begin: (input) => start.mutate(input, arrive) };
}

export function useUndo(): Starting<WireInput<'undo.start'>> {
  const arrive = useArrival();
  const undo = useCommand('undo.start');
  return { isPending: undo.isPending, begin: (input) => undo.mutate(input, arrive) };
}
