// Messages and questions of antd as this console asks them: what begins something is no answer to a key that is still held down.
import { App } from 'antd';
import { useMemo } from 'react';

type AntApp = ReturnType<typeof App.useApp>;

/** As `App.useApp`; a question has its focus on the answer that does nothing. */
export function useApp(): AntApp {
  const app = App.useApp();
  return useMemo(
    () => ({ ...app, modal: { ...app.modal, confirm: (asks) => app.modal.confirm({ autoFocusButton: 'cancel', ...asks }) } }),
    [app],
  );
}
