import { formatPlural } from "../../../terminal.ts";
import { hasLink } from "../../replies/index.ts";
import { draftModal } from "../rules/index.ts";
import { type BotCommand, slashCommand } from "./interactions/index.ts";

const gone = "That draft is not waiting any more. A restart drops drafts.";

/** What waits for an admin before it is said, and the buttons beneath it. */
export const drafts: BotCommand = {
  data: slashCommand("drafts", "How many drafts wait for you").toJSON(),
  audience: "admins",
  isPrivate: true,
  run(_, { rules: { approvals } }) {
    if (!approvals.areOn) return "I say what I have to say without asking you first.";
    const { count } = approvals;
    return count === 0
      ? "No draft waits for you."
      : `${formatPlural(count, "draft")} in your hands: send, edit or drop.`;
  },
  press(_, [action, id = ""], { rules: { approvals } }) {
    const bubbles = approvals.draftOf(id);
    if (bubbles === undefined) return gone;
    if (action === "edit") return { modal: draftModal(id, bubbles) };
    if (action === "send") approvals.send(id);
    else approvals.drop(id);
    return action === "send" ? "It is being sent." : "Dropped.";
  },
  submit({ fields }, [id = ""], { rules: { approvals } }) {
    const lines = fields
      .getTextInputValue("words")
      .split("\n")
      .filter((line) => line.trim() !== "");
    if (lines.length === 0) return "There is nothing in it. To say nothing, drop it.";
    if (hasLink(lines.join("\n")))
      return "There is a link in it, and I never send any. The draft still waits.";
    return approvals.send(id, lines) ? "It is being sent." : gone;
  },
};
