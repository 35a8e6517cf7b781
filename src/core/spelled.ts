// Numbers in sentences.

/** 96,269: as both languages write it. */
export const spelled = (count: number): string => count.toLocaleString('en-US');
