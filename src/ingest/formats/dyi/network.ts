/**
 * Whose export a folder of threads is, Facebook's or Instagram's: both have one layout, and had one root until 2023.
 *
 * What its own files say decides: the root that Meta names since 2023, in the path or in the media's addresses; then files
 * that only one of the networks has; then what threads are like; then the name of the zip or of a folder around.
 */
import path from "node:path";
import { type ExportEntry, peekEntry } from "../../archives/index.ts";
import { groupBy } from "../../group-by.ts";
import { spread } from "../../spread.ts";
import type { ThreadPlace } from "../format.ts";
import { type FoundPlace, findPlace, fullPath, separateChats } from "./place.ts";

/** The files of messages among the files of one archive. */
export function findThreadPlaces(entries: ExportEntry[]): Map<ExportEntry, ThreadPlace> {
  const places = new Map<ExportEntry, FoundPlace>();
  for (const entry of entries) {
    const place = findPlace(entry);
    if (place !== undefined) places.set(entry, place);
  }
  separateChats([...places.values()]);
  const networks = new Map<string, ThreadPlace["network"]>();
  const files = entries.map(fullPath);
  for (const [root, own] of groupBy([...places], ([, place]) => place.root))
    networks.set(root, networkOf(root, own, files));
  const known = [...places].map(([entry, place]): [ExportEntry, ThreadPlace] => {
    return [entry, { ...place, network: networks.get(place.root) as ThreadPlace["network"] }];
  });
  return new Map(known);
}

const instagramRoot = /(?:^|[/"])your_instagram_activity\//;
const facebookRoot = /(?:^|[/"])(?:your_facebook_activity|your_activity_across_facebook)\//;

/** Files that only one of the networks' exports has; sections that only Messenger has. */
const instagramFile =
  /(?:^|\/)(?:followers_and_following|account_information|login_and_account_creation|story_sticker_interactions|past_instagram_insights|instagram_[a-z_]+)\/|(?:^|\/)(?:connections|content)\/[a-z_]+\.json$|(?:^|\/)personal_information\/(?:personal_information\/)?personal_information\.json$|(?:^|\/)(?:liked_posts|post_comments_1|followers_1)\.json$/;
const facebookFile =
  /(?:^|\/)(?:profile_information|friends|friends_and_followers|about_you|facebook_[a-z_]+|archived_threads|filtered_threads|e2ee_cutover|stickers_used)\/|(?:^|\/)(?:autofill_information|secret_conversations)\.json$/;

function networkOf(root: string, own: [ExportEntry, FoundPlace][], files: string[]): ThreadPlace["network"] {
  if (instagramRoot.test(root)) return "instagram";
  if (facebookRoot.test(root)) return "facebook";
  const wrapper = root.replace(/messages\/$/, "");
  const around = files.filter((file) => file.startsWith(wrapper));
  const score =
    10 * (scoreOf(around, instagramFile) - scoreOf(around, facebookFile)) +
    sum(spread(own, maxLookedInto).map(([entry, place]) => likeness(entry, place)));
  if (score !== 0) return score > 0 ? "instagram" : "facebook";
  const names = `${root} ${own.map(([{ file, packed }]) => (packed === undefined ? "" : path.basename(file)))[0]}`;
  return /instagram/i.test(names) && !/facebook/i.test(names) ? "instagram" : "facebook";
}

function scoreOf(files: string[], pattern: RegExp): number {
  return files.some((file) => pattern.test(file)) ? 1 : 0;
}

const maxLookedInto = 40;
const headBytes = 1 << 15;

/** Above zero for what Instagram's threads are like, below for Messenger's. */
function likeness(entry: ExportEntry, { folder }: FoundPlace): number {
  let head = "";
  try {
    head = peekEntry(entry, headBytes).toString("latin1").replaceAll("\\/", "/");
  } catch {
    // Reading it whole says what is wrong.
  }
  return sum(signs.map(([pattern, weight]) => (pattern.test(head) ? weight : 0))) + likenessOfFolder(folder);
}

const signs: [RegExp, number][] = [
  [instagramRoot, 100],
  [facebookRoot, -100],
  // Links to posts are sent on Messenger too, but without their owner.
  [/"(?:original_content_owner|profile_share_username)"/, 3],
  [/"content"\s*:\s*"Liked a message"/, 2],
  [/"name"\s*:\s*"Instagram User"/i, 3],
  [
    /"(?:sticker|gifs|ip|users|bumped_message_metadata|sender_id_INTERNAL)"\s*:|"type"\s*:\s*"(?:Subscribe|Unsubscribe|Call)"/,
    -3,
  ],
  [/"name"\s*:\s*"Facebook User"/i, -3],
];

/** Instagram numbers its threads from 17… or 18… on; Messenger's had letters until 2021. */
function likenessOfFolder(folder: string): number {
  const [, id = ""] = /^[a-z0-9]*_(.+)$/.exec(folder) ?? [];
  if (/^(?:17[89]|18[0-3])\d{8,}$/.test(id)) return 1;
  return /^[A-Za-z0-9_-]{10,12}$/.test(id) && /[A-Z_-]/.test(id) ? -1 : 0;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
