// Templates, and what is filled into them.
//
// The first line of a template is the subject, then comes an empty line, then the text. Of Handlebars they use `{{x}}`,
// `{{#if}}`, `{{#unless}}` and `{{#each}}` only. Its own program compiles templates to code, which no page of ours may
// run.

import cancellationEn from "../../../../templates/letter/cancellation.en.hbs";
import cancellationNl from "../../../../templates/letter/cancellation.nl.hbs";
import changeEn from "../../../../templates/letter/change.en.hbs";
import changeNl from "../../../../templates/letter/change.nl.hbs";
import invitationEn from "../../../../templates/letter/invitation.en.hbs";
import invitationNl from "../../../../templates/letter/invitation.nl.hbs";
import messageEn from "../../../../templates/letter/message.en.hbs";
import messageNl from "../../../../templates/letter/message.nl.hbs";
import minutesEn from "../../../../templates/letter/minutes.en.hbs";
import minutesNl from "../../../../templates/letter/minutes.nl.hbs";
import requestEn from "../../../../templates/letter/request.en.hbs";
import requestNl from "../../../../templates/letter/request.nl.hbs";
import type { Language } from "../../protocol/refusal.ts";
import { said, type Both } from "../say.ts";

/** One kind of letter, in both languages. A change is an invitation that takes the place of one before. */
export type Template = keyof typeof TEMPLATES;

const TEMPLATES = {
  request: { nl: requestNl, en: requestEn },
  invitation: { nl: invitationNl, en: invitationEn },
  change: { nl: changeNl, en: changeEn },
  cancellation: { nl: cancellationNl, en: cancellationEn },
  minutes: { nl: minutesNl, en: minutesEn },
  message: { nl: messageNl, en: messageEn },
} satisfies Readonly<Record<string, Both>>;

/** What a template is filled with. Every field is there, also where it has no value: templates are strict. */
export type Value = string | number | boolean | undefined | readonly Value[] | { readonly [name: string]: Value };
export type Values = { readonly [name: string]: Value };

/** Subject and text. */
export interface Filled {
  readonly subject: string;
  readonly text: string;
}

/** Fills a template in. Throws a TypeError where the values don't have a field that it names. */
export function fill(template: Template, language: Language, values: Values): Filled {
  const filled = rendered(nodesOf(said(TEMPLATES[template], language)), values, values);
  const [subject = "", ...rest] = filled.split("\n\n");
  // What was filled in may end with blanks that would be lost on the way.
  const lines = rest.join("\n\n").trim().split("\n").map((line) => line.trimEnd());
  return { subject: subject.trim(), text: `${lines.join("\n")}\n` };
}

type Node =
  | string
  | { readonly kind: "value"; readonly path: string }
  | {
      readonly kind: "if" | "unless" | "each";
      readonly path: string;
      readonly inside: readonly Node[];
      readonly otherwise: readonly Node[];
    };

const TAG = /\{\{(#(?:if|unless|each) [a-z.]+|\/(?:if|unless|each)|else|[a-z.]+)\}\}/;
/** A tag of a block that has a line to itself: the line goes with it. */
const STANDALONE = /^[ \t]*(\{\{(?:#(?:if|unless|each) [a-z.]+|\/(?:if|unless|each)|else)\}\})[ \t]*\n/gm;

function nodesOf(text: string): readonly Node[] {
  const pieces = text.replace(STANDALONE, "$1").split(TAG);
  return block(pieces.entries(), undefined).inside;
}

/** Reads up to the end of a block. Every other piece is a tag. */
function block(
  pieces: IterableIterator<[number, string]>,
  kind: string | undefined,
): { inside: readonly Node[]; otherwise: readonly Node[] } {
  const [inside, otherwise]: [Node[], Node[]] = [[], []];
  let nodes = inside;
  for (let next = pieces.next(); next.done !== true; next = pieces.next()) {
    const [at, piece] = next.value;
    if (at % 2 === 0) nodes.push(piece);
    else if (piece === "else") nodes = otherwise;
    else if (piece === `/${kind}`) return { inside, otherwise };
    else if (piece.startsWith("#")) {
      const [opened, path] = piece.slice(1).split(" ") as ["if" | "unless" | "each", string];
      nodes.push({ kind: opened, path, ...block(pieces, opened) });
    } else nodes.push({ kind: "value", path: piece });
  }
  if (kind !== undefined) throw new TypeError(`the template has no end of ${kind}`);
  return { inside, otherwise };
}

function rendered(nodes: readonly Node[], values: Values, here: Value): string {
  return nodes.map((node) => renderedNode(node, values, here)).join("");
}

function renderedNode(node: Node, values: Values, here: Value): string {
  if (typeof node === "string") return node;
  const value = valueAt(node.path, values, here);
  switch (node.kind) {
    case "value":
      if (typeof value !== "string" && typeof value !== "number") throw new TypeError(`${node.path} is no text`);
      return String(value);
    case "if":
      return rendered(isThere(value) ? node.inside : node.otherwise, values, here);
    case "unless":
      return rendered(isThere(value) ? node.otherwise : node.inside, values, here);
    case "each":
      if (!Array.isArray(value)) throw new TypeError(`${node.path} is no list`);
      return value.map((each: Value) => rendered(node.inside, values, each)).join("");
  }
}

function isThere(value: Value): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function valueAt(path: string, values: Values, here: Value): Value {
  const [first, ...names] = path.split(".");
  if (first !== "this") return fieldOf(values, path);
  return names.reduce((value: Value, name) => fieldOf(value, name), here);
}

function fieldOf(value: Value, name: string): Value {
  if (typeof value !== "object" || value === null || !(name in value)) throw new TypeError(`there is no ${name}`);
  return (value as Values)[name];
}
