// What stands where a sealed text can't be read. That there is one is proven: what the hub keeps back must not look as
// if there was nothing.

import { nothing } from "lit-html";

import type { App } from "../app/app.ts";
import type { Unread } from "../client/verbs/letter/answer.ts";
import type { Words } from "../words/nl.ts";
import { alert, type Content } from "./parts.ts";

/** Why it is not there; nothing where it is for others. */
export function unreadView(app: App, what: keyof Words["unread"], unread: Unread | undefined): Content {
  if (unread === undefined || unread === "not-for-you") return nothing;
  return alert("error", app.words.unread[what][unread]);
}
