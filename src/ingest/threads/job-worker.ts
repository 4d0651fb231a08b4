/** A worker thread that runs thread jobs. */
import { answerTasks } from "../../worker-threads/index.ts";
import { createJobRunner } from "./thread-job.ts";

answerTasks(createJobRunner);
