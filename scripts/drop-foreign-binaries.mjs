// onnxruntime-node carries its binaries for every platform: 240 MB of them can never run here.
import { existsSync, readdirSync, rmSync } from "node:fs";

const binaries = new URL("../node_modules/onnxruntime-node/bin/napi-v6/", import.meta.url);
keepOnly(process.platform, binaries);
keepOnly(process.arch, new URL(`${process.platform}/`, binaries));

function keepOnly(kept, folder) {
  if (!existsSync(new URL(kept, folder))) return;
  for (const name of readdirSync(folder)) {
    if (name !== kept) rmSync(new URL(name, folder), { recursive: true });
  }
}
