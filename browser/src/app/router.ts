// Where in the portal somebody is: the part of the address behind `#`, which is never sent anywhere. It holds ids and
// case numbers, never a secret, and never what something is about.

/** A place, and what it is about. */
export type Place =
  | { name: "start" }
  | { name: "enrol" }
  | { name: "waiting" }
  | { name: "recover" }
  | { name: "work" }
  | { name: "cases" }
  | { name: "refer" }
  | { name: "case"; number: string }
  | { name: "contribute"; number: string }
  | { name: "item"; number: string; item: string }
  | { name: "meeting"; number: string }
  | { name: "approve"; number: string }
  | { name: "pack"; number: string }
  | { name: "letters" }
  | { name: "letter"; number: string; letter: string }
  | { name: "question"; number: string }
  | { name: "write"; number: string }
  | { name: "invite"; number: string; roster: string }
  | { name: "report"; number: string; roster: string }
  | { name: "house" }
  | { name: "vault" }
  | { name: "caseVault"; number: string }
  | { name: "journal" }
  | { name: "account" }
  | { name: "accessibility" };

export type PlaceName = Place["name"];

/** Each place's path; `:number` and `:item` stand for what it is about. */
const PATHS: Record<PlaceName, string> = {
  start: "",
  enrol: "sleutels-maken",
  waiting: "wachten",
  recover: "herstellen",
  work: "werk",
  cases: "casussen",
  refer: "aanmelden",
  case: "casus/:number",
  contribute: "casus/:number/bijdragen",
  item: "casus/:number/stuk/:item",
  meeting: "casus/:number/overleg",
  approve: "casus/:number/akkoord",
  pack: "casus/:number/pakket",
  letters: "berichten",
  letter: "casus/:number/bericht/:letter",
  question: "casus/:number/vraag",
  write: "casus/:number/bericht",
  invite: "casus/:number/overleg/:roster/uitnodigen",
  report: "casus/:number/overleg/:roster/verslag",
  house: "huis",
  vault: "huis/kluis",
  caseVault: "casus/:number/kluis",
  journal: "logboek",
  account: "sleutels",
  accessibility: "toegankelijkheid",
};

/** Where one can be without having unlocked. */
const OPEN: readonly PlaceName[] = ["start", "enrol", "waiting", "recover", "accessibility"];

export function isOpen({ name }: Place): boolean {
  return OPEN.includes(name);
}

/** A place that has others below it. */
type Above = Extract<Place, { name: "start" | "work" | "cases" | "letters" | "case" | "meeting" | "house" }>;

/** The place that this one is a part of; nothing where it stands beside the others. */
export function above(place: Place): Above | undefined {
  switch (place.name) {
    case "enrol":
    case "recover":
      return { name: "start" };
    case "case":
      return { name: "cases" };
    case "letter":
      return { name: "letters" };
    case "vault":
      return { name: "house" };
    case "invite":
    case "report":
      return { name: "meeting", number: place.number };
    case "contribute":
    case "item":
    case "meeting":
    case "approve":
    case "pack":
    case "question":
    case "write":
    case "caseVault":
      return { name: "case", number: place.number };
    default:
      return undefined;
  }
}

/** The address of a place, to stand in a link. */
export function address(place: Place): string {
  const about = place as unknown as Record<string, string>;
  const path = PATHS[place.name].replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(about[key] ?? ""));
  return `#/${path}`;
}

/** The place that an address names; the start where it names none. */
export function placeOf(hash: string): Place {
  const parts = hash.replace(/^#\/?/, "").split("/").map(decoded);
  for (const [name, path] of Object.entries(PATHS)) {
    const found = matched(path.split("/"), parts);
    if (found) return { name, ...found } as Place;
  }
  return { name: "start" };
}

function matched(shape: string[], parts: string[]): Record<string, string> | undefined {
  if (shape.length !== parts.length) return undefined;
  const about: Record<string, string> = {};
  for (const [index, wanted] of shape.entries()) {
    const part = parts[index] ?? "";
    if (wanted.startsWith(":")) about[wanted.slice(1)] = part;
    else if (wanted !== part) return undefined;
  }
  return about;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
