import assert from "node:assert/strict";
import { test } from "node:test";

import { BadEvent, eventText, readEvent } from "../src/protocol/journal/event.ts";
import { json } from "./vectors.ts";

interface Vector {
  readonly comment: string;
  readonly event: string;
  readonly expect: string;
}

const vectors = json<Vector[]>("journal", "events.json");

function answerTo(text: string): string {
  try {
    assert.equal(eventText(readEvent(text)), text);
    return "good";
  } catch (error) {
    if (error instanceof BadEvent) return error.code;
    throw error;
  }
}

test("each event is read and written again, or refused for its reason", () => {
  for (const { comment, event, expect } of vectors) assert.equal(answerTo(event), expect, comment);
  const answers = new Set(vectors.map(({ expect }) => expect));
  assert.deepEqual([...answers].sort(), ["extra", "field", "good", "not-lines", "too-long", "unknown-kind"]);
});

test("what reads as an event is written the same", () => {
  for (const { event } of vectors.filter(({ expect }) => expect === "good")) {
    for (let at = 0; at < event.length; at += 1) {
      // Whatever the answer is: answerTo fails where something is read that would be written otherwise.
      answerTo(event.slice(0, at) + event.slice(at + 1));
      answerTo(`${event.slice(0, at)}\n${event.slice(at)}`);
    }
  }
});

test("an event says who did what", () => {
  const opened = vectors.find(({ comment }) => comment === "a member opened an item")!;
  const event = readEvent(opened.event);
  assert.ok(event.kind === "record" && event.record.name === "opened");
  assert.equal(event.record.member, "mem_0123456789abcdef");
  const refusedNothing = vectors.find(({ comment }) => comment === "a member was refused")!;
  const refused = readEvent(refusedNothing.event);
  assert.ok(refused.kind === "record" && refused.record.name === "refused");
  assert.equal(refused.record.about, undefined);
});
