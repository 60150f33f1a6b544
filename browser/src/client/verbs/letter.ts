// Letters: writing, reading and answering them.
//
// An author uses `request`, `invite`, `minutesItem` with `minutesLetters`, or `message`; an addressee `listLetters`,
// `readLetter` and `reply`. How somebody wants to get them, `changeDelivery` says.

export type { Unread } from "./letter/answer.ts";
export { invite, mayInvite, type Inviting } from "./letter/invite.ts";
export { minutesItem, minutesLetters, type Person, type Reported, type Reporting } from "./letter/minutes.ts";
export {
  listLetters,
  readLetter,
  type LetterFile,
  type Letters,
  type ReadLetter,
  type ReceivedLine,
  type SentLine,
} from "./letter/read.ts";
export { answersTo, reply, type Answering } from "./letter/reply.ts";
export type { AnswerLine } from "./letter/said.ts";
export { attachedFiles, type GivenFile, type Sending, type SentLetter, type Written } from "./letter/send.ts";
export { ANSWER_WORDS, COPY_KEPT_BACK, failureWords, KIND_WORDS, STATE_WORDS } from "./letter/words.ts";
export {
  changeDelivery,
  deliveryNow,
  message,
  request,
  type Along,
  type Asking,
  type Writing,
} from "./letter/write.ts";
