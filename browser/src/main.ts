// Where the portal begins.

import { App, type Screens } from "./app/app.ts";
import { accessibility } from "./screens/accessibility.ts";
import { start } from "./screens/start.ts";

const screens: Screens = { start, accessibility };

const root = document.getElementById("portal");
if (root) {
  root.replaceChildren();
  new App(root, screens).start();
}
