// Where a hub can be: its name is what people were given on paper, so nothing else will do.

import type { HubName } from "../../protocol/id.ts";
import { HomeError } from "./error.ts";

/** The address must be the hub's own name, over https; over plain http only on this machine, as `localhost`. */
export function requireAddress(url: URL, hub: HubName): URL {
  const isScheme = url.protocol === "https:" || (url.protocol === "http:" && hub === "localhost");
  const isPlain = url.href === `${url.origin}/`;
  if (isScheme && isPlain && url.hostname === hub) return url;
  throw new HomeError({ kind: "wrong-address", url: url.href, hub });
}
