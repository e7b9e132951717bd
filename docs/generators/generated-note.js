/** The first line of pages that are generated as a whole. */
export const generatedNote = '<!-- Written by `node docs/generate.js`; change the source, not this file. -->';
