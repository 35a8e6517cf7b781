// What a connection keeps between processes, and how several of them do a thing once.

/** What one worker sets, the next `get` of any worker shows. */
export interface ConnectionMemory {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  /**
   * Carries the work out while no other worker is at it for the same key; the others wait, some seconds at most. What is got once,
   * for all, goes in here: look first whether somebody else has set it meanwhile. Missing: there is no other.
   */
  alone?<T>(key: string, work: () => Promise<T>): Promise<T>;
}
