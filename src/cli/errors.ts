// Errors that the command line shows as a sentence, and the exit codes that say what happened.
import type { Label } from '../core/model.ts';

/** Something that the caller can mend: says what, where and what to do. */
export class CliError extends Error {
  readonly label: Label;
  constructor(en: string, zh: string) {
    super(en);
    this.name = 'CliError';
    this.label = { en, zh };
  }
}

/** The command was written wrongly; its help is shown. */
export class UsageError extends CliError {
  constructor(en: string, zh: string) {
    super(en, zh);
    this.name = 'UsageError';
  }
}

export interface ExitCode {
  readonly code: number;
  readonly when: Label;
}

/** The only numbers a command ends with. Shown by --help. */
export const exits = {
  done: { code: 0, when: { en: 'done, nothing waits', zh: '已完成，无待办' } },
  refused: {
    code: 1,
    when: {
      en: 'the command was not carried out: usage, unknown name or record, invalid configuration',
      zh: '命令未执行：用法有误、名称或记录不存在、配置无效',
    },
  },
  doubts: {
    code: 2,
    when: {
      en: 'a run ended with warnings, problems of single records, or work that waits for confirmation; a dry run shows that it would',
      zh: '执行结束但有警告、个别记录有问题，或有待确认的变更；试运行则表示执行后会如此',
    },
  },
  partly: { code: 3, when: { en: 'a run ended, single changes failed', zh: '执行结束，个别变更失败' } },
  failed: {
    code: 4,
    when: { en: 'a run failed or was cancelled, or a check found something wrong', zh: '执行失败或被取消，或检查发现问题' },
  },
  waits: {
    code: 5,
    when: {
      en: 'a run waits: the brake is on, the system is away, or it pauses before its next try',
      zh: '执行在等待：总闸已拉下、系统不可达或重试前暂停',
    },
  },
  fault: { code: 6, when: { en: 'an unexpected fault: a bug worth reporting', zh: '意外故障，请反馈' } },
  changes: {
    code: 10,
    when: {
      en: 'with --exit-code: the plan contains changes, and nothing that another number tells',
      zh: '使用 --exit-code 时：计划中有变更，且没有其他退出码所述的情况',
    },
  },
} as const satisfies Record<string, ExitCode>;

export type Exit = keyof typeof exits;
