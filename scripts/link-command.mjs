// Makes `npx persona` run this checkout: npm links the commands of dependencies, not a project's own, and the
// name `persona` in the registry belongs to somebody else.
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

chmodSync(inProject("dist/cli.js"), 0o755);
mkdirSync(inProject("node_modules/.bin"), { recursive: true });
rmSync(inProject("node_modules/.bin/persona"), { force: true });
symlinkSync("../../dist/cli.js", inProject("node_modules/.bin/persona"));
