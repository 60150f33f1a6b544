// pdf.js ships no types for the part of it that reads files.
declare module "pdfjs-dist/build/pdf.worker.mjs";
