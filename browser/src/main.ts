// Where the portal begins.

import { App, type Screens } from "./app/app.ts";
import { startDesk } from "./app/worker.ts";
import { call } from "./desk/line.ts";
import { accessibility } from "./screens/accessibility.ts";
import { account } from "./screens/account.ts";
import { approve } from "./screens/approve.ts";
import { oneCase } from "./screens/case.ts";
import { cases } from "./screens/cases.ts";
import { contribute } from "./screens/contribute.ts";
import { enrol } from "./screens/enrol.ts";
import { house } from "./screens/house.ts";
import { caseVault, vault } from "./screens/house/vault.ts";
import { item } from "./screens/item.ts";
import { meeting } from "./screens/meeting.ts";
import { invite } from "./screens/meeting/invite.ts";
import { report } from "./screens/meeting/report.ts";
import { journal } from "./screens/journal.ts";
import { letters } from "./screens/letters.ts";
import { letter } from "./screens/letters/letter.ts";
import { question, write } from "./screens/letters/write.ts";
import { pack } from "./screens/pack.ts";
import { recover } from "./screens/recover.ts";
import { refer } from "./screens/refer.ts";
import { start } from "./screens/start.ts";
import { waiting } from "./screens/waiting.ts";
import { work } from "./screens/work.ts";

const screens: Screens = {
  start,
  recover,
  enrol,
  waiting,
  work,
  cases,
  refer,
  case: oneCase,
  contribute,
  meeting,
  approve,
  pack,
  item,
  letters,
  letter,
  question,
  write,
  invite,
  report,
  house,
  vault,
  caseVault,
  journal,
  account,
  accessibility,
};

const root = document.getElementById("portal");
if (root) {
  root.replaceChildren();
  new App(root, call(startDesk()), screens).start();
}
