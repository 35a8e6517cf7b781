// How much work something is, without a clock on the wall: processor time of this thread beside that of a floor.

/** Milliseconds this thread was busy; what others do on the machine does not count. */
export async function busyMs(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** The best of three: what the work takes once it is warm. */
export async function warmMs(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn++) times.push(await busyMs(work));
  return Math.min(...times);
}
