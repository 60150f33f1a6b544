// The people of the twelve stories, the case that they are about, and what may be nowhere but with its readers.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

import { KeyBundle } from "../../../src/client/secret.ts";
import { digest, type Digest } from "../../../src/protocol/id.ts";
import { openFile, SealingKey } from "../../../src/protocol/seal.ts";
import { Cast } from "../../support/cast.ts";
import { House, type Person } from "../../support/house.ts";
import { Tap } from "../../support/tap.ts";

export const HUB = "Zorg- en Veiligheidshuis";
export const [CITY, POLICE, CARE] = ["Gemeente", "Politie", "GGZ De Oever"] as const;
export const [PROBATION, CHILDREN] = ["Reclassering", "Raad"] as const;
/** Named in the agreement, and has not signed it. */
export const VIJF = "Stichting Vijf";

const person = (name: string, partner: string, mail: string, ...roles: string[]): Person => ({
  name,
  partner,
  mail: `${mail}.example`,
  roles,
});
export const KARIM = person("Karim El Idrissi", HUB, "karim@huis", "secretaris");
export const JORIS = person("Joris van der Waal", HUB, "joris@huis", "procesregisseur");
export const MILA = person("Mila Brands", HUB, "mila@huis", "procesregisseur");
export const SANNE = person("Sanne Verhoeven", CITY, "sanne@gemeente");
export const HUGO = person("Hugo Dijkgraaf", CITY, "hugo@gemeente");
export const FEMKE = person("Femke Oosterhof", POLICE, "femke@politie");
export const PIETER = person("Pieter Bouwman", POLICE, "pieter@politie");
export const LOTTE = person("Lotte Terpstra", POLICE, "lotte@politie");
/** Lotte as she works for the mental health care: another membership, with keys of its own. */
export const LOTTE_OF_CARE = person("Lotte Terpstra", CARE, "lotte@ggz");
export const AMRANI = person("dr. Samira Amrani", CARE, "amrani@ggz");
export const IRIS = person("Iris de Bruin", CARE, "iris@ggz");
export const BRAM = person("Bram Hoekstra", PROBATION, "bram@reclassering");
export const NOOR = person("Noor Wijngaarden", CHILDREN, "noor@raad");
export const DAAN = person("Daan Smeets", CHILDREN, "daan@raad");
export const VERA = person("Vera Post", VIJF, "vera@vijf");
/** Who steals things. He has a folder and a browser, and is nobody's member. */
export const MAX = person("Max", "", "max");

/** Who works in the portal, and who on the command line. */
export const IN_PORTAL = [JORIS, SANNE, FEMKE, LOTTE, IRIS, DAAN];
export const ON_COMMAND_LINE = [MILA, HUGO, PIETER, AMRANI, BRAM, NOOR];

export const AGENDA = "Doel en agenda";
/** What people write. In each there is a bird, before its colon or at its end, that is nowhere else. */
export const WRITTEN = {
  referral: "kwikstaart: het gezin vraagt om hulp.",
  "outcome of a phase": "roodborst: past bij het huis.",
  purpose: "winterkoning: het is thuis veilig.",
  topic: "boomklever: wie komt er langs?",
  "ground for presence": "zilvermeeuw: betrokken bij de veiligheid thuis.",
  "title of the police": "Zorgmelding grutto",
  "item of the police": "kievit: de wijkagent was twee keer aan de deur.",
  "other title of the police": "Foto ekster",
  "title of the care": "Behandelplan putter",
  "item of the care": "waterhoen: zij is in behandeling.",
  "title of the children": "Onderzoek goudvink",
  "item of the children": "tureluur: de raad sprak de school.",
  "reason not to approve": "fazant: medisch geheim.",
  consultation: "ooievaar: Sanne gebeld, zij is het ermee eens.",
  question: "koekoek: is er contact geweest?",
  answer: "boerenzwaluw: ja, bel mij gerust.",
  message: "nachtegaal: wilt u mij bellen?",
  "message back": "spreeuw: ik bel u morgen.",
  minutes: "wespendief: de politie en de zorg vertelden.",
  decision: "torenvalk: Noor is het vaste aanspreekpunt.",
  remark: "dodaars: alinea een klopt niet.",
} as const;

/** The birds alone, by what they are written in: however a text is cut up, they would be found. */
export const BIRDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(WRITTEN).map(([what, text]) => [what, /[a-z]+(?=:)|[a-z]+$/.exec(text)![0]]),
);

/** How the files are called that suppliers put in. */
export const FILES = {
  "file of the police": "buizerd.txt",
  "file of the care": "sperwer.txt",
  "file of the children": "kwartel.txt",
} as const;

interface Pack {
  readonly case: string;
  readonly gaps: number;
  readonly items: readonly { readonly label: { readonly title: string } | null }[];
}

