export { button, buttonRow, text } from "./components.ts";
