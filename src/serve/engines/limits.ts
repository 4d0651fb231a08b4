/** What every engine keeps to, so that a persona is the same wherever its replies are computed. */

/** Ids of a prompt and its reply: a longer context costs memory for each conversation, and chats seldom fill it. */
export const maxContext = 2048;

/** Ids that a draw is made from before `topP` cuts it: sorting all 50,257 costs 13 ms a token, these under 1 ms. */
export const likeliest = 200;

/** Ids that one reply may draw in vain. A server is asked again for each of them. */
export const maxTakenBack = 24;
