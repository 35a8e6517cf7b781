// The line that a terminal shows while a run goes on: a bar, the stage, the count, the rate and what is left.
import { expect, it } from 'vitest';
import { drawer } from './progress.ts';

function watching(expected: number | null, language: 'en' | 'zh' = 'en') {
  const lines: string[] = [];
  let at = 0;
  const draw = drawer({ redraw: (line) => void lines.push(line), say: (label) => label[language] }, expected, () => at);
  return (afterMs: number, stage: string, done = 0, total: number | null = null): string => {
    at += afterMs;
    draw({ run: 1, stage, done, total });
    return lines.at(-1)!;
  };
}

it('grows with every stage, and is full at the last', () => {
  const see = watching(null);
  expect(see(0, 'open')).toBe('█░░░░░░░░░  opening');
  expect(see(0, 'read')).toBe('██░░░░░░░░  reading the source');
  expect(see(0, 'guard')).toBe('██████░░░░  checking limits');
  expect(see(0, 'match')).toBe('██████░░░░  looking for likely pairs');
  expect(see(0, 'close')).toBe('██████████  closing');
});

it('says how many, how fast and how long still, from what the run knows or the last complete read had', () => {
  const see = watching(4000);
  see(0, 'read');
  expect(see(100, '', 500)).toBe('██░░░░░░░░  reading the source  500 / 4,000');
  expect(see(900, '', 1000)).toBe('██░░░░░░░░  reading the source  1,000 / 4,000  1,000/s  left 3.0 s');
  expect(see(3500, '', 4500)).toBe('██░░░░░░░░  reading the source  4,500 / 4,000  1,000/s');
  // The rate is that of the stage; a total of the run itself comes before what was expected of the read.
  see(0, 'apply');
  expect(see(10_000, '', 200, 12_200)).toBe('████████░░  writing  200 / 12,200  20/s  left 10 min 0 s');
});

it('forecasts nothing where no total is known, and speaks Chinese', () => {
  const see = watching(null, 'zh');
  see(0, 'read');
  expect(see(1000, '', 1000)).toBe('██░░░░░░░░  读取源系统  1,000  1,000/s');
  expect(see(0, '', 1000, 3000)).toBe('██░░░░░░░░  读取源系统  1,000 / 3,000  1,000/s  剩余 2.0 s');
});