export interface Letters {
  readonly received: readonly { readonly letter: string; readonly kind: string }[];
  readonly sent: readonly {
    readonly kind: string;
    readonly to_name?: string;
    readonly answer: { readonly answer: string | null; readonly text: string } | null;
  }[];
}

export class Tale {
  /** The case's number, once Sanne has referred it. */
  number = "";

  private constructor(
    readonly house: House,
    readonly cast: Cast,
    /** On the line to every browser. */
    readonly tap: Tap,
  ) {}

  static async begin(): Promise<Tale> {
    const house = await House.open([HUB, CITY, POLICE, CARE, PROBATION, CHILDREN]);
    house.authority("admit", VIJF, "--named-only");
    house.authority("directory");
    house.publish();
    mkdirSync(house.path("files"));
    const tap = await Tap.before(new URL(house.url));
    house.door = tap.url.href;
    return new Tale(house, await Cast.begin(house, KARIM), tap);
  }

  async end(): Promise<void> {
    try {
      await this.cast.end();
    } finally {
      await this.tap.end();
      await this.house.close();
    }
  }

  /** A file on somebody's desk. */
  file(name: string, text: string): string {
    const path = this.house.path("files", name);
    writeFileSync(path, text);
    return path;
  }

  /** What somebody types about the case on the command line; the answer. */
  types<T>(who: Person, verb: string, ...args: string[]): T {
    return this.house.types(who, ...verb.split(" "), this.number, ...args) as T;
  }

  /** The same, which is refused: what the program says. */
  refused(who: Person, verb: string, ...args: string[]): string {
    const { code, error } = this.house.tries(who, ...verb.split(" "), this.number, ...args);
    assert.equal(code, 1, `${who.name}: ${verb}: ${error}`);
    return error;
  }

  /** The titles of what was released to somebody, on the command line. */
  pack(who: Person): string[] {
    const { packs } = this.house.types(who, "pack", "list") as { packs: readonly Pack[] };
    const here = packs.filter((each) => each.case === this.number);
    assert.ok(here.every(({ gaps }) => gaps === 0), "no gap is shown");
    return here.flatMap(({ items }) => items.map(({ label }) => label?.title ?? "?")).sort();
  }

  /** What somebody opens on the command line: the text of an item of the pack. */
  opens(who: Person, title: string, file: string): string {
    const out = this.house.path("opened", who.mail);
    this.types(who, "pack open", "--item", title, "--out", out);
    return readFileSync(`${out}/${file}`, "utf8");
  }

  /** Somebody on the command line can't open an item, and gets nothing of it: what the program says. */
  opensNothing(who: Person, title: string): string {
    const out = this.house.path("unopened", who.mail);
    const said = this.refused(who, "pack open", "--item", title, "--out", out);
    assert.ok(!existsSync(out) || readdirSync(out).length === 0, "nothing was written");
    return said;
  }

  /** The id of an item, as somebody who may know of it has it on the command line. */
  itemCalled(title: string, who: Person): Digest {
    const { items } = this.types<{ items: { item: string; title: string | null }[] }>(who, "case show");
    return digest(items.find((each) => each.title === title)!.item);
  }

  /** Who is on the newest roster, and for how many items of one's own partner each was approved. */
  seated(who: Person): readonly { readonly member: string; readonly name: string; readonly approved: number }[] {
    const { rosters } = this.types<{ rosters: { participants: ReturnType<Tale["seated"]> }[] }>(who, "case show");
    return rosters.at(-1)!.participants;
  }

  /** The letter of a kind that came last, as somebody reads it on the command line. */
  reads(who: Person, kind: string): { id: string; text: string } {
    const { received } = this.types<Letters>(who, "letters");
    const id = received.find((line) => line.kind === kind)?.letter;
    assert.ok(id !== undefined, `${who.name} has no ${kind}`);
    return { id, text: (this.house.types(who, "read", id) as { text: string }).text };
  }

  /** How many entries the journal has, as the hub tells anyone. */
  async recorded(): Promise<number> {
    const answer = await fetch(`${this.house.url}v1/hub`);
    return ((await answer.json()) as { size: number }).size;
  }

  /** The keys in somebody's folder. */
  async keysIn(folder: string): Promise<KeyBundle> {
    const identity = readFileSync(`${folder}/identity.txt`, "utf8").trim();
    const sealed = new Uint8Array(readFileSync(`${folder}/secrets.age`));
    return KeyBundle.fromBytes(await openFile(sealed, SealingKey.parse(identity)));
  }
}

/** That a text says some things, and not a word of others. */
export function says(text: string, these: readonly string[], butNot: readonly string[] = []): void {
  for (const each of these) assert.ok(text.includes(each), `${each} is not in:\n${text}`);
  for (const each of butNot) assert.ok(!text.includes(each), `${each} is in:\n${text}`);
}
