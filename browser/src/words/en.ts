// What people read, in plain English: the same words as `nl.ts`.

import type { Words } from "./nl.ts";

export const en: Words = {
  name: "Zegel",
  skip: "To the content",
  language: { label: "Language", other: "Nederlands", otherTag: "nl" },
  look: { label: "Look", auto: "As the device", light: "Light", dark: "Dark" },
  places: {
    label: "Places",
    work: "My work",
    refer: "Refer a case",
    letters: "Letters",
    house: "House",
    journal: "Journal",
    account: "My keys",
  },
  foot: {
    accessibility: "Accessibility",
    bundle: (digest) => `These pages: ${digest}`,
    lock: "Lock",
  },
  wait: "One moment…",
  again: "Try again",
  back: "Back",
  cancel: "Don't",
  errors: {
    title: (count) => (count === 1 ? "One thing is not right yet" : `${count} things are not right yet`),
    offline: "There is no connection. What you filled in stays. We try again as soon as the connection is back.",
    unknown: "Something went wrong in this program. Nothing was sent. Load the page again and try once more.",
    code: (code) => `Code: ${code}`,
  },
  start: {
    title: "Sign in",
    intro: "Zegel encrypts in your browser. Only you, and whom you approve, can read what you contribute. The hub can't.",
    unlock: "Sign in with your passkey",
    unlockHelp: "Your device asks for your fingerprint, face or PIN.",
    withCode: "Sign in with your recovery code",
    newHere: "New here?",
    newHereHelp: "You need a paper slip from the house.",
    enrol: "Make keys with a slip",
    noPasskey: "This browser has no passkeys that Zegel can use. You sign in with your recovery code.",
  },
  accessibility: {
    title: "Accessibility",
    intro: "Everyone must be able to use Zegel. We follow WCAG 2.2, level AA, and check every screen at every change.",
    done: "What we do",
    points: [
      "Everything works with the keyboard alone.",
      "Every part has a name for who uses a screen reader.",
      "Colour is never the only sign: there is always text with it.",
      "Everything stays readable at 200 % and on a narrow screen.",
      "Who wants less motion gets no motion.",
    ],
    limits: "What could be better",
    limitsText:
      "An item that somebody contributes is shown as it is: a screen reader can't read a scan without text. Ask the supplier for the text.",
    contact: "Does something not work for you? Call the house. The number is on your slip.",
  },
};
