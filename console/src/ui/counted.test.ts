// How many people and departments a run has read and written: seventy are told as sixty and ten.
import { expect, it } from 'vitest';
import { readOfEach, writtenOfEach } from './counted.ts';

const counts = {
  read: 70,
  'read.person': 60,
  'read.department': 10,
  'read.group': 0,
  applied: 70,
  'applied.create': 69,
  'applied.create.person': 59,
  'applied.create.department': 10,
  'applied.link.person': 1,
};

it('tells how many of each type were read, and written in whatever way', () => {
  const each = [
    { type: 'person', count: 60 },
    { type: 'department', count: 10 },
  ];
  expect(readOfEach(counts)).toEqual(each);
  expect(writtenOfEach(counts)).toEqual(each);
});

it('tells nothing of types where somebody has several changes, so that nobody is counted twice', () => {
  expect(writtenOfEach({ ...counts, applied: 80, 'objects.applied': 70 })).toEqual([]);
});
