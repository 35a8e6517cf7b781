// People whose ID number, which is sensitive, comes from the source and goes on into the app: as "note" in both.
import { plainDown, plainUp } from './plain-system.ts';

export const idNumberOf = (id: string): string => `11010119900101${id.padStart(4, '0')}`;

export const mappingWithIdNumber = {
  up: {
    ...plainUp(),
    person: [...plainUp().person!.filter((row) => row.target !== 'nickname'), { target: 'idNumber', field: 'note' }],
  },
  down: {
    ...plainDown(),
    person: [...plainDown().person!.filter((row) => row.target !== 'note'), { target: 'note', field: 'idNumber' }],
  },
};
