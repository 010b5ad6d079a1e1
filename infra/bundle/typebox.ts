/**
 * Stands for TypeBox in the functions' bundles. A function validates by the compiled validators (`npm run generate`), never by a schema:
 * building all schemas at each cold start, and carrying the library, would cost a sixth of a bundle for nothing.
 */
const nothing = (): object => ({});

export default new Proxy({}, { get: () => nothing });
