// The mail of a letter (RFC 5322, 3156, 9788): what it says, and the one form in which it goes over the wire.
//
// There is one spelling: reading means to read strictly, write again, and refuse what differs. So two programs can't
// read one mail in two ways, and none of the shapes in which mail programs mix what is sealed with what is not (EFAIL)
// can exist here. Programs that are not ours read it as any mail.

export { BadLetter, type BadLetterCode } from "./mime/bad.ts";
export { type Calendar, calendarText, MAX_SEQUENCE, meetingUid, readCalendar } from "./mime/calendar.ts";
export {
  type Attachment,
  houseAddress,
  hubOf,
  type Mailbox,
  MAX_ATTACHED,
  MAX_ATTACHMENTS,
  MAX_MAIL,
  MAX_SUBJECT,
  MAX_TEXT,
  type Media,
  mediaOfName,
  type Message,
  type MessageId,
  messageId,
  newMessageId,
} from "./mime/message.ts";
export {
  clearNotice,
  openNotice,
  readClearNotice,
  requireSealedNotice,
  sealedNotice,
} from "./mime/notice.ts";
export { type Outer, readOuter, SUBJECT } from "./mime/outer.ts";
export { type Author, open, requireSealed, seal } from "./mime/seal.ts";
