// The Worker that the desk lives in.

import * as Comlink from "comlink";

import { codeOf, sentenceOf } from "../client/error.ts";
import { Desk } from "./desk.ts";
import { refuse } from "./line.ts";

// Of what is no refusal nothing is told but that it happened: it could hold anything.
refuse((thrown) => ({ code: codeOf(thrown), nl: sentenceOf(thrown, "nl"), en: sentenceOf(thrown, "en") }));
Comlink.expose(new Desk(self.location.origin));
