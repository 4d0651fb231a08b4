import { execa } from "execa";

/** Some tests start the command as people do: it is built from the sources that they test. */
export default async function build(): Promise<void> {
  await execa("npm", ["run", "build"]);
}
