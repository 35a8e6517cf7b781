// What the simulated tenant has agreed with the vendor: product, verification, seats, calls, and how much of everything it may have.
// Dials, so that a limit is tried without thirty thousand departments.

export interface Terms {
  /** Lark takes no mainland numbers (44018). */
  brand: 'feishu' | 'lark';
  /** A tenant that nobody has verified takes mainland numbers only (44019), and a hundred people. */
  verified: boolean;
  /** Ids of seat licences, where there are several: each new account names some of them (44046). */
  licences: readonly string[];
  /** Accounts at most (44023). */
  seats: number;
  /**
   * Calls that are left until the month ends (99991403), as a basic edition has them.
   * @see https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
   */
  callsLeft: number;
  /** @see https://open.feishu.cn/document/server-docs/contact-v3/department/create */
  mostDepartments: number;
  mostMembers: number;
}

const UNVERIFIED_SEATS = 100;

export const usualTerms = (): Terms => ({
  brand: 'feishu',
  verified: true,
  licences: [],
  seats: Infinity,
  callsLeft: Infinity,
  mostDepartments: 30_000,
  mostMembers: 10_000,
});

export const seatsOf = ({ verified, seats }: Terms): number => (verified ? seats : Math.min(seats, UNVERIFIED_SEATS));
