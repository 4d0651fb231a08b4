/** Whether a process of this machine runs; one of another user's counts. */
export function isRunning(pid: number): boolean {
  // 0 and below would ask about groups of processes.
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
