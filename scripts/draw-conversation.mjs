// Draws docs/discord-conversation.json as Discord shows it, into docs/discord-light.png and docs/discord-dark.png.
//
//     node scripts/draw-conversation.mjs [chromium]
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { rolldown } from "rolldown";

/** The components leave as much room above a message that goes on as above one that begins; Discord does not. */
const style = "body { margin: 0; font-family: sans-serif } .goes-on { margin: -2px 0 0 3px }";
const inDocs = (name) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
const persona = { name: "Inês", colour: "#eb459e" };
const friend = { colour: "#5865f2" };

/** A browser resolves no package names. */
async function bundleOf(packageName) {
  const bundle = await rolldown({ input: fileURLToPath(import.meta.resolve(packageName)) });
  const { output } = await bundle.generate({ format: "iife", name: "components" });
  return output[0].code;
}

/** A disc with an initial, since the components' own pictures lie on Discord's servers. */
function avatarOf(name, colour) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="${colour}"/>
<text x="20" y="27" font-family="sans-serif" font-size="20" fill="#fff" text-anchor="middle">${name[0]}</text></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

/** Runs in the page: words become text nodes, and never markup. */
function show({ turns, isLight }) {
  const list = document.createElement("discord-messages");
  list.lightTheme = isLight;
  list.noBackground = false;
  for (const { from, at, avatar, isBot, bubbles } of turns) {
    bubbles.forEach((words, index) => {
      const message = document.createElement("discord-message");
      Object.assign(message, { author: from, avatar, bot: isBot, timestamp: at, messageBodyOnly: index > 0 });
      message.className = index > 0 ? "goes-on" : "";
      message.append(words);
      list.append(message);
    });
  }
  document.body.replaceChildren(list);
}

const conversation = JSON.parse(await readFile(inDocs("discord-conversation.json"), "utf8"));
const turns = conversation.map((turn) => {
  const isBot = turn.from === persona.name;
  return { ...turn, isBot, avatar: avatarOf(turn.from, isBot ? persona.colour : friend.colour) };
});
const components = await bundleOf("@skyra/discord-components-core");
const browser = await chromium.launch({
  executablePath: process.argv[2] ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const [name, isLight] of Object.entries({ light: true, dark: false })) {
  const page = await browser.newPage({ viewport: { width: 560, height: 300 }, deviceScaleFactor: 2 });
  await page.setContent(`<!doctype html><style>${style}</style><body></body>`);
  await page.addScriptTag({ content: components });
  await page.evaluate(show, { turns, isLight });
  await page.locator("discord-messages").screenshot({ path: inDocs(`discord-${name}.png`) });
}
await browser.close();
