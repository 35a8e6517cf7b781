// Interface texts in English, one file per room of the console. The Chinese ones have the same keys: their types say so.
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

export const en = {
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
