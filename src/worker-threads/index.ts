export { answerTasks, type DoTask } from "./answer-tasks.ts";
export { type Work, WorkerPool } from "./pool.ts";
