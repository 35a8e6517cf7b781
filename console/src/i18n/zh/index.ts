// 界面文字(中文),按页面分文件;键与英文一致,由类型保证。
import type { en } from '../en/index.ts';
import { app } from './app.ts';
import { bulk } from './bulk.ts';
import { canvas } from './canvas.ts';
import { connections } from './connections.ts';
import { course } from './course.ts';
import { deeds } from './deeds.ts';
import { directory } from './directory.ts';
import { edit } from './edit.ts';
import { erase } from './erase.ts';
import { first } from './first.ts';
import { forms } from './forms.ts';
import { group } from './group.ts';
import { help } from './help.ts';
import { home } from './home.ts';
import { job } from './job.ts';
import { leaver } from './leaver.ts';
import { matching } from './matching.ts';
import { notices } from './notices.ts';
import { past } from './past.ts';
import { person } from './person.ts';
import { pilot } from './pilot.ts';
import { runs } from './runs.ts';
import { settings } from './settings.ts';
import { waiting } from './waiting.ts';
import { wizard } from './wizard.ts';

/** The same keys, any text. */
type SameKeys<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]> };

export const zh: SameKeys<typeof en> = {
  app,
  bulk,
  canvas,
  connections,
  course,
  deeds,
  directory,
  edit,
  erase,
  first,
  forms,
  group,
  help,
  home,
  job,
  leaver,
  matching,
  notices,
  past,
  person,
  pilot,
  runs,
  settings,
  waiting,
  wizard,
};
