// A letter's template, as text.

declare module "*.hbs" {
  const text: string;
  export default text;
}
