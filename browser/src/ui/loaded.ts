// What a screen fetches before it can show anything: awaited, there, or not to be had for now.

import { html, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { buttons, primary, text } from "./parts.ts";

/**
 * Fetched when a screen arrives, which is refused where that fails, and again after something was changed. Where that fails
 * it is tried again when somebody says so, or when the line is back.
 */
export class Loaded<T> {
  private value: T | undefined;
  private state: "waiting" | "there" | "failed" = "waiting";
  private readonly online = (): void => {
    if (this.state === "failed") this.again();
  };

  constructor(
    private readonly app: App,
    private readonly fetch: () => Promise<T>,
  ) {}

  get now(): T | undefined {
    return this.value;
  }

  async arrive(): Promise<void> {
    removeEventListener("online", this.online);
    addEventListener("online", this.online);
    await this.load();
  }

  leave(): void {
    removeEventListener("online", this.online);
  }

  /** Fetches it anew. What was there stays until it is. */
  async load(): Promise<void> {
    this.value = await this.fetch();
    this.state = "there";
  }

  /** Fetches it anew after something was changed: what was there is not true any more, and is not shown. */
  async renew(): Promise<void> {
    this.value = undefined;
    this.state = "waiting";
    this.app.draw();
    try {
      await this.load();
    } catch (error) {
      this.state = "failed";
      throw error;
    }
  }

  again(): void {
    void this.app.tries(() => this.renew());
  }

  view(there: (value: T) => TemplateResult): TemplateResult {
    const { words } = this.app;
    if (this.value !== undefined) return there(this.value);
    if (this.state === "waiting") return html`<div aria-busy="true">${text(words.wait)}</div>`;
    return html`<section class="card">
      ${text(words.meeting.notLoaded)} ${buttons(primary(words.again, () => this.again()))}
    </section>`;
  }
}
