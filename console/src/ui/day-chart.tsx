// Numbers by day as bars or a line, drawn as plain SVG, with the same numbers as a table for whoever cannot see or wants to copy them.
import { useId } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { useNarrow } from './narrow.ts';
import styles from './day-chart.module.css';

export interface Series {
  readonly name: string;
  /** Besides its colour each has a pattern, so that nobody must tell colours apart. */
  readonly look: 'new' | 'changed' | 'off' | 'gone' | 'other';
  /** One for each day; null: nothing was measured. */
  readonly values: readonly (number | null)[];
}

interface DayChartProps {
  readonly title: string;
  readonly about: string;
  /** YYYY-MM-DD */
  readonly days: readonly string[];
  readonly series: readonly Series[];
  /** bars: stacked, from zero. line: between the smallest and the largest. */
  readonly as: 'bars' | 'line';
  readonly show?: (value: number) => string;
}

/** In units of the picture, which fills its place: on a phone fewer, so that its letters stay as large as others. */
const WIDTHS = { wide: 640, narrow: 350 } as const;
const HEIGHT = 190;
const LEFT = 58;
const BOTTOM = 22;
const TOP = 8;
const TICKS = 4;
const LABELS = { wide: 6, narrow: 4 } as const;

/** A round number at or above. */
function roundUp(value: number): number {
  if (value <= TICKS) return TICKS;
  const step = 10 ** Math.floor(Math.log10(value / TICKS));
  const steps = [1, 2, 2.5, 5, 10].map((times) => times * step * TICKS);
  return steps.find((top) => top >= value) ?? value;
}

export function DayChart({ title, about, days, series, as, show }: DayChartProps) {
  const { t, language } = useWords();
  const id = useId();
  const says = show ?? ((value: number): string => value.toLocaleString(language));
  const dayOf = (day: string): string =>
    new Date(`${day}T00:00:00Z`).toLocaleDateString(language, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const known = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const totals = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0));
  const isEmpty = known.every((value) => value === 0);
  const top = roundUp(Math.max(0, ...(as === 'bars' ? totals : known)));
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const room = useNarrow() ? 'narrow' : 'wide';
  const width = WIDTHS[room];
  const slot = (width - LEFT) / days.length;
  const x = (day: number): number => LEFT + slot * day;
  const every = Math.ceil(days.length / LABELS[room]);
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption id={id} className={styles.caption}>
        <b>{title}</b>
        <span>{about}</span>
      </figcaption>
      {isEmpty ? (
        <p className={styles.empty}>{t('course.nothing')}</p>
      ) : (
        <>
          <svg viewBox={`0 0 ${width} ${HEIGHT}`} className={styles.picture} aria-hidden>
            <defs>
              <pattern id={`${id}-hatch`} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="5" height="5" fill="var(--bad)" />
                <line x1="0" y1="0" x2="0" y2="5" stroke="var(--paper)" strokeWidth="2.4" />
              </pattern>
              <pattern id={`${id}-dots`} width="5" height="5" patternUnits="userSpaceOnUse">
                <rect width="5" height="5" fill="var(--warn)" />
                <circle cx="2.5" cy="2.5" r="1.1" fill="var(--paper)" />
              </pattern>
            </defs>
            {Array.from({ length: TICKS + 1 }, (_, tick) => (top / TICKS) * tick).map((value) => (
              <g key={value}>
                <line x1={LEFT} x2={width} y1={y(value)} y2={y(value)} className={styles.rule} />
                <text x={LEFT - 8} y={y(value) + 4} textAnchor="end" className={styles.tick}>
                  {says(value)}
                </text>
              </g>
            ))}
            {days.map((day, index) =>
              index % every === 0 ? (
                <text key={day} x={x(index) + slot / 2} y={HEIGHT - 5} textAnchor="middle" className={styles.tick}>
                  {dayOf(day)}
                </text>
              ) : null,
            )}
            {as === 'line'
              ? series.map((one) => <Line key={one.name} {...one} x={(day) => x(day) + slot / 2} y={y} />)
              : days.map((day, index) => <Stack key={day} series={series} day={index} x={x(index)} width={slot} y={y} id={id} />)}
            {days.map((day, index) => (
              <rect key={day} x={x(index)} y={TOP} width={slot} height={HEIGHT - TOP - BOTTOM} className={styles.day}>
                <title>
                  {[dayOf(day), ...series.map(({ name, values }) => `${name}: ${values[index] == null ? '–' : says(values[index])}`)].join(
                    '\n',
                  )}
                </title>
              </rect>
            ))}
          </svg>
          {series.length > 1 && (
            <ul className={styles.legend} aria-hidden>
              {series.map(({ name, look }) => (
                <li key={name}>
                  <svg width="14" height="14">
                    <rect width="14" height="14" rx="3" fill={fillOf(look, id)} />
                  </svg>
                  {name}
                </li>
              ))}
            </ul>
          )}
          <details className={styles.table}>
            <summary>{t('course.asTable')}</summary>
            <div className={styles.box} tabIndex={0} role="region" aria-label={title}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t('course.day')}</th>
                    {series.map(({ name }) => (
                      <th key={name} scope="col">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {days.map((day, index) => (
                    <tr key={day}>
                      <th scope="row">{dayOf(day)}</th>
                      {series.map(({ name, values }) => (
                        <td key={name}>{values[index] == null ? '–' : says(values[index])}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </figure>
  );
}

const colours = { new: 'good', changed: 'busy', off: 'warn', gone: 'bad', other: 'still' } as const;

const fillOf = (look: Series['look'], id: string): string =>
  look === 'gone' ? `url(#${id}-hatch)` : look === 'off' ? `url(#${id}-dots)` : `var(--${colours[look]})`;

/** A day between two without a measure is a point by itself. */
function Line({ look, values, x, y }: Series & { readonly x: (day: number) => number; readonly y: (value: number) => number }) {
  const colour = `var(--${colours[look]})`;
  const points = values.flatMap((value, day) => (value === null ? [] : [{ day, at: `${x(day)},${y(value)}`, value }]));
  return (
    <g stroke={colour}>
      <polyline
        className={styles.line}
        strokeDasharray={look === 'off' ? '5 4' : undefined}
        points={points.map(({ at }) => at).join(' ')}
      />
      {points.length <= MOST_POINTS &&
        points.map(({ day, value }) => (
          <circle key={day} cx={x(day)} cy={y(value)} r={3} fill={look === 'off' ? 'var(--paper)' : colour} />
        ))}
    </g>
  );
}

const MOST_POINTS = 31;
const GAP = 0.18;

function Stack({
  series,
  day,
  x,
  width,
  y,
  id,
}: {
  readonly series: readonly Series[];
  readonly day: number;
  readonly x: number;
  readonly width: number;
  readonly y: (value: number) => number;
  readonly id: string;
}) {
  let below = 0;
  return series.map(({ name, look, values }) => {
    const value = values[day] ?? 0;
    if (value === 0) return null;
    const from = below;
    below += value;
    // However small, it is seen.
    const height = Math.max(1.5, y(from) - y(below));
    return (
      <rect key={name} x={x + (width * GAP) / 2} y={y(from) - height} width={width * (1 - GAP)} height={height} fill={fillOf(look, id)} />
    );
  });
}
