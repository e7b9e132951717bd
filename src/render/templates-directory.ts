/** The templates that ship with the package: beside `src/` in a checkout and beside `dist/` when built. */
export const templatesDirectory = new URL('../../templates/', import.meta.url);
