// What a source looks like whose records are rows under a header that somebody else wrote.
import type { Label } from '../core/model.ts';

export interface TableRequest {
  /** At most so many. */
  readonly rows: number;
  readonly signal: AbortSignal;
}

export interface TableView {
  /** File, and sheet. */
  readonly where: string;
  /** `attribute` of people; null: nothing uses it. */
  readonly columns: readonly { readonly header: string; readonly attribute: string | null }[];
  /** What a column can be. */
  readonly offered: readonly { readonly attribute: string; readonly label: Label }[];
  /** Cells in the order of the columns; sensitive ones as dots. */
  readonly rows: readonly (readonly string[])[];
  /** The field of the configuration that says otherwise: attribute → header, "-" for none. */
  readonly setting: string;
}
