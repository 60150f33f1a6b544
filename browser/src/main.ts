// Where the portal begins.

import { App, type Screens } from "./app/app.ts";
import { startDesk } from "./app/worker.ts";
import { call } from "./desk/line.ts";
import { accessibility } from "./screens/accessibility.ts";
import { approve } from "./screens/approve.ts";
import { oneCase } from "./screens/case.ts";
import { cases } from "./screens/cases.ts";
import { enrol } from "./screens/enrol.ts";
import { house } from "./screens/house.ts";
import { item } from "./screens/item.ts";
import { pack } from "./screens/pack.ts";
import { recover } from "./screens/recover.ts";
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
  case: oneCase,
  approve,
  pack,
  item,
  house,
  accessibility,
};

const root = document.getElementById("portal");
if (root) {
  root.replaceChildren();
  new App(root, call(startDesk()), screens).start();
}
