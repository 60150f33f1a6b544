// Files to put in or to send along: chosen with a button or dropped; to put in each with a title, from its name at first.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { sizeText } from "../app/dates.ts";
import type { FileChosen } from "../desk/wishes.ts";
import { type Field, TextField } from "./form.ts";
import { alert, list, subtle, text, type Content } from "./parts.ts";

interface Chosen {
  readonly file: File;
  readonly title: TextField;
}

/** What is kept of a file that was chosen: the browser does not give it again after a reload. */
interface Remembered {
  readonly name: string;
  readonly title: string;
}

/** The longest title and name that a label holds, in characters. */
const LONGEST_TITLE = 200;
const LONGEST_NAME = 255;

export interface FilesWords {
  readonly label: string;
  readonly help: string;
  /** What to say if none was chosen; may be left out without it. */
  readonly empty?: string | undefined;
  /** Why those of before a reload are to be chosen again. */
  readonly again?: string;
}

export interface FilesKind {
  /** Whether there has to be one. */
  readonly isNeeded?: () => boolean;
  /** Whether each has a title beside its name. */
  readonly hasTitles?: boolean;
  /** What else can be wrong with what was chosen. */
  readonly wrong?: (files: readonly File[]) => string | undefined;
}

export class FilesField implements Field {
  error: string | undefined;
  private all: Chosen[] = [];
  private before: readonly Remembered[] = [];
  private isOver = false;
  private count = 0;
  private missing: string | undefined;

  constructor(
    private readonly app: App,
    readonly id: string,
    private readonly changed: () => void = () => undefined,
    private readonly kind: FilesKind = {},
  ) {}

  private get hasTitles(): boolean {
    return this.kind.hasTitles ?? true;
  }

  get chosen(): readonly FileChosen[] {
    return this.all.map(({ file, title }) => ({ file, fileName: nameOf(file), title: title.value }));
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /** The titles, each judged with the form. */
  get fields(): readonly Field[] {
    return this.hasTitles ? [this, ...this.all.map(({ title }) => title)] : [this];
  }

  judge(): string | undefined {
    const { isNeeded, wrong } = this.kind;
    if (this.isEmpty && (isNeeded?.() ?? true)) return this.missing;
    return wrong?.(this.all.map(({ file }) => file));
  }

  /** Names and titles, as they are kept. */
  get value(): string {
    const chosen = this.all.map(({ file, title }): Remembered => ({ name: file.name, title: title.value }));
    return JSON.stringify([...chosen, ...this.left]);
  }

  set value(kept: string) {
    this.before = remembered(kept);
  }

  /** Those that were chosen before a reload, and not again. */
  private get left(): Remembered[] {
    return this.before.filter(({ name }) => !this.all.some(({ file }) => file.name === name));
  }

  clear(): void {
    this.all = [];
    this.before = [];
  }

  private add(files: Iterable<File>): void {
    for (const file of files) {
      const isThere = this.all.some(({ file: other }) => other.name === file.name && other.size === file.size);
      if (isThere) continue;
      this.count += 1;
      const { files: words } = this.app.words.contributing;
      const wrong = (value: string): string | undefined =>
        [...value.trim()].length > LONGEST_TITLE ? words.titleLong : undefined;
      const title = new TextField(`${this.id}-title-${this.count}`, this.changed, wrong);
      title.value = this.before.find(({ name }) => name === file.name)?.title ?? titleFrom(file.name);
      this.all.push({ file, title });
    }
    this.error = undefined;
    this.changed();
    this.app.draw();
  }

  private remove(chosen: Chosen): void {
    this.all = this.all.filter((each) => each !== chosen);
    this.before = this.before.filter(({ name }) => name !== chosen.file.name);
    this.changed();
    this.app.draw();
    // What had the focus is gone.
    document.getElementById(this.id)?.focus();
  }

  view({ label, help, empty, again }: FilesWords): TemplateResult {
    this.missing = empty;
    const { id, error } = this;
    const { files: words } = this.app.words.contributing;
    const chosen = (event: Event): void => {
      const input = event.target as HTMLInputElement;
      const files = [...(input.files ?? [])];
      // So that the same file can be chosen once more after it was taken out.
      input.value = "";
      this.add(files);
    };
    return html`<div
        class="field drop ${this.isOver ? "drop--over" : ""} ${error ? "utrecht-form-field--invalid" : ""}"
        @dragenter=${this.over}
        @dragover=${this.over}
        @dragleave=${() => this.show(false)}
        @drop=${this.dropped}
      >
        <div class="utrecht-form-field-description" id="${id}-help">${help}</div>
        ${error ? html`<div class="utrecht-form-field-error-message" id="${id}-error">${error}</div>` : nothing}
        <input
          class="visually-hidden drop__input"
          type="file"
          multiple
          id=${id}
          aria-describedby="${id}-help ${error ? `${id}-error` : ""}"
          aria-invalid=${error ? "true" : nothing}
          @change=${chosen}
        />
        <label class="utrecht-button utrecht-button--secondary-action drop__button" for=${id}>${label}</label>
      </div>
      ${this.again(again)}
      ${this.isEmpty
        ? nothing
        : html`<ul class="work-list" aria-label=${words.chosen}>
            ${this.all.map((each) => this.row(each))}
          </ul>`}`;
  }

  private row(chosen: Chosen): TemplateResult {
    const { files: words } = this.app.words.contributing;
    const { file, title } = chosen;
    return html`<li class="work-row work-row--field">
      <div>
        ${this.hasTitles ? title.view({ label: words.title, empty: words.titleEmpty }) : nothing}
        <div class="quiet">${file.name}, ${sizeText(file.size, this.app.language)}</div>
      </div>
      <div>
        ${subtle(html`${words.remove}<span class="visually-hidden"> ${file.name}</span>`, () => this.remove(chosen))}
      </div>
    </li>`;
  }

  /** Says which to choose again after a reload. */
  private again(why: string | undefined): Content {
    const { left } = this;
    if (left.length === 0) return nothing;
    const { files: words } = this.app.words.contributing;
    const without = (): void => {
      this.before = this.before.filter((each) => !left.includes(each));
      this.changed();
      this.app.draw();
    };
    const names = list(left.map(({ name }) => name));
    return alert("info", html`${text(why ?? words.again)} ${names} ${subtle(words.without, without)}`);
  }

  private readonly over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.show(true);
  };

