import { type Discord, guildOf, ok, type Routes } from "../discord.ts";
import { refusals } from "../errors.ts";
import {
  channelPayload,
  guildBasics,
  memberPayload,
  memberWithUser,
  rolePayload,
  userPayload,
} from "../payloads.ts";
import { ids, type Member } from "../world.ts";

export const accountRoutes: Routes = {
  "GET /gateway/bot": (_request, { settings }) =>
    ok({
      url: `ws://${settings.address}`,
      shards: 1,
      session_start_limit: { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 },
    }),

  "GET /users/@me": (_request, discord) => ok(ownAccount(discord)),

  "PATCH /users/@me": ({ body }, discord) => {
    const account = discord.world.account(ids.bot);
    if (body.username !== undefined) account.username = body.username;
    if (body.avatar !== undefined) account.avatar = hashOf(discord, body.avatar);
    discord.gateway.dispatch("USER_UPDATE", userPayload(account));
    return ok(ownAccount(discord));
  },

  "GET /users/{user_id}": ({ parameters }, { world }) => {
    const account = world.accounts.get(parameters.user_id ?? "");
    if (account === undefined) throw refusals.unknownUser();
    return ok(userPayload(account));
  },

  "POST /users/@me/channels": ({ body }, { world }) => {
    if (!world.accounts.has(body.recipient_id)) throw refusals.unknownUser();
    return ok(channelPayload(world, world.directWith(body.recipient_id)));
  },

  "GET /applications/@me": (_request, discord) => ok(application(discord)),
  "PATCH /applications/@me": ({ body }, discord) => {
    discord.world.aboutApplication = body.description;
    return ok(application(discord));
  },
  "GET /oauth2/applications/@me": (_request, discord) => ok(application(discord)),

  "GET /guilds/{guild_id}": ({ parameters }, discord) =>
    ok(guildBasics(guildOf(discord, parameters.guild_id))),

  "GET /guilds/{guild_id}/channels": ({ parameters }, discord) => {
    const { id } = guildOf(discord, parameters.guild_id);
    const channels = [...discord.world.channels.values()].filter(({ guildId }) => guildId === id);
    return ok(
      channels.filter(({ thread }) => !thread).map((channel) => channelPayload(discord.world, channel)),
    );
  },

  "GET /guilds/{guild_id}/roles": ({ parameters }, discord) =>
    ok([...guildOf(discord, parameters.guild_id).roles.values()].map(rolePayload)),

  "GET /guilds/{guild_id}/members/{user_id}": ({ parameters }, discord) =>
    ok(memberWithUser(discord.world, memberOf(discord, parameters))),

  "GET /guilds/{guild_id}/members": ({ parameters }, discord) => {
    const { members } = guildOf(discord, parameters.guild_id);
    return ok([...members.values()].map((member) => memberWithUser(discord.world, member)));
  },

  /** The bot's own profile in one server. */
  "PATCH /guilds/{guild_id}/members/@me": ({ parameters, body }, discord) => {
    const member = memberOf(discord, { ...parameters, user_id: ids.bot });
    if (body.nick !== undefined) member.nick = body.nick === "" ? null : body.nick;
    if (body.avatar !== undefined) member.avatar = hashOf(discord, body.avatar);
    if (body.banner !== undefined) member.banner = hashOf(discord, body.banner);
    if (body.bio !== undefined) member.bio = body.bio === "" ? null : body.bio;
    const user = userPayload(discord.world.account(ids.bot));
    discord.gateway.dispatch("GUILD_MEMBER_UPDATE", {
      guild_id: parameters.guild_id,
      ...memberPayload(member),
      user,
    });
    return ok(memberWithUser(discord.world, member));
  },
};

function memberOf(discord: Discord, parameters: Record<string, string>): Member {
  const member = guildOf(discord, parameters.guild_id).members.get(parameters.user_id ?? "");
  if (member === undefined) throw refusals.unknownMember();
  return member;
}

/** A picture comes as a data URI, and goes by its hash. */
function hashOf({ world }: Discord, picture: string | null): string | null {
  if (picture === null) return null;
  if (!/^data:image\/(png|jpeg|gif|webp);base64,/.test(picture)) throw refusals.invalidForm();
  return BigInt(world.newId()).toString(16).padStart(32, "0");
}

function ownAccount({ world }: Discord) {
  return {
    ...userPayload(world.account(ids.bot)),
    mfa_enabled: false,
    locale: "en-US",
    verified: true,
    email: null,
  };
}

function application({ world, settings }: Discord) {
  const contentFlag = settings.hasMessageContentIntent ? 1 << 19 : 0;
  return {
    id: ids.bot,
    name: "Ana",
    icon: null,
    description: world.aboutApplication,
    type: null,
    flags: contentFlag,
    flags_new: String(contentFlag),
    bot: userPayload(world.account(ids.bot)),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: userPayload(world.account(ids.owner)),
    approximate_guild_count: world.guilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
    integration_types_config: { "0": {}, "1": {} },
  };
}
