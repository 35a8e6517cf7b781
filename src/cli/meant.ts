// Which of some names a mistyped one was meant to be.

/** The nearest name, when at most two letters (one of a short word) were left out, added, changed or swapped with their neighbour. */
export function meant(word: string, names: readonly string[]): string | null {
  const near = names.map((name) => ({ name, far: distance(word, name) })).toSorted((a, b) => a.far - b.far)[0];
  return near && near.far <= (word.length < 5 ? 1 : 2) ? near.name : null;
}

/** Optimal string alignment. @see https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : Infinity;
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, changed, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
