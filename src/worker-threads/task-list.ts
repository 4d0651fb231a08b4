/** Tasks that worker threads take one by one, without asking each other: one at work would answer late. */
export interface TaskList<Task> {
  readonly tasks: readonly Task[];
  /** One number, in shared memory: the index of the next task. */
  readonly next: Int32Array;
}

export function createTaskList<Task>(tasks: readonly Task[]): TaskList<Task> {
  return { tasks, next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
}

/** Takes tasks, with their indices, until none is left. */
export function* takeTasks<Task>({ tasks, next }: TaskList<Task>): Generator<[index: number, task: Task]> {
  for (let index = Atomics.add(next, 0, 1); index < tasks.length; index = Atomics.add(next, 0, 1))
    yield [index, tasks[index] as Task];
}

/** Leaves nothing to take. */
export function emptyTaskList({ tasks, next }: TaskList<unknown>): void {
  Atomics.store(next, 0, tasks.length);
}