  private readonly dropped = (event: DragEvent): void => {
    event.preventDefault();
    this.isOver = false;
    this.add(event.dataTransfer?.files ?? []);
  };

  private show(isOver: boolean): void {
    if (this.isOver === isOver) return;
    this.isOver = isOver;
    this.app.draw();
  }
}

/** A file that is dropped beside its place would be opened instead of the portal. Gives what ends this. */
export function catchDrops(): () => void {
  const beside = (event: DragEvent): void => event.preventDefault();
  const kinds = ["dragover", "drop"] as const;
  for (const kind of kinds) addEventListener(kind, beside);
  return () => {
    for (const kind of kinds) removeEventListener(kind, beside);
  };
}

/** `Zorgmelding_maart.pdf` is `Zorgmelding maart`. */
function titleFrom(name: string): string {
  const bare = name.replace(/\.[A-Za-z0-9]{1,5}$/, "").replaceAll("_", " ").replace(/\s+/g, " ").trim();
  return [...(bare || name)].slice(0, LONGEST_TITLE).join("");
}

/** A name that a label can hold: as it is, but for what no program should have to show. */
function nameOf({ name }: File): string {
  const seen = name.replace(/[\p{Cc}\u2028\u2029]/gu, "_");
  const all = [...seen];
  if (all.length <= LONGEST_NAME) return seen;
  // Its ending says what it is.
  return [...all.slice(0, LONGEST_NAME - 20), ...all.slice(-20)].join("");
}

function remembered(kept: string): Remembered[] {
  try {
    const all: unknown = JSON.parse(kept);
    return Array.isArray(all) ? all.flatMap((each: unknown) => rememberedOne(each)) : [];
  } catch {
    return [];
  }
}

function rememberedOne(each: unknown): Remembered[] {
  if (typeof each !== "object" || each === null || !("name" in each && "title" in each)) return [];
  const { name, title } = each;
  return typeof name === "string" && typeof title === "string" ? [{ name, title }] : [];
}
