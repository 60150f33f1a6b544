// Programs that run beside a story.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";

/** A program that ends with the story's process at the latest, however that ends, and its folder with it. */
export function beside<Program extends ChildProcess>(program: Program, folder?: string): Program {
  const kill = (): void => {
    program.kill("SIGKILL");
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", kill);
  program.once("exit", () => process.off("exit", kill));
  // A story that failed where it should have ended this would else go on for as long as this does.
  program.unref();
  return program;
}

/** Ends a program as its administrator does. */
export async function ends(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  program.ref();
  const ended = once(program, "exit");
  program.kill();
  await ended;
}
