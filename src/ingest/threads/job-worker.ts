/** A worker thread that runs thread jobs. */
import { answerTasks } from "../../worker-threads/index.ts";
import { openJobs } from "./thread-job.ts";

answerTasks(openJobs);
