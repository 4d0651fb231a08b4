export { fromFailure, type ThreadFailure, toFailure } from "./failure.ts";
