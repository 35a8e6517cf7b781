// A question and the page of the run it comes from name one number for what was read.
import { expect, it } from 'vitest';
import { shownBy } from './shown-by.ts';

it('counts as the run does, and a record that could not be read beside it', () => {
  expect(shownBy('person', 286, { counts: { read: 310, 'read.person': 285, 'read.department': 25, unreadable: 1 } })).toEqual({
    objects: 285,
    unreadable: 1,
  });
});

it('says what was seen at the time where the run is no longer kept, or has read nothing of it', () => {
  expect(shownBy('person', 286, undefined)).toEqual({ objects: 286, unreadable: 0 });
  expect(shownBy('person', 0, { counts: {} })).toEqual({ objects: 0, unreadable: 0 });
});
